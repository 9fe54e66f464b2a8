//! No question for events reads the whole chain: asked of both engines' planners.

use shared::ReportingDay;
use shared::audit::{AuditAction, AuditOutcome};
use uuid::Uuid;

use super::{AuditFilter, AuditSpan, SIGN_INS, question};
use crate::clock::Clock;
use crate::store::organization::Sight;
use crate::store::plans::plan;
use crate::store::{Store, reading_tests};

/// By which way the events `e` are found, as each engine words it.
fn of_events(steps: &[String]) -> Vec<&String> {
    let words = ["SCAN e", "SEARCH e", "audit_event"];
    let is_of_events = |step: &&String| {
        words
            .iter()
            .any(|words| *step == words || step.starts_with(&format!("{words} ")) || step.contains(" on audit_event"))
    };
    steps.iter().filter(is_of_events).collect()
}

#[tokio::test]
async fn no_question_for_events_reads_the_whole_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = reading_tests::location(&folder).await;
    let day: ReportingDay = "2026-11-22".parse().expect("a day");
    let store = Store::open(&location, Clock::fixed(day.start())).await.expect("a store");
    let id = Some(Uuid::from_u128(7));
    let none = AuditFilter::default();
    let filters = [
        none,
        AuditFilter { actor_id: id, ..none },
        AuditFilter { organization_id: id, ..none },
        AuditFilter { action: Some(AuditAction::SignIn), ..none },
        AuditFilter { action: Some(AuditAction::SubmitReport), ..none },
        AuditFilter { outcome: Some(AuditOutcome::Failed), ..none },
        AuditFilter { outcome: Some(AuditOutcome::Ok), ..none },
    ];
    let mut asked = 0;
    for everything in [false, true] {
        for filter in filters {
            for alone in [None, id] {
                let sight = Sight { organization_id: Uuid::nil(), everything, day };
                let span = AuditSpan { sight, filter, days: (day.minus(92), day), from: 1, until: 1_000_000, alone };
                let (text, values) = question(&span, 50);
                let steps = plan(&store, &text, values).await;
                let found = of_events(&steps);
                assert!(!found.is_empty(), "{steps:#?}\n{text}");
                for step in found {
                    let reads_all = step.starts_with("SCAN") || step.contains("Seq Scan");
                    assert!(!reads_all, "{step}\n{text}");
                }
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 2 * 7 * 2);
    let steps = plan(&store, SIGN_INS, vec![id.into()]).await;
    assert!(steps.iter().any(|step| step.contains("audit_event_by_object")), "{steps:#?}");
}
