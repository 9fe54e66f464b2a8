//! The whole truth table, and the laws that it keeps.

use std::fmt::Write;

use super::*;

/// A small country. Callers are `unit_1`, `follow_up_1`, `center_1`, `prefecture_1` and the ministry.
const COUNTRY: [(&str, OrganizationKind, &[usize]); 13] = [
    ("ministry", OrganizationKind::Ministry, &[]),
    ("prefecture_1", OrganizationKind::Prefecture, &[0]),
    ("follow_up_0", OrganizationKind::FollowUpCenter, &[1, 0]),
    ("center_1", OrganizationKind::HealthCenter, &[1, 0]),
    ("unit_1", OrganizationKind::Institution, &[3, 1, 0]),
    ("unit_2", OrganizationKind::Institution, &[3, 1, 0]),
    ("follow_up_1", OrganizationKind::FollowUpCenter, &[3, 1, 0]),
    ("center_2", OrganizationKind::HealthCenter, &[1, 0]),
    ("unit_3", OrganizationKind::Institution, &[7, 1, 0]),
    ("prefecture_2", OrganizationKind::Prefecture, &[0]),
    ("follow_up_9", OrganizationKind::FollowUpCenter, &[9, 0]),
    ("center_9", OrganizationKind::HealthCenter, &[9, 0]),
    ("unit_9", OrganizationKind::Institution, &[11, 9, 0]),
];
const CALLERS: [&str; 5] = ["unit_1", "follow_up_1", "center_1", "prefecture_1", "ministry"];

fn place(name: &str) -> usize {
    COUNTRY.iter().position(|(other, ..)| *other == name).expect("a place of the country")
}

fn id(place: usize) -> Uuid {
    Uuid::from_u128(100 + place as u128)
}

fn caller(name: &str, is_manager: bool) -> Caller {
    let (_, kind, _) = COUNTRY[place(name)];
    Caller {
        account_id: Uuid::from_u128(1),
        role: Role::of(kind),
        is_manager,
        organization_id: id(place(name)),
        organization_kind: kind,
        client: None,
    }
}

/// An API client of `unit_1` and `follow_up_1`.
fn client(scopes: &[Scope]) -> Caller {
    let units = vec![id(place("unit_1")), id(place("follow_up_1"))];
    let access = ClientAccess { units, scopes: scopes.iter().copied().collect() };
    Caller { client: Some(access), ..caller("unit_1", false) }
}

fn clients() -> impl Iterator<Item = (String, Caller)> {
    [
        ("client read", client(&[Scope::ReportsRead])),
        ("client write", client(&[Scope::ReportsWrite])),
        ("client both", client(&Scope::ALL)),
    ]
    .map(|(name, client)| (name.to_owned(), client))
    .into_iter()
}

fn somebody_else() -> Uuid {
    Uuid::from_u128(2)
}

/// Something of an organization, as the caller's look-up would describe it.
fn thing_of(name: &str, caller: &Caller) -> Target {
    let (_, kind, above) = COUNTRY[place(name)];
    let above: Vec<Uuid> = above.iter().map(|&place| id(place)).collect();
    let callers_place = COUNTRY.iter().enumerate().find(|(place, _)| id(*place) == caller.organization_id);
    let (_, (_, _, above_caller)) = callers_place.expect("the caller stands in the country");
    let above_caller: Vec<Uuid> = above_caller.iter().map(|&place| id(place)).collect();
    Target::organization(id(place(name)), kind, above).seen_from_below(&above_caller)
}

/// The columns of the table: the nation, every organization, and the variants of what is about a person or a proxy.
fn columns(caller: &Caller) -> Vec<(String, Target)> {
    let mut columns = vec![("nation".to_owned(), Target::nation())];
    for (name, ..) in COUNTRY {
        columns.push((name.to_owned(), thing_of(name, caller).of_account(somebody_else())));
    }
    columns.push(("oneself".to_owned(), Target::own(caller).of_account(caller.account_id)));
    let by_center = |unit: &str| thing_of(unit, caller).entered_by(id(place("center_1")));
    columns.push(("unit_1 by center_1".to_owned(), by_center("unit_1")));
    columns.push(("unit_2 by center_1".to_owned(), by_center("unit_2")));
    columns
}

fn callers() -> impl Iterator<Item = (String, Caller)> {
    CALLERS
        .into_iter()
        .flat_map(|name| [(name.to_owned(), caller(name, false)), (format!("{name} +"), caller(name, true))])
}

#[test]
fn the_whole_truth_table_is_the_committed_one() {
    let mut table = String::from(
        "A = allowed, f = forbidden, . = out of sight; + = manager; client = an API client of unit_1 and follow_up_1\n",
    );
    for (number, (column, _)) in columns(&caller("unit_1", false)).iter().enumerate() {
        writeln!(table, "column {}: {column}", char::from(b'a' + u8::try_from(number).expect("few"))).expect("writes");
    }
    for &action in Action::ALL {
        write!(table, "\n{:<24}a b c d e f g h i j k l m n o p q\n", action.key()).expect("writes");
        for (name, caller) in clients().chain(callers()) {
            let cells: Vec<&str> = columns(&caller)
                .iter()
                .map(|(_, target)| match decide(&caller, action, target) {
                    Verdict::Allowed => "A",
                    Verdict::Forbidden => "f",
                    Verdict::OutOfSight => ".",
                })
                .collect();
            writeln!(table, "  {name:<22}{}", cells.join(" ")).expect("writes");
        }
    }
    insta::assert_snapshot!("truth_table", table);
}

#[test]
fn a_manager_may_all_that_the_plain_role_may() {
    for &action in Action::ALL {
        for name in CALLERS {
            let (plain, manager) = (caller(name, false), caller(name, true));
            for (column, target) in columns(&plain) {
                if decide(&plain, action, &target) == Verdict::Allowed {
                    assert_eq!(decide(&manager, action, &target), Verdict::Allowed, "{action:?} {name} {column}");
                }
            }
        }
    }
}

#[test]
fn outside_the_jurisdiction_nothing_exists_but_the_figures_of_the_own_prefecture() {
    for (name, caller) in callers() {
        let own = place(name.trim_end_matches(" +"));
        for (place, (other, _, above)) in COUNTRY.into_iter().enumerate() {
            let inside = place == own || above.contains(&own);
            for &action in Action::ALL {
                let verdict = decide(&caller, action, &thing_of(other, &caller));
                let above_and_public = other == "prefecture_1" && action == Action::ReadNationSummaries;
                if inside {
                    assert_ne!(verdict, Verdict::OutOfSight, "{name} {action:?} {other}");
                } else if !above_and_public || caller.role == Role::Institution {
                    assert_eq!(verdict, Verdict::OutOfSight, "{name} {action:?} {other}");
                } else {
                    assert_eq!(verdict, Verdict::Allowed, "{name} {action:?} {other}");
                }
            }
        }
    }
}

#[test]
fn the_ministry_sees_the_nation_even_where_a_look_up_does_not_list_it_as_an_ancestor() {
    let clerk = caller("ministry", false);
    let unit = Target::organization(id(place("unit_9")), OrganizationKind::Institution, Vec::new());
    assert_eq!(decide(&clerk, Action::ReadHistory, &unit), Verdict::Forbidden);
}

#[test]
fn an_institution_sends_its_own_report_and_sees_no_other() {
    let clerk = caller("unit_1", false);
    assert_eq!(decide(&clerk, Action::SendReport, &Target::own(&clerk)), Verdict::Allowed);
    assert_eq!(decide(&clerk, Action::SendReport, &thing_of("unit_2", &clerk)), Verdict::OutOfSight);
    assert_eq!(decide(&clerk, Action::SendSupplement, &Target::own(&clerk)), Verdict::Forbidden);
    assert_eq!(decide(&clerk, Action::ReadCoverage, &Target::nation()), Verdict::Forbidden);
}

#[test]
fn a_center_sends_for_itself_and_its_units_and_a_prefecture_only_reads() {
    let center = caller("center_1", false);
    for name in ["center_1", "unit_1", "follow_up_1"] {
        assert_eq!(decide(&center, Action::SendReport, &thing_of(name, &center)), Verdict::Allowed, "{name}");
    }
    let prefecture = caller("prefecture_1", true);
    for name in ["center_1", "unit_1", "follow_up_0"] {
        let target = thing_of(name, &prefecture);
        assert_eq!(decide(&prefecture, Action::SendReport, &target), Verdict::Forbidden, "{name}");
        assert_eq!(decide(&prefecture, Action::ReadHistory, &target), Verdict::Allowed, "{name}");
    }
    let ministry = caller("ministry", true);
    assert_eq!(decide(&ministry, Action::ReadHistory, &thing_of("unit_1", &ministry)), Verdict::Forbidden);
}

#[test]
fn a_proxy_report_is_corrected_by_the_center_that_entered_it_and_not_by_the_unit() {
    let (unit, center) = (caller("unit_1", true), caller("center_1", false));
    let by = |name: &str, caller: &Caller| thing_of("unit_1", caller).entered_by(id(place(name)));
    assert_eq!(decide(&unit, Action::CorrectReport, &by("unit_1", &unit)), Verdict::Allowed);
    assert_eq!(decide(&unit, Action::CorrectReport, &by("center_1", &unit)), Verdict::Forbidden);
    assert_eq!(decide(&center, Action::CorrectReport, &by("center_1", &center)), Verdict::Allowed);
    assert_eq!(decide(&center, Action::CorrectReport, &by("unit_1", &center)), Verdict::Forbidden);
}

#[test]
fn nobody_disables_or_resets_their_own_account() {
    for name in CALLERS {
        let manager = caller(name, true);
        for action in [Action::DisableAccount, Action::ResetAccount] {
            let own = Target::own(&manager);
            let oneself = own.clone().of_account(manager.account_id);
            assert_eq!(decide(&manager, action, &oneself), Verdict::Forbidden, "{name} {action:?}");
            let colleague = own.of_account(somebody_else());
            assert_eq!(decide(&manager, action, &colleague), Verdict::Allowed, "{name} {action:?}");
        }
    }
}

#[test]
fn a_client_reaches_no_more_than_its_units_and_scopes() {
    let (read, write) = (client(&[Scope::ReportsRead]), client(&[Scope::ReportsWrite]));
    let unit = |caller: &Caller| thing_of("unit_1", caller);
    assert_eq!(decide(&write, Action::SendReport, &unit(&write)), Verdict::Allowed);
    assert_eq!(decide(&read, Action::SendReport, &unit(&read)), Verdict::Forbidden);
    assert_eq!(decide(&read, Action::ReadHistory, &unit(&read)), Verdict::Allowed);
    assert_eq!(decide(&write, Action::ReadHistory, &unit(&write)), Verdict::Forbidden);
    for (name, caller) in clients() {
        for &action in Action::ALL {
            for (column, target) in columns(&caller) {
                let its_own = target
                    .organization_id()
                    .is_some_and(|id| caller.client.as_ref().is_some_and(|client| client.units.contains(&id)));
                let verdict = decide(&caller, action, &target);
                assert!(its_own || verdict != Verdict::Allowed, "{name} {action:?} {column}");
                let institution = decide(&self::caller("unit_1", false), action, &Target::own(&caller));
                assert!(verdict != Verdict::Allowed || institution == Verdict::Allowed, "{name} {action:?} {column}");
            }
        }
    }
}

#[test]
fn the_accounts_that_are_listed_are_those_that_may_be_read() {
    for (name, caller) in callers().chain(clients()) {
        let reach = account_reach(&caller);
        for (other, kind, above) in COUNTRY {
            let thing = thing_of(other, &caller);
            let own = id(place(other)) == caller.organization_id;
            let directly_below = above.first().is_some_and(|&parent| id(parent) == caller.organization_id);
            let in_sight = decide(&caller, Action::ReadAccounts, &thing) != Verdict::OutOfSight;
            let listed = reach.is_some_and(|reach| {
                own || (reach.directly_below && directly_below)
                    || (reach.institutions && in_sight && kind == OrganizationKind::Institution)
            });
            let read = decide(&caller, Action::ReadAccounts, &thing) == Verdict::Allowed;
            assert_eq!(listed, read, "{name} {other}");
        }
    }
}

#[test]
fn the_keys_of_the_actions_are_distinct() {
    let keys: std::collections::HashSet<&str> = Action::ALL.iter().map(|action| action.key()).collect();
    assert_eq!(keys.len(), Action::ALL.len());
}
