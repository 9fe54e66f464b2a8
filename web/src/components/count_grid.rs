//! Fourteen cells in two native tables of seven: side by side where there is room, one below the other where not.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use shared::AgeBand;
use shared::draft::DraftCells;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlInputElement, KeyboardEvent};

use crate::format;
use crate::forms::field::Field;
use crate::forms::keys::{Press, Step, decide};
use crate::words::{Text, band_label, form, t};

/// What the cells are, and what happens in them.
#[derive(Clone)]
pub struct Cells {
    /// What was typed, tracked.
    pub typed: Signal<DraftCells>,
    /// The field of a band.
    pub field: fn(usize, AgeBand) -> Field,
    /// Which set of cells this is.
    pub set: usize,
    /// The name of a cell, tracked by language.
    pub label: Arc<dyn Fn(AgeBand) -> String + Send + Sync>,
    /// The heading of the column.
    pub heading: Text,
    /// What is wrong with a field, tracked.
    pub error: Callback<Field, Option<String>>,
    /// A cell was changed.
    pub on_edit: Callback<(usize, String)>,
    /// A cell was left.
    pub on_leave: Callback<usize>,
    /// A key with a meaning; says whether it was taken.
    pub on_step: Callback<Step, bool>,
    /// A text is pasted at a cell; says whether it was taken.
    pub on_paste: Callback<(usize, String), bool>,
}

/// The cells, with the usual number of each where there is one.
#[component]
pub fn CountGrid(
    /// The cells.
    cells: Cells,
    /// The usual numbers, in tenths; no column without them.
    #[prop(optional_no_strip)]
    averages: Option<[u64; AgeBand::COUNT]>,
    /// Whether the column of usual numbers is shown.
    #[prop(optional)]
    with_averages: bool,
) -> impl IntoView {
    const HALF: usize = AgeBand::COUNT / 2;
    let half = |from: usize, caption: Text| {
        let rows = AgeBand::ALL
            .into_iter()
            .skip(from)
            .take(HALF)
            .map(|band| {
                let usual = with_averages.then_some(averages.map(|tenths| tenths[band.index()]));
                view! { <Row cells=cells.clone() band=band usual=usual /> }
            })
            .collect_view();
        view! {
            <table class="count-table">
                <caption class="visually-hidden">{t(caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t(form::BAND)}</th>
                        <th scope="col" class="number">{t(cells.heading)}</th>
                        {with_averages.then(|| view! { <th scope="col" class="number">{t(form::AVERAGE)}</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    };
    view! {
        <div class="count-grid">{half(0, form::FIRST_HALF)} {half(HALF, form::SECOND_HALF)}</div>
    }
}

#[component]
fn Row(cells: Cells, band: AgeBand, #[prop(optional_no_strip)] usual: Option<Option<u64>>) -> impl IntoView {
    let field = (cells.field)(cells.set, band);
    let error_id = field.error_id();
    let error = cells.error;
    let wrong = Memo::new(move |_| error.run(field));
    let words = move || {
        let id = error_id.clone();
        wrong.get().map(|words| view! { <p class="field-error" id=id>{words}</p> })
    };
    let average = usual.map(|tenths| {
        view! { <td class="number average">{tenths.map_or_else(|| "–".to_owned(), format::tenths)}</td> }
    });
    view! {
        <tr class:wrong=move || wrong.with(Option::is_some)>
            <th scope="row"><label for=field.id()>{t(band_label(band))}</label></th>
            <td class="number"><Cell cells=cells band=band wrong=wrong /> {words}</td>
            {average}
        </tr>
    }
}

#[component]
fn Cell(cells: Cells, band: AgeBand, wrong: Memo<Option<String>>) -> impl IntoView {
    let at = band.index();
    let field = (cells.field)(cells.set, band);
    let typed = cells.typed;
    let value = Memo::new(move |_| typed.with(|cells| cells[at].clone()));
    let label = cells.label.clone();
    let (on_edit, on_leave, on_step, on_paste) = (cells.on_edit, cells.on_leave, cells.on_step, cells.on_paste);
    let key = move |event: KeyboardEvent| {
        if let Some(step) = decide(press(&event, &event.key()), at, AgeBand::COUNT)
            && on_step.run(step)
        {
            event.prevent_default();
        }
    };
    let paste = move |event: ClipboardEvent| {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        if on_paste.run((at, text)) {
            event.prevent_default();
        }
    };
    view! {
        <input
            type="text"
            inputmode="numeric"
            autocomplete="off"
            class="count"
            maxlength=shared::check::MAX_CELL_CHARS.to_string()
            id=field.id()
            aria-label=move || label(band)
            aria-invalid=move || wrong.with(Option::is_some).then_some("true")
            aria-describedby=move || wrong.with(Option::is_some).then(|| field.error_id())
            prop:value=value
            on:input=move |event| on_edit.run((at, event_target_value(&event)))
            on:focus=|event: ev::FocusEvent| select_all(&event)
            on:blur=move |_| on_leave.run(at)
            on:keydown=key
            on:paste=paste
        />
    }
}

fn press<'a>(event: &KeyboardEvent, key: &'a str) -> Press<'a> {
    Press {
        key,
        key_code: event.key_code(),
        composing: event.is_composing(),
        shift: event.shift_key(),
        command: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
    }
}

/// What is typed into a cell that was come to replaces what stood there.
fn select_all(event: &ev::FocusEvent) {
    if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
        input.select();
    }
}
