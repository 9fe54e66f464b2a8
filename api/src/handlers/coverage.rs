//! Coverage: by area, unit by unit, and what was noted when somebody telephoned.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use shared::coverage::{
    ContactNote, ContactNoteRequest, Coverage, CoverageQuery, CoverageView, UnitCoverage, UnitCoverageQuery,
    check_contact,
};
use shared::organization::Page;
use shared::permission::Target;
use shared::reporting_day;

use super::refusals::{Absent, Invalid, Unacceptable};
use super::{days, polling, searching, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{NoteContact, ReadCoverage, ReadUnitCoverage, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::representation;
use crate::store::contact::NewContact;
use crate::store::visible_to;

/// Read coverage by area
///
/// How many units of each area were to be expected on a day, and how many of these said something: reported patients, said
/// that there were none, were closed, or are missing; and how many have said fewer patients than were notified one by one.
/// Units stand where they stood on that day.
#[utoipa::path(
    operation_id = "get_coverage",
    tag = "coverage",
    params(CoverageQuery, polling::Known),
    responses(
        (status = 200, description = "Coverage of the day.", body = CoverageView, headers(
            ("ETag" = String, description = "What to send as `If-None-Match` next time."),
        )),
        polling::Unchanged, Refusals, Invalid
    ),
    security(("session" = []))
)]
#[get("/coverage")]
pub async fn get_coverage(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    Parameters(query): Parameters<CoverageQuery>,
) -> ApiResult<HttpResponse> {
    authorize(&caller, ReadCoverage, &Target::own(&caller))?;
    let today = reporting_day(arrival.at);
    let day = days::not_to_come(query.day, today)?;
    let reading = state.store.reading().await?;
    let items = reading.area_coverage(visible_to(&caller, today), day).await?;
    reading.finish().await?;
    let mut total = Coverage::default();
    items.iter().for_each(|area| total.merge(&area.coverage));
    let percent = total.percent();
    let view = CoverageView { day, as_of: arrival.at, total, percent, items, next_cursor: None };
    representation::polled(&request, &polling::lasting_coverage(day, &view.items), &view)
}

/// List what is known of each unit's day
///
/// With `state=missing`, the list to telephone: those first from which most patients are probably missing, by what each unit
/// usually reports on such a weekday and for how many open days it has been silent.
#[utoipa::path(
    operation_id = "list_unit_coverage",
    tag = "coverage",
    params(UnitCoverageQuery),
    responses((status = 200, description = "One page.", body = Page<UnitCoverage>), Refusals, Invalid),
    security(("session" = []))
)]
#[get("/coverage/units")]
pub async fn list_unit_coverage(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<UnitCoverageQuery>,
) -> ApiResult<web::Json<Page<UnitCoverage>>> {
    authorize(&caller, ReadUnitCoverage, &Target::own(&caller))?;
    let today = reporting_day(arrival.at);
    let day = days::not_to_come(query.day, today)?;
    let mut violations = Vec::new();
    let limit = searching::limit(query.limit, &mut violations) as usize;
    let after = searching::cursor(query.cursor.as_deref(), |cursor| cursor.parse::<usize>().ok(), &mut violations);
    if !violations.is_empty() {
        return Err(violations.into());
    }
    let reading = state.store.reading().await?;
    let units = reading.unit_coverage(visible_to(&caller, today), day).await?;
    reading.finish().await?;
    let asked = |unit: &UnitCoverage| {
        query.state.is_none_or(|state| unit.state == state) && query.area_id.is_none_or(|area| unit.area.id == area)
    };
    // A page begins at a place of the list as it is now: while one telephones, units leave it.
    let from = after.unwrap_or(0);
    let mut items: Vec<_> = units.into_iter().filter(asked).skip(from).take(limit + 1).collect();
    let next_cursor = (items.len() > limit).then(|| (from + limit).to_string());
    items.truncate(limit);
    Ok(web::Json(Page { items, next_cursor }))
}

/// Note a contact
///
/// How a call to a unit about a day ended. Notes stay; the list shows the newest of the day.
#[utoipa::path(
    operation_id = "note_contact",
    tag = "coverage",
    request_body(content = ContactNoteRequest, example = json!({
        "unit_id": examples::unit_id(), "day": "2026-11-22", "outcome": "will_report"
    })),
    responses((status = 201, description = "Noted.", body = ContactNote), Refusals, Absent, Unacceptable),
    security(("session" = []))
)]
#[post("/contact-notes")]
pub async fn note_contact(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<ContactNoteRequest>,
) -> ApiResult<HttpResponse> {
    let today = reporting_day(arrival.at);
    let allowed = unit::allow(&state.store, &caller, NoteContact, body.value.unit_id, today).await?;
    let checked = check_contact(&body.value, today)?;
    let noted_by = caller.0.display_name.clone();
    let contact = NewContact { allowed, checked, noted_by, ip: Some(arrival.address) };
    Ok(HttpResponse::Created().json(state.store.note_contact(contact).await?))
}
