//! The form: fourteen cells that begin with what stands, and why they are changed.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::age_band::BandCounts;
use shared::draft::DraftCells;
use shared::report::{AdjustmentReason, ReportView};
use shared::revision::{CorrectionRequest, Stands, check_correction};
use shared::{AgeBand, Role, Rule};

use crate::components::{Cells, ChoiceField, CountGrid, ErrorSummary, Mistake, TextField, focus_on, mistake_at};
use crate::format;
use crate::forms::cell;
use crate::forms::field::Field;
use crate::forms::keys::Step;
use crate::forms::paste::{Paste, plan};
use crate::forms::report_form::live_total;
use crate::session::use_session;
use crate::words::figures::correct as words;
use crate::words::{band_label, form, reason_word, rule_text, t};

const REASON: &str = "reason";
const NOTE: &str = "note";
const CHECK_BUTTON: &str = "check-button";

/// What was typed.
#[derive(Debug, Clone, Copy)]
pub struct Typed {
    cells: RwSignal<DraftCells>,
    reason: RwSignal<String>,
    note: RwSignal<String>,
    pub mistakes: RwSignal<Vec<Mistake>>,
}

impl Typed {
    /// What stands.
    pub fn of(report: &ReportView) -> Self {
        Self {
            cells: RwSignal::new(report.counts.as_array().map(|count| count.to_string())),
            reason: RwSignal::new(String::new()),
            note: RwSignal::new(String::new()),
            mistakes: RwSignal::new(Vec::new()),
        }
    }

    /// The correction that was typed.
    fn read(self, report: &ReportView, by_authority: bool) -> Result<CorrectionRequest, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut counts = [0; AgeBand::COUNT];
        self.cells.with_untracked(|cells| {
            for ((band, typed), count) in AgeBand::ALL.into_iter().zip(cells).zip(&mut counts) {
                match cell::count(typed) {
                    Ok(number) => *count = number.unwrap_or(0),
                    Err(rule) => mistakes.push(wrong_cell(band, rule)),
                }
            }
        });
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let reason = self.reason.get_untracked();
        let request = CorrectionRequest {
            // Each cell was read within its range.
            counts: BandCounts::new(counts).unwrap_or_default(),
            total: None,
            adjustments: None,
            reason: AdjustmentReason::ALL.into_iter().find(|one| one.key() == reason),
            note: Some(self.note.get_untracked()).filter(|note| !note.trim().is_empty()),
            acknowledged_warnings: Vec::new(),
        };
        if by_authority && request.reason.is_none() {
            return Err(vec![Mistake { field: REASON.to_owned(), words: words::REASON_MISSING.get().to_owned() }]);
        }
        let before = Stands { entry_day: report.entry_day, counts: &report.counts, adjustments: &report.adjustments };
        match check_correction(&request, before, shared::correction::Corrector::Sender) {
            Ok(_) => Ok(request),
            Err(violations) => Err(violations.iter().map(mistake).collect()),
        }
    }
}

/// A violation at its field.
pub fn mistake(violation: &shared::Violation) -> Mistake {
    let pointer = violation.pointer.as_str();
    let band = pointer.strip_prefix("/counts/").and_then(AgeBand::from_key);
    match (band, pointer) {
        (Some(band), _) if violation.rule == Rule::BelowZero => {
            Mistake { field: Field::Count(band).id(), words: words::below_zero(&band_label(band).get()) }
        }
        (Some(band), _) => wrong_cell(band, violation.rule),
        (None, "/reason") => Mistake { field: REASON.to_owned(), words: words::REASON_MISSING.get().to_owned() },
        (None, "/note") => Mistake { field: NOTE.to_owned(), words: rule_text(violation.rule).get().to_owned() },
        _ => Mistake { field: Field::Count(AgeBand::Age0).id(), words: rule_text(violation.rule).get().to_owned() },
    }
}

fn wrong_cell(band: AgeBand, rule: Rule) -> Mistake {
    let name = band_label(band).get();
    let words = if rule == Rule::OutOfRange { form::too_large(&name) } else { form::not_number(&name) };
    Mistake { field: Field::Count(band).id(), words }
}

/// The form.
#[component]
pub fn CorrectionForm(
    /// The report as it stands.
    report: Arc<ReportView>,
    /// What was typed.
    typed: Typed,
    /// What goes to the page that shows it once more.
    checked: RwSignal<Option<CorrectionRequest>>,
) -> impl IntoView {
    let by_authority = use_session().view_untracked().is_some_and(|view| view.role == Role::Prefecture);
    let kept = report.adjustments.len() as u64;
    let check = {
        let report = report.clone();
        move || match typed.read(&report, by_authority) {
            Ok(request) => {
                typed.mistakes.set(Vec::new());
                checked.set(Some(request));
            }
            Err(mistakes) => typed.mistakes.set(mistakes),
        }
    };
    let by_key = check.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        check();
    };
    let reasons: Vec<_> = AdjustmentReason::ALL.map(|reason| (reason.key(), reason_word(reason))).into();
    let reason_label = if by_authority { words::REASON } else { words::REASON_OPTIONAL };
    let total = move || format::count(typed.cells.with(live_total));
    view! {
        <form class="stack" novalidate on:submit=submit>
            <ErrorSummary mistakes=typed.mistakes />
            <p>{t(words::WHAT)}</p>
            <CountGrid cells=cells(typed, Callback::new(move |()| by_key())) />
            <p class="total-line">{t(form::TOTAL)} " " <output aria-live="polite">{total}</output></p>
            {(kept > 0).then(|| view! { <p>{move || words::kept(&format::count(kept))}</p> })}
            <ChoiceField
                id=REASON
                label=reason_label
                none=words::CHOOSE
                choices=reasons
                value=typed.reason
                error=mistake_at(typed.mistakes, REASON)
            />
            <TextField id=NOTE label=words::NOTE value=typed.note error=mistake_at(typed.mistakes, NOTE) />
            <p class="actions">
                <button type="submit" id=CHECK_BUTTON class="button primary">{t(form::CHECK)}</button>
                <a class="button quiet" href=format!("/reports/{}", report.id)>{t(words::CANCEL)}</a>
            </p>
        </form>
    }
}

/// Binds the cells to what was typed.
fn cells(typed: Typed, check: Callback<()>) -> Cells {
    let write = move |at: usize, text: String| {
        typed.cells.update(|cells| {
            if let Some(slot) = cells.get_mut(at) {
                *slot = text;
            }
        });
    };
    Cells {
        typed: typed.cells.into(),
        field: |_, band| Field::Count(band),
        set: 0,
        label: Arc::new(|band| form::cell(&band_label(band).get())),
        heading: form::NUMBER,
        error: Callback::new(move |field: Field| {
            let id = field.id();
            typed.mistakes.with(|list| list.iter().find(|one| one.field == id).map(|found| found.words.clone()))
        }),
        on_edit: Callback::new(move |(at, text)| write(at, text)),
        on_leave: Callback::new(move |at: usize| {
            let text = typed.cells.with_untracked(|cells| cells[at].clone());
            if let Some((plain, _)) = cell::tidy(&text, false) {
                write(at, plain);
            }
        }),
        on_step: Callback::new(move |step| {
            match step {
                Step::Cell(to) => {
                    if let Some(&band) = AgeBand::ALL.get(to) {
                        focus_on(&Field::Count(band).id());
                    }
                }
                Step::Beyond => focus_on(CHECK_BUTTON),
                Step::Check => check.run(()),
                Step::Stay => {}
                Step::Zero | Step::Undo => return false,
            }
            true
        }),
        on_paste: Callback::new(move |(at, text): (usize, String)| {
            // A whole row replaces what stands: it is looked at once more before it is sent.
            match plan(&text, at, &typed.cells.get_untracked()) {
                Paste::Several(preview) => {
                    typed.cells.set(preview.cells);
                    true
                }
                Paste::Single | Paste::Refused => false,
            }
        }),
    }
}
