//! What sending one report and sending many have in common: a request becomes a report that can be stored.

use chrono::{DateTime, Utc};
use shared::check::{CheckedReport, Refusal, Sender, check};
use shared::report::{ReportRequest, ReportView};
use shared::{Caller, ProblemKind, ReportingDay, reporting_day};
use uuid::Uuid;

use super::unit;
use crate::app::AppState;
use crate::auth::Requester;
use crate::authorize::SendReport;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::store::idempotency::IdempotencyKey;
use crate::store::{NewReport, SubmitOutcome, visible_to};

/// Authorizes and checks a report, as of the day that it states. That this day is today, or may still be reported, is
/// asked later, by the writer, since a repetition gets its first answer even after midnight.
///
/// # Errors
///
/// `not-found`; `forbidden`; `invalid-request`; `day-changed` where another rule is broken too; `busy` when the
/// database doesn't answer.
pub async fn ready(
    state: &AppState,
    caller: &Requester,
    arrival: Arrival,
    request: &ReportRequest,
    idempotency: Option<IdempotencyKey>,
) -> ApiResult<NewReport> {
    let today = reporting_day(arrival.at);
    let unit_id = request.unit_id.unwrap_or(caller.organization_id);
    let allowed = unit::allow(&state.store, caller, SendReport, unit_id, today).await?;
    let sender = Sender::of(caller, unit_id);
    let late_until = match sender {
        Sender::Proxy if request.entry_day == today.minus(1) => proxy_until(state, caller, unit_id, today).await?,
        _ => None,
    };
    let in_time = request.entry_day == today || late_until.is_some_and(|until| arrival.at < until);
    Ok(NewReport {
        id: None,
        allowed,
        checked: checked(request, sender, in_time, today)?,
        channel: caller.channel(),
        entered_by: caller.entered_by(),
        ip: Some(arrival.address),
        arrived_at: arrival.at,
        late_until,
        idempotency,
    })
}

/// Until when a proxy report of yesterday is taken (rule R8).
async fn proxy_until(
    state: &AppState,
    caller: &Caller,
    unit_id: Uuid,
    today: ReportingDay,
) -> ApiResult<Option<DateTime<Utc>>> {
    let reading = state.store.reading().await?;
    let Some(unit) = reading.organization(visible_to(caller, today), unit_id).await? else { return Ok(None) };
    let until = reading.proxy_until(&unit, today.minus(1)).await?;
    reading.finish();
    Ok(Some(until))
}

/// Who breaks another rule on a day that is over hears of the day first.
fn checked(request: &ReportRequest, sender: Sender, in_time: bool, today: ReportingDay) -> ApiResult<CheckedReport> {
    check(request, request.entry_day, sender).map_err(|refusal| match refusal {
        Refusal::DayChanged { today } => ApiError::day_changed(today),
        Refusal::Violations(_) if !in_time => ApiError::day_changed(today),
        Refusal::Violations(violations) => ApiError::invalid(violations),
    })
}

/// An accepted report, and whether it is the answer to an earlier sending.
///
/// # Errors
///
/// What speaks against it: `already-reported`, `key-reused`, `day-changed`, `unacknowledged-warnings`, `invalid-request`.
pub fn accepted(outcome: SubmitOutcome) -> ApiResult<(Box<ReportView>, bool)> {
    match outcome {
        SubmitOutcome::Accepted { report, replayed } => Ok((report, replayed)),
        SubmitOutcome::AlreadyReported { existing } => Err(ApiError::already_reported(*existing)),
        SubmitOutcome::KeyReused => Err(ProblemKind::KeyReused.into()),
        SubmitOutcome::DayChanged { day } => Err(ApiError::day_changed(day)),
        SubmitOutcome::Unacknowledged(warnings) => Err(ApiError::unacknowledged(warnings)),
        SubmitOutcome::BelowZero(violations) => Err(ApiError::invalid(violations)),
    }
}
