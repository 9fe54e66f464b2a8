//! The ledger from which every figure is summed, and the sums by area and day.

use std::fmt::Write as _;

use sea_orm_migration::prelude::*;

use crate::append_only::{drop_protected, protect};
use crate::dialect::{define, drop_tables};
use crate::names::BANDS;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The key is the order of commit, so that what was recorded after an instant is a range. Areas carry no foreign key:
/// they come from `organization_parent`, which has one, and a look-up for each would be paid with every report.
fn ledger_entry() -> String {
    let mut sql = String::from(
        "CREATE TABLE ledger_entry (
            recorded_at {instant} NOT NULL,
            line INTEGER NOT NULL,
            submission_id {uuid} NOT NULL REFERENCES submission (id),
            unit_id {uuid} NOT NULL,
            unit_kind TEXT NOT NULL,
            entry_day {day} NOT NULL,
            target_day {day} NOT NULL,
            entry_day_area_id {uuid} NOT NULL,
            target_day_area_id {uuid} NOT NULL,
            kind TEXT NOT NULL,
            reason TEXT,
            note TEXT,\n",
    );
    for band in BANDS {
        let _ = writeln!(sql, "{band} INTEGER NOT NULL,");
    }
    for band in BANDS {
        let _ = writeln!(
            sql,
            "CONSTRAINT ledger_entry_{band} CHECK ((kind = 'report' AND {band} BETWEEN 0 AND 99999)
             OR (kind <> 'report' AND {band} BETWEEN -99999 AND 99999)),"
        );
    }
    sql.push_str(
        "CONSTRAINT ledger_entry_key PRIMARY KEY (recorded_at, line),
        CONSTRAINT ledger_entry_kind_known CHECK (kind IN ('report', 'replacement', 'adjustment')),
        CONSTRAINT ledger_entry_days CHECK (
            (kind = 'report' AND target_day = entry_day) OR (kind <> 'report' AND target_day <= entry_day)),
        CONSTRAINT ledger_entry_reason CHECK (
            (kind = 'report' AND reason IS NULL)
            OR (kind = 'adjustment' AND reason IS NOT NULL
                AND reason IN ('found_late', 'counted_twice', 'wrong_band', 'wrong_day', 'other'))
            OR kind = 'replacement')
        ) {clustered}",
    );
    sql
}

/// The day comes first in the key: the rows that an evening's reports raise then lie on a few pages beside each other.
fn daily_rollup() -> String {
    let mut sql = String::from(
        "CREATE TABLE daily_rollup (
            area_id {uuid} NOT NULL,
            unit_kind TEXT NOT NULL,
            series TEXT NOT NULL,
            day {day} NOT NULL,\n",
    );
    for band in BANDS {
        let _ = writeln!(sql, "{band} {{long}} NOT NULL,");
    }
    sql.push_str(
        "reports {long} NOT NULL,
        zero_reports {long} NOT NULL,
        CONSTRAINT daily_rollup_key PRIMARY KEY (day, area_id, unit_kind, series),
        CONSTRAINT daily_rollup_series_known CHECK (series IN ('as_entered', 'by_target_day'))
        ) {clustered}",
    );
    sql
}

/// Reports themselves are found through `submission_once_per_day` and their instant; only what changes a day later
/// needs an index of its own, and it is small.
const CHANGES_OF_A_DAY: &str =
    "CREATE INDEX ledger_entry_changes ON ledger_entry (unit_id, target_day) WHERE kind <> 'report'";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &[&ledger_entry(), CHANGES_OF_A_DAY, &daily_rollup()]).await?;
        protect(manager, "ledger_entry").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["daily_rollup"]).await?;
        drop_protected(manager, "ledger_entry").await
    }
}
