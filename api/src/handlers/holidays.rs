//! Public holidays.

use actix_web::{get, web};
use shared::holidays::{HolidayList, HolidayQuery, check_year};
use shared::permission::Target;
use shared::reporting_day;

use super::refusals::Invalid;
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{ReadHolidays, authorize};
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::openapi::Refusals;
use crate::parameters::Parameters;

/// Read public holidays
///
/// Those of a year, as they hold: a unit that is open on other days alone isn't expected to report on them. A year's are known
/// from about February of the year before, once the Cabinet Office has published them and they were imported.
#[utoipa::path(
    operation_id = "list_holidays",
    tag = "calendar",
    params(HolidayQuery),
    responses((status = 200, description = "The holidays of the year.", body = HolidayList), Refusals, Invalid),
    security(("session" = []))
)]
#[get("/holidays")]
pub async fn list_holidays(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<HolidayQuery>,
) -> ApiResult<web::Json<HolidayList>> {
    authorize(&caller, ReadHolidays, &Target::nation())?;
    let year = check_year(query.year, reporting_day(arrival.at))?;
    let reading = state.store.reading().await?;
    let holidays = reading.all_holidays().await?;
    reading.finish();
    let (known_until, items) = (holidays.known_until(), holidays.of_year(year));
    Ok(web::Json(HolidayList { known_until, items, next_cursor: None }))
}
