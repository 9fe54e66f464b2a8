//! How far an account has come, and what may be typed about it.

use super::*;

#[test]
fn the_code_stands_behind_the_mark_that_browsers_keep_to_themselves() {
    let code = ActivationCode::read("7K2M-9QXA-10Z1-BHCJ").expect("a code");
    let address = activation_address("https://nippo.example", "P13-0001-5", &code);
    assert_eq!(address, "https://nippo.example/activate#i=P13-0001-5&c=7K2M9QXA10Z1BHCJ");
}
use crate::problem::Rule;

fn now() -> DateTime<Utc> {
    "2026-11-22T09:20:00Z".parse().expect("an instant")
}

#[test]
fn the_state_follows_from_what_happened_last() {
    let fresh = AccountFacts {
        is_disabled: false,
        is_activated: false,
        has_factor: false,
        slip_expires_at: Some(now() + SLIP_LASTS),
    };
    let activated = AccountFacts { is_activated: true, slip_expires_at: None, ..fresh };
    for (facts, state) in [
        (fresh, AccountState::Issued),
        (AccountFacts { slip_expires_at: Some(now()), ..fresh }, AccountState::Expired),
        (AccountFacts { slip_expires_at: None, ..fresh }, AccountState::Expired),
        (activated, AccountState::Activated),
        (AccountFacts { has_factor: true, ..activated }, AccountState::FactorSet),
        // A factor of before a reset says nothing: the person must come with the slip.
        (AccountFacts { has_factor: true, ..fresh }, AccountState::Issued),
        (AccountFacts { is_disabled: true, has_factor: true, ..activated }, AccountState::Disabled),
    ] {
        assert_eq!(account_state(&facts, now()), state, "{facts:?}");
    }
}

#[test]
fn states_and_reasons_are_written_as_their_keys() {
    let written = |value: serde_json::Value, key: &str| assert_eq!(value, key);
    for state in AccountState::ALL {
        written(serde_json::to_value(state).expect("serializes"), state.key());
    }
    for reason in SlipReason::ALL {
        written(serde_json::to_value(reason).expect("serializes"), reason.key());
    }
    for reason in DisableReason::ALL {
        written(serde_json::to_value(reason).expect("serializes"), reason.key());
    }
}

#[test]
fn a_name_is_trimmed_and_must_be_there() {
    let change = AccountChange { display_name: Some("　山田 花子 ".into()), is_manager: None };
    assert_eq!(check_change(&change).expect("fits").display_name.as_deref(), Some("山田 花子"));
    let empty = AccountChange { display_name: Some(" ".into()), is_manager: Some(true) };
    let violation = check_change(&empty).expect_err("refused").remove(0);
    assert_eq!((violation.pointer.as_str(), violation.rule), ("/display_name", Rule::Required));
    assert_eq!(*check_change(&AccountChange::default()).expect("nothing changes"), AccountChange::default());
}
