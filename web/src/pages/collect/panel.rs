//! What is to be confirmed or corrected about the row that the focus was in last.

use leptos::prelude::*;
use shared::report::{ReportView, Warning};

use super::evening::Evening;
use super::line::{Line, Standing};
use super::saving::PANEL;
use crate::components::Trouble;
use crate::format;
use crate::words::collect::entry as words;
use crate::words::{band_label, t, warning_sentence, warning_title};

/// The panel; it follows the active cell.
#[component]
pub fn RowPanel(evening: Evening) -> impl IntoView {
    let row = Memo::new(move |_| evening.active.get().row);
    let about = move || {
        row.track();
        untrack(|| evening.active_row())
    };
    let lines = evening.rows;
    view! {
        <section class="card" aria-live="polite" id=PANEL tabindex="-1">
            {move || {
                lines.track();
                match about() {
                    None => view! { <p>{t(words::ROW_NONE)}</p> }.into_any(),
                    Some(line) => view! { <About line=line evening=evening /> }.into_any(),
                }
            }}
        </section>
    }
}

#[component]
fn About(line: Line, evening: Evening) -> impl IntoView {
    let shown = RwSignal::from(line.clone());
    let standing = Memo::new(move |_| shown.with(|row| row.standing.clone()));
    let (name, telephone) = line.with_untracked(|row| (row.unit.name.clone(), row.unit.telephone.clone()));
    let of_other = Memo::new(move |_| shown.with(|row| row.is_open() && row.gives_way));
    view! {
        <h2>{move || words::row_heading(&name)}</h2>
        <p class="mono"><a href=format!("tel:{telephone}")>{telephone.clone()}</a></p>
        {move || {
            let line = line.clone();
            match standing.get() {
                Standing::Open | Standing::Saving => view! { <p>{t(words::FINE)}</p> }.into_any(),
                Standing::Saved(number) => view! { <p>{move || words::saved(&number)}</p> }.into_any(),
                Standing::Unreadable(bands) => {
                    let named = move || {
                        let names = bands.iter().map(|(band, _)| band_label(*band).get());
                        words::unreadable_what(&names.collect::<Vec<_>>().join(" · "))
                    };
                    view! { <p class="field-error">{named}</p> }.into_any()
                }
                Standing::Questioned(warnings) => view! { <Questions line=line warnings=warnings evening=evening /> }.into_any(),
                Standing::Clash(report) => view! { <Clash line=line report=*report evening=evening /> }.into_any(),
                Standing::Over => view! { <Over line=line evening=evening /> }.into_any(),
                Standing::Failed(failure) => {
                    view! {
                        <Trouble failure=failure again=Callback::new(move |()| evening.save(&line)) />
                        <p>{t(words::FAILED_SAFE)}</p>
                    }
                        .into_any()
                }
            }
        }}
        <Show when=move || of_other.get()>
            <p class="small">{t(words::DRAFT_OF_OTHER)}</p>
        </Show>
    }
}

/// What is unusual, each with its tick, and the button that sends the row.
#[component]
fn Questions(line: Line, warnings: Vec<Warning>, evening: Evening) -> impl IntoView {
    let tick = {
        let line = line.clone();
        move |warning: Warning| {
            let code = warning.code;
            let shown = RwSignal::from(line.clone());
            let ticked = Memo::new(move |_| shown.with(|row| row.ticked.contains(&code)));
            let change = move |_| {
                shown.update(|row| {
                    if row.ticked.contains(&code) {
                        row.ticked.retain(|known| *known != code);
                    } else {
                        row.ticked.push(code);
                    }
                });
            };
            view! {
                <label class="check">
                    <input type="checkbox" prop:checked=ticked on:change=change />
                    <span>
                        {move || words::tick_for(&warning_title(code).get())}
                        <span class="adjusted">{move || warning_sentence(&warning)}</span>
                    </span>
                </label>
            }
        }
    };
    let ticks = warnings.into_iter().map(tick).collect_view();
    view! {
        <p>{t(words::QUESTIONS_WHAT)}</p>
        {ticks}
        <p class="actions">
            <button type="button" class="button primary" on:click=move |_| evening.save(&line)>{t(words::SAVE_ROW)}</button>
        </p>
    }
}

/// Who reported for the unit, and when.
#[component]
fn Clash(line: Line, report: ReportView, evening: Evening) -> impl IntoView {
    let id = report.id;
    let has_arrival = line.with_untracked(|row| row.arrival.is_some());
    let who = format!("{}（{}）", report.entered_by.organization.name, report.entered_by.name);
    let what = move || words::clash_what(&format::count(report.total), &format::day_and_time(report.arrived_at), &who);
    view! {
        <p>{what}</p>
        <p><a href=format!("/reports/{id}")>{t(words::CLASH_SEE)}</a></p>
        {has_arrival
            .then(|| {
                view! {
                    <p class="actions">
                        <button type="button" class="button" on:click=move |_| evening.enter(&line, id)>{t(words::CLASH_ENTER)}</button>
                    </p>
                }
            })}
    }
}

/// The time for reports of the day is over: what was found is a supplement, and nobody found a statement.
#[component]
fn Over(line: Line, evening: Evening) -> impl IntoView {
    let nobody = line.with_untracked(|row| row.cells.iter().all(|cell| matches!(cell.trim(), "" | "0")));
    let word = if nobody { words::ZERO_SAVE } else { words::OVER_SAVE };
    view! {
        <p>{t(words::OVER_WHAT)}</p>
        <p class="actions">
            <button type="button" class="button primary" on:click=move |_| evening.file_late(line.clone())>{t(word)}</button>
        </p>
    }
}
