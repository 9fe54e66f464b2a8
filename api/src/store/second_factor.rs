//! What an account can show beside its password: factors, recovery codes, and the code of an open activation slip.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Unchanged};
use serde_json::json;
use shared::Caller;
use shared::audit::{AuditAction, AuditOutcome};
use shared::second_factor::FactorKind;
use uuid::Uuid;

use super::account::Account;
use super::audit::Event;
use super::passkey_challenge::NewPasskeyChallenge;
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::words::FactorWord;
use crate::entity::{Micros, account, recovery_code, second_factor};

/// Something sealed, and the name of the key that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key's name.
    pub key_id: String,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
}

/// A second factor of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// What it is.
    pub kind: FactorKind,
    /// What its owner calls it.
    pub label: String,
    /// Its seed, number or credential.
    pub sealed: Sealed,
    /// The last step whose code was taken; of a passkey, the last number that its authenticator counted.
    pub last_step: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Since when it counts.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was shown last.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A recovery code that can still be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCode {
    /// Its hash.
    pub phc: String,
    /// When its set was made.
    pub made_at: DateTime<Utc>,
}

/// The slip of an account whose code can still be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSlip {
    /// Its id.
    pub id: Uuid,
    /// The hash of its code.
    pub code_phc: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
}

/// An account as signing in needs it. What was enrolled before an open slip was issued doesn't count any more: whoever
/// holds it may be somebody else.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The account.
    pub account: Account,
    /// Its open slip.
    pub slip: Option<OpenSlip>,
    /// The factors that count, the oldest first.
    pub factors: Vec<Factor>,
    /// The recovery codes that can still be used.
    pub recovery_codes: Vec<RecoveryCode>,
    /// Whether it has a set of recovery codes, used up or not.
    pub has_recovery_codes: bool,
}

/// A factor to be enrolled, or, where it is confirmed at once, one that the demo and tests have from the start.
#[derive(Debug, Clone)]
pub struct NewFactor {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// What it is.
    pub kind: FactorKind,
    /// What its owner calls it.
    pub label: String,
    /// Its seed or number; nothing yet, of a passkey.
    pub sealed: Sealed,
}

impl Store {
    /// The confirmed factors of an account, the oldest first.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn factors(&self, account_id: Uuid) -> Result<Vec<Factor>, StoreError> {
        let rows = second_factor::Entity::find()
            .filter(second_factor::Column::AccountId.eq(account_id))
            .filter(second_factor::Column::ConfirmedAt.is_not_null())
            .order_by_asc(second_factor::Column::CreatedAt)
            .order_by_asc(second_factor::Column::Id)
            .all(self.read())
            .await?;
        Ok(rows.into_iter().map(model).collect())
    }

    /// The authenticator apps of accounts, by login ID: the oldest of each that has one.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn apps_of(&self, login_ids: &[String]) -> Result<HashMap<String, Factor>, StoreError> {
        let accounts =
            account::Entity::find().filter(account::Column::LoginId.is_in(login_ids)).all(self.read()).await?;
        let names: HashMap<Uuid, String> = accounts.into_iter().map(|account| (account.id, account.login_id)).collect();
        let rows = second_factor::Entity::find()
            .filter(second_factor::Column::AccountId.is_in(names.keys().copied()))
            .filter(second_factor::Column::Kind.eq(FactorWord::from(FactorKind::Totp)))
            .filter(second_factor::Column::ConfirmedAt.is_not_null())
            .order_by_asc(second_factor::Column::CreatedAt)
            .order_by_asc(second_factor::Column::Id)
            .all(self.read())
            .await?;
        let mut oldest = HashMap::new();
        for row in rows {
            if let Some(login_id) = names.get(&row.account_id) {
                oldest.entry(login_id.clone()).or_insert_with(|| model(row));
            }
        }
        Ok(oldest)
    }

    /// A factor that an account began to enroll at or after an instant.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn enrollment(
        &self,
        account_id: Uuid,
        id: Uuid,
        since: DateTime<Utc>,
    ) -> Result<Option<Factor>, StoreError> {
        let row = second_factor::Entity::find_by_id(id)
            .filter(second_factor::Column::AccountId.eq(account_id))
            .filter(second_factor::Column::ConfirmedAt.is_null())
            .filter(second_factor::Column::CreatedAt.gte(Micros::from(since)))
            .one(self.read())
            .await?;
        Ok(row.map(model))
    }

    /// Begins to enroll a factor; what the account began before and didn't finish is given up. A passkey is `asked` for.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn begin_enrollment(
        &self,
        factor: NewFactor,
        asked: Option<NewPasskeyChallenge>,
        by: Caller,
        ip: IpAddr,
    ) -> Result<(), StoreError> {
        self.write(Begin { factor, asked, by, ip }).await
    }

    /// Counts a wrong code for an enrollment; after `most` it is given up.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn count_wrong_enrollment(&self, id: Uuid, most: i32) -> Result<(), StoreError> {
        self.write(CountWrong { id, most }).await
    }

    /// Registers factors that count at once, and recovery codes, for accounts that are enrolled by whoever makes them: the
    /// demo's and those of tests.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn register_factors(&self, factors: Vec<NewFactor>, phcs: Vec<String>) -> Result<(), StoreError> {
        self.write(Register { factors, phcs }).await
    }
}

fn model(row: second_factor::Model) -> Factor {
    Factor {
        id: row.id,
        account_id: row.account_id,
        kind: row.kind.into(),
        label: row.label,
        sealed: Sealed { key_id: row.key_id, bytes: row.sealed },
        last_step: row.last_step,
        created_at: row.created_at.utc(),
        confirmed_at: row.confirmed_at.map(Micros::utc),
        last_used_at: row.last_used_at.map(Micros::utc),
    }
}

fn row(factor: &NewFactor, now: DateTime<Utc>, confirmed: bool) -> second_factor::ActiveModel {
    second_factor::ActiveModel {
        id: Set(factor.id),
        account_id: Set(factor.account_id),
        kind: Set(factor.kind.into()),
        label: Set(factor.label.clone()),
        key_id: Set(factor.sealed.key_id.clone()),
        sealed: Set(factor.sealed.bytes.clone()),
        last_step: Set(0),
        tries: Set(0),
        created_at: Set(now.into()),
        confirmed_at: Set(confirmed.then(|| now.into())),
        last_used_at: Set(None),
        credential_id: Set(None),
    }
}

struct Begin {
    factor: NewFactor,
    asked: Option<NewPasskeyChallenge>,
    by: Caller,
    ip: IpAddr,
}

impl Write for Begin {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        second_factor::Entity::delete_many()
            .filter(second_factor::Column::AccountId.eq(self.factor.account_id))
            .filter(second_factor::Column::ConfirmedAt.is_null())
            .exec(context.db())
            .await?;
        let row = row(&self.factor, context.now(), false);
        second_factor::Entity::insert(row).exec_without_returning(context.db()).await?;
        if let Some(asked) = &self.asked {
            asked.put(context).await?;
        }
        context.audit(&Event {
            actor: Some((&self.by).into()),
            action: AuditAction::BeginEnrollment,
            object: Some(self.factor.id),
            outcome: AuditOutcome::Ok,
            ip: Some(self.ip),
            detail: json!({ "method": self.factor.kind }),
        })?;
        Ok(())
    }
}

struct CountWrong {
    id: Uuid,
    most: i32,
}

impl Write for CountWrong {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let Some(found) = second_factor::Entity::find_by_id(self.id).one(context.db()).await? else { return Ok(()) };
        if found.confirmed_at.is_some() {
            return Ok(());
        }
        let tries = found.tries + 1;
        if tries >= self.most {
            second_factor::Entity::delete_by_id(self.id).exec(context.db()).await?;
        } else {
            let row = second_factor::ActiveModel { id: Unchanged(self.id), tries: Set(tries), ..Default::default() };
            second_factor::Entity::update(row).exec(context.db()).await?;
        }
        Ok(())
    }
}

struct Register {
    factors: Vec<NewFactor>,
    phcs: Vec<String>,
}

impl Write for Register {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        /// Rows of one statement: far from the number of parameters that an engine takes.
        const ROWS: usize = 100;
        let now = context.now();
        for some in self.factors.chunks(ROWS) {
            let rows = some.iter().map(|factor| row(factor, now, true));
            second_factor::Entity::insert_many(rows).exec_without_returning(context.db()).await?;
        }
        let codes: Vec<_> = self.factors.iter().flat_map(|factor| codes(factor.account_id, &self.phcs, now)).collect();
        for some in codes.chunks(ROWS) {
            recovery_code::Entity::insert_many(some.to_vec()).exec_without_returning(context.db()).await?;
        }
        for factor in &self.factors {
            context.audit(&Event {
                actor: None,
                action: AuditAction::EnrollSecondFactor,
                object: Some(factor.account_id),
                outcome: AuditOutcome::Ok,
                ip: None,
                detail: json!({ "method": factor.kind }),
            })?;
        }
        Ok(())
    }
}

/// The rows of a set of recovery codes.
pub(super) fn codes(account_id: Uuid, phcs: &[String], now: DateTime<Utc>) -> Vec<recovery_code::ActiveModel> {
    let row = |phc: &String| recovery_code::ActiveModel {
        account_id: Set(account_id),
        phc: Set(phc.clone()),
        made_at: Set(now.into()),
        used_at: Set(None),
    };
    phcs.iter().map(row).collect()
}
