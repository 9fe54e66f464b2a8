//! Questions about figures, put together with their parameters.

use sea_orm::{QueryResult, Value};
use shared::ReportingDay;
use shared::age_band::{AgeBand, BandSums};
use shared::summary::Series;

use crate::entity::bands::{self, BANDS};
use crate::store::StoreError;
use crate::store::organization::{BELOW, Sight};

/// A question whose parameters are numbered as they come.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::store) struct Sql {
    pub(in crate::store) text: String,
    pub(in crate::store) values: Vec<Value>,
}

impl Sql {
    /// Begins with what lies at or below the organization in sight; where that is the nation, with nothing.
    pub(in crate::store) fn below(sight: Sight) -> Self {
        if sight.everything {
            return Self::default();
        }
        Self { text: BELOW.to_owned(), values: vec![sight.organization_id.into(), sight.day.0.into()] }
    }

    /// A parameter.
    pub(in crate::store) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Goes on.
    pub(in crate::store) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// That a column is an id in sight, after another condition.
    pub(in crate::store) fn and_below(&mut self, sight: Sight, column: &str) {
        if !sight.everything {
            self.push(&format!(" AND {column} IN (SELECT id FROM below)"));
        }
    }
}

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
    let sums: [i64; AgeBand::COUNT] = bands::read(row)?;
    BandSums::new(sums).map_err(|band| StoreError::Damaged(format!("a sum of {band} is too large")))
}
