use super::*;
use crate::organization::OrganizationKind;

fn now() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().expect("an instant")
}

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn named(id: u128, kana: &str) -> Named {
    let organization =
        OrganizationRef { id: Uuid::from_u128(id), kind: OrganizationKind::Institution, name: kana.to_owned() };
    Named { organization, prefecture_code: Some("13".to_owned()), kana: kana.to_owned() }
}

fn entry(organization: u128, sending: u128, delta: i64) -> Corrected {
    let mut deltas = [0; 14];
    deltas[3] = delta;
    Corrected {
        organization_id: Uuid::from_u128(organization),
        sending: Uuid::from_u128(sending),
        kind: CorrectionKind::Adjustment,
        entry_day: day("2026-11-22"),
        target_day: day("2026-11-21"),
        reason: Some(AdjustmentReason::FoundLate),
        note: Some(format!("note {sending}")),
        deltas: BandSums::new(deltas).expect("sums"),
        recorded_at: now() + chrono::TimeDelta::minutes(i64::try_from(sending).expect("small")),
    }
}

#[test]
fn of_units_each_sending_stands_by_itself_and_of_areas_alike_ones_are_added_up() {
    let names = || vec![named(1, "ワ"), named(2, "ア")];
    let entries = || vec![entry(1, 7, 3), entry(2, 8, 1), entry(1, 9, -5), entry(1, 7, 2), entry(3, 10, 4)];
    let facts = |level| {
        let listed = list_corrections(names(), level, entries());
        let fact = |one: ListedCorrection| (one.organization.name, one.sendings, one.total, one.note, one.report_id);
        listed.into_iter().map(fact).collect::<Vec<_>>()
    };
    let of = |name: &str, sendings, total| (name.to_owned(), sendings, total, None, None);
    assert_eq!(facts(Level::HealthCenter), [of("ア", 1, 1), of("ワ", 2, 0)]);
    let of_unit = |name: &str, sending: u128, total| {
        (name.to_owned(), 1, total, Some(format!("note {sending}")), Some(Uuid::from_u128(sending)))
    };
    assert_eq!(facts(Level::Unit), [of_unit("ア", 8, 1), of_unit("ワ", 7, 5), of_unit("ワ", 9, -5)]);
    let last = list_corrections(names(), Level::Prefecture, entries()).pop().expect("a line");
    assert_eq!(last.recorded_at, now() + chrono::TimeDelta::minutes(9));
}

#[test]
fn ways_days_and_reasons_are_told_apart_and_a_supplement_is_no_report() {
    let mut supplement = entry(1, 7, 1);
    supplement.kind = CorrectionKind::Supplement;
    let earlier = Corrected { target_day: day("2026-11-20"), ..entry(1, 8, 1) };
    let wrong = Corrected { reason: Some(AdjustmentReason::WrongDay), ..entry(1, 8, 1) };
    let entries = vec![entry(1, 8, 1), supplement, earlier, wrong];
    let listed = list_corrections(vec![named(1, "ア")], Level::Unit, entries);
    let facts: Vec<_> =
        listed.iter().map(|one| (one.target_day, one.kind, one.reason, one.report_id.is_some())).collect();
    let (late, wrong) = (Some(AdjustmentReason::FoundLate), Some(AdjustmentReason::WrongDay));
    let (adjusted, before) = (CorrectionKind::Adjustment, day("2026-11-21"));
    assert_eq!(
        facts,
        [
            (day("2026-11-20"), adjusted, late, true),
            (before, adjusted, late, true),
            (before, adjusted, wrong, true),
            (before, CorrectionKind::Supplement, late, false),
        ]
    );
}

#[test]
fn a_question_is_about_a_day_that_has_begun_and_about_no_nation() {
    let ask = |query: CorrectionQuery| check_corrections(&query, Role::Prefecture, now());
    let usual = ask(CorrectionQuery::default()).expect("sound");
    assert_eq!((usual.level, usual.day, usual.as_of), (Level::HealthCenter, day("2026-11-22"), None));
    let past = ask(CorrectionQuery { as_of: Some("2026-11-20T23:59:59+09:00".into()), ..CorrectionQuery::default() });
    assert_eq!(past.expect("sound").day, day("2026-11-20"));
    let refused = ask(CorrectionQuery {
        level: Some(Level::Nation),
        day: Some(day("2026-11-23")),
        as_of: Some("yesterday".into()),
    });
    let pointers: Vec<_> = refused.expect_err("refused").into_iter().map(|one| one.pointer).collect();
    assert_eq!(pointers, ["?as_of", "?level", "?day"]);
}
