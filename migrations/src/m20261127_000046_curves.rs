//! The totals of prefectures day by day, a row a month: whole curves then take a thirtieth of the rows.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables, is_sqlite};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// One after the other for each day that a month may have.
fn of_days(write: impl Fn(u32) -> String) -> String {
    (1..=31).map(write).collect::<Vec<_>>().join(", ")
}

/// The totals of what is reported in a prefecture, but for follow-up centers. `month` is its first day.
fn table() -> String {
    let days = of_days(|day| format!("d{day} {{long}} NOT NULL"));
    format!(
        "CREATE TABLE wide_curve (
            series TEXT NOT NULL,
            month {{day}} NOT NULL,
            place TEXT NOT NULL,
            {days},
            CONSTRAINT wide_curve_key PRIMARY KEY (series, month, place),
            CONSTRAINT wide_curve_series_known CHECK (series IN ('as_entered', 'by_target_day'))
        ) {{clustered}}"
    )
}

/// Of the sums that there are.
fn fill(sqlite: bool) -> String {
    let (month, number) = if sqlite {
        ("substr(f.day, 1, 7) || '-01'", "CAST(substr(f.day, 9, 2) AS INTEGER)")
    } else {
        ("date_trunc('month', f.day)::date", "EXTRACT(DAY FROM f.day)")
    };
    let names = of_days(|day| format!("d{day}"));
    let totals = of_days(|day| format!("SUM(CASE WHEN {number} = {day} THEN f.total ELSE 0 END)"));
    format!(
        "INSERT INTO wide_curve (series, month, place, {names}) SELECT f.series, {month}, f.place, {totals} \
         FROM wide_rollup f WHERE f.level = 'prefecture' AND f.span = 'day' AND NOT f.follow_up GROUP BY 1, 2, 3"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &[&table(), &fill(is_sqlite(manager))]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["wide_curve"]).await
    }
}
