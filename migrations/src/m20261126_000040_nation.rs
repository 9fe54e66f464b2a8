//! What tables of the nation are read from: sums of prefectures and the nation by day and month, how units' days stand by
//! area, and how many units are scheduled when.

use std::fmt::Write as _;

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables, is_sqlite};
use crate::names::BANDS;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The nation's rows have no place. The day of a month's row is its first; only months as entered are summed. `beside` is
/// the definition of a further column, before the sums.
pub(crate) fn wide_rollup(beside: &str) -> String {
    let mut sql = format!(
        "CREATE TABLE wide_rollup (
            level TEXT NOT NULL,
            span TEXT NOT NULL,
            series TEXT NOT NULL,
            day {{day}} NOT NULL,
            place TEXT NOT NULL,
            follow_up {{bool}} NOT NULL,{beside}\n",
    );
    for band in BANDS {
        let _ = writeln!(sql, "{band} {{long}} NOT NULL,");
    }
    sql.push_str(
        "CONSTRAINT wide_rollup_key PRIMARY KEY (level, span, series, day, place, follow_up),
        CONSTRAINT wide_rollup_level_known CHECK (level IN ('prefecture', 'nation')),
        CONSTRAINT wide_rollup_span_known CHECK (span IN ('day', 'month')),
        CONSTRAINT wide_rollup_series_known CHECK (series IN ('as_entered', 'by_target_day'))
        ) {clustered}",
    );
    sql
}

/// Sums of the rows that there are.
fn fill(sqlite: bool, level: &str, span: &str) -> String {
    let day = match (span, sqlite) {
        ("month", true) => "substr(r.day, 1, 7) || '-01'",
        ("month", false) => "date_trunc('month', r.day)::date",
        _ => "r.day",
    };
    let place = if level == "nation" { "''" } else { "COALESCE(a.prefecture_code, '')" };
    let condition = if span == "month" { "r.series = 'as_entered'" } else { "TRUE" };
    let sums = BANDS.map(|band| format!("SUM(r.{band})")).join(", ");
    format!(
        "INSERT INTO wide_rollup (level, span, series, day, place, follow_up, {}) \
         SELECT '{level}', '{span}', r.series, {day}, {place}, r.unit_kind = 'follow_up_center', {sums} FROM daily_rollup r \
         LEFT JOIN organization a ON a.id = r.area_id WHERE {condition} GROUP BY 3, 4, 5, 6",
        BANDS.join(", ")
    )
}

const COVERAGE: [&str; 4] = [
    // How many unit-days of an area stand how, of scheduled units; `extra` are reports of those that aren't.
    "CREATE TABLE coverage_rollup (
        day {day} NOT NULL,
        area_id {uuid} NOT NULL,
        unit_kind TEXT NOT NULL,
        reported {long} NOT NULL,
        zero {long} NOT NULL,
        late {long} NOT NULL,
        closed {long} NOT NULL,
        extra {long} NOT NULL,
        CONSTRAINT coverage_rollup_key PRIMARY KEY (day, area_id, unit_kind)
    ) {clustered}",
    // How many units more (or fewer) are in an area with these opening days from a day on. A row's units may be 0.
    "CREATE TABLE area_schedule (
        area_id {uuid} NOT NULL,
        valid_from {day} NOT NULL,
        unit_kind TEXT NOT NULL,
        weekdays INTEGER NOT NULL,
        open_on_holidays {bool} NOT NULL,
        units {long} NOT NULL,
        CONSTRAINT area_schedule_key PRIMARY KEY (area_id, valid_from, unit_kind, weekdays, open_on_holidays)
    ) {clustered}",
    // The areas of which both hold. Whoever changes the register without seeing to them voids them: see the triggers.
    "CREATE TABLE area_counted (
        area_id {uuid} NOT NULL PRIMARY KEY
    ) {clustered}",
    // Of the unit's statements, those withdrawn later than the instant asked for count too.
    "CREATE INDEX day_statement_by_unit ON day_statement (unit_id, day)",
];

/// What voids the counts of areas: table, act, whose unit, and which area beside those that the unit ever stood in.
const VOIDING: [(&str, &str, &str, Option<&str>); 8] = [
    ("organization_parent", "INSERT", "NEW.child_id", None),
    ("organization_parent", "UPDATE", "NEW.child_id", Some("OLD.parent_id")),
    ("organization_parent", "DELETE", "OLD.child_id", Some("OLD.parent_id")),
    ("opening_days", "INSERT", "NEW.unit_id", None),
    ("opening_days", "UPDATE", "NEW.unit_id", None),
    ("opening_days", "DELETE", "OLD.unit_id", None),
    ("organization", "UPDATE OF active", "NEW.id", None),
    ("organization", "DELETE", "OLD.id", None),
];

fn trigger_name(table: &str, act: &str) -> String {
    format!("{table}_voids_at_{}", act.split(' ').next().unwrap_or_default().to_lowercase())
}

async fn void(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, act, unit, beside) in VOIDING {
        let name = trigger_name(table, act);
        let or = beside.map(|area| format!(" OR area_id = {area}")).unwrap_or_default();
        let delete = format!(
            "DELETE FROM area_counted WHERE area_id IN (SELECT parent_id FROM organization_parent WHERE child_id = {unit}){or}"
        );
        if is_sqlite(manager) {
            define(manager, &[&format!("CREATE TRIGGER {name} AFTER {act} ON {table} BEGIN {delete}; END")]).await?;
            continue;
        }
        let function = format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {delete}; RETURN NULL; END $$"
        );
        let trigger = format!("CREATE TRIGGER {name} AFTER {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()");
        define(manager, &[&function, &trigger]).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &[&wide_rollup("")]).await?;
        let sqlite = is_sqlite(manager);
        for level in ["prefecture", "nation"] {
            define(manager, &[&fill(sqlite, level, "day"), &fill(sqlite, level, "month")]).await?;
        }
        define(manager, &COVERAGE).await?;
        void(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, act, ..) in VOIDING {
            let name = trigger_name(table, act);
            if is_sqlite(manager) {
                define(manager, &[&format!("DROP TRIGGER {name}")]).await?;
            } else {
                define(manager, &[&format!("DROP TRIGGER {name} ON {table}"), &format!("DROP FUNCTION {name}()")])
                    .await?;
            }
        }
        define(manager, &["DROP INDEX day_statement_by_unit"]).await?;
        drop_tables(manager, &["area_counted", "area_schedule", "coverage_rollup", "wide_rollup"]).await
    }
}
