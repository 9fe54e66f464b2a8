//! The country for measuring: as many organizations and as many reports as the nation has in a year, written in bulk.

mod country;
mod days;
#[cfg(test)]
mod plan_tests;

use chrono::TimeDelta;
use shared::ReportingDay;
use shared::site::DemoAccount;
use tokio::sync::mpsc;

use super::accounts::{Account, FIRST_PASSWORD, PASSWORD, accounts};
use super::country::Place;
use super::second_factors::enroll;
use super::seed::{DemoError, registration};
use super::{DemoSignIn, sign_in};
use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::store::{Location, Store, carry_log};
use days::Teller;

/// How large the country is, once it is complete.
const SCALE: &str = "demo_scale";
/// What is said instead while it is being made.
const UNFINISHED: &str = "unfinished";
/// How many organizations or accounts are registered together.
const TOGETHER: usize = 1_000;

/// How large the country is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scale {
    /// 47 prefectures, 470 health centers, 40,000 institutions.
    Nation,
    /// One prefecture, with a 47th of the institutions.
    Prefecture,
}

impl Scale {
    const fn key(self) -> &'static str {
        match self {
            Self::Nation => "nation",
            Self::Prefecture => "prefecture",
        }
    }

    fn of(key: &str) -> Option<Self> {
        [Self::Nation, Self::Prefecture].into_iter().find(|scale| scale.key() == key)
    }
}

/// What is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How large.
    pub scale: Scale,
    /// How many days of reports.
    pub days: u32,
    /// The last of them.
    pub until: ReportingDay,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many organizations and accounts are registered, of so many.
    Registered {
        /// So many.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// A day is written.
    Day {
        /// Which.
        day: ReportingDay,
        /// The how manieth.
        number: u32,
        /// How many reports it has.
        reports: usize,
    },
    /// What was written is put where it is read, and counted for the planner.
    Settling,
}

/// Makes the country in an empty database.
///
/// # Errors
/// [`DemoError::NotEmpty`] where something is there already; what the database says.
pub async fn seed(
    location: &Location,
    plan: Plan,
    passwords: &Passwords,
    mut progress: impl FnMut(Progress),
) -> Result<(), DemoError> {
    let first = plan.until.minus(plan.days.saturating_sub(1));
    let clock = Clock::fixed(first.start() - TimeDelta::hours(15));
    let store = Store::open(&location.clone().relaxed(), clock.clone()).await?;
    if !store.is_empty().await? {
        let unfinished = store.fact(SCALE).await?.is_some_and(|scale| scale == UNFINISHED);
        return Err(if unfinished { DemoError::Unfinished } else { DemoError::NotEmpty });
    }
    store.state_fact(SCALE, UNFINISHED).await?;
    let places = country::places(plan.scale);
    let accounts = accounts(&places);
    register(&store, (&places, &accounts), first, passwords, &mut progress).await?;
    enroll(&store, passwords, &opened(&accounts)).await?;
    let (sender, mut told) = mpsc::channel(1);
    let mut teller = Teller::new(&places, &accounts);
    // One thread tells what the database's other one writes.
    let telling = tokio::task::spawn_blocking(move || {
        for number in 0..plan.days {
            if sender.blocking_send(teller.tell(first.plus(number))).is_err() {
                break;
            }
        }
        teller
    });
    let mut number = 0;
    while let Some(day) = told.recv().await {
        let (of_day, reports) = (day.day, day.reports.len());
        clock.set(of_day.end() - TimeDelta::seconds(1));
        store.seed_day(day).await?;
        number += 1;
        progress(Progress::Day { day: of_day, number, reports });
    }
    let teller = telling.await.map_err(|error| DemoError::Refused(error.to_string()))?;
    store.seed_profiles(teller.profiles()).await?;
    progress(Progress::Settling);
    store.analyze().await?;
    carry_log(location).await?;
    Ok(store.state_fact(SCALE, plan.scale.key()).await?)
}

async fn register(
    store: &Store,
    (places, accounts): (&[Place], &[Account]),
    first: ReportingDay,
    passwords: &Passwords,
    progress: &mut impl FnMut(Progress),
) -> Result<(), DemoError> {
    let hash = async |password| passwords.hash(password).await.map_err(|error| DemoError::Refused(error.to_string()));
    let phcs = (hash(PASSWORD).await?, hash(FIRST_PASSWORD).await?);
    let of = places.len() + accounts.len();
    let mut done = 0;
    for some in places.chunks(TOGETHER) {
        let mut registration = registration(some, &[], first, &phcs);
        registration.is_demo = done == 0;
        store.register(registration).await?;
        done += some.len();
        progress(Progress::Registered { done, of });
    }
    for some in accounts.chunks(TOGETHER) {
        let mut registration = registration(&[], some, first, &phcs);
        registration.is_demo = false;
        store.register(registration).await?;
        done += some.len();
        progress(Progress::Registered { done, of });
    }
    Ok(())
}

/// The accounts that have an authenticator app whose codes are told: some of every kind.
fn opened(accounts: &[Account]) -> Vec<Account> {
    use shared::organization::OrganizationKind::{FollowUpCenter, HealthCenter, Institution, Ministry, Prefecture};
    let some = [(Institution, 6), (HealthCenter, 6), (FollowUpCenter, 2), (Prefecture, 2), (Ministry, 2)];
    let of = |(kind, many)| accounts.iter().filter(move |account| account.kind == kind).take(many);
    some.into_iter().flat_map(of).cloned().collect()
}

/// The accounts of a country that stand on its sign-in page.
pub(super) fn listed(scale: Scale) -> Vec<DemoAccount> {
    opened(&accounts(&country::places(scale))).iter().map(Account::listed).collect()
}

/// The sign-ins of a country, with the seeds of their authenticator apps.
#[must_use]
pub fn sign_ins(scale: Scale) -> Vec<DemoSignIn> {
    opened(&accounts(&country::places(scale))).iter().map(sign_in).collect()
}

/// Which country a database holds, where it is one for measuring.
///
/// # Errors
/// [`DemoError::Unfinished`] where it was never completed; what the database says.
pub async fn held(store: &Store) -> Result<Option<Scale>, DemoError> {
    match store.fact(SCALE).await?.as_deref() {
        None => Ok(None),
        Some(key) => Scale::of(key).map(Some).ok_or(DemoError::Unfinished),
    }
}
