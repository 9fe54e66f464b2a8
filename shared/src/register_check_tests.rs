//! The rules of the register, each kept and broken.

use uuid::Uuid;

use super::*;

fn organization(kind: OrganizationKind, prefecture: &str) -> Organization {
    Organization {
        id: Uuid::from_u128(kind as u128),
        kind,
        name: "上".into(),
        kana: "ウエ".into(),
        institution_code: None,
        prefecture_code: (kind != OrganizationKind::Ministry).then(|| prefecture.to_owned()),
        address: String::new(),
        telephone: String::new(),
        parent: None,
        active: true,
    }
}

fn request(kind: OrganizationKind) -> NewOrganizationRequest {
    NewOrganizationRequest {
        kind,
        parent_id: Uuid::nil(),
        name: " あおば診療所 ".into(),
        kana: "あおばしんりょうじょ".into(),
        institution_code: None,
        prefecture_code: None,
        address: "周南市1-2".into(),
        telephone: "０８３４－１２－３４５６".into(),
        open_on: None,
        acknowledged_warnings: Vec::new(),
    }
}

fn center() -> Organization {
    organization(OrganizationKind::HealthCenter, "35")
}

fn broken(request: &NewOrganizationRequest, parent: &Organization) -> (String, Rule) {
    match check_new(request, parent) {
        Err(Refusal::Violations(mut violations)) => {
            let violation = violations.remove(0);
            assert!(violations.is_empty(), "{violations:?}");
            (violation.pointer, violation.rule)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_institution_is_put_into_its_one_form() {
    let checked = check_new(&request(OrganizationKind::Institution), &center()).expect("accepted");
    let expected = NewOrganization {
        kind: OrganizationKind::Institution,
        name: "あおば診療所".into(),
        kana: "アオバシンリョウジョ".into(),
        institution_code: None,
        prefecture_code: "35".into(),
        address: "周南市1-2".into(),
        telephone: "0834-12-3456".into(),
        opening: None,
    };
    assert_eq!(*checked, expected);
}

#[test]
fn each_kind_stands_below_its_own() {
    use OrganizationKind::{FollowUpCenter, HealthCenter, Institution, Ministry, Prefecture};
    let pairs = OrganizationKind::ALL.into_iter().flat_map(|kind| OrganizationKind::ALL.map(|parent| (kind, parent)));
    let fitting: Vec<_> = pairs.filter(|&(kind, parent)| may_stand_below(kind, parent)).collect();
    let expected = [
        (Prefecture, Ministry),
        (HealthCenter, Prefecture),
        (Institution, HealthCenter),
        (FollowUpCenter, Prefecture),
        (FollowUpCenter, HealthCenter),
    ];
    assert_eq!(fitting, expected);
    let prefecture = organization(Prefecture, "35");
    assert_eq!(broken(&request(Institution), &prefecture), ("/parent_id".into(), Rule::NotAllowed));
}

#[test]
fn a_code_that_does_not_fit_is_asked_about_and_then_taken() {
    let with = |code: &str| NewOrganizationRequest {
        institution_code: Some(code.into()),
        ..request(OrganizationKind::Institution)
    };
    // Over ten digits, over the last seven where the prefecture does so, a substitute, a dropped zero.
    for (typed, stored) in [
        ("0110113719", "0110113719"),
        ("13-1-011004-9", "1310110049"),
        ("9312345678", "9312345678"),
        ("110113719", "0110113719"),
    ] {
        let checked = check_new(&with(typed), &center()).expect(typed);
        assert_eq!(checked.institution_code.as_deref(), Some(stored));
    }
    for doubtful in ["0110113718", "1010110049", "4810110041"] {
        let mut request = with(doubtful);
        let asked = Err(Refusal::Unacknowledged(RegisterWarning::DoubtfulCode));
        assert_eq!(check_new(&request, &center()), asked, "{doubtful}");
        request.acknowledged_warnings = vec![RegisterWarning::DoubtfulCode];
        let checked = check_new(&request, &center()).expect("acknowledged");
        assert_eq!(checked.institution_code.as_deref(), Some(doubtful));
    }
    for wrong in ["0113719", "12345678901", "01101137I9"] {
        let mut request = with(wrong);
        request.acknowledged_warnings = vec![RegisterWarning::DoubtfulCode];
        assert_eq!(broken(&request, &center()), ("/institution_code".into(), Rule::Malformed), "{wrong}");
    }
    let follow_up = NewOrganizationRequest { kind: OrganizationKind::FollowUpCenter, ..with("0110113719") };
    assert_eq!(broken(&follow_up, &center()), ("/institution_code".into(), Rule::NotAllowed));
}

#[test]
fn a_prefecture_states_its_code_and_nobody_else_does() {
    let ministry = organization(OrganizationKind::Ministry, "");
    let with =
        |kind, code: Option<&str>| NewOrganizationRequest { prefecture_code: code.map(str::to_owned), ..request(kind) };
    let checked = check_new(&with(OrganizationKind::Prefecture, Some("35")), &ministry).expect("accepted");
    assert_eq!(checked.prefecture_code, "35");
    for (code, rule) in [(None, Rule::Required), (Some("00"), Rule::OutOfRange), (Some("48"), Rule::OutOfRange)] {
        let request = with(OrganizationKind::Prefecture, code);
        assert_eq!(broken(&request, &ministry), ("/prefecture_code".into(), rule), "{code:?}");
    }
    for code in ["1", "1a", "013"] {
        let request = with(OrganizationKind::Prefecture, Some(code));
        assert_eq!(broken(&request, &ministry).1, Rule::OutOfRange, "{code}");
    }
    let request = with(OrganizationKind::Institution, Some("35"));
    assert_eq!(broken(&request, &center()), ("/prefecture_code".into(), Rule::NotAllowed));
}

#[test]
fn a_change_keeps_what_it_does_not_name_and_an_empty_code_is_no_code() {
    let change = OrganizationChange {
        kana: Some("ｱｵﾊﾞ".into()),
        institution_code: Some(" ".into()),
        ..OrganizationChange::default()
    };
    let checked = check_change(&change, OrganizationKind::Institution).expect("accepted");
    let expected = OrganizationChange {
        kana: Some("アオバ".into()),
        institution_code: Some(String::new()),
        ..OrganizationChange::default()
    };
    assert_eq!(*checked, expected);
    let doubtful = OrganizationChange { institution_code: Some("0110113718".into()), ..OrganizationChange::default() };
    let asked = Err(Refusal::Unacknowledged(RegisterWarning::DoubtfulCode));
    assert_eq!(check_change(&doubtful, OrganizationKind::Institution), asked);
    let nameless = OrganizationChange { name: Some(String::new()), ..OrganizationChange::default() };
    assert!(matches!(check_change(&nameless, OrganizationKind::HealthCenter), Err(Refusal::Violations(_))));
}

#[test]
fn opening_days_and_moves_hold_from_tomorrow_at_the_earliest() {
    let today: ReportingDay = "2026-11-22".parse().expect("a day");
    let days = [KindOfDay::Monday, KindOfDay::Holiday];
    let (unit, center) = (organization(OrganizationKind::Institution, "35"), center());
    for (ahead, fits) in [(0, false), (1, true), (MAX_DAYS_AHEAD, true), (MAX_DAYS_AHEAD + 1, false)] {
        let from = today.plus(ahead);
        assert_eq!(check_opening(&days, from, unit.kind, today).is_ok(), fits, "{ahead}");
        assert_eq!(check_move(&unit, &center, from, today).is_ok(), fits, "{ahead}");
    }
    assert!(check_opening(&days, today.minus(1), unit.kind, today).is_err());
    assert!(check_opening(&[], today.plus(1), unit.kind, today).is_err());
    assert!(check_opening(&days, today.plus(1), OrganizationKind::HealthCenter, today).is_err());
}

#[test]
fn a_unit_stays_in_its_prefecture_and_below_its_kind() {
    let today: ReportingDay = "2026-11-22".parse().expect("a day");
    let goes = |unit: OrganizationKind, parent: OrganizationKind, prefecture: &str| {
        check_move(&organization(unit, "35"), &organization(parent, prefecture), today.plus(1), today).is_ok()
    };
    use OrganizationKind::{FollowUpCenter, HealthCenter, Institution, Ministry, Prefecture};
    assert!(goes(Institution, HealthCenter, "35") && goes(FollowUpCenter, Prefecture, "35"));
    assert!(!goes(Institution, HealthCenter, "34") && !goes(Institution, Prefecture, "35"));
    assert!(!goes(HealthCenter, Prefecture, "35") && !goes(Prefecture, Ministry, "35"));
}
