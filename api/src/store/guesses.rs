//! Tries at passwords, counted in the database, so that several processes share one budget.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use shared::{ReportingDay, reporting_day};
use uuid::Uuid;

use super::rows::{Answers, Column, Place, Question, Questions};
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
    const MINDS_LATER: bool = true;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let mut questions = context.questions().await?;
        let budget = questions.ask_in(&BUDGET, None, &[vec![self.about.into()]]);
        let answers = questions.send(context.db()).await?;
        let mut guesses = counted(&answers, &budget, self.at)?;
        let is_within = guesses.take(self.guesser, self.at);
        keep(context, self.about, guesses);
        Ok(is_within)
    }
}

/// A sign-in passed the second factor: its try is given back, and where it came from is known from now on.
pub(super) fn passed(context: &mut WriteContext<'_>, from: &Whence, known: Known, now: DateTime<Utc>) {
    let Known { account, is_known_network, mut guesses } = known;
    let guesser = match (from.is_known_device, is_known_network) {
        (true, _) => Guesser::Device,
        (false, true) => Guesser::Network,
        (false, false) => Guesser::Stranger,
    };
    guesses.give_back(guesser, now);
    keep(context, account, guesses);
    let again = OnConflict::columns([known_network::Column::AccountId, known_network::Column::Network])
        .update_column(known_network::Column::SeenAt)
        .to_owned();
    let row = known_network::ActiveModel {
        account_id: Set(account),
        network: Set(from.network.clone()),
        seen_at: Set(now.into()),
    };
    context.later(&known_network::Entity::insert(row).on_conflict(again));
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

const BUDGET: Question = Question {
    columns: &[
        Column::Plain("g.device_until"),
        Column::Plain("g.network_until"),
        Column::Plain("g.day"),
        Column::Plain("g.by_strangers"),
        Column::Plain("g.refused"),
    ],
    rest: "FROM guess_budget g WHERE g.about",
};
const NETWORK: Question =
    Question { columns: &[Column::Plain("n.seen_at")], rest: "FROM known_network n WHERE (n.account_id, n.network)" };

#[derive(Deserialize)]
struct BudgetRow(i64, i64, ReportingDay, i32, i32);

/// What is known of an account's tries, and whether it was signed in to from a network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    account: Uuid,
    is_known_network: bool,
    guesses: Guesses,
}

/// Where the answers to what [`ask`] asks will stand.
pub(super) struct Asked {
    budget: Place,
    network: Place,
}

/// Asks what is known of an account and a network.
pub(super) fn ask(questions: &mut Questions, account: Uuid, network: &str) -> Asked {
    let budget = questions.ask_in(&BUDGET, None, &[vec![account.into()]]);
    Asked { budget, network: questions.ask_in(&NETWORK, None, &[vec![account.into(), network.into()]]) }
}

/// What was answered to [`ask`].
pub(super) fn known(answers: &Answers, asked: &Asked, account: Uuid, now: DateTime<Utc>) -> Result<Known, StoreError> {
    let networks: Vec<(i64,)> = answers.rows(&asked.network)?;
    let is_known_network = networks.iter().any(|(seen_at,)| now - Micros(*seen_at).utc() <= KNOWN_FOR);
    Ok(Known { account, is_known_network, guesses: counted(answers, &asked.budget, now)? })
}

fn counted(answers: &Answers, place: &Place, now: DateTime<Utc>) -> Result<Guesses, StoreError> {
    let found: Option<BudgetRow> = answers.rows(place)?.into_iter().next();
    Ok(found.map_or_else(
        || Guesses::none(reporting_day(now)),
        |BudgetRow(device_until, network_until, day, by_strangers, refused)| Guesses {
            device_until: Micros(device_until).utc(),
            network_until: Micros(network_until).utc(),
            day,
            by_strangers,
            refused,
        },
    ))
}

/// Writes what is counted.
fn keep(context: &mut WriteContext<'_>, about: Uuid, guesses: Guesses) {
    use guess_budget::Column;
    let row = guess_budget::ActiveModel {
        about: Set(about),
        device_until: Set(guesses.device_until.into()),
        network_until: Set(guesses.network_until.into()),
        day: Set(guesses.day.0),
        by_strangers: Set(guesses.by_strangers),
        refused: Set(guesses.refused),
    };
    let all = [Column::DeviceUntil, Column::NetworkUntil, Column::Day, Column::ByStrangers, Column::Refused];
    let again = OnConflict::column(Column::About).update_columns(all).to_owned();
    context.later(&guess_budget::Entity::insert(row).on_conflict(again));
}
