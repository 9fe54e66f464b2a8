//! Coverage: by area, unit by unit (as JSON or as a file), and what was noted when somebody telephoned.

mod csv;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use shared::coverage::{
    ContactNote, ContactNoteRequest, Coverage, CoverageQuery, CoverageView, UnitCoverage, check_contact,
};
use shared::history::DayState;
use shared::organization::Page;
use shared::permission::Target;
use shared::{ReportingDay, Rule, Violation, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Invalid, Unacceptable};
use super::spreadsheet::{Charset, Format};
use super::{days, polling, searching, spreadsheet, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{NoteContact, ReadCoverage, ReadUnitCoverage, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
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
    reading.finish();
    let mut total = Coverage::default();
    items.iter().for_each(|area| total.merge(&area.coverage));
    let percent = total.percent();
    let view = CoverageView { day, as_of: arrival.at, total, percent, items, next_cursor: None };
    representation::polled(&request, &polling::lasting_coverage(day, &view.items), &view)
}

/// Which units of a day, and in which form.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UnitCoverageFileQuery {
    /// The day, today at the latest; today by default.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<ReportingDay>,
    /// Only those of which this is known; `missing` ranks them by how many patients are probably missing.
    #[param(inline)]
    state: Option<DayState>,
    /// Only those of this health center.
    area_id: Option<Uuid>,
    /// Where the page begins, from `next_cursor`. A file has no pages.
    cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default. A file has all of them.
    limit: Option<u32>,
    /// JSON by default.
    #[param(inline)]
    format: Option<Format>,
    /// How the characters of a CSV file are written; UTF-8 with a byte order mark by default.
    #[param(inline)]
    charset: Option<Charset>,
}

impl UnitCoverageFileQuery {
    /// Where a page begins and how many units it has at the most; a file begins with the first and has all.
    fn page(&self, is_file: bool) -> ApiResult<(usize, usize)> {
        let mut violations = Vec::new();
        if is_file {
            for (pointer, is_given) in [("?cursor", self.cursor.is_some()), ("?limit", self.limit.is_some())] {
                if is_given {
                    violations.push(Violation::new(pointer, Rule::NotAllowed, "A file has no pages."));
                }
            }
        }
        let limit = searching::limit(self.limit, &mut violations) as usize;
        let from = searching::cursor(self.cursor.as_deref(), |cursor| cursor.parse().ok(), &mut violations);
        if !violations.is_empty() {
            return Err(violations.into());
        }
        Ok((from.unwrap_or(0), if is_file { usize::MAX } else { limit }))
    }

    fn asks_for(&self, unit: &UnitCoverage) -> bool {
        self.state.is_none_or(|state| unit.state == state) && self.area_id.is_none_or(|area| unit.area.id == area)
    }
}

/// List what is known of each unit's day
///
/// With `state=missing`, the list to telephone: those first from which most patients are probably missing, by what each unit
/// usually reports on such a weekday and for how many open days it has been silent. With `format=csv`, or to who rather
/// accepts `text/csv`, the whole list as a file; characters that CP932 lacks become 〓, and the header
/// `X-Replaced-Characters` counts them.
#[utoipa::path(
    operation_id = "list_unit_coverage",
    tag = "coverage",
    params(UnitCoverageFileQuery),
    responses(
        (status = 200, description = "One page, or the whole list as a file.", content(
            (Page<UnitCoverage> = "application/json"),
            (String = "text/csv"),
        ), headers(
            ("X-Replaced-Characters" = u32, description = "For a file: how many characters its charset lacks."),
        )),
        Refusals, Invalid
    ),
    security(("session" = []))
)]
#[get("/coverage/units")]
pub async fn list_unit_coverage(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    Parameters(query): Parameters<UnitCoverageFileQuery>,
) -> ApiResult<HttpResponse> {
    authorize(&caller, ReadUnitCoverage, &Target::own(&caller))?;
    let charset = spreadsheet::asked(&request, query.format, query.charset)?;
    let today = reporting_day(arrival.at);
    let day = days::not_to_come(query.day, today)?;
    let (from, limit) = query.page(charset.is_some())?;
    let reading = state.store.reading().await?;
    let units = reading.unit_coverage(visible_to(&caller, today), day).await?;
    reading.finish();
    let mut asked = units.into_iter().filter(|unit| query.asks_for(unit)).skip(from);
    // A page begins at a place of the list as it is now: while one telephones, units leave it.
    let items: Vec<_> = asked.by_ref().take(limit).collect();
    let next_cursor = asked.next().map(|_| (from + limit).to_string());
    let Some(charset) = charset else { return Ok(HttpResponse::Ok().json(Page { items, next_cursor })) };
    let file = csv::write(day, &items, charset).map_err(ApiError::internal)?;
    Ok(spreadsheet::answer(file, charset, "unit-coverage.csv"))
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
