//! No question for figures reads the whole ledger: asked of both engines' planners.

use shared::ReportingDay;
use shared::summary::{CheckedCorrections, CheckedSummary, Curve, Level, Series};
use uuid::Uuid;

use super::areas::{Grouping, Span, later_by_day, later_in_all, rollup_by_day, rollup_in_all};
use super::corrections::of_day;
use super::places::{called_in, named_in};
use super::units::by_unit;
use super::wide;
use crate::clock::Clock;
use crate::entity::Micros;
use crate::store::coverage::areas::{self, By};
use crate::store::coverage::{of_desks, of_missing};
use crate::store::organization::Sight;
use crate::store::plans::plan;
use crate::store::sql::Sql;
use crate::store::{Days, Store, reading_tests};

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
            for level in [Level::Unit, Level::HealthCenter] {
                questions.push(of_day(sight, &CheckedCorrections { level, day, as_of: None }, as_of));
            }
            if !everything {
                let unit =
                    CheckedSummary { level: Level::Unit, from: day, to: day, series, as_of: None, curve: Curve::Days };
                questions.push(by_unit(sight, &unit, as_of));
            }
            for question in questions {
                let text = question.text;
                for step in plan(&store, &text, question.values).await {
                    // SQLite says SCAN of what is read as a whole, be it an index, and SEARCH of what is looked up; what
                    // it says of `f` is about the ledger only where that is called so.
                    let of_ledger = ["SCAN ledger_entry", "SCAN l", "SCAN s", "Seq Scan on ledger_entry"];
                    let reads_all = of_ledger.iter().any(|words| step == *words || step.contains(&format!("{words} ")))
                        || step.contains("SCAN f") && text.contains("ledger_entry f");
                    assert!(!reads_all, "{step}\n{text}");
                }
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 2 * 2 * 14 + 2);
}

/// The questions behind the nation's day, its year by weeks, and who is missing at a center.
fn of_nation(center: Uuid, day: ReportingDay) -> Vec<Sql> {
    let nation = Sight { organization_id: Uuid::nil(), everything: true, day };
    let named = named_in(nation, Level::Prefecture);
    let mut questions = Vec::new();
    let mut ask = |question: &dyn Fn(&mut Sql)| {
        let mut sql = Sql::default();
        question(&mut sql);
        questions.push(sql);
    };
    ask(&|sql| called_in(sql, nation, named, Micros::from(day.end())));
    ask(&|sql| areas::doubts(sql, nation));
    for (by, days) in [By::Area, By::Prefecture].into_iter().flat_map(|by| [(by, 1), (by, 7)]) {
        let days = Days::back(day, days);
        ask(&|sql| areas::scheduled(sql, nation, days, &["sunday"], by));
        ask(&|sql| areas::known(sql, nation, days, by));
    }
    for (level, back) in [(Level::Prefecture, 55), (Level::Nation, 363)] {
        let curve = (day.minus(back), day);
        for series in Series::ALL {
            ask(&|sql| wide::in_table(sql, level, series, (day, day)));
            ask(&|sql| wide::by_day(sql, series, curve));
            ask(&|sql| wide::by_place(sql, series, curve));
        }
        ask(&|sql| wide::in_months(sql, level, day));
        ask(&|sql| wide::in_month(sql, level, day));
    }
    let of_center = Sight { organization_id: center, everything: false, day };
    let of_center = of_missing(of_center, day).into_iter().chain(of_desks(of_center, day));
    questions.extend(of_center.map(|(text, values)| Sql { text, values }));
    questions
}

/// Asserts that what is read of a nation, as in a country for measuring, reads through no ledger.
pub(crate) async fn assert_no_ledger_is_read_through(store: &Store, day: ReportingDay) {
    let reading = store.reading().await.expect("reads");
    let center = "SELECT id FROM organization WHERE kind = 'health_center' ORDER BY id LIMIT 1";
    let center: Uuid = reading.rows(center, []).await.expect("a center")[0].try_get("", "id").expect("an id");
    reading.finish();
    let mut looked_up = 0;
    for question in of_nation(center, day) {
        let text = question.text;
        let is_of_ledger = text.contains("ledger_entry") || text.contains("submission");
        for step in plan(store, &text, question.values).await {
            // SQLite calls tables by what they are called in the question.
            let whole =
                ["SCAN s", "SCAN l", "SCAN late", "SCAN newest", "SCAN last", "SCAN st", "SCAN u", "AUTOMATIC PARTIAL"];
            let of_sqlite =
                is_of_ledger && whole.iter().any(|words| step == *words || step.starts_with(&format!("{words} ")));
            let of_postgres = [
                "Seq Scan on submission",
                "Seq Scan on ledger_entry",
                "Seq Scan on day_statement",
                "Seq Scan on organization ",
            ];
            assert!(!of_sqlite && !of_postgres.iter().any(|words| step.contains(words)), "{step}\n{text}");
            // In a range of days SQLite would read all areas' rows for each area.
            assert!(!step.contains("SEARCH c USING PRIMARY KEY (day>"), "{step}\n{text}");
            // What lies below an organization is found from there: a register read through costs a center its goal.
            if text.contains("below") {
                let of_sqlite = (step.starts_with("SCAN ") && step != "SCAN below") || step.contains("AUTOMATIC");
                let of_postgres = ["Seq Scan on organization_parent", "Seq Scan on opening_days"];
                assert!(!of_sqlite && !of_postgres.iter().any(|words| step.contains(words)), "{step}\n{text}");
            }
            looked_up += usize::from(is_of_ledger && (step.contains("SEARCH") || step.contains("Index")));
        }
    }
    assert!(looked_up > 5, "the list of who is missing looks reports up");
}
