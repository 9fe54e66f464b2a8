//! Binds the fourteen cells of the report, or of an adjustment, to the desk.

use std::sync::Arc;

use leptos::prelude::*;
use shared::draft::DraftCells;
use shared::{AgeBand, Rule};

use super::desk::{Desk, Remark};
use crate::components::{Cells, focus_on};
use crate::format;
use crate::forms::cell::{self, Change};
use crate::forms::field::{Field, FieldError};
use crate::forms::keys::Step;
use crate::forms::paste::{Paste, Preview, plan};
use crate::words::{Text, band_label, form, reason_word, rule_text};

/// The id of the button that follows the last cell.
pub const CHECK_BUTTON: &str = "check-button";

/// A paste that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The adjustment it is for, or the report itself.
    pub adjustment: Option<usize>,
    /// What it would do.
    pub preview: Preview,
}

/// The cells of the report or of an adjustment; a paste of several values goes to `offered`.
pub fn cells(desk: Desk, adjustment: Option<usize>, heading: Text, offered: RwSignal<Option<Offered>>) -> Cells {
    Cells {
        typed: Signal::derive(move || desk.cells(adjustment)),
        field: if adjustment.is_some() { Field::Delta } else { |_, band| Field::Count(band) },
        set: adjustment.unwrap_or(0),
        label: Arc::new(move |band| name(adjustment, band)),
        heading,
        error: Callback::new(move |field| error_at(desk, field)),
        on_edit: Callback::new(move |(at, text)| edit(desk, adjustment, at, text)),
        on_leave: Callback::new(move |at| leave(desk, adjustment, at)),
        on_step: Callback::new(move |step| take_step(desk, adjustment, step)),
        on_paste: Callback::new(move |(at, text): (usize, String)| paste(desk, adjustment, at, &text, offered)),
    }
}

fn name(adjustment: Option<usize>, band: AgeBand) -> String {
    let band = band_label(band).get();
    match adjustment {
        None => form::cell(&band),
        Some(at) => form::delta_cell(&band, &(at + 1)),
    }
}

fn field(adjustment: Option<usize>, band: AgeBand) -> Field {
    adjustment.map_or(Field::Count(band), |at| Field::Delta(at, band))
}

fn of(content: &mut shared::draft::DraftContent, adjustment: Option<usize>) -> Option<&mut DraftCells> {
    match adjustment {
        None => Some(&mut content.cells),
        Some(at) => content.adjustments.get_mut(at).map(|typed| &mut typed.cells),
    }
}

fn edit(desk: Desk, adjustment: Option<usize>, at: usize, text: String) {
    desk.before_paste.set(None);
    desk.edit(|content| {
        if let Some(slot) = of(content, adjustment).and_then(|cells| cells.get_mut(at)) {
            *slot = text;
        }
    });
    if let Some(&band) = AgeBand::ALL.get(at) {
        desk.judge(field(adjustment, band), None);
    }
}

/// On leaving a cell: what can be read is written plainly, what can't is pointed out.
fn leave(desk: Desk, adjustment: Option<usize>, at: usize) {
    let Some(&band) = AgeBand::ALL.get(at) else { return };
    let typed = untrack(|| desk.cells(adjustment))[at].clone();
    if let Some((plain, change)) = cell::tidy(&typed, adjustment.is_some()) {
        desk.edit(|content| {
            if let Some(slot) = of(content, adjustment).and_then(|cells| cells.get_mut(at)) {
                *slot = plain;
            }
        });
        if let Some(change) = change {
            desk.remark.set(Some(match change {
                Change::Folded => Remark::Folded,
                Change::MadeZero => Remark::MadeZero(typed.trim().to_owned()),
            }));
        }
    }
    let rule = if adjustment.is_some() { cell::delta(&typed).err() } else { cell::count(&typed).err() };
    let field = field(adjustment, band);
    desk.judge(field, rule.map(|rule| FieldError { field, rule }));
}

fn take_step(desk: Desk, adjustment: Option<usize>, step: Step) -> bool {
    match step {
        Step::Cell(to) => {
            if let Some(&band) = AgeBand::ALL.get(to) {
                focus_on(&field(adjustment, band).id());
            }
        }
        Step::Beyond => focus_on(CHECK_BUTTON),
        Step::Stay => {}
        Step::Check => desk.check(),
        Step::Zero => desk.check_zero(),
        Step::Undo => return undo(desk),
    }
    true
}

/// Takes back the last paste, unless something was typed since: then Ctrl+Z is the browser's.
fn undo(desk: Desk) -> bool {
    let Some(before) = desk.before_paste.get_untracked() else { return false };
    desk.edit(|content| *content = before);
    desk.before_paste.set(None);
    desk.mistakes.set(Vec::new());
    desk.remark.set(Some(Remark::Undone));
    true
}

fn paste(desk: Desk, adjustment: Option<usize>, at: usize, text: &str, offered: RwSignal<Option<Offered>>) -> bool {
    match plan(text, at, &untrack(|| desk.cells(adjustment))) {
        Paste::Single => return false,
        Paste::Refused => desk.remark.set(Some(Remark::PasteRefused)),
        Paste::Several(preview) => offered.set(Some(Offered { adjustment, preview: *preview })),
    }
    true
}

/// Carries out a paste that was agreed to.
pub fn take(desk: Desk, agreed: Offered) {
    let before = desk.content.get_untracked();
    desk.edit(|content| {
        if let Some(cells) = of(content, agreed.adjustment) {
            *cells = agreed.preview.cells;
        }
    });
    desk.before_paste.set(Some(before));
    for at in 0..AgeBand::COUNT {
        leave(desk, agreed.adjustment, at);
    }
    desk.remark.set(Some(Remark::Pasted));
}

/// The words about a field that is wrong; tracked.
pub fn error_at(desk: Desk, field: Field) -> Option<String> {
    desk.mistakes.with(|mistakes| mistakes.iter().find(|mistake| mistake.field == field).map(|found| words(*found)))
}

/// What is wrong, in words; tracked by language.
pub fn words(error: FieldError) -> String {
    let band = |band: AgeBand| band_label(band).get();
    let at_field = |name: &str| form::at_field(&name, &rule_text(error.rule).get());
    match (error.field, error.rule) {
        (Field::Count(of), Rule::OutOfRange) => form::too_large(&band(of)),
        (Field::Count(of), Rule::Malformed) => form::not_number(&band(of)),
        (Field::Delta(_, of), Rule::OutOfRange) => form::delta_too_large(&band(of)),
        (Field::Delta(_, of), Rule::Malformed) => form::delta_not_number(&band(of)),
        (Field::Delta(_, of), Rule::BelowZero) => form::below_zero(&band(of)),
        (Field::Count(of) | Field::Delta(_, of), _) => at_field(band(of)),
        (Field::TargetDay(at), _) => at_field(&named(at, form::ADJUST_DAY)),
        (Field::Reason(at), _) => at_field(&named(at, form::ADJUST_REASON)),
        (Field::Note(at), _) => at_field(&named(at, reason_word(shared::report::AdjustmentReason::Other))),
        (Field::Deltas(at), _) => at_field(&named(at, form::ADJUST_DELTA)),
        (Field::Whole, _) => at_field(form::WHOLE.get()),
    }
}

fn named(at: usize, part: Text) -> String {
    let which = form::adjust_n(&format::count(at as u64 + 1));
    format!("{which} {}", part.get())
}
