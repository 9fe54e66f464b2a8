//! First answers, kept so that a repeated write returns them (rule R14).

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::rows::select_in;
use crate::entity::{Micros, idempotency_key};

/// How long a first answer is kept.
pub(crate) const KEPT: TimeDelta = TimeDelta::hours(48);

/// What makes two requests the same: who asks, the key, and a digest of path and body.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// The account that asks.
    pub account_id: Uuid,
    /// The key as sent.
    pub key: String,
    /// SHA-256 over method, path, query and body.
    pub request_hash: [u8; 32],
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known<T> {
    /// The same request was answered so.
    Answered(T),
    /// The key was used for another request.
    Reused,
}

/// What is known of a request's key, if it has one; to be asked before any rule is checked.
pub(crate) async fn find<T: DeserializeOwned>(
    db: &impl ConnectionTrait,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Known<T>>, StoreError> {
    let Some(key) = key else { return Ok(None) };
    let row = idempotency_key::Entity::find_by_id((key.account_id, key.key.clone())).one(db).await?;
    let Some(row) = row else { return Ok(None) };
    if row.request_hash != key.request_hash {
        return Ok(Some(Known::Reused));
    }
    serde_json::from_str(&row.answer).map(|answer| Some(Known::Answered(answer))).map_err(damaged)
}

fn damaged(error: serde_json::Error) -> StoreError {
    StoreError::Damaged(format!("an idempotency key: {error}"))
}

impl Store {
    /// Whether any of these keys was used for another request.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn is_any_key_of_another(
        &self,
        keys: impl Iterator<Item = &IdempotencyKey>,
    ) -> Result<bool, StoreError> {
        const USED: &str =
            "SELECT idempotency_key, request_hash FROM idempotency_key WHERE account_id = $1 AND idempotency_key";
        let keys: HashMap<&str, &IdempotencyKey> = keys.map(|key| (key.key.as_str(), key)).collect();
        let Some(first) = keys.values().next() else { return Ok(false) };
        let asked: Vec<Vec<Value>> = keys.keys().map(|key| vec![Value::from(*key)]).collect();
        for row in select_in(self.read(), USED, &[first.account_id.into()], &asked, "").await? {
            let (key, hash) = (row.try_get_by_index::<String>(0)?, row.try_get_by_index::<Vec<u8>>(1)?);
            if keys.get(key.as_str()).is_some_and(|of_ours| of_ours.request_hash[..] != hash) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Keeps the answer to an accepted write under its key, if it has one, in the same transaction. Refusals are not kept:
/// they are judged again.
pub(crate) async fn remember<T: Serialize>(
    db: &impl ConnectionTrait,
    key: Option<&IdempotencyKey>,
    status: u16,
    answer: &T,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(key) = key else { return Ok(()) };
    let row = idempotency_key::ActiveModel {
        account_id: Set(key.account_id),
        idempotency_key: Set(key.key.clone()),
        request_hash: Set(key.request_hash.to_vec()),
        status: Set(status.into()),
        answer: Set(serde_json::to_string(answer).map_err(damaged)?),
        created_at: Set(Micros::from(now)),
    };
    idempotency_key::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Forgets answers older than [`KEPT`]; how many.
pub(crate) async fn forget_old(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let old = idempotency_key::Column::CreatedAt.lt(Micros::from(now - KEPT));
    Ok(idempotency_key::Entity::delete_many().filter(old).exec(db).await?.rows_affected)
}
