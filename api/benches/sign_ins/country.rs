//! Clinics below one center, each with an account that has a password and an authenticator app.

use api::auth::password::Passwords;
use api::auth::seal::{Seals, about_factor};
use api::auth::totp;
use api::config::Config;
use api::store::Store;
use api::store::register::{AccountRow, OrganizationRow, Registration};
use api::store::second_factor::NewFactor;
use chrono::{DateTime, Utc};
use shared::organization::OrganizationKind;
use shared::reporting_day;
use shared::second_factor::FactorKind;
use uuid::Uuid;

use crate::Failure;

/// The password of every account.
pub(crate) const PASSWORD: &str = "three otters carry umbrellas";

/// An account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) login_id: String,
}

impl Account {
    /// What its app shows at an instant.
    pub(crate) fn code(&self, now: DateTime<Utc>) -> Result<String, Failure> {
        totp::code_of(&seed(self.id), totp::step_of(now)).map_err(|error| error.to_string().into())
    }
}

fn seed(account: Uuid) -> [u8; totp::SEED] {
    let mut seed = [0x5a; totp::SEED];
    for (place, byte) in seed.iter_mut().zip(account.as_bytes()) {
        *place = *byte;
    }
    seed
}

/// Registers so many clinics.
pub(crate) async fn make(
    store: &Store,
    config: &Config,
    many: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Account>, Failure> {
    let ministry = organization(OrganizationKind::Ministry, None);
    let prefecture = organization(OrganizationKind::Prefecture, Some(ministry.id));
    let center = organization(OrganizationKind::HealthCenter, Some(prefecture.id));
    let clinics: Vec<_> = (0..many).map(|_| organization(OrganizationKind::Institution, Some(center.id))).collect();
    let passwords = Passwords::new(config.password_cost).map_err(|error| error.to_string())?;
    // One hash for all: each is checked at its full cost all the same.
    let phc = passwords.hash(PASSWORD).await.map_err(|error| error.to_string())?;
    let rows: Vec<_> = clinics.iter().enumerate().map(|(number, clinic)| account(number, clinic, &phc)).collect();
    let accounts: Vec<_> = rows.iter().map(|row| Account { id: row.id, login_id: row.login_id.clone() }).collect();
    let organizations = [ministry, prefecture, center].into_iter().chain(clinics).collect();
    let valid_from = reporting_day(now).minus(400);
    store.register(Registration { organizations, accounts: rows, valid_from, is_demo: true }).await?;
    let seals = Seals::new(&config.data_keys).map_err(|error| error.to_string())?;
    let factors: Vec<_> = accounts.iter().map(|account| factor(&seals, account)).collect::<Result<_, Failure>>()?;
    for some in factors.chunks(500) {
        store.register_factors(some.to_vec(), vec!["not a recovery code that anybody has".to_owned()]).await?;
    }
    Ok(accounts)
}

/// Makes accounts unusable, which otherwise is a manager's act.
#[expect(
    clippy::disallowed_methods,
    reason = "a connection beside the store's, which may do what the store never does"
)]
pub(crate) async fn disable(url: &str, accounts: &[Account]) -> Result<(), Failure> {
    use sea_orm::ConnectionTrait as _;
    let connection = sea_orm::Database::connect(url).await?;
    for account in accounts {
        let sql = format!("UPDATE account SET disabled_at = 0 WHERE login_id = '{}'", account.login_id);
        connection.execute_unprepared(&sql).await?;
    }
    Ok(connection.close().await?)
}

fn factor(seals: &Seals, account: &Account) -> Result<NewFactor, Failure> {
    let id = Uuid::now_v7();
    let sealed = seals.seal(&about_factor(account.id, id), &seed(account.id)).map_err(|error| error.to_string())?;
    Ok(NewFactor { id, account_id: account.id, kind: FactorKind::Totp, label: String::new(), sealed })
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

fn account(number: usize, unit: &OrganizationRow, phc: &str) -> AccountRow {
    AccountRow {
        id: Uuid::now_v7(),
        login_id: format!("P13-{number:06}"),
        organization_id: unit.id,
        kind: unit.kind,
        is_manager: false,
        display_name: "青木 はるか".to_owned(),
        password_phc: phc.to_owned(),
        must_change_password: false,
    }
}
