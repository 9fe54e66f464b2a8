//! Who signs in: accounts of the demo, with passwords that everybody knows.

use std::collections::HashMap;

use shared::account::{Caller, Role};
use shared::organization::OrganizationKind;
use shared::site::DemoAccount;
use uuid::Uuid;

use super::country::{Place, id_of};
use super::names::PEOPLE;
use crate::login_id::{letter, login_id};

/// The password of all accounts but one.
pub const PASSWORD: &str = "asagao-kumo-tsubame-58";
/// The password that must be changed at the first sign-in.
pub const FIRST_PASSWORD: &str = "hajimete-kasa-mizuumi-21";

/// Which institution has the account whose first password must be changed.
const NEWCOMER: usize = 5;

/// An account of the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// The login ID.
    pub login_id: String,
    /// The organization.
    pub organization_id: Uuid,
    /// Its name.
    pub organization_name: String,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Whether it handles accounts.
    pub is_manager: bool,
    /// Who it belongs to.
    pub person: &'static str,
    /// Whether the password is a first one.
    pub must_change_password: bool,
}

impl Account {
    /// The password.
    #[must_use]
    pub const fn password(&self) -> &'static str {
        if self.must_change_password { FIRST_PASSWORD } else { PASSWORD }
    }

    /// Who its holder is.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller {
            account_id: self.id,
            role: Role::of(self.kind),
            is_manager: self.is_manager,
            organization_id: self.organization_id,
            organization_kind: self.kind,
            client: None,
        }
    }

    /// As the sign-in page and the command line list it.
    #[must_use]
    pub fn listed(&self) -> DemoAccount {
        DemoAccount {
            login_id: self.login_id.clone(),
            password: self.password().to_owned(),
            role: Role::of(self.kind),
            is_manager: self.is_manager,
            organization_id: self.organization_id,
            organization_name: self.organization_name.clone(),
            organization_kind: self.kind,
        }
    }
}

/// Every account. Institutions come first, since theirs is what most people want to try; the first account shown
/// belongs to a unit that has never reported today when the demo starts.
#[must_use]
pub fn accounts(places: &[Place]) -> Vec<Account> {
    let mut issuer = Issuer::default();
    let of = |kind| places.iter().filter(move |place| place.kind == kind);
    for (number, place) in of(OrganizationKind::Institution).enumerate() {
        issuer.issue(place, false, false);
        if number % 3 == 0 {
            issuer.issue(place, true, false);
        }
        if number == NEWCOMER {
            issuer.issue(place, false, true);
        }
    }
    for kind in [
        OrganizationKind::HealthCenter,
        OrganizationKind::FollowUpCenter,
        OrganizationKind::Prefecture,
        OrganizationKind::Ministry,
    ] {
        for place in of(kind) {
            issuer.issue(place, true, false);
            issuer.issue(place, false, false);
        }
    }
    issuer.accounts
}

#[derive(Default)]
struct Issuer {
    accounts: Vec<Account>,
    /// The last number of each letter and prefecture.
    numbers: HashMap<(char, &'static str), u32>,
}

impl Issuer {
    fn issue(&mut self, place: &Place, is_manager: bool, must_change_password: bool) {
        let letter = letter(place.kind);
        let prefecture = place.prefecture_code.unwrap_or("00");
        let number = self.numbers.entry((letter, prefecture)).or_default();
        let login_id = loop {
            *number += 1;
            if let Some(id) = login_id(letter, prefecture, *number) {
                break id;
            }
        };
        let overall = self.accounts.len();
        self.accounts.push(Account {
            id: id_of(&[3, overall as u64]),
            login_id,
            organization_id: place.id,
            organization_name: place.name.clone(),
            kind: place.kind,
            is_manager,
            person: PEOPLE[overall * 5 % PEOPLE.len()],
            must_change_password,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::country::places;
    use super::*;

    #[test]
    fn login_ids_are_unique_and_look_like_those_of_the_source() {
        let accounts = accounts(&places());
        let logins: HashSet<_> = accounts.iter().map(|account| &account.login_id).collect();
        assert_eq!(logins.len(), accounts.len());
        assert!(accounts[0].login_id.starts_with("P13-0001-"), "{}", accounts[0].login_id);
    }

    #[test]
    fn centers_prefectures_and_the_ministry_have_a_manager_and_a_plain_account() {
        let places = places();
        let accounts = accounts(&places);
        for place in &places {
            let mut of_place = accounts.iter().filter(|account| account.organization_id == place.id);
            if place.kind == OrganizationKind::Institution {
                assert!((1..=3).contains(&of_place.count()));
            } else {
                assert!(of_place.any(|account| account.is_manager) && of_place.any(|account| !account.is_manager));
            }
        }
    }

    #[test]
    fn exactly_one_account_must_change_its_password_and_all_passwords_are_long_enough() {
        let accounts = accounts(&places());
        assert_eq!(accounts.iter().filter(|account| account.must_change_password).count(), 1);
        assert!(accounts.iter().all(|account| account.password().len() >= 13));
    }
}
