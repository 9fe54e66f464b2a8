//! Rows on their way: many in one request, each stored or refused alone.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::arrival::EnteredRequest;
use shared::client::ClientError;
use shared::day_statement::{StatementKind, StatementRequest};
use shared::problem::Problem;
use shared::report::{ReportRequest, ReportView};
use shared::report_batch::{MAX_REPORTS, ReportBatchRequest, ReportResult};
use uuid::Uuid;

use super::evening::Evening;
use super::line::{Line, Row, Standing};
use crate::components::{Failure, focus_on};
use crate::forms::grid_keys::Place;
use crate::forms::proxy_row::{Way, questions, report, supplement};
use crate::words::collect::entry as words;
use crate::{api, clock};

/// Where the focus goes when something is to be confirmed.
pub const PANEL: &str = "row-panel";

impl Evening {
    /// Saves a row and goes on to the next that is open.
    pub fn save(self, line: &Line) {
        self.send(vec![line.clone()], true);
    }

    /// Saves every row in which something was typed.
    pub fn save_all(self) {
        let typed = |row: &Row| row.is_open() && row.cells.iter().any(|cell| !cell.trim().is_empty());
        let lines =
            self.rows.with_untracked(|rows| rows.iter().filter(|line| line.with_untracked(typed)).cloned().collect());
        self.send(lines, false);
    }

    fn send(self, lines: Vec<Line>, go_on: bool) {
        let today = clock::today().get_untracked();
        let (mut sent, mut requests) = (Vec::new(), Vec::new());
        for line in lines.into_iter().filter(|line| line.with_untracked(Row::is_open)).take(MAX_REPORTS) {
            match self.ready(&line) {
                Some(_) if Way::of(self.day, today) == Way::Supplement => self.file_late(line),
                Some(request) => {
                    line.update(|row| row.standing = Standing::Saving);
                    sent.push(line);
                    requests.push(request);
                }
                None if go_on => request_animation_frame(|| focus_on(PANEL)),
                None => {}
            }
        }
        let Some(first) = requests.first().cloned() else { return };
        // The key belongs to the content: the same rows keep theirs.
        let key = sent
            .first()
            .and_then(|line| line.try_update(|row| row.key.of(&first, Uuid::new_v4)))
            .unwrap_or_else(Uuid::new_v4);
        let key = format!("{key}-{}", requests.len());
        spawn_local(async move {
            let request = ReportBatchRequest { reports: requests };
            match self.session.call(api::client().submit_reports(&key, &request)).await {
                Ok(batch) => {
                    for ((line, result), request) in sent.into_iter().zip(batch.results).zip(&request.reports) {
                        self.hear(line, result, request, go_on);
                    }
                }
                Err(error) => sent.iter().for_each(|line| failed(line, &error)),
            }
        });
    }

    /// What a row says, if nothing is to be corrected or confirmed first.
    fn ready(self, line: &Line) -> Option<ReportRequest> {
        let (request, profile) = line.with_untracked(|row| {
            (report(row.unit.unit_id, self.day, &row.cells, row.channel, &row.ticked), row.profile.clone())
        });
        match request {
            Ok(request) => {
                let asked = questions(&request, &profile);
                if asked.is_empty() {
                    return Some(request);
                }
                line.update(|row| row.standing = Standing::Questioned(asked));
            }
            Err(unreadable) => line.update(|row| row.standing = Standing::Unreadable(unreadable)),
        }
        None
    }

    fn hear(self, line: Line, result: ReportResult, request: &ReportRequest, go_on: bool) {
        match (result.report, result.refusal) {
            (Some(report), _) => self.saved(&line, report.id, report.receipt.number, go_on),
            (None, Some(problem)) => self.refused(&line, problem, request, go_on),
            (None, None) => {}
        }
    }

    fn refused(self, line: &Line, problem: Problem, request: &ReportRequest, go_on: bool) {
        let standing = match problem.kind() {
            Some(ProblemKind::AlreadyReported) => match problem.existing {
                // What was sent before an answer was lost is no clash.
                Some(existing) if self.is_ours(&existing, request) => {
                    return self.saved(line, existing.id, existing.receipt.number, go_on);
                }
                Some(existing) => Standing::Clash(existing),
                None => Standing::Over,
            },
            Some(ProblemKind::UnacknowledgedWarnings) => Standing::Questioned(problem.warnings),
            Some(ProblemKind::DayChanged) if self.day < clock::today().get_untracked() => Standing::Over,
            _ => Standing::Failed(Failure::from(&ClientError::Problem(Box::new(problem)))),
        };
        line.update(|row| row.standing = standing);
        if go_on {
            request_animation_frame(|| focus_on(PANEL));
        }
    }

    fn is_ours(self, existing: &ReportView, request: &ReportRequest) -> bool {
        let own = self.session.view().map(|who| who.organization.id);
        existing.by_proxy && Some(existing.entered_by.organization.id) == own && existing.counts == request.counts
    }

    fn saved(self, line: &Line, id: Uuid, number: String, go_on: bool) {
        let name = line.with_untracked(|row| row.unit.name.clone());
        self.said.set(words::saved_said(&name, &number));
        line.update(|row| row.standing = Standing::Saved(number));
        self.enter(line, id);
        if go_on {
            self.go_on();
        }
    }

    /// Says that the row's arrival is in a report or supplement.
    pub fn enter(self, line: &Line, submission_id: Uuid) {
        if let Some(arrival) = line.with_untracked(|row| row.arrival) {
            self.enter_arrival(arrival, submission_id);
        }
    }

    /// Says that an arrival is in a report or supplement.
    pub fn enter_arrival(self, arrival: Uuid, submission_id: Uuid) {
        spawn_local(async move {
            let request = EnteredRequest { submission_id };
            if let Ok(arrival) = self.session.call(api::client().enter_arrival(arrival, &request)).await {
                self.settled(arrival);
            }
        });
    }

    /// Goes to the first row that is open; where none is, to where the next sender is typed.
    fn go_on(self) {
        let next = self.rows.with_untracked(|rows| rows.iter().position(|row| row.with_untracked(Row::is_open)));
        match next {
            Some(row) => self.go(Place { row, column: 0 }),
            None => focus_on("finder"),
        }
    }

    /// Files what can't be reported any more: as a supplement, or where nobody was found as a statement.
    pub fn file_late(self, line: Line) {
        let today = clock::today().get_untracked();
        let row = line.get_untracked();
        let Ok(request) = report(row.unit.unit_id, self.day, &row.cells, row.channel, &row.ticked) else { return };
        line.update(|row| row.standing = Standing::Saving);
        let key = line.try_update(|row| row.key.of(&request, Uuid::new_v4)).unwrap_or_else(Uuid::new_v4);
        let key = format!("{key}-late");
        spawn_local(async move {
            let unit_id = row.unit.unit_id;
            match supplement(unit_id, self.day, today, &request.counts, row.channel) {
                Some(found) => match self.session.call(api::client().send_supplement(&key, &found)).await {
                    Ok(sent) => self.saved(&line, sent.id, sent.receipt_number, true),
                    Err(error) => failed(&line, &error),
                },
                None => {
                    let (kind, channel) = (StatementKind::NoPatients, Some(row.channel));
                    let request = StatementRequest { unit_id: Some(unit_id), day: self.day, kind, channel };
                    match self.session.call(api::client().state_day(&key, &request)).await {
                        Ok(_) => line.update(|row| row.standing = Standing::Saved(String::new())),
                        Err(error) => failed(&line, &error),
                    }
                }
            }
        });
    }
}

/// What was typed stays, whatever went wrong.
fn failed(line: &Line, error: &ClientError) {
    line.update(|row| row.standing = Standing::Failed(Failure::from(error)));
}
