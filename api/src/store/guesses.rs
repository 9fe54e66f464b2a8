//! Tries at passwords, counted in the database, so that several processes share one budget.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use shared::{ReportingDay, reporting_day};
use uuid::Uuid;

use super::{Store, StoreError, Write, WriteContext};
use crate::entity::{Micros, guess_budget, known_network};
use crate::guesses::{Guesser, Guesses};

/// How long a network is known after the last sign-in from it.
pub(super) const KNOWN_FOR: TimeDelta = TimeDelta::days(30);

/// A try at a password, before it is compared with anything.
#[derive(Debug, Clone, Copy)]
pub struct Guess {
    /// The account, or what stands for a login ID that doesn't exist.
    pub about: Uuid,
    /// Who tries.
    pub guesser: Guesser,
    /// When it arrived.
    pub at: DateTime<Utc>,
}

/// Where a sign-in comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whence {
    /// Whether the browser is one in which the account was signed in to before.
    pub is_known_device: bool,
    /// The network of its address, in CIDR form.
    pub network: String,
}

impl Store {
    /// Counts a try; whether it is within the budget. Both are written, so that both take as long.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn take_guess(&self, guess: Guess) -> Result<bool, StoreError> {
        self.write(guess).await
    }
}

impl Write for Guess {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        change(context, self.about, self.at, |guesses| guesses.take(self.guesser, self.at)).await
    }
}

/// A sign-in passed the second factor: its try is given back, and where it came from is known from now on.
pub(super) async fn passed(
    context: &WriteContext<'_>,
    account_id: Uuid,
    from: &Whence,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let db = context.db();
    let guesser = match from.is_known_device {
        true => Guesser::Device,
        false if knows_network(db, account_id, &from.network, now).await? => Guesser::Network,
        false => Guesser::Stranger,
    };
    change(context, account_id, now, |guesses| guesses.give_back(guesser, now)).await?;
    let (account_id, network, seen_at) = (Set(account_id), Set(from.network.clone()), Set(now.into()));
    let again = OnConflict::columns([known_network::Column::AccountId, known_network::Column::Network])
        .update_column(known_network::Column::SeenAt)
        .to_owned();
    let row = known_network::ActiveModel { account_id, network, seen_at };
    known_network::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Forgets networks that are known no longer, and counts that count no longer; how many.
pub(super) async fn forget_old(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let unknown = known_network::Column::SeenAt.lt(Micros::from(now - KNOWN_FOR));
    let networks = known_network::Entity::delete_many().filter(unknown).exec(db).await?;
    let budgets = guess_budget::Entity::delete_many()
        .filter(guess_budget::Column::Day.lt(reporting_day(now).0))
        .filter(guess_budget::Column::DeviceUntil.lte(Micros::from(now)))
        .filter(guess_budget::Column::NetworkUntil.lte(Micros::from(now)))
        .exec(db)
        .await?;
    Ok(networks.rows_affected + budgets.rows_affected)
}

async fn knows_network(
    db: &impl ConnectionTrait,
    account: Uuid,
    network: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let found = known_network::Entity::find_by_id((account, network.to_owned())).one(db).await?;
    Ok(found.is_some_and(|found| now - found.seen_at.utc() <= KNOWN_FOR))
}

/// Reads what was counted, changes it, and writes it; all under the lock of all writers.
async fn change<T>(
    context: &WriteContext<'_>,
    about: Uuid,
    now: DateTime<Utc>,
    change: impl FnOnce(&mut Guesses) -> T + Send,
) -> Result<T, StoreError> {
    let found = guess_budget::Entity::find_by_id(about).one(context.db()).await?;
    let mut guesses = found.as_ref().map_or_else(|| Guesses::none(reporting_day(now)), read);
    let outcome = change(&mut guesses);
    let row = guess_budget::Model {
        about,
        device_until: guesses.device_until.into(),
        network_until: guesses.network_until.into(),
        day: guesses.day.0,
        by_strangers: guesses.by_strangers,
        refused: guesses.refused,
    };
    let row = row.into_active_model().reset_all();
    if found.is_some() {
        row.update(context.db()).await?;
    } else {
        guess_budget::Entity::insert(row).exec_without_returning(context.db()).await?;
    }
    Ok(outcome)
}

fn read(row: &guess_budget::Model) -> Guesses {
    Guesses {
        device_until: row.device_until.utc(),
        network_until: row.network_until.utc(),
        day: ReportingDay(row.day),
        by_strangers: row.by_strangers,
        refused: row.refused,
    }
}
