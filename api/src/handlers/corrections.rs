//! Corrections: a report in a further revision, where the policy allows it.

use actix_web::http::header::{CONTENT_LOCATION, ETag, EntityTag, Header as _, IF_MATCH, IfMatch};
use actix_web::{HttpRequest, HttpResponse, put, web};
use shared::correction::{Corrector, corrector};
use shared::permission::Target;
use shared::report::ReportView;
use shared::revision::{CorrectionRequest, Stands, check_correction};
use shared::{ProblemKind, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Preconditions, Unacceptable};
use super::{idempotency, unit};
use crate::app::AppState;
use crate::auth::Requester;
use crate::authorize::{CorrectReport, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::LargeBody;
use crate::openapi::Refusals;
use crate::store::correct::{CorrectOutcome, NewCorrection, Revised};
use crate::store::{InSight, visible_to};

/// Replace or correct a sent report
///
/// Under the policy `same_day_replacement` whoever sent the report may replace it until 24:00 of its day: the unit, or the
/// health center for a report by proxy. An authority may correct the counts as many days back as the policy says, with a
/// reason. The earlier revision stays and can be read under its own id; figures change by the difference. `If-Match` carries
/// the `ETag` of the report as it was read, so that nobody's correction is overwritten unseen. An `Idempotency-Key` makes
/// repeating safe.
#[utoipa::path(
    operation_id = "correct_report",
    tag = "reports",
    params(
        ("id" = Uuid, Path, description = "The id of the newest revision.", example = json!(examples::report_id())),
        ("If-Match" = Option<String>, Header, description = "The report's `ETag`; without it the answer is 428.",
            example = "\"revision-1\""),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
            description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."),
    ),
    request_body(content = CorrectionRequest, example = json!({
        "counts": {
            "age_0": 0, "age_1_4": 1, "age_5_9": 2, "age_10_19": 3, "age_20_29": 1, "age_30_39": 2, "age_40_49": 4,
            "age_50_59": 1, "age_60_64": 0, "age_65_69": 0, "age_70_79": 1, "age_80_89": 0, "age_90_plus": 0,
            "unknown": 0
        },
        "reason": "found_late"
    })),
    responses(
        (status = 200, description = "Corrected and durable: the report as it stands now, with its receipt.",
            body = ReportView, headers(
                ("ETag" = String, description = "What the next correction sends as `If-Match`."),
                ("Content-Location" = String, description = "Where the new revision is: `/api/v1/reports/{id}`."),
                ("Idempotency-Replayed" = String, description = "`true` when this answer was given before."),
            )),
        Refusals, Absent, Conflicting, Preconditions, Unacceptable
    ),
    security(("session" = []), ("client" = []))
)]
#[put("/reports/{id}")]
pub async fn correct_report(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    id: web::Path<Uuid>,
    LargeBody(body): LargeBody<CorrectionRequest>,
) -> ApiResult<HttpResponse> {
    let idempotency = idempotency::of_request(&request, &caller, &body.bytes)?;
    let reading = state.store.reading().await?;
    let sight = visible_to(&caller, reporting_day(arrival.at));
    let (of, report) = reading.report(sight, *id).await?.ok_or_else(ApiError::not_found)?;
    if let Some(outcome) = reading.corrected_before(idempotency.as_ref()).await? {
        return answer(outcome);
    }
    let revised = reading.revised(&of, report.entry_day).await?;
    reading.finish();
    let allowed = authorize(&caller, CorrectReport, &target(&of, &revised)?)?;
    let corrector = capacity(&caller, &revised, &report, arrival)?.ok_or(ProblemKind::ReportFinal)?;
    follow(&request, &revised, report.id)?;
    let before = Stands { entry_day: report.entry_day, counts: &report.counts, adjustments: &report.adjustments };
    let correction = NewCorrection {
        allowed,
        entry_day: report.entry_day,
        follows: report.revision,
        checked: check_correction(&body.value, before, corrector)?,
        // Who mends a report by proxy got it as it was got.
        channel: if report.by_proxy && corrector == Corrector::Sender { report.channel } else { caller.channel() },
        entered_by: caller.entered_by(),
        ip: Some(arrival.address),
        arrived_at: arrival.at,
        idempotency,
    };
    answer(state.store.correct_report(correction).await?)
}

/// What a report's revisions say of it to a caller: all of them where there are several, and whether the caller may correct it.
///
/// # Errors
///
/// `internal-error` where a report has no revision.
pub fn describe(
    caller: &Requester,
    of: &InSight,
    revised: Revised,
    mut report: ReportView,
    arrival: Arrival,
) -> ApiResult<(EntityTag, ReportView)> {
    let newest = revised.newest()?;
    let tag = tag(newest.revision);
    report.correctable = report.id == newest.id
        && unit::may(caller, CorrectReport, &target(of, &revised)?)
        && capacity(caller, &revised, &report, arrival)?.is_some();
    if revised.revisions.len() > 1 {
        report.revisions = revised.revisions;
    }
    Ok((tag, report))
}

/// The report as the rule of permissions sees it: who entered its newest revision decides.
fn target(of: &InSight, revised: &Revised) -> ApiResult<Target> {
    let organization = revised.newest()?.entered_by.organization.id;
    Ok(unit::target(of).of_account(revised.newest_by).entered_by(organization))
}

/// In which capacity the policy allows the caller to correct the report now.
fn capacity(
    caller: &Requester,
    revised: &Revised,
    report: &ReportView,
    arrival: Arrival,
) -> ApiResult<Option<Corrector>> {
    let sent_it = revised.newest()?.entered_by.organization.id == caller.organization_id;
    Ok(corrector(&revised.policy, caller.role, sent_it, report.entry_day, arrival.at))
}

/// Makes sure that the request knows the newest revision, and speaks of it.
fn follow(request: &HttpRequest, revised: &Revised, id: Uuid) -> ApiResult<()> {
    let newest = revised.newest()?;
    if !request.headers().contains_key(IF_MATCH) {
        return Err(ProblemKind::PreconditionRequired.into());
    }
    let is_known = match IfMatch::parse(request) {
        Ok(IfMatch::Any) => true,
        Ok(IfMatch::Items(tags)) => tags.iter().any(|known| known.strong_eq(&tag(newest.revision))),
        Err(_) => false,
    };
    if is_known && id == newest.id { Ok(()) } else { Err(ProblemKind::ReportChanged.into()) }
}

fn tag(revision: u32) -> EntityTag {
    EntityTag::new_strong(format!("revision-{revision}"))
}

fn answer(outcome: CorrectOutcome) -> ApiResult<HttpResponse> {
    match outcome {
        CorrectOutcome::Corrected { report, replayed } => {
            let mut answer = HttpResponse::Ok();
            answer.insert_header((CONTENT_LOCATION, format!("/api/v1/reports/{}", report.id)));
            answer.insert_header(ETag(tag(report.revision)));
            if replayed {
                answer.insert_header((idempotency::REPLAYED, "true"));
            }
            Ok(answer.json(report))
        }
        CorrectOutcome::Changed => Err(ProblemKind::ReportChanged.into()),
        CorrectOutcome::KeyReused => Err(ProblemKind::KeyReused.into()),
        CorrectOutcome::BelowZero(violations) => Err(ApiError::invalid(violations)),
        CorrectOutcome::Unacknowledged(warnings) => Err(ApiError::unacknowledged(warnings)),
    }
}
