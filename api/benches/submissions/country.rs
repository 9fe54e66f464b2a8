//! Many units, each with a session.

use std::net::{IpAddr, Ipv4Addr};

use api::auth::session::new_id;
use api::store::Store;
use api::store::ceremony::{Shown, SignIn};
use api::store::register::{AccountRow, OrganizationRow, Registration};
use api::store::session::{NewSession, SessionPlace};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::try_join_all;
use shared::account::NextStep;
use shared::organization::OrganizationKind;
use shared::{Caller, Role, reporting_day};
use uuid::Uuid;

use crate::Failure;

/// Registers the units below two hundred centers, signs each in, and returns the cookies.
pub(crate) async fn make(store: &Store, units: usize, now: DateTime<Utc>) -> Result<Vec<String>, Failure> {
    const CENTERS: usize = 200;
    let ministry = organization(OrganizationKind::Ministry, None);
    let prefecture = organization(OrganizationKind::Prefecture, Some(ministry.id));
    let centers: Vec<_> =
        (0..CENTERS).map(|_| organization(OrganizationKind::HealthCenter, Some(prefecture.id))).collect();
    let institutions: Vec<_> =
        (0..units).map(|unit| organization(OrganizationKind::Institution, Some(centers[unit % CENTERS].id))).collect();
    let accounts: Vec<_> = institutions.iter().enumerate().map(|(number, unit)| account(number, unit)).collect();
    let callers: Vec<Caller> = accounts.iter().map(caller).collect();
    let organizations = [ministry, prefecture].into_iter().chain(centers).chain(institutions).collect();
    let valid_from = reporting_day(now).minus(400);
    store.register(Registration { organizations, accounts, valid_from, is_demo: true }).await?;
    let mut cookies = Vec::with_capacity(units);
    for some in callers.chunks(256) {
        let signed_in = some.iter().map(async |caller| {
            let (cookie, hash) = new_id()?;
            let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let (next, ends_at) = (NextStep::Done, now + TimeDelta::days(4000));
            let place = SessionPlace { address: ip, user_agent: String::new() };
            let session = NewSession { hash, next, begins_at: now, ends_at, factor_at: None, place };
            let (caller, shown) = (caller.clone(), Shown::Password(None));
            let sign_in = SignIn { caller, ip, shown, session, replaces: None, rehashed: None };
            let is_in = store.sign_in(sign_in).await?;
            if is_in { Ok::<_, Failure>(cookie) } else { Err("an account has another password".into()) }
        });
        cookies.extend(try_join_all(signed_in).await?);
    }
    Ok(cookies)
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

fn account(number: usize, unit: &OrganizationRow) -> AccountRow {
    AccountRow {
        id: Uuid::now_v7(),
        login_id: format!("P13-{number:06}"),
        organization_id: unit.id,
        kind: unit.kind,
        is_manager: false,
        display_name: "青木 はるか".to_owned(),
        password_phc: String::new(),
        must_change_password: false,
    }
}

fn caller(account: &AccountRow) -> Caller {
    Caller {
        account_id: account.id,
        role: Role::of(account.kind),
        is_manager: account.is_manager,
        organization_id: account.organization_id,
        organization_kind: account.kind,
        client: None,
    }
}
