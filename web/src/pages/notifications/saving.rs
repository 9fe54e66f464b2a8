//! The units of a day with their numbers, and how numbers are sent: what is refused stays where it was typed.

use leptos::prelude::*;
use shared::client::ClientError;
use shared::coverage::UnitCoverage;
use shared::notification_count::{
    CountSource, MAX_ROWS, NotificationCount, NotificationCountResult, NotificationCountRow, NotificationCountsRequest,
};
use shared::{Problem, ProblemKind, ReportingDay, Rule};
use uuid::Uuid;

use super::list::{Line, lines};
use super::{Opened, counts_of};
use crate::forms::sending::ContentKey;
use crate::session::{Session, use_session};
use crate::words::collect::notifications as words;
use crate::words::{Text, problem_title, rule_text};
use crate::{api, format};

/// The units of a day.
#[derive(Clone, Copy)]
pub struct List {
    session: Session,
    pub day: ReportingDay,
    pub units: StoredValue<Vec<UnitCoverage>>,
    pub lines: StoredValue<Vec<Line>>,
    counts: StoredValue<Vec<NotificationCount>>,
    /// Changes with each saving.
    pub saved: RwSignal<u32>,
    /// What was done last.
    pub said: RwSignal<String>,
    key: StoredValue<ContentKey<NotificationCountsRequest>>,
}

impl List {
    /// None yet.
    pub fn new(day: ReportingDay) -> Self {
        Self {
            session: use_session(),
            day,
            lines: StoredValue::new(Vec::new()),
            counts: StoredValue::new(Vec::new()),
            units: StoredValue::new(Vec::new()),
            saved: RwSignal::new(0),
            said: RwSignal::new(String::new()),
            key: StoredValue::new(ContentKey::default()),
        }
    }

    /// Takes up what was loaded. What is typed stays.
    pub fn take(self, opened: &Opened) {
        let mut loaded = lines(opened);
        for line in &mut loaded {
            if let Some(before) = self.line(line.id) {
                line.typed = before.typed;
            }
        }
        self.lines.set_value(loaded);
        self.units.set_value(opened.units.clone());
        self.counts.set_value(opened.counts.clone());
    }

    /// Whether something is typed that isn't stored.
    pub fn has_typed(self) -> bool {
        self.lines.with_value(|lines| lines.iter().any(|line| line.typed.with_untracked(|typed| !typed.is_empty())))
    }

    /// The line at a place.
    pub fn at(self, place: usize) -> Option<Line> {
        self.lines.with_value(|lines| lines.get(place).cloned())
    }

    /// What is known of a unit, tracked.
    pub fn count(self, unit_id: Uuid) -> Option<NotificationCount> {
        self.saved.track();
        self.counts.with_value(|counts| counts.iter().find(|count| count.unit_id == unit_id).cloned())
    }

    /// Whether a number of a unit is known.
    pub fn is_counted(self, unit_id: Uuid) -> bool {
        self.counts.with_value(|counts| counts.iter().any(|count| count.unit_id == unit_id))
    }

    /// The line of a unit.
    pub fn line(self, unit_id: Uuid) -> Option<Line> {
        self.lines.with_value(|lines| lines.iter().find(|line| line.id == unit_id).cloned())
    }

    /// Sends numbers, and takes over what is known afterwards; what became of each.
    pub async fn send(
        self,
        source: CountSource,
        rows: Vec<NotificationCountRow>,
    ) -> Result<Vec<NotificationCountResult>, ClientError> {
        let mut results = Vec::with_capacity(rows.len());
        for counts in rows.chunks(MAX_ROWS) {
            let request = NotificationCountsRequest { source, counts: counts.to_vec() };
            // The same content keeps its key, so that pressing again after a lost answer enters it once.
            let key = self.key.try_update_value(|key| key.of(&request, Uuid::new_v4)).unwrap_or_default();
            let key = key.to_string();
            let done = self.session.call(api::client().enter_notification_counts(&key, &request)).await?;
            results.extend(done.results);
        }
        self.said.set(words::saved(&format::count(stored(&results) as u64)));
        // Where this fails, everything is stored all the same: it shows when the page is loaded again.
        if let Ok(counts) = self.session.call(counts_of(self.day)).await {
            self.counts.set_value(counts);
        }
        self.saved.update(|times| *times += 1);
        Ok(results)
    }
}

/// How many of these are stored.
pub fn stored(results: &[NotificationCountResult]) -> usize {
    results.iter().filter(|result| result.refusal.is_none()).count()
}

/// Why the service refused a number.
pub fn refusal_words(problem: &Problem) -> String {
    let rule = problem.violations.first().map(|violation| rule_words(violation.rule));
    let kind =
        problem.kind().map(|kind| if kind == ProblemKind::NotFound { words::NO_UNIT } else { problem_title(kind) });
    rule.or(kind).unwrap_or(Text::MISSING).get().to_owned()
}

/// What a rule asks of a number here.
pub fn rule_words(rule: Rule) -> Text {
    match rule {
        Rule::Required | Rule::Malformed | Rule::OutOfRange => words::BAD_COUNT,
        Rule::Duplicate => words::TWICE,
        Rule::DayOutOfRange => words::BAD_DAY,
        other => rule_text(other),
    }
}
