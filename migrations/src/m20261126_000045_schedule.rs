//! Who is scheduled, as a number for each kind of day: a nation's day then reads one row an area, not one for each set of
//! opening days that its units have.

use std::fmt::Write as _;

use sea_orm_migration::prelude::*;

use crate::dialect::define;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The weekdays, each at its place in the bit set of before. The last column is of public holidays.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// How many units more (or fewer) are open in an area on each kind of day, from a day on.
fn table() -> String {
    let mut sql = String::from(
        "CREATE TABLE area_schedule (area_id {uuid} NOT NULL, valid_from {day} NOT NULL, unit_kind TEXT NOT NULL,",
    );
    for weekday in WEEKDAYS {
        let _ = write!(sql, "{weekday} {{long}} NOT NULL,");
    }
    sql.push_str("holiday {long} NOT NULL, CONSTRAINT area_schedule_key PRIMARY KEY (area_id, valid_from, unit_kind)) {clustered}");
    sql
}

fn fill() -> String {
    let mut sums = String::new();
    for (bit, _) in WEEKDAYS.iter().enumerate() {
        let _ = write!(sums, "SUM(CASE WHEN (weekdays & {}) <> 0 THEN units ELSE 0 END), ", 1 << bit);
    }
    format!(
        "INSERT INTO area_schedule (area_id, valid_from, unit_kind, {}, holiday) \
         SELECT area_id, valid_from, unit_kind, {sums}SUM(CASE WHEN open_on_holidays THEN units ELSE 0 END) \
         FROM area_schedule_before GROUP BY 1, 2, 3",
        WEEKDAYS.join(", ")
    )
}

/// As it was before. Which sets of opening days units have isn't known any more: the areas are counted anew.
const DOWN: [&str; 3] = [
    "DROP TABLE area_schedule",
    "CREATE TABLE area_schedule (
        area_id {uuid} NOT NULL,
        valid_from {day} NOT NULL,
        unit_kind TEXT NOT NULL,
        weekdays INTEGER NOT NULL,
        open_on_holidays {bool} NOT NULL,
        units {long} NOT NULL,
        CONSTRAINT area_schedule_key PRIMARY KEY (area_id, valid_from, unit_kind, weekdays, open_on_holidays)
    ) {clustered}",
    "DELETE FROM area_counted",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let before = "CREATE TABLE area_schedule_before AS SELECT * FROM area_schedule";
        define(manager, &[before, "DROP TABLE area_schedule", &table(), &fill(), "DROP TABLE area_schedule_before"])
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &DOWN).await
    }
}
