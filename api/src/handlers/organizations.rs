//! The register of organizations.

use actix_web::{get, web};
use shared::organization::{Organization, OrganizationQuery, Page};
use shared::permission::Target;
use shared::register::OrganizationDetail;
use shared::{Violation, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Invalid};
use super::{searching, unit};
use crate::app::AppState;
use crate::auth::Requester;
use crate::authorize::{ReadOrganizations, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::{Cursor, OrganizationSearch, visible_to};

/// Look up organizations
///
/// What lies in the caller's jurisdiction, by reading of the name. Every word of `q` must occur in the name, the kana
/// (hiragana will do), the code, the address or the telephone number (with or without its hyphens).
#[utoipa::path(
    operation_id = "list_organizations",
    tag = "organizations",
    params(OrganizationQuery),
    responses((status = 200, description = "One page.", body = Page<Organization>), Refusals, Invalid),
    security(("session" = []), ("client" = []))
)]
#[get("/organizations")]
pub async fn list_organizations(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<OrganizationQuery>,
) -> ApiResult<web::Json<Page<Organization>>> {
    authorize(&caller, ReadOrganizations, &Target::own(&caller))?;
    let search = search(&query)?;
    let reading = state.store.reading().await?;
    let page = reading.organizations(visible_to(&caller, reporting_day(arrival.at)), &search).await?;
    reading.finish();
    Ok(web::Json(page))
}

fn search(query: &OrganizationQuery) -> Result<OrganizationSearch, Vec<Violation>> {
    let mut violations = Vec::new();
    let words = searching::words(query.q.as_deref(), &mut violations);
    let limit = searching::limit(query.limit, &mut violations);
    let after = searching::cursor(query.cursor.as_deref(), Cursor::decode, &mut violations);
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(OrganizationSearch { words, kind: query.kind, after, limit })
}

/// Read an organization
///
/// One organization of the caller's jurisdiction with its opening days and the moves to come; any other is not found,
/// exactly like one that does not exist.
#[utoipa::path(
    operation_id = "get_organization",
    tag = "organizations",
    params(("id" = Uuid, Path, description = "The organization's id.", example = json!(examples::unit_id()))),
    responses((status = 200, description = "The organization.", body = OrganizationDetail), Refusals, Absent),
    security(("session" = []), ("client" = []))
)]
#[get("/organizations/{id}")]
pub async fn get_organization(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<web::Json<OrganizationDetail>> {
    let reading = state.store.reading().await?;
    let today = reporting_day(arrival.at);
    let found = unit::find(&reading, &caller, ReadOrganizations, Some(*id), today).await?;
    let opening_days = reading.opening_days(*id).await?;
    let planned_moves = reading.planned_moves(*id, today).await?;
    reading.finish();
    Ok(web::Json(OrganizationDetail { organization: found.organization, opening_days, planned_moves }))
}

#[cfg(test)]
mod tests {
    use shared::Rule;

    use super::*;

    fn refused(query: &OrganizationQuery) -> (String, Rule) {
        let violation = search(query).expect_err("refused").remove(0);
        (violation.pointer, violation.rule)
    }

    #[test]
    fn words_are_looked_for_in_whatever_width_they_were_typed() {
        let query = OrganizationQuery { q: Some("　ｱｵﾊﾞ　０３－1234 ".into()), ..Default::default() };
        assert_eq!(search(&query).expect("a search").words, ["アオバ", "03-1234"]);
    }

    #[test]
    fn a_search_that_is_too_long_a_page_that_is_too_large_and_a_foreign_cursor_are_refused() {
        let with = |q: &str| OrganizationQuery { q: Some(q.into()), ..Default::default() };
        assert_eq!(refused(&with(&"あ".repeat(101))), ("?q".into(), Rule::TooLong));
        assert_eq!(refused(&with("a b c d e f g h i")), ("?q".into(), Rule::TooLong));
        assert_eq!(refused(&with("a\0b")), ("?q".into(), Rule::Malformed));
        for limit in [0, 201] {
            let query = OrganizationQuery { limit: Some(limit), ..Default::default() };
            assert_eq!(refused(&query), ("?limit".into(), Rule::OutOfRange));
        }
        let query = OrganizationQuery { cursor: Some("e30".into()), ..Default::default() };
        assert_eq!(refused(&query), ("?cursor".into(), Rule::Malformed));
    }
}
