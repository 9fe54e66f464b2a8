//! No question for figures reads the whole ledger: asked of both engines' planners.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use shared::ReportingDay;
use shared::summary::{CheckedSummary, Curve, Level, Series};
use uuid::Uuid;

use super::areas::{Grouping, Span, later_by_day, later_in_all, rollup_by_day, rollup_in_all};
use super::sql::Sql;
use super::units::by_unit;
use crate::clock::Clock;
use crate::entity::Micros;
use crate::store::organization::Sight;
use crate::store::{Store, reading_tests};

/// The steps of the plan of a question, as the engine words them.
async fn plan(store: &Store, sql: Sql) -> Vec<String> {
    let reading = store.reading().await.expect("reads");
    let backend = reading.backend();
    let connection = reading.transaction();
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        // A table without rows is read as a whole unless that is forbidden: then a plan that has no other way shows.
        _ => ("EXPLAIN", 0),
    };
    if backend == DbBackend::Postgres {
        connection.execute_unprepared("SET LOCAL enable_seqscan = off").await.expect("set");
    }
    let statement = Statement::from_sql_and_values(backend, format!("{explain} {}", sql.text), sql.values);
    let rows = connection.query_all_raw(statement).await.expect("a plan");
    rows.iter().map(|row| row.try_get_by_index(column).expect("text")).collect()
}

#[tokio::test]
async fn no_question_reads_the_whole_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = reading_tests::location(&folder).await;
    let day: ReportingDay = "2026-11-22".parse().expect("a day");
    let store = Store::open(&location, Clock::fixed(day.start())).await.expect("a store");
    let as_of = Micros::from(day.start());
    let mut asked = 0;
    for everything in [false, true] {
        let sight = Sight { organization_id: Uuid::nil(), everything, day };
        for series in Series::ALL {
            let span = Span { series, from: Some(day.minus(55)), to: day };
            let all = Span { from: None, ..span };
            let mut questions = Vec::new();
            for level in [Level::HealthCenter, Level::Prefecture, Level::Nation] {
                let grouping = Grouping { level, sight };
                questions.extend([rollup_by_day(grouping, span), rollup_in_all(grouping, all)]);
                questions.extend([later_by_day(grouping, span, as_of), later_in_all(grouping, all, as_of)]);
            }
            if !everything {
                let unit =
                    CheckedSummary { level: Level::Unit, from: day, to: day, series, as_of: None, curve: Curve::Days };
                questions.push(by_unit(sight, &unit, as_of));
            }
            for question in questions {
                let text = question.text.clone();
                for step in plan(&store, question).await {
                    // SQLite says SCAN of what is read as a whole, be it an index, and SEARCH of what is looked up; what
                    // it says of `f` is about the ledger only where that is called so.
                    let of_ledger = ["SCAN ledger_entry", "Seq Scan on ledger_entry"];
                    let reads_all = of_ledger.iter().any(|words| step.contains(words))
                        || step.contains("SCAN f") && text.contains("ledger_entry f");
                    assert!(!reads_all, "{step}\n{text}");
                }
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 2 * 2 * 12 + 2);
}
