//! A prefecture with a few health centers, each of which reports for many clinics.

use api::auth::password::Passwords;
use api::clock::Clock;
use api::config::PasswordCost;
use api::store::register::{AccountRow, OrganizationRow, Registration};
use api::store::{Location, Store};
use shared::organization::OrganizationKind;
use shared::reporting_day;
use uuid::Uuid;

use crate::{Outcome, authenticator};

const CENTERS: usize = 8;
const UNITS: usize = 16_000;

/// The password of every center's account.
pub(crate) const PASSWORD: &str = "three otters carry umbrellas";

/// Who reports for whom.
#[derive(Debug)]
pub(crate) struct Country {
    /// The login ID of each center's account.
    pub(crate) login_ids: Vec<String>,
    /// The clinics; the one at a place is below the center at the same place, counted round.
    pub(crate) units: Vec<Uuid>,
}

/// Registers the country in an empty database, as the server's own commands would.
pub(crate) async fn settle(database: &str) -> Outcome<Country> {
    let store = Store::open(&Location::new(database), Clock::system()).await?;
    let passwords = Passwords::new(PasswordCost::default()).map_err(|error| error.to_string())?;
    let phc = passwords.hash(PASSWORD).await.map_err(|error| error.to_string())?;
    let ministry = organization(OrganizationKind::Ministry, None);
    let prefecture = organization(OrganizationKind::Prefecture, Some(ministry.id));
    let centers: Vec<_> =
        (0..CENTERS).map(|_| organization(OrganizationKind::HealthCenter, Some(prefecture.id))).collect();
    let units: Vec<_> =
        (0..UNITS).map(|unit| organization(OrganizationKind::Institution, Some(centers[unit % CENTERS].id))).collect();
    let accounts: Vec<_> = centers.iter().enumerate().map(|(place, center)| account(place, center, &phc)).collect();
    let country = Country {
        login_ids: accounts.iter().map(|account| account.login_id.clone()).collect(),
        units: units.iter().map(|unit| unit.id).collect(),
    };
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.id).collect();
    let organizations = [ministry, prefecture].into_iter().chain(centers).chain(units).collect();
    let valid_from = reporting_day(store.clock().now()).minus(400);
    store.register(Registration { organizations, accounts, valid_from, is_demo: false }).await?;
    authenticator::enroll(&store, &passwords, &ids).await?;
    Ok(country)
}

fn organization(kind: OrganizationKind, parent: Option<Uuid>) -> OrganizationRow {
    OrganizationRow {
        id: Uuid::now_v7(),
        kind,
        name: "架空クリニック".to_owned(),
        kana: "カクウクリニック".to_owned(),
        institution_code: None,
        prefecture_code: (kind != OrganizationKind::Ministry).then(|| "13".to_owned()),
        address: String::new(),
        telephone: String::new(),
        parent,
        opening: None,
    }
}

fn account(place: usize, center: &OrganizationRow, phc: &str) -> AccountRow {
    AccountRow {
        id: Uuid::now_v7(),
        login_id: format!("H13-{place:04}"),
        organization_id: center.id,
        kind: center.kind,
        is_manager: false,
        display_name: "青木 はるか".to_owned(),
        password_phc: phc.to_owned(),
        must_change_password: false,
    }
}
