//! 前日分の調整: changes to earlier days that the report carries.

use leptos::prelude::*;
use shared::ReportingDay;
use shared::check::{MAX_ADJUSTMENTS, MAX_DAYS_BACK, MAX_NOTE_CHARS};
use shared::draft::DraftAdjustment;
use shared::report::AdjustmentReason;

use super::cells::{Offered, cells, error_at};
use super::desk::{Desk, use_desk};
use crate::components::{CountGrid, focus_on};
use crate::format;
use crate::forms::field::Field;
use crate::forms::report_form::{live_change, new_adjustment};
use crate::words::{form, reason_word, t};

/// The section: not there until it is wanted.
#[component]
pub fn Adjustments(day: ReportingDay, offered: RwSignal<Option<Offered>>) -> impl IntoView {
    let desk = use_desk();
    let number = number_of(desk);
    let items =
        move || (0..number.get()).map(|at| view! { <AdjustmentForm at=at day=day offered=offered /> }).collect_view();
    view! {
        <Show when=move || { number.get() > 0 }>
            <section class="adjustments" aria-label=t(form::ADJUST_HEADING)>
                <h2>{t(form::ADJUST_HEADING)}</h2>
                <p class="small">{t(form::ADJUST_WHAT)}</p>
                {items}
            </section>
        </Show>
    }
}

/// The button that opens the section, and adds further adjustments to it.
#[component]
pub fn AddAdjustment(day: ReportingDay) -> impl IntoView {
    let desk = use_desk();
    let number = number_of(desk);
    let add = move |_| {
        let at = number.get_untracked();
        desk.edit(|content| content.adjustments.push(new_adjustment(day)));
        request_animation_frame(move || focus_on(&Field::TargetDay(at).id()));
    };
    let label = move || if number.get() == 0 { form::ADJUST_OPEN.get() } else { form::ADJUST_MORE.get() };
    view! {
        <Show when=move || { number.get() < MAX_ADJUSTMENTS }>
            <button type="button" class="button quiet" id="adjustment-more" on:click=add>{label}</button>
        </Show>
    }
}

fn number_of(desk: Desk) -> Memo<usize> {
    Memo::new(move |_| desk.content.with(|content| content.adjustments.len()))
}

fn change(desk: Desk, at: usize, fields: &[Field], change: impl FnOnce(&mut DraftAdjustment)) {
    desk.edit(|content| {
        if let Some(typed) = content.adjustments.get_mut(at) {
            change(typed);
        }
    });
    for field in fields {
        desk.judge(*field, None);
    }
}

#[component]
fn AdjustmentForm(at: usize, day: ReportingDay, offered: RwSignal<Option<Offered>>) -> impl IntoView {
    let desk = use_desk();
    let sum = move || format::change(live_change(&desk.cells(Some(at))));
    let remove = move |_| {
        desk.mistakes.set(Vec::new());
        desk.summary.set(Vec::new());
        desk.edit(|content| {
            if at < content.adjustments.len() {
                content.adjustments.remove(at);
            }
        });
        request_animation_frame(|| focus_on("adjustment-more"));
    };
    view! {
        <fieldset class="adjustment">
            <legend>{move || form::adjust_n(&(at + 1))}</legend>
            <div class="adjustment-facts">
                <TargetDay at=at day=day />
                <Reason at=at />
                <Note at=at />
            </div>
            <CountGrid cells=cells(desk, Some(at), form::ADJUST_DELTA, offered) />
            <ErrorLine field=Field::Deltas(at) />
            <p class="total-row">
                <span class="total-name">{t(form::ADJUST_SUM)}</span>
                <strong class="total-number">{sum}</strong>
                <button type="button" class="link-button" on:click=remove>{t(form::ADJUST_REMOVE)}</button>
            </p>
        </fieldset>
    }
}

#[component]
fn ErrorLine(field: Field) -> impl IntoView {
    let desk = use_desk();
    move || error_at(desk, field).map(|words| view! { <p class="field-error" id=field.error_id()>{words}</p> })
}

#[component]
fn TargetDay(at: usize, day: ReportingDay) -> impl IntoView {
    let desk = use_desk();
    let field = Field::TargetDay(at);
    let wrong = Memo::new(move |_| error_at(desk, field).is_some());
    let value = move || one(desk, at, |typed| typed.target_day.clone());
    view! {
        <div class="field" data-invalid=move || wrong.get().then_some("true")>
            <label for=field.id()>{t(form::ADJUST_DAY)}</label>
            <input
                type="date"
                id=field.id()
                min=day.minus(MAX_DAYS_BACK).to_string()
                max=day.minus(1).to_string()
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby=move || wrong.get().then(|| field.error_id())
                prop:value=value
                on:change=move |event| {
                    let text = event_target_value(&event);
                    change(desk, at, &[field], |typed| typed.target_day = text);
                }
            />
            <ErrorLine field=field />
        </div>
    }
}

#[component]
fn Reason(at: usize) -> impl IntoView {
    let desk = use_desk();
    let field = Field::Reason(at);
    let wrong = Memo::new(move |_| error_at(desk, field).is_some());
    let chosen = Memo::new(move |_| one(desk, at, |typed| typed.reason.clone()));
    let options = AdjustmentReason::ALL
        .into_iter()
        .map(|reason| {
            view! {
                <option value=reason.key() selected=move || chosen.get() == reason.key()>
                    {t(reason_word(reason))}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field" data-invalid=move || wrong.get().then_some("true")>
            <label for=field.id()>{t(form::ADJUST_REASON)}</label>
            <select
                id=field.id()
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby=move || wrong.get().then(|| field.error_id())
                on:change=move |event| {
                    let key = event_target_value(&event);
                    change(desk, at, &[field, Field::Note(at)], |typed| typed.reason = key);
                }
            >
                <option value="" selected=move || chosen.get().is_empty()>{t(form::ADJUST_CHOOSE)}</option>
                {options}
            </select>
            <ErrorLine field=field />
        </div>
    }
}

#[component]
fn Note(at: usize) -> impl IntoView {
    let desk = use_desk();
    let field = Field::Note(at);
    let wrong = Memo::new(move |_| error_at(desk, field).is_some());
    let value = move || one(desk, at, |typed| typed.note.clone());
    view! {
        <div class="field" data-invalid=move || wrong.get().then_some("true")>
            <label for=field.id()>{t(form::ADJUST_NOTE)}</label>
            <input
                type="text"
                id=field.id()
                maxlength=MAX_NOTE_CHARS.to_string()
                autocomplete="off"
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby=move || wrong.get().then(|| field.error_id())
                prop:value=value
                on:keydown=|event| crate::components::keep_conversion(&event)
                on:input=move |event| {
                    let text = event_target_value(&event);
                    change(desk, at, &[field], |typed| typed.note = text);
                }
            />
            <ErrorLine field=field />
        </div>
    }
}

fn one(desk: Desk, at: usize, part: impl Fn(&DraftAdjustment) -> String) -> String {
    desk.content.with(|content| content.adjustments.get(at).map(part).unwrap_or_default())
}
