//! Figures, as JSON or as a file, their corrections, and what is carried forward into them.

pub mod corrections;

mod csv;

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use serde::Deserialize;
use shared::organization::OrganizationKind;
use shared::permission::Target;
use shared::summary::{
    CarriedForward, CarriedForwardRequest, Curve, Level, Series, SummaryQuery, SummaryView, check_carried_forward,
    check_summary,
};
use shared::{Caller, ReportingDay, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Invalid, Unacceptable};
use super::spreadsheet::{Charset, Format};
use super::{polling, spreadsheet, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{ReadCenterSummaries, ReadNationSummaries, ReadUnitSummaries, SetCarriedForward, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::representation;
use crate::store::summary::{NewCarriedForward, Scope};
use crate::store::{Reading, visible_to};

/// Which figures, and in which form.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SummaryFileQuery {
    /// The rows: by default an institution's own, for centers and prefectures those of health centers, for the ministry
    /// those of prefectures.
    #[param(inline)]
    level: Option<Level>,
    /// The first day; the last by default. At most 31 days in all, for prefectures and the nation 7.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<ReportingDay>,
    /// The last day, today at the latest; by default the day of `as_of`.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<ReportingDay>,
    /// As entered by default.
    #[param(inline)]
    series: Option<Series>,
    /// The figures as they stood at this instant; now by default.
    #[param(format = DateTime)]
    as_of: Option<String>,
    /// What a point of the curves is; a day of eight weeks by default, or for prefectures and the nation a week of a year.
    #[param(inline)]
    curve: Option<Curve>,
    /// JSON by default.
    #[param(inline)]
    format: Option<Format>,
    /// How the characters of a CSV file are written; UTF-8 with a byte order mark by default.
    #[param(inline)]
    charset: Option<Charset>,
}

/// Read figures
///
/// Of the caller's jurisdiction by unit or health center; of its prefecture, or of the nation. Each row has the coverage by
/// which it can be judged; rows of organizations are followed by 小計, what follow-up centers reported, and 合計. The answer
/// states the instant for which it holds: asked as of that instant, the same question has the same answer for ever.
/// With `format=csv`, or to who rather accepts `text/csv`, the rows as a file; characters that CP932 lacks become 〓, and
/// the header `X-Replaced-Characters` counts them.
#[utoipa::path(
    operation_id = "get_summary",
    tag = "summaries",
    params(SummaryFileQuery, polling::Known),
    responses(
        (status = 200, description = "The figures.", content(
            (SummaryView = "application/json"),
            (String = "text/csv"),
        ), headers(
            ("ETag" = String, description = "For JSON: what to send as `If-None-Match` next time."),
            ("X-Replaced-Characters" = u32, description = "For a file: how many characters its charset lacks."),
        )),
        polling::Unchanged, Refusals, Absent, Invalid
    ),
    security(("session" = []))
)]
#[get("/summaries")]
pub async fn get_summary(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    Parameters(query): Parameters<SummaryFileQuery>,
) -> ApiResult<HttpResponse> {
    let SummaryFileQuery { level, from, to, series, as_of, curve, format, charset } = query;
    let reading = state.store.reading().await?;
    let scope = scope(&reading, &caller, level, reporting_day(arrival.at)).await?;
    let charset = spreadsheet::asked(&request, format, charset)?;
    let asked = check_summary(&SummaryQuery { level, from, to, series, as_of, curve }, caller.role, arrival.at)?;
    let view = reading.summary(&scope, &asked, arrival.at).await?;
    reading.finish();
    let Some(charset) = charset else {
        return representation::polled(&request, &polling::lasting_summary(&view), &view);
    };
    let file = csv::write(&view, charset).map_err(ApiError::internal)?;
    Ok(spreadsheet::answer(file, charset, "summary.csv"))
}

/// Set what is carried forward
///
/// What was counted before the first day of this service, so that cumulative numbers go on: for a health center or a
/// follow-up center, or for a prefecture what its centers don't carry themselves. For a prefecture's manager. What was set
/// before is replaced from now on; figures as of an earlier instant keep it.
#[utoipa::path(
    operation_id = "set_carried_forward",
    tag = "summaries",
    params(("id" = Uuid, Path, description = "The organization's id.", example = json!(examples::center_id()))),
    request_body(content = CarriedForwardRequest, example = json!({
        "until": "2026-09-30", "source": "報道提供資料 第120報", "counts": examples::carried_forward()
    })),
    responses((status = 200, description = "As recorded.", body = CarriedForward), Refusals, Absent, Unacceptable),
    security(("session" = []))
)]
#[put("/organizations/{id}/carried-forward")]
pub async fn set_carried_forward(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<CarriedForwardRequest>,
) -> ApiResult<web::Json<CarriedForward>> {
    let (reading, today) = (state.store.reading().await?, reporting_day(arrival.at));
    let (allowed, found) = unit::allow_seen(&reading, &caller, SetCarriedForward, *id, today).await?;
    reading.finish();
    let checked = check_carried_forward(&body.value, found.organization.kind, today)?;
    let new = NewCarriedForward { allowed, organization: found.reference(), checked, ip: Some(arrival.address) };
    Ok(web::Json(state.store.set_carried_forward(new).await?))
}

/// What figures of a level are about, for a caller who may read them.
async fn scope(reading: &Reading, caller: &Caller, level: Option<Level>, today: ReportingDay) -> ApiResult<Scope> {
    let found = async || {
        let own = reading.organization(visible_to(caller, today), caller.organization_id).await?;
        own.ok_or_else(ApiError::not_found)
    };
    let level = level.unwrap_or(Level::usual(caller.role));
    match level {
        Level::Unit => {
            let allowed = authorize(caller, ReadUnitSummaries, &Target::own(caller))?;
            Ok(Scope::of_units(&allowed, found().await?, today))
        }
        Level::HealthCenter => {
            let allowed = authorize(caller, ReadCenterSummaries, &Target::own(caller))?;
            Ok(Scope::of_centers(&allowed, found().await?, today))
        }
        Level::Prefecture | Level::Nation => {
            let nation = authorize(caller, ReadNationSummaries, &Target::nation())?;
            let own = found().await?;
            if level == Level::Nation || own.organization.kind == OrganizationKind::Ministry {
                return Ok(Scope::of_nation(&nation, own, today));
            }
            let upwards = || std::iter::once(&own.organization).chain(&own.above);
            let prefecture = upwards().find(|one| one.kind == OrganizationKind::Prefecture);
            let prefecture = prefecture.ok_or_else(ApiError::not_found)?;
            let target = Target::organization(prefecture.id, prefecture.kind, Vec::new());
            let allowed = authorize(caller, ReadNationSummaries, &target.seen_from_below(&own.ancestors()))?;
            Ok(Scope::of_prefecture(&allowed, own, today))
        }
    }
}
