//! Blocks from a spreadsheet: shown first, taken when agreed to, taken back by Ctrl+Z.

use leptos::prelude::*;
use shared::AgeBand;
use shared::draft::DraftCells;

use super::evening::Evening;
use super::grid::cells_of;
use super::line::{Line, Row};
use crate::components::Dialog;
use crate::forms::block_paste::{Paste, plan};
use crate::forms::grid_keys::Place;
use crate::words::collect::entry as words;
use crate::words::{band_label, t};

/// What is pasted, and what was there before.
#[derive(Clone, Copy)]
pub struct Pasting {
    offered: RwSignal<Option<Vec<(usize, DraftCells)>>>,
    before: StoredValue<Vec<Vec<(Line, DraftCells)>>>,
}

impl Pasting {
    /// Nothing yet.
    pub fn none() -> Self {
        Self { offered: RwSignal::new(None), before: StoredValue::new(Vec::new()) }
    }

    /// Offers a text that is pasted at a cell; whether it was taken from the browser.
    pub fn offer(self, evening: Evening, text: &str, at: Place) -> bool {
        match plan(text, at, &cells_of(evening)) {
            Paste::Single => false,
            Paste::Several(planned) => {
                self.offered.set(Some(planned));
                true
            }
            Paste::Refused => {
                evening.said.set(words::PASTE_REFUSED.get().to_owned());
                true
            }
        }
    }

    fn take(self, evening: Evening) {
        let Some(planned) = self.offered.try_update(Option::take).flatten() else { return };
        let rows = evening.rows.get_untracked();
        let mut before = Vec::new();
        for (place, cells) in planned {
            let Some(line) = rows.get(place).filter(|line| line.with_untracked(Row::is_open)) else { continue };
            before.push((line.clone(), line.with_untracked(|row| row.cells.clone())));
            write(evening, line, &cells);
        }
        self.before.update_value(|all| all.push(before));
    }

    /// Takes back the last paste.
    pub fn undo(self, evening: Evening) {
        let Some(before) = self.before.try_update_value(Vec::pop).flatten() else { return };
        for (line, cells) in before {
            if line.with_untracked(Row::is_open) {
                write(evening, &line, &cells);
            }
        }
        evening.said.set(words::UNDONE.get().to_owned());
    }
}

fn write(evening: Evening, line: &Line, cells: &DraftCells) {
    for (column, cell) in cells.iter().enumerate() {
        if line.with_untracked(|row| row.cells.get(column) != Some(cell)) {
            evening.type_into(line, column, cell.clone());
        }
    }
}

/// Shows what a paste would do and asks.
#[component]
pub fn PasteDialog(evening: Evening, pasting: Pasting) -> impl IntoView {
    let offered = pasting.offered;
    let open = Memo::new(move |_| offered.with(Option::is_some));
    let count = move || offered.with(|offered| offered.as_ref().map_or(0, Vec::len));
    let rows = move || {
        let named = |(place, cells): (usize, DraftCells)| {
            let name = evening.rows.with(|rows| rows.get(place).map(|line| line.with(|row| row.unit.name.clone())));
            let cells = cells.into_iter().map(|cell| view! { <td class="number">{cell}</td> }).collect_view();
            view! { <tr><th scope="row" class="sticky">{name}</th>{cells}</tr> }
        };
        offered.get().unwrap_or_default().into_iter().map(named).collect_view()
    };
    let heading = Signal::derive(move || words::paste_heading(&count()));
    view! {
        <Dialog id="paste-heading" open=open heading=heading on_close=move |()| offered.set(None)>
            <div class="table-box preview" role="region" tabindex="0" aria-labelledby="paste-heading">
                <table>
                    <thead>
                        <tr>
                            <th scope="col" class="sticky">{t(words::UNIT)}</th>
                            {AgeBand::ALL.map(|band| view! { <th scope="col" class="number">{t(band_label(band))}</th> }).into_iter().collect_view()}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="actions">
                <button type="button" class="button primary" data-first-focus="true" on:click=move |_| pasting.take(evening)>
                    {t(words::PASTE_DO)}
                </button>
                <button type="button" class="button quiet" on:click=move |_| offered.set(None)>{t(words::CANCEL)}</button>
            </p>
        </Dialog>
    }
}
