//! S7: the last look before a report that can't be taken back.

use std::sync::Arc;

use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::prelude::*;
use shared::AgeBand;
use shared::report::{Adjustment, ReportRequest};
use shared::reporting_day::{CorrectionRule, ReportingDayView};

use super::desk::{Desk, use_desk};
use super::gate::Gate;
use super::outcome::Outcome;
use super::over::DayOver;
use super::send::Held;
use super::warnings::Warnings;
use crate::components::{PageHeading, focus_on};
use crate::format;
use crate::forms::field::Field;
use crate::forms::sending::Sending;
use crate::words::{band_label, check, form, reason_word, t};

/// The id of the button that sends.
const SEND_BUTTON: &str = "send-button";

/// The page.
#[component]
pub fn CheckPage() -> impl IntoView {
    let form = Callback::new(|view: Arc<ReportingDayView>| view! { <CheckSheet view=view /> }.into_any());
    view! {
        <div class="report-page check-page">
            <PageHeading text=check::HEADING />
            <Gate form=form />
        </div>
    }
}

#[component]
fn CheckSheet(view: Arc<ReportingDayView>) -> impl IntoView {
    let desk = use_desk();
    // What can't be read can't be checked: back to the form, which says why.
    let request = Memo::new(move |_| desk.request());
    Effect::new(move || {
        if let Some(Err(errors)) = request.get() {
            desk.point_out(errors);
            desk.go("/report");
        }
    });
    let held = RwSignal::new(None::<Held>);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        held.set(desk.send().err());
    };
    let skip = |event: MouseEvent| {
        event.prevent_default();
        focus_on(SEND_BUTTON);
    };
    let policy = match view.correction {
        CorrectionRule::Final => check::FINAL,
        CorrectionRule::SameDayReplacement => check::REPLACEABLE,
    };
    let (day, unit, profile_view) = (view.day, view.unit.name.clone(), view.clone());
    let sheet = move || match request.get() {
        Some(Ok(request)) => view! { <Sheet request=request /> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <p class="check-skip"><a href=format!("#{SEND_BUTTON}") on:click=skip>{t(check::SKIP)}</a></p>
        <DayOver view=profile_view />
        <dl class="summary-list check-facts">
            <div><dt>{t(check::DAY)}</dt><dd>{move || format::long_day(day)}</dd></div>
            <div><dt>{t(check::UNIT)}</dt><dd>{unit}</dd></div>
        </dl>
        {sheet}
        <form class="check-form" on:submit=send>
            <Warnings held=held />
            <p class="policy">{t(policy)}</p>
            <Outcome held=held />
            <SendButtons />
        </form>
    }
}

#[component]
fn SendButtons() -> impl IntoView {
    let desk = use_desk();
    let waiting = Memo::new(move |_| desk.sending.with(Sending::is_waiting));
    let blocked = Memo::new(move |_| !desk.sending.with(Sending::may_send) || desk.is_over());
    view! {
        <p class="actions">
            <button
                type="submit"
                id=SEND_BUTTON
                class="button primary large"
                aria-disabled=move || blocked.get().then_some("true")
            >
                {move || if waiting.get() { check::SENDING.get() } else { check::SEND.get() }}
            </button>
            <button type="button" class="button large" on:click=move |_| desk.go("/report")>{t(check::BACK)}</button>
        </p>
    }
}

/// The fourteen numbers, the total, and what changes on earlier days.
#[component]
fn Sheet(request: ReportRequest) -> impl IntoView {
    let desk = use_desk();
    let blank = blanks(desk);
    let rows = request
        .counts
        .iter()
        .map(|(band, number)| view! { <Line band=band number=number blank=blank[band.index()] /> })
        .collect_view();
    let total = request.counts.total();
    let adjustments = request.adjustments;
    view! {
        <table class="check-table">
            <caption class="visually-hidden">{t(check::COUNTS)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(form::BAND)}</th>
                    <th scope="col" class="number">{t(form::NUMBER)}</th>
                    <th scope="col"><span class="visually-hidden">{t(check::CHANGE)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{t(form::TOTAL)}</th>
                    <td class="number check-total">{format::count(total)}</td>
                    <td></td>
                </tr>
            </tfoot>
        </table>
        {(!adjustments.is_empty())
            .then(|| {
                view! {
                    <section class="check-adjustments">
                        <h2>{t(form::ADJUST_HEADING)}</h2>
                        <ul>{adjustments.into_iter().map(|one| view! { <Adjusted adjustment=one /> }).collect_view()}</ul>
                    </section>
                }
            })}
    }
}

/// Which cells were left blank.
fn blanks(desk: Desk) -> [bool; AgeBand::COUNT] {
    if desk.as_zero.get_untracked() {
        return [false; AgeBand::COUNT];
    }
    untrack(|| desk.cells(None)).map(|cell| cell.trim().is_empty())
}

#[component]
fn Line(band: AgeBand, number: u32, blank: bool) -> impl IntoView {
    let desk = use_desk();
    let shown = move || if blank { check::BLANK.get().to_owned() } else { format::count(number.into()) };
    let back = move |event: MouseEvent| {
        event.prevent_default();
        desk.go("/report");
        request_animation_frame(move || request_animation_frame(move || focus_on(&Field::Count(band).id())));
    };
    view! {
        <tr class:zero=number == 0>
            <th scope="row">{t(band_label(band))}</th>
            <td class="number">{shown}</td>
            <td class="change">
                <a
                    href=format!("/report#{}", Field::Count(band).id())
                    aria-label=move || check::change_what(&band_label(band).get())
                    on:click=back
                >
                    {t(check::CHANGE)}
                </a>
            </td>
        </tr>
    }
}

#[component]
fn Adjusted(adjustment: Adjustment) -> impl IntoView {
    let day = adjustment.target_day;
    let reason = reason_word(adjustment.reason);
    let changes = move || {
        let changed = adjustment.deltas.iter().filter(|(_, delta)| *delta != 0);
        let parts = changed.map(|(band, delta)| format!("{} {}", band_label(band).get(), format::change(delta.into())));
        parts.collect::<Vec<_>>().join(" · ")
    };
    view! {
        <li>
            <strong>{move || check::adjustment(&format::short_day(day), &reason.get())}</strong>
            ": "
            {changes}
            {adjustment.note.map(|note| view! { " – " {note} })}
        </li>
    }
}
