//! Whether the clock can be right, for whatever is dated by a reporting day.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::entity::nippo_meta;
use crate::store::error::StoreError;

/// How far the clock may lie behind what was recorded last.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// Up to which instant, in microseconds, an operator accepted a clock that had been ahead.
pub(crate) const CLOCK_ACCEPTED: &str = "clock_accepted";

/// Whether the clock lies so far behind that what it says can't be true, unless somebody has accepted it since.
pub(super) async fn is_suspect(
    db: &impl ConnectionTrait,
    recorded: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if now + CLOCK_TOLERANCE >= recorded {
        return Ok(false);
    }
    let accepted = nippo_meta::Entity::find_by_id(CLOCK_ACCEPTED).one(db).await?;
    let accepted = accepted.and_then(|row| row.value.parse::<i64>().ok());
    Ok(accepted.is_none_or(|until| until < recorded.timestamp_micros()))
}
