//! What becomes of a report on its way: answered, refused, or unknown until the server is asked.

use shared::problem::{Problem, ProblemKind};
use shared::report::{ReportRequest, ReportView, Warning};
use shared::reporting_day::ReportingDayView;
use shared::{ReportingDay, Violation};
use uuid::Uuid;

/// After how long without an answer the outcome counts as unknown and the server is asked.
pub const PATIENCE_MS: u64 = 15_000;

/// The key of a request. It belongs to the content: the same content keeps its key, so that repeating is safe, and
/// another content gets another.
#[derive(Debug, Clone)]
pub struct ContentKey<T = ReportRequest>(Option<(T, Uuid)>);

impl<T> Default for ContentKey<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone + PartialEq> ContentKey<T> {
    /// The key for this content, a fresh one where it differs from the last.
    pub fn of(&mut self, request: &T, fresh: impl FnOnce() -> Uuid) -> Uuid {
        match &self.0 {
            Some((content, key)) if content == request => *key,
            _ => {
                let key = fresh();
                self.0 = Some((request.clone(), key));
                key
            }
        }
    }
}

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Sending {
    /// Not sent; it may be.
    #[default]
    Ready,
    /// Sent, and no answer yet.
    UnderWay,
    /// Whether it arrived is unknown; the server is being asked. Never "failed" before that is known.
    Unknown,
    /// Asked: it did not arrive. It may be sent again, with the same key, by a person.
    NotArrived,
    /// The service asked to wait so many seconds.
    Busy(u32),
    /// The stated day is over; nothing was stored.
    DayChanged(Option<ReportingDay>),
    /// Somebody else's report is there.
    Existing(Box<ReportView>),
    /// Accepted.
    Accepted(Box<ReportView>),
    /// It was accepted before midnight, as the history of the new day shows.
    AcceptedEarlier(Uuid),
    /// The server finds more unusual numbers than this page did.
    Questioned(Vec<Warning>),
    /// Rules are broken.
    Invalid(Vec<Violation>),
    /// The session has ended; after signing in it may be sent again.
    SignedOut,
    /// Something else; the problem says what.
    Failed(Box<Problem>),
}

/// What was heard from the server.
#[derive(Debug, Clone)]
pub enum Heard {
    /// The report was accepted, now or by an earlier request with the same key.
    Accepted(Box<ReportView>),
    /// The service refused.
    Refused(Box<Problem>),
    /// Nothing, or nothing readable.
    Nothing,
    /// The day as it stands, asked for because the outcome was unknown.
    Day(Box<ReportingDayView>),
}

/// How long to wait where the service does not say.
const DEFAULT_WAIT_SECONDS: u32 = 5;

impl Sending {
    /// Whether the button may send.
    #[must_use]
    pub const fn may_send(&self) -> bool {
        matches!(
            self,
            Self::Ready
                | Self::NotArrived
                | Self::Questioned(_)
                | Self::Invalid(_)
                | Self::SignedOut
                | Self::Failed(_)
                | Self::Busy(0)
        )
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(self, Self::UnderWay | Self::Unknown)
    }

    /// Where the report stands after something was heard.
    #[must_use]
    pub fn after(self, heard: Heard, sent: &ReportRequest) -> Self {
        if !self.is_waiting() {
            // A late answer to a request that was given up: only an acceptance still changes what is true.
            return match heard {
                Heard::Accepted(report) => Self::Accepted(report),
                _ => self,
            };
        }
        match heard {
            Heard::Accepted(report) => Self::Accepted(report),
            Heard::Nothing => Self::Unknown,
            Heard::Refused(problem) => self.refused(*problem),
            Heard::Day(day) => seen(*day, sent),
        }
    }

    fn refused(self, problem: Problem) -> Self {
        let while_asking = self == Self::Unknown;
        match problem.kind() {
            Some(ProblemKind::AlreadyReported) => match problem.existing {
                Some(existing) => Self::Existing(existing),
                None => Self::Unknown,
            },
            Some(ProblemKind::DayChanged) => Self::DayChanged(problem.day),
            Some(ProblemKind::SignInRequired) => Self::SignedOut,
            // The question itself was refused: what became of the report is still unknown.
            _ if while_asking => Self::Unknown,
            Some(ProblemKind::UnacknowledgedWarnings) => Self::Questioned(problem.warnings),
            Some(ProblemKind::InvalidRequest) => Self::Invalid(problem.violations),
            Some(ProblemKind::Busy | ProblemKind::TooManyRequests) => {
                Self::Busy(problem.retry_after.unwrap_or(DEFAULT_WAIT_SECONDS).max(1))
            }
            _ => Self::Failed(Box::new(problem)),
        }
    }

    /// One second of the wait is over.
    #[must_use]
    pub fn second_passed(self) -> Self {
        match self {
            Self::Busy(seconds) => Self::Busy(seconds.saturating_sub(1)),
            other => other,
        }
    }
}

/// What the day says of a report whose answer was lost.
fn seen(day: ReportingDayView, sent: &ReportRequest) -> Sending {
    if day.day != sent.entry_day {
        let earlier = day.recent.iter().find(|item| item.day == sent.entry_day).and_then(|item| item.receipt_id);
        return earlier.map_or(Sending::DayChanged(Some(day.day)), Sending::AcceptedEarlier);
    }
    match day.report {
        Some(report) if says_the_same(&report, sent) => Sending::Accepted(report),
        Some(report) => Sending::Existing(report),
        None => Sending::NotArrived,
    }
}

fn says_the_same(report: &ReportView, sent: &ReportRequest) -> bool {
    report.counts == sent.counts && report.adjustments == sent.adjustments
}

#[cfg(test)]
#[path = "sending_tests.rs"]
mod tests;
