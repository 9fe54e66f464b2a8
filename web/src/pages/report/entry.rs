//! S6: today's fourteen numbers.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::history::DayState;
use shared::organization::OrganizationKind;
use shared::reporting_day::ReportingDayView;
use shared::{AgeBand, ReportingDay};

use super::adjustments::{AddAdjustment, Adjustments};
use super::cells::{CHECK_BUTTON, Offered, cells, words};
use super::closed::ClosedDialog;
use super::counting::{Counting, heading, hint};
use super::desk::use_desk;
use super::gate::Gate;
use super::over::DayOver;
use super::paste::PasteDialog;
use super::status::{Deadline, DraftChoice, DraftLine, LiveTotal, RemarkLine};
use crate::components::{Banner, CountGrid, ErrorSummary, Mistake, PageHeading, Tone, focus_on};
use crate::forms::field::Field;
use crate::forms::report_form::averages;
use crate::words::{form, t};
use crate::{clock, format};

/// The page.
#[component]
pub fn EntryPage() -> impl IntoView {
    let desk = use_desk();
    let today = clock::today();
    let heading = Signal::derive(move || {
        let day = desk.view().map_or_else(|| today.get(), |view| view.day);
        form::heading(&format::short_day(day))
    });
    let form = Callback::new(|view: Arc<ReportingDayView>| view! { <EntryForm view=view /> }.into_any());
    view! {
        <div class="report-page">
            <PageHeading text=heading />
            <Gate form=form />
        </div>
    }
}

#[component]
fn EntryForm(view: Arc<ReportingDayView>) -> impl IntoView {
    let desk = use_desk();
    let offered = RwSignal::new(None::<Offered>);
    let closing = RwSignal::new(false);
    let over = Memo::new(move |_| desk.is_over());
    let kind = view.unit.kind;
    let day = view.day;
    let usual = averages(&view.recent, day);
    let mistakes = Signal::derive(move || {
        let found = desk.summary.get();
        found.into_iter().map(|error| Mistake { field: error.field.id(), words: words(error) }).collect::<Vec<_>>()
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        desk.check();
    };
    focus_first_cell(desk.summary.with_untracked(Vec::is_empty));
    view! {
        <div class="form-facts">
            <p class="form-unit">{view.unit.name.clone()}</p>
            <Deadline day=day deadline=view.deadline />
        </div>
        <DayOver view=view.clone() />
        <DraftChoice />
        <MissingYesterday view=view.clone() />
        <ErrorSummary mistakes=mistakes />
        <div class="form-guide">
            <p class="form-hint">{t(hint(kind))}</p>
            <Counting kind=kind />
        </div>
        <form class="count-form" novalidate on:submit=submit>
            <fieldset disabled=move || over.get()>
                <legend class="visually-hidden">{t(heading(kind))}</legend>
                <CountGrid
                    cells=cells(desk, None, heading(kind), offered)
                    averages=usual.map(|(bands, _)| bands)
                    with_averages=true
                />
                <LiveTotal average=usual.map(|(_, total)| total) />
                <RemarkLine />
                <Adjustments day=day offered=offered />
                <Buttons day=day closing=closing may_close=view.allowed.statement && kind != OrganizationKind::HealthCenter />
            </fieldset>
            <DraftLine />
        </form>
        <PasteDialog offered=offered />
        <ClosedDialog open=closing day=day />
    }
}

#[component]
fn Buttons(day: ReportingDay, closing: RwSignal<bool>, may_close: bool) -> impl IntoView {
    let desk = use_desk();
    // The cell keeps the focus while a button is pressed: leaving it could show its mistake, move the buttons down from
    // under the pointer, and so lose the click.
    let keep_focus = |event: leptos::ev::MouseEvent| event.prevent_default();
    view! {
        <p class="actions form-actions" on:mousedown=keep_focus>
            <button type="submit" class="button primary" id=CHECK_BUTTON>{t(form::CHECK)}</button>
            <button type="button" class="button" aria-keyshortcuts="Alt+0" on:click=move |_| desk.check_zero()>
                {t(form::ZERO)}
            </button>
            {may_close
                .then(|| {
                    view! {
                        <button type="button" class="button" on:click=move |_| closing.set(true)>
                            {t(form::CLOSED)}
                        </button>
                    }
                })}
            <span class="small form-keys">{t(form::KEYS)}</span>
            <AddAdjustment day=day />
        </p>
    }
}

/// 「11/21は未報告です。」, with who can enter it.
#[component]
fn MissingYesterday(view: Arc<ReportingDayView>) -> impl IntoView {
    let yesterday = view.day.minus(1);
    let missing = view.recent.iter().any(|item| item.day == yesterday && item.state == DayState::Missing);
    let who = view.center_name.clone();
    let who = move || who.clone().unwrap_or_else(|| form::YOUR_CENTER.get().to_owned());
    missing.then(|| {
        view! {
            <Banner
                tone=Tone::Warning
                heading=Signal::derive(move || form::yesterday(&format::short_day(yesterday)))
            >
                <p>{move || form::yesterday_what(&who())}</p>
            </Banner>
        }
    })
}

/// The first cell takes the focus, after the heading had it; not where the summary of what is wrong wants it.
fn focus_first_cell(nothing_wrong: bool) {
    if nothing_wrong {
        request_animation_frame(|| focus_on(&Field::Count(AgeBand::Age0).id()));
    }
}
