//! The register kept: organizations added and changed, opening days, moves.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, patch, post, put, web};
use shared::organization::Organization;
use shared::permission::Target;
use shared::register::{
    MoveRequest, MoveView, NewOrganizationRequest, OpeningDaysRequest, OpeningDaysView, OrganizationChange,
};
use shared::register_check::{Refusal, check_change, check_move, check_new, check_opening};
use shared::{ProblemKind, Rule, Violation, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Unacceptable};
use super::{idempotency, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{CreateOrganization, EditOrganization, MoveUnit, SetOpeningDays, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::store::dated::{OpeningChange, UnitMove};
use crate::store::registering::{OrganizationCreation, OrganizationEdit, Registered};
use crate::store::visible_to;

/// Add an organization
///
/// Below one of the caller's jurisdiction: a health center's manager adds institutions and follow-up centers below it, a
/// prefecture's also health centers, and institutions below those; the ministry's adds prefectures. A ten-digit code that
/// doesn't fit its check digit is refused with `doubtful-code`, unless `acknowledged_warnings` names `doubtful_code`.
#[utoipa::path(
    operation_id = "create_organization",
    tag = "organizations",
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."
    )),
    request_body(content = NewOrganizationRequest, example = json!(examples::new_organization())),
    responses(
        (status = 201, description = "On record; it takes part from today on.", body = Organization,
            headers(
                ("Location" = String, description = "Where it is: `/api/v1/organizations/{id}`."),
                ("Idempotency-Replayed" = String, description = "`true` when this answer was given before."),
            )),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/organizations")]
pub async fn create_organization(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    body: JsonBody<NewOrganizationRequest>,
) -> ApiResult<HttpResponse> {
    let today = reporting_day(arrival.at);
    let idempotency = idempotency::of_request(&request, &caller, &body.bytes)?;
    let new = body.value;
    let reading = state.store.reading().await?;
    let parent = reading.organization(visible_to(&caller, today), new.parent_id).await?;
    reading.finish();
    let parent = parent.ok_or_else(ApiError::not_found)?;
    let mut above = parent.ancestors();
    above.insert(0, parent.organization.id);
    let allowed = authorize(&caller, CreateOrganization, &Target::organization(Uuid::now_v7(), new.kind, above))?;
    let checked = check_new(&new, &parent.organization).map_err(refused)?;
    let creation =
        OrganizationCreation { allowed, checked, parent: parent.reference(), ip: Some(arrival.address), idempotency };
    let (organization, replayed) = registered(state.store.create_organization(creation).await?)?;
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, format!("/api/v1/organizations/{}", organization.id)));
    if replayed {
        answer.insert_header((idempotency::REPLAYED, "true"));
    }
    Ok(answer.json(organization))
}

/// Change an organization
///
/// Name, reading, code, address, telephone number, and whether it takes part. For who may add it. What is absent stays; an
/// empty `institution_code` removes it.
#[utoipa::path(
    operation_id = "change_organization",
    tag = "organizations",
    params(("id" = Uuid, Path, description = "The organization's id.", example = json!(examples::unit_id()))),
    request_body(content = OrganizationChange, example = json!({ "telephone": "03-5550-0123" })),
    responses(
        (status = 200, description = "As it is now.", body = Organization),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[patch("/organizations/{id}")]
pub async fn change_organization(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<OrganizationChange>,
) -> ApiResult<web::Json<Organization>> {
    let reading = state.store.reading().await?;
    let today = reporting_day(arrival.at);
    let (allowed, found) = unit::allow_seen(&reading, &caller, EditOrganization, *id, today).await?;
    reading.finish();
    let change = check_change(&body.value, found.organization.kind).map_err(refused)?;
    let edit = OrganizationEdit { allowed, change, ip: Some(arrival.address) };
    let (organization, _) = registered(state.store.edit_organization(edit).await?)?;
    Ok(web::Json(Organization { parent: found.organization.parent, ..organization }))
}

/// Set a unit's opening days
///
/// From tomorrow at the earliest, until later ones begin. For the unit's own manager and those of its health center and
/// prefecture. What was planned from that day on is replaced.
#[utoipa::path(
    operation_id = "set_opening_days",
    tag = "organizations",
    params(("id" = Uuid, Path, description = "The unit's id.", example = json!(examples::unit_id()))),
    request_body(content = OpeningDaysRequest, example = json!({
        "valid_from": "2026-11-30",
        "open_on": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "holiday"]
    })),
    responses(
        (status = 200, description = "As recorded.", body = OpeningDaysView),
        Refusals, Absent, Unacceptable
    ),
    security(("session" = []))
)]
#[put("/organizations/{id}/opening-days")]
pub async fn set_opening_days(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<OpeningDaysRequest>,
) -> ApiResult<web::Json<OpeningDaysView>> {
    let OpeningDaysRequest { valid_from, open_on } = body.value;
    let reading = state.store.reading().await?;
    let today = reporting_day(arrival.at);
    let (allowed, found) = unit::allow_seen(&reading, &caller, SetOpeningDays, *id, today).await?;
    reading.finish();
    let opening = check_opening(&open_on, valid_from, found.organization.kind, today)?;
    let open_on = opening.kinds_of_day();
    let change = OpeningChange { allowed, opening, valid_from, ip: Some(arrival.address) };
    if !state.store.set_opening_days(change).await? {
        return Err(begun());
    }
    Ok(web::Json(OpeningDaysView { valid_from, open_on }))
}

/// Move a unit to another center
///
/// From tomorrow at the earliest: from 00:00 of that day the new center sees it, with its history, and the old one
/// doesn't. Figures of areas for earlier days stay as they are. For a prefecture's manager, within its jurisdiction.
#[utoipa::path(
    operation_id = "move_unit",
    tag = "organizations",
    params(("id" = Uuid, Path, description = "The unit's id.", example = json!(examples::moving_unit_id()))),
    request_body(content = MoveRequest, example = json!({
        "parent_id": examples::other_center_id(), "valid_from": "2026-12-01"
    })),
    responses(
        (status = 201, description = "Planned; a later request for the same day or an earlier one replaces it.", body = MoveView),
        Refusals, Absent, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/organizations/{id}/moves")]
pub async fn move_unit(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<MoveRequest>,
) -> ApiResult<HttpResponse> {
    let MoveRequest { parent_id, valid_from } = body.value;
    let reading = state.store.reading().await?;
    let today = reporting_day(arrival.at);
    let (allowed, found) = unit::allow_seen(&reading, &caller, MoveUnit, *id, today).await?;
    let (there, parent) = unit::allow_seen(&reading, &caller, MoveUnit, parent_id, today).await?;
    reading.finish();
    check_move(&found.organization, &parent.organization, valid_from, today)?;
    let unit_move = UnitMove { allowed, there, valid_from, ip: Some(arrival.address) };
    if !state.store.move_unit(unit_move).await? {
        return Err(begun());
    }
    Ok(HttpResponse::Created().json(MoveView { unit_id: *id, parent: parent.reference(), valid_from }))
}

fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Violations(violations) => violations.into(),
        Refusal::Unacknowledged(_) => ProblemKind::DoubtfulCode.into(),
    }
}

fn registered(outcome: Registered) -> ApiResult<(Organization, bool)> {
    match outcome {
        Registered::Yes { organization, replayed } => Ok((*organization, replayed)),
        Registered::CodeTaken => Err(ProblemKind::CodeTaken.into()),
        Registered::KeyReused => Err(ProblemKind::KeyReused.into()),
    }
}

/// The day began while the request was under way.
fn begun() -> ApiError {
    Violation::new("/valid_from", Rule::TooEarlyOrLate, "Tomorrow at the earliest.").into()
}
