//! The grid: a row per unit with fourteen counts, their total and the channel; one cell of it is in the order of Tab.

use leptos::ev;
use leptos::prelude::*;
use shared::AgeBand;
use shared::draft::DraftCells;
use shared::report::Channel;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlInputElement, KeyboardEvent};

use super::evening::{Evening, cell_id};
use super::line::{Line, Row, Standing};
use super::paste::Pasting;
use crate::components::focus_on;
use crate::format;
use crate::forms::grid_keys::{CHANNEL, Move, Place, decide};
use crate::forms::keys::Press;
use crate::forms::report_form::live_total;
use crate::words::collect::entry as words;
use crate::words::{band_label, channel_word, t};

/// The grid; nothing while it has no row.
#[component]
pub fn Grid(evening: Evening, pasting: Pasting) -> impl IntoView {
    let rows = evening.rows;
    let editing = RwSignal::new(None::<Place>);
    let bands = AgeBand::ALL
        .map(|band| view! { <th scope="col" role="columnheader" class="number">{t(band_label(band))}</th> });
    let drawn = move || {
        let row =
            |(place, line)| view! { <GridRow line=line row=place evening=evening pasting=pasting editing=editing /> };
        rows.get().into_iter().enumerate().map(row).collect_view()
    };
    let any = Memo::new(move |_| !rows.with(Vec::is_empty));
    view! {
        <div class:hidden=move || !any.get()>
            <p class="small no-print" id="grid-hint">{t(words::GRID_HINT)}</p>
            <div class="table-box">
                <table class="proxy-grid" role="grid" aria-label=t(words::GRID) aria-describedby="grid-hint">
                    <thead>
                        <tr role="row">
                            <th scope="col" role="columnheader" class="sticky">{t(words::UNIT)}</th>
                            {bands.into_iter().collect_view()}
                            <th scope="col" role="columnheader" class="number">{t(words::TOTAL)}</th>
                            <th scope="col" role="columnheader">{t(words::CHANNEL)}</th>
                            <th scope="col" role="columnheader">{t(words::ROW_STATE)}</th>
                        </tr>
                    </thead>
                    <tbody>{drawn}</tbody>
                </table>
            </div>
            <p class="actions">
                <button type="button" class="button primary" on:click=move |_| evening.save_all()>{t(words::SAVE_ALL)}</button>
            </p>
        </div>
    }
}

#[component]
fn GridRow(
    line: Line,
    row: usize,
    evening: Evening,
    pasting: Pasting,
    editing: RwSignal<Option<Place>>,
) -> impl IntoView {
    let unit = line.with_untracked(|row| row.unit.clone());
    let shown = RwSignal::from(line.clone());
    let open = Memo::new(move |_| shown.with(Row::is_open));
    let total = Memo::new(move |_| shown.with(|row| live_total(&row.cells)));
    let standing = Memo::new(move |_| shown.with(|row| row.standing.clone()));
    let name = unit.name.clone();
    let cells = AgeBand::ALL.map(|band| {
        let place = Place { row, column: band.index() };
        view! { <Cell line=line.clone() place=place open=open evening=evening pasting=pasting editing=editing /> }
    });
    let (save, save_name) = (line.clone(), name.clone());
    view! {
        <tr role="row" data-standing=move || standing_key(&standing.get())>
            <th scope="row" role="rowheader" class="sticky">{name}</th>
            {cells.into_iter().collect_view()}
            <td role="gridcell" class="number total">{move || format::count(total.get())}</td>
            <ChannelCell line=line place=Place { row, column: CHANNEL } open=open evening=evening editing=editing />
            <td role="gridcell">
                <span>{move || standing_words(&standing.get())}</span>
                " "
                <Show when=move || open.get()>
                    <button
                        type="button"
                        class="button small no-print"
                        tabindex="-1"
                        aria-label={
                            let name = save_name.clone();
                            move || words::save_for(&name)
                        }
                        on:click={
                            let line = save.clone();
                            move |_| evening.save(&line)
                        }
                    >
                        {t(words::SAVE)}
                    </button>
                </Show>
            </td>
        </tr>
    }
}

#[component]
fn Cell(
    line: Line,
    place: Place,
    open: Memo<bool>,
    evening: Evening,
    pasting: Pasting,
    editing: RwSignal<Option<Place>>,
) -> impl IntoView {
    let Some(&band) = AgeBand::ALL.get(place.column) else { return ().into_any() };
    let shown = RwSignal::from(line.clone());
    let value = Memo::new(move |_| shown.with(|row| row.cells[place.column].clone()));
    let wrong = Memo::new(move |_| {
        shown
            .with(|row| matches!(&row.standing, Standing::Unreadable(bands) if bands.iter().any(|(of, _)| *of == band)))
    });
    let name = line.with_untracked(|row| row.unit.name.clone());
    let before = StoredValue::new(String::new());
    let focus = move |event: ev::FocusEvent| {
        evening.active.set(place);
        before.set_value(value.get_untracked());
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            input.select();
        }
    };
    let of_key = line.clone();
    let key = move |event: KeyboardEvent| {
        let revert = || {
            if editing.get_untracked() == Some(place) || value.get_untracked() != before.get_value() {
                evening.type_into(&of_key, place.column, before.get_value());
            }
        };
        act(&event, place, (evening, pasting, editing), &of_key, revert);
    };
    let paste = move |event: ClipboardEvent| {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        if open.get_untracked() && pasting.offer(evening, &text, place) {
            event.prevent_default();
        }
    };
    let typed = move |event| evening.type_into(&line, place.column, event_target_value(&event));
    view! {
        <td role="gridcell" class="number">
            <input
                type="text"
                inputmode="numeric"
                autocomplete="off"
                class="count"
                maxlength=shared::check::MAX_CELL_CHARS.to_string()
                id=cell_id(place)
                tabindex=move || if evening.active.get() == place { "0" } else { "-1" }
                aria-label=move || words::cell(&band_label(band).get(), &name)
                aria-invalid=move || wrong.get().then_some("true")
                readonly=move || !open.get()
                prop:value=value
                on:input=typed
                on:focus=focus
                on:blur=move |_| editing.set(None)
                on:keydown=key
                on:paste=paste
            />
        </td>
    }
    .into_any()
}

#[component]
fn ChannelCell(
    line: Line,
    place: Place,
    open: Memo<bool>,
    evening: Evening,
    editing: RwSignal<Option<Place>>,
) -> impl IntoView {
    let shown = RwSignal::from(line.clone());
    let chosen = Memo::new(move |_| shown.with(|row| row.channel));
    let name = line.with_untracked(|row| row.unit.name.clone());
    let of_key = line.clone();
    let key = move |event: KeyboardEvent| act(&event, place, (evening, Pasting::none(), editing), &of_key, || ());
    let choose = move |event| {
        let key = event_target_value(&event);
        if let Some(channel) = Channel::ALL.into_iter().find(|channel| channel.key() == key) {
            line.update(|row| row.channel = channel);
        }
    };
    let option = move |channel: Channel| {
        view! { <option value=channel.key() selected=move || chosen.get() == channel>{t(channel_word(channel))}</option> }
    };
    view! {
        <td role="gridcell">
            <select
                id=cell_id(place)
                tabindex=move || if evening.active.get() == place { "0" } else { "-1" }
                aria-label=move || words::channel_of(&name)
                disabled=move || !open.get()
                on:change=choose
                on:focus=move |_| evening.active.set(place)
                on:keydown=key
            >
                {Channel::ALL.into_iter().filter(|channel| channel.may_be_stated()).map(option).collect_view()}
            </select>
        </td>
    }
}

/// Does what a key means, if it means something here.
fn act(
    event: &KeyboardEvent,
    place: Place,
    (evening, pasting, editing): (Evening, Pasting, RwSignal<Option<Place>>),
    line: &Line,
    revert: impl Fn(),
) {
    let key = event.key();
    let press = Press {
        key: &key,
        key_code: event.key_code(),
        composing: event.is_composing(),
        shift: event.shift_key(),
        command: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
    };
    let rows = evening.rows.with_untracked(Vec::len);
    let Some(step) = decide(press, place, rows, editing.get_untracked() == Some(place)) else { return };
    event.prevent_default();
    match step {
        Move::To(to) => {
            editing.set(None);
            // At once: the next key may follow before a frame is drawn.
            focus_on(&cell_id(to));
        }
        Move::Edit => {
            editing.set(Some(place));
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                let end = u32::try_from(input.value().encode_utf16().count()).unwrap_or(0);
                let _ = input.set_selection_range(end, end);
            }
        }
        Move::Revert => {
            revert();
            editing.set(None);
        }
        Move::Save => evening.save(line),
        Move::Undo => pasting.undo(evening),
    }
}

/// The cells of every row, as they stand.
pub fn cells_of(evening: Evening) -> Vec<DraftCells> {
    evening.rows.with_untracked(|rows| rows.iter().map(|row| row.with_untracked(|row| row.cells.clone())).collect())
}

const fn standing_key(standing: &Standing) -> &'static str {
    match standing {
        Standing::Open | Standing::Saving => "open",
        Standing::Saved(_) => "saved",
        Standing::Unreadable(_) | Standing::Failed(_) => "wrong",
        Standing::Questioned(_) | Standing::Clash(_) | Standing::Over => "asking",
    }
}

fn standing_words(standing: &Standing) -> String {
    match standing {
        Standing::Open => words::EDITING.get().to_owned(),
        Standing::Saving => words::SAVING.get().to_owned(),
        Standing::Saved(number) => words::saved(number),
        Standing::Unreadable(_) => words::UNREADABLE.get().to_owned(),
        Standing::Questioned(_) => words::QUESTIONED.get().to_owned(),
        Standing::Clash(_) => words::CLASH.get().to_owned(),
        Standing::Over => words::OVER.get().to_owned(),
        Standing::Failed(_) => words::FAILED.get().to_owned(),
    }
}
