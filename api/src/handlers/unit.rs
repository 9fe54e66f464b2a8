//! The organization that a request is about: found and permitted, or not there.

use shared::permission::{Target, Verdict, decide};
use shared::{Caller, ReportingDay};
use uuid::Uuid;

use crate::authorize::{Act, Allowed, authorize};
use crate::error::{ApiError, ApiResult};
use crate::store::{InSight, Reading, Store, visible_to};

/// The organization that a request names, or the caller's own, for one act. What is out of sight is not found.
///
/// # Errors
///
/// `not-found`; `forbidden`; `busy` when the database doesn't answer.
pub async fn find(
    reading: &Reading,
    caller: &Caller,
    act: impl Act,
    id: Option<Uuid>,
    today: ReportingDay,
) -> ApiResult<InSight> {
    let id = id.unwrap_or(caller.organization_id);
    let found = reading.organization(visible_to(caller, today), id).await?.ok_or_else(ApiError::not_found)?;
    authorize(caller, act, &target(&found))?;
    Ok(found)
}

/// The proof that the caller may write something of a unit. The own unit needs no look-up, so that most reports need
/// none.
///
/// # Errors
///
/// `not-found`; `forbidden`; `busy` when the database doesn't answer.
pub async fn allow<A: Act>(
    store: &Store,
    caller: &Caller,
    act: A,
    unit_id: Uuid,
    today: ReportingDay,
) -> ApiResult<Allowed<A>> {
    if unit_id == caller.organization_id {
        return Ok(authorize(caller, act, &Target::own(caller))?);
    }
    let reading = store.reading().await?;
    let found = reading.organization(visible_to(caller, today), unit_id).await?;
    reading.finish();
    Ok(authorize(caller, act, &target(&found.ok_or_else(ApiError::not_found)?))?)
}

/// The proof that the caller may do something to an organization that was looked up, with it.
///
/// # Errors
///
/// `not-found`; `forbidden`; `busy` when the database doesn't answer.
pub async fn allow_seen<A: Act>(
    reading: &Reading,
    caller: &Caller,
    act: A,
    id: Uuid,
    today: ReportingDay,
) -> ApiResult<(Allowed<A>, InSight)> {
    let found = reading.organization(visible_to(caller, today), id).await?.ok_or_else(ApiError::not_found)?;
    Ok((authorize(caller, act, &target(&found))?, found))
}

/// An organization as the rule of permissions sees it.
#[must_use]
pub fn target(found: &InSight) -> Target {
    Target::organization(found.organization.id, found.organization.kind, found.ancestors())
}

/// Whether the caller may.
#[must_use]
pub fn may<A: Act>(caller: &Caller, _act: A, target: &Target) -> bool {
    decide(caller, A::ACTION, target) == Verdict::Allowed
}
