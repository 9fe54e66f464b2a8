//! What questions about figures ask for, and how their rows are read.

use sea_orm::QueryResult;
use shared::ReportingDay;
use shared::age_band::{AgeBand, BandSums};
use shared::summary::Series;

use crate::entity::bands::{self, BANDS};
use crate::store::StoreError;

/// The fourteen sums of a table's columns.
pub(super) fn sums_of(table: &str) -> String {
    BANDS.map(|band| format!("CAST(SUM({table}.{band}) AS BIGINT) AS {band}")).join(", ")
}

/// The sum of all fourteen columns, as `total`.
pub(super) fn total_of(table: &str) -> String {
    let bands = BANDS.map(|band| format!("{table}.{band}")).join(" + ");
    format!("CAST(SUM({bands}) AS BIGINT) AS total")
}

/// The columns of the ledger that place an entry in a series: its day, and the area of that day.
pub(super) const fn columns_of(series: Series) -> (&'static str, &'static str) {
    match series {
        Series::AsEntered => ("entry_day", "entry_day_area_id"),
        Series::ByTargetDay => ("target_day", "target_day_area_id"),
    }
}

/// The day and the fourteen sums of a row.
pub(super) fn day_and_sums(row: &QueryResult) -> Result<(ReportingDay, BandSums), StoreError> {
    let day = ReportingDay(row.try_get("", "day")?);
    Ok((day, sums_in(row)?))
}

/// The fourteen sums of a row.
pub(super) fn sums_in(row: &QueryResult) -> Result<BandSums, StoreError> {
    band_sums(bands::read(row)?)
}

/// Fourteen numbers that were read, as sums.
pub(super) fn band_sums(sums: [i64; AgeBand::COUNT]) -> Result<BandSums, StoreError> {
    BandSums::new(sums).map_err(|band| StoreError::Damaged(format!("a sum of {band} is too large")))
}
