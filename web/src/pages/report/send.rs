//! Sending the report: one request, and where its answer is lost, questions until the outcome is known.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ClientError;
use shared::plausibility;
use shared::report::ReportRequest;
use shared::reporting_day::{CorrectionRule, UnitQuery};
use uuid::Uuid;

use super::desk::Desk;
use crate::forms::draft_sync::DraftSync;
use crate::forms::field::FieldError;
use crate::forms::report_form;
use crate::forms::sending::{Heard, PATIENCE_MS, Sending};
use crate::{api, connection, reported};

/// Why the button did not send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// So many ticks are missing.
    Ticks(usize),
    /// There is no network.
    Offline,
}

/// The longest pause between two questions about a lost answer.
const LONGEST_PAUSE_MS: u64 = 10_000;

impl Desk {
    /// Sends the report, once; a second press while it is on its way does nothing.
    ///
    /// # Errors
    /// Why nothing was sent.
    pub fn send(self) -> Result<(), Held> {
        if !self.sending.with_untracked(Sending::may_send) || untrack(|| self.is_over()) {
            return Ok(());
        }
        let Some(Ok(request)) = untrack(|| self.request()) else { return Ok(()) };
        let ticked = self.ticked.get_untracked();
        let warnings = untrack(|| self.warnings());
        let missing = plausibility::unacknowledged(&warnings, &ticked).len();
        if missing > 0 {
            return Err(Held::Ticks(missing));
        }
        if !untrack(connection::online) {
            return Err(Held::Offline);
        }
        let acknowledged_warnings = warnings.iter().map(|warning| warning.code).collect();
        self.post(ReportRequest { acknowledged_warnings, ..request });
        Ok(())
    }

    fn post(self, request: ReportRequest) {
        let key = self.key.try_update_value(|key| key.of(&request, Uuid::new_v4)).unwrap_or_else(Uuid::new_v4);
        self.attempt.update_value(|attempt| *attempt = attempt.wrapping_add(1));
        let attempt = self.attempt.get_value();
        self.sending.set(Sending::UnderWay);
        let sent = request.clone();
        let impatient = move || {
            if self.attempt.get_value() == attempt && self.sending.get_untracked() == Sending::UnderWay {
                self.hear(Heard::Nothing, &sent);
            }
        };
        set_timeout(impatient, Duration::from_millis(PATIENCE_MS));
        spawn_local(async move {
            let answer = self.session.call(api::client().submit_report_to_print(&key.to_string(), &request)).await;
            let heard = match answer {
                Ok(answered) => Heard::Accepted(Box::new(answered.value)),
                Err(ClientError::Problem(problem)) => Heard::Refused(problem),
                Err(ClientError::Unreachable(_) | ClientError::Unexpected(_)) => Heard::Nothing,
            };
            self.hear(heard, &request);
        });
    }

    fn hear(self, heard: Heard, sent: &ReportRequest) {
        let before = self.sending.get_untracked();
        let after = before.clone().after(heard, sent);
        if after == before {
            return;
        }
        self.sending.set(after.clone());
        match after {
            Sending::Unknown => self.ask_after(1_000, sent.clone()),
            Sending::Accepted(report) => {
                self.sync.update(DraftSync::close);
                let path = format!("/reports/{}", report.id);
                let mut report = *report;
                report.correctable =
                    self.view().is_some_and(|view| view.correction == CorrectionRule::SameDayReplacement);
                reported::remember(report);
                self.go(&path);
            }
            Sending::AcceptedEarlier(id) => self.go(&format!("/reports/{id}")),
            Sending::Existing(report) => self.give_way(report),
            Sending::Questioned(warnings) => self.server_warnings.set(warnings),
            Sending::Invalid(violations) => {
                let content = self.content.get_untracked();
                self.point_out(
                    violations
                        .iter()
                        .map(|violation| FieldError {
                            field: report_form::field_of(&violation.pointer, &content),
                            rule: violation.rule,
                        })
                        .collect(),
                );
                self.go("/report");
            }
            Sending::Busy(_) => self.count_down(),
            Sending::DayChanged(_) => self.sync.update(DraftSync::close),
            Sending::Ready | Sending::UnderWay | Sending::NotArrived | Sending::SignedOut | Sending::Failed(_) => {}
        }
    }

    /// Asks how the day stands, again and again until it is known whether the report arrived. Never sends it again.
    fn ask_after(self, milliseconds: u64, sent: ReportRequest) {
        let ask = move || {
            spawn_local(async move {
                if self.sending.get_untracked() != Sending::Unknown {
                    return;
                }
                match self.session.call(api::client().reporting_day(&UnitQuery::default())).await {
                    Ok(view) => self.hear(Heard::Day(Box::new(view)), &sent),
                    Err(error) => {
                        if let ClientError::Problem(problem) = error {
                            self.hear(Heard::Refused(problem), &sent);
                        }
                        self.ask_after((milliseconds * 2).min(LONGEST_PAUSE_MS), sent);
                    }
                }
            });
        };
        set_timeout(ask, Duration::from_millis(milliseconds));
    }

    fn count_down(self) {
        let second = move || {
            self.sending.update(|sending| *sending = std::mem::take(sending).second_passed());
            if matches!(self.sending.get_untracked(), Sending::Busy(left) if left > 0) {
                self.count_down();
            }
        };
        set_timeout(second, Duration::from_secs(1));
    }
}
