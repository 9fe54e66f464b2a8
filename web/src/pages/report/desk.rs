//! What is on the desk while a report is made: the day, what was typed, its draft, and the report on its way.
//!
//! It lives as long as the application, so that an answer that comes late still finds it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::draft::{DraftCells, DraftContent};
use shared::report::{ReportRequest, ReportView, Warning, WarningCode};
use shared::reporting_day::{ReportingDayView, UnitQuery};
use shared::{ReportingDay, plausibility};
use uuid::Uuid;

use crate::components::Failure;
use crate::forms::draft_sync::DraftSync;
use crate::forms::field::{Field, FieldError};
use crate::forms::report_form;
use crate::forms::sending::{ContentKey, Sending};
use crate::session::Session;
use crate::{api, clock, router};

/// What is known of the day.
#[derive(Debug, Clone, PartialEq)]
pub enum Day {
    /// Being asked for.
    Loading,
    /// Not known.
    Failed(Failure),
    /// Known.
    Known(Arc<ReportingDayView>),
}

/// A passing remark below the cells, read out when it appears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Full width was made half width.
    Folded,
    /// A word for nothing was made 0.
    MadeZero(String),
    /// A paste can't be taken.
    PasteRefused,
    /// Pasted.
    Pasted,
    /// Taken back.
    Undone,
}

/// The desk, as a context.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Who works at it.
    pub session: Session,
    /// The day.
    pub day: RwSignal<Day>,
    /// What was typed.
    pub content: RwSignal<DraftContent>,
    /// The draft on the server.
    pub sync: RwSignal<DraftSync>,
    /// When the draft was last saved, here or before.
    pub saved_at: RwSignal<Option<chrono::DateTime<chrono::Utc>>>,
    /// What is wrong, at the fields.
    pub mistakes: RwSignal<Vec<FieldError>>,
    /// What is wrong, in the summary: as of the last check.
    pub summary: RwSignal<Vec<FieldError>>,
    /// The last remark.
    pub remark: RwSignal<Option<Remark>>,
    /// What stood there before the last paste.
    pub before_paste: RwSignal<Option<DraftContent>>,
    /// Whether the day is reported as one without patients, whatever the cells hold.
    pub as_zero: RwSignal<bool>,
    /// Where the report stands.
    pub sending: RwSignal<Sending>,
    /// The warnings that were ticked.
    pub ticked: RwSignal<Vec<WarningCode>>,
    /// The warnings that only the server raised.
    pub server_warnings: RwSignal<Vec<Warning>>,
    /// The idempotency key of the content.
    pub key: StoredValue<ContentKey>,
    /// Counts the sendings, so that a patience that ran out is known to be about the last.
    pub attempt: StoredValue<u32>,
    /// Counts the keystrokes, so that a draft is saved after the last.
    pub strokes: StoredValue<u32>,
    /// Whether a page of the report is on the screen.
    pub in_use: StoredValue<bool>,
}

/// The desk of this application.
pub fn use_desk() -> Desk {
    expect_context()
}

impl Desk {
    /// An empty one.
    pub fn new(session: Session) -> Self {
        Self {
            session,
            day: RwSignal::new(Day::Loading),
            content: RwSignal::default(),
            sync: RwSignal::default(),
            saved_at: RwSignal::default(),
            mistakes: RwSignal::default(),
            summary: RwSignal::default(),
            remark: RwSignal::default(),
            before_paste: RwSignal::default(),
            as_zero: RwSignal::default(),
            sending: RwSignal::default(),
            ticked: RwSignal::default(),
            server_warnings: RwSignal::default(),
            key: StoredValue::default(),
            attempt: StoredValue::default(),
            strokes: StoredValue::default(),
            in_use: StoredValue::default(),
        }
    }

    /// Takes its place on the screen: forgets what was there and asks for the day, once what is being saved has arrived.
    pub fn open(self) {
        self.in_use.set_value(true);
        self.day.set(Day::Loading);
        self.load();
    }

    /// Asks for the day.
    pub fn load(self) {
        const A_MOMENT: std::time::Duration = std::time::Duration::from_millis(50);
        if self.sync.with_untracked(DraftSync::is_under_way) {
            set_timeout(move || self.load(), A_MOMENT);
            return;
        }
        spawn_local(async move {
            match self.session.call(api::client().reporting_day(&UnitQuery::default())).await {
                Ok(view) => self.lay_out(view),
                Err(error) => self.day.set(Day::Failed(Failure::from(&error))),
            }
        });
    }

    fn lay_out(self, view: ReportingDayView) {
        clock::synchronize(view.now);
        self.sync.set(DraftSync::opened(view.draft.as_ref()));
        self.saved_at.set(view.draft.as_ref().map(|draft| draft.saved_at));
        self.content.set(view.draft.as_ref().map(|draft| draft.content.clone()).unwrap_or_default());
        self.mistakes.set(Vec::new());
        self.summary.set(Vec::new());
        self.remark.set(None);
        self.before_paste.set(None);
        self.as_zero.set(false);
        self.forget_questions();
        self.sending.set(Sending::Ready);
        self.day.set(Day::Known(Arc::new(view)));
    }

    /// Goes to a page, unless the report was left meanwhile.
    pub fn go(self, path: &str) {
        if self.in_use.get_value() {
            router::go(path);
        }
    }

    /// The day, once it is known; tracked.
    pub fn view(self) -> Option<Arc<ReportingDayView>> {
        match self.day.get() {
            Day::Known(view) => Some(view),
            Day::Loading | Day::Failed(_) => None,
        }
    }

    /// Unit and day of the form, at this moment.
    pub fn place(self) -> Option<(Uuid, ReportingDay)> {
        match self.day.get_untracked() {
            Day::Known(view) => Some((view.unit.id, view.day)),
            Day::Loading | Day::Failed(_) => None,
        }
    }

    /// Whether the day of the form has ended; tracked.
    pub fn is_over(self) -> bool {
        matches!(self.sending.get(), Sending::DayChanged(_))
            || self.view().is_some_and(|view| clock::now() >= view.day_ends_at)
    }

    /// The report as it would be sent, without its ticks; tracked.
    pub fn request(self) -> Option<Result<ReportRequest, Vec<FieldError>>> {
        let view = self.view()?;
        if self.as_zero.get() {
            return Some(Ok(report_form::zero(view.unit.id, view.day)));
        }
        Some(self.content.with(|content| report_form::parse(content, view.unit.id, view.day)))
    }

    /// What is unusual about the report, as far as this page and the server found; tracked.
    pub fn warnings(self) -> Vec<Warning> {
        let (Some(view), Some(Ok(request))) = (self.view(), self.request()) else { return Vec::new() };
        let mut found = plausibility::warnings(&request.counts, &view.profile, view.day);
        for warning in self.server_warnings.get() {
            if !found.iter().any(|known| known.code == warning.code) {
                found.push(warning);
            }
        }
        found
    }

    /// Forgets ticks and the server's warnings: they were about other numbers.
    pub fn forget_questions(self) {
        self.ticked.set(Vec::new());
        self.server_warnings.set(Vec::new());
    }

    /// Takes a change of what was typed.
    pub fn edit(self, change: impl FnOnce(&mut DraftContent)) {
        self.content.update(change);
        self.as_zero.set(false);
        self.forget_questions();
        if !self.sending.with_untracked(Sending::is_waiting) {
            self.sending.set(Sending::Ready);
        }
        self.save_soon();
    }

    /// Checks what was typed and goes to the check page, or to the summary of what is wrong.
    pub fn check(self) {
        let Some((unit, day)) = self.place() else { return };
        match self.content.with_untracked(|content| report_form::parse(content, unit, day)) {
            Ok(_) => {
                self.mistakes.set(Vec::new());
                self.summary.set(Vec::new());
                self.as_zero.set(false);
                self.go("/report/check");
            }
            Err(errors) => self.point_out(errors),
        }
    }

    /// Goes to the check page with fourteen zeros.
    pub fn check_zero(self) {
        self.forget_questions();
        self.as_zero.set(true);
        self.go("/report/check");
    }

    /// Shows what is wrong at the fields and in the summary.
    pub fn point_out(self, errors: Vec<FieldError>) {
        self.mistakes.set(errors.clone());
        self.summary.set(errors);
    }

    /// Takes note of what is wrong with one field, or that nothing is.
    pub fn judge(self, field: Field, wrong: Option<FieldError>) {
        self.mistakes.update(|mistakes| {
            mistakes.retain(|mistake| mistake.field != field);
            mistakes.extend(wrong);
        });
    }

    /// Somebody else's report is there: the form gives way to it.
    pub fn give_way(self, report: Box<ReportView>) {
        self.sync.update(DraftSync::close);
        self.day.update(|day| {
            if let Day::Known(view) = day {
                *view = Arc::new(ReportingDayView { report: Some(report), ..(**view).clone() });
            }
        });
    }

    /// The cells of the report, or of an adjustment; tracked.
    pub fn cells(self, adjustment: Option<usize>) -> DraftCells {
        self.content.with(|content| match adjustment {
            None => content.cells.clone(),
            Some(at) => content.adjustments.get(at).map(|typed| typed.cells.clone()).unwrap_or_default(),
        })
    }
}
