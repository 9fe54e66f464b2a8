//! API clients: registered, shown, given keys, disabled.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Set, Unchanged, Value,
};
use serde_json::json;
use shared::api_client::{
    ApiClient, ApiClientKey, ApiClientResult, CLIENT_LIFE, CheckedClient, EXPIRY_NOTICE, KeyAlgorithm, MOST_KEYS,
    RESULTS_KEPT, Scopes,
};
use shared::audit::{AuditAction, AuditOutcome};
use shared::organization::{OrganizationRef, Page};
use uuid::Uuid;

use super::audit::Event;
use super::error::StoreError;
use super::holding::Holder;
use super::organization::{BELOW, Sight};
use super::{Reading, Store, Write, WriteContext};
use crate::authorize::{Allowed, DisableApiClient, RegisterApiClient};
use crate::entity::{Micros, api_client, api_client_key, api_client_result, api_client_unit, organization};

/// A public key that was read and found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its name in the header of assertions.
    pub kid: String,
    /// Its one algorithm.
    pub alg: KeyAlgorithm,
    /// The JWK with its public members alone.
    pub jwk: String,
    /// Its thumbprint.
    pub thumbprint: String,
}

/// A client to be registered for the institution of the proof.
#[derive(Debug, Clone)]
pub struct NewApiClient {
    /// The id that it gets: the demo's is always the same.
    pub id: Uuid,
    /// Who may register it, for which institution.
    pub allowed: Allowed<RegisterApiClient>,
    /// What is said of it.
    pub checked: CheckedClient,
    /// Its first key.
    pub key: PublicKey,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// A key to be added.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Who may add it, for which institution.
    pub allowed: Allowed<RegisterApiClient>,
    /// The client.
    pub client_id: Uuid,
    /// The key.
    pub key: PublicKey,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOutcome {
    /// The client has it now.
    Added,
    /// The client has as many as it may have.
    TooMany,
    /// The client has this key, or another of its name.
    Known,
    /// The client is disabled.
    Disabled,
}

/// What is to be taken from a client.
#[derive(Debug, Clone)]
pub struct Disabling {
    /// Who may, at which institution.
    pub allowed: Allowed<DisableApiClient>,
    /// The client.
    pub client_id: Uuid,
    /// The key; the whole client when none is named.
    pub kid: Option<String>,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Store {
    // Each gives none where who asks for it isn't signed in any more: see `holding`.

    /// Registers a client.
    ///
    /// # Errors
    /// When the database doesn't take writes at the moment.
    pub async fn register_api_client(&self, new: NewApiClient, by: Option<Holder>) -> Result<Option<()>, StoreError> {
        self.write_by(by, new).await
    }

    /// Adds a key, and lets the client be good for another [`CLIENT_LIFE`].
    ///
    /// # Errors
    /// When the database doesn't take writes at the moment.
    pub async fn add_api_client_key(&self, new: NewKey, by: Option<Holder>) -> Result<Option<KeyOutcome>, StoreError> {
        self.write_by(by, new).await
    }

    /// Disables a client, or removes one of its keys; whether there was anything to take.
    ///
    /// # Errors
    /// When the database doesn't take writes at the moment.
    pub async fn disable_api_client(&self, disabling: Disabling) -> Result<bool, StoreError> {
        self.write(disabling).await
    }
}

impl Reading {
    /// A client, whoever may see it: that is asked of its organization.
    ///
    /// # Errors
    /// What the database says.
    pub async fn api_client(&self, id: Uuid) -> Result<Option<ApiClient>, StoreError> {
        let found = api_client::Entity::find_by_id(id).all(self.transaction()).await?;
        Ok(shown(self.transaction(), found).await?.pop())
    }

    /// When the first client of an organization expires, if its managers are to be told of it by now. One that has expired
    /// is told of until it gets a new key or is disabled: its reports no longer arrive.
    ///
    /// # Errors
    /// What the database says.
    pub async fn first_client_expiry(&self, of: Uuid, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let first = api_client::Entity::find()
            .filter(api_client::Column::OrganizationId.eq(of))
            .filter(api_client::Column::DisabledAt.is_null())
            .filter(api_client::Column::ExpiresAt.lte(Micros::from(now + EXPIRY_NOTICE)))
            .order_by_asc(api_client::Column::ExpiresAt)
            .one(self.transaction())
            .await?;
        Ok(first.map(|client| client.expires_at.utc()))
    }

    /// Clients of what is in sight, the newest first; of one organization, if one is named.
    ///
    /// # Errors
    /// What the database says.
    pub async fn api_clients(
        &self,
        sight: Sight,
        organization_id: Option<Uuid>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Page<ApiClient>, StoreError> {
        let (sql, values) = list(sight, organization_id, before, limit);
        let rows = self.rows(sql, values).await?;
        let found: Result<Vec<_>, _> = rows.iter().map(|row| api_client::Model::from_query_result(row, "")).collect();
        let mut found = found?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next_cursor = found.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(Page { items: shown(self.transaction(), found).await?, next_cursor })
    }

    /// What the last requests of a client came to, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn api_client_results(&self, client_id: Uuid) -> Result<Vec<ApiClientResult>, StoreError> {
        let rows = api_client_result::Entity::find()
            .filter(api_client_result::Column::ClientId.eq(client_id))
            .order_by_desc(api_client_result::Column::RequestId)
            .limit(RESULTS_KEPT as u64)
            .all(self.transaction())
            .await?;
        let result = |row: api_client_result::Model| ApiClientResult {
            at: row.at.utc(),
            request_id: row.request_id,
            operation: row.operation,
            status: u16::try_from(row.status).unwrap_or_default(),
            problem: row.problem,
        };
        Ok(rows.into_iter().map(result).collect())
    }
}

/// The question for one page and one item more, which tells whether another page follows.
fn list(sight: Sight, organization_id: Option<Uuid>, before: Option<Uuid>, limit: u32) -> (String, Vec<Value>) {
    let (mut sql, mut values, mut conditions) = (String::new(), Vec::<Value>::new(), Vec::new());
    if !sight.everything {
        sql.push_str(BELOW);
        values.extend([sight.organization_id.into(), sight.day.0.into()]);
        conditions.push("c.organization_id IN (SELECT id FROM below)".to_owned());
    }
    for (comparison, value) in [("c.organization_id =", organization_id), ("c.id <", before)] {
        if let Some(value) = value {
            values.push(value.into());
            conditions.push(format!("{comparison} ${}", values.len()));
        }
    }
    sql.push_str("SELECT c.* FROM api_client c");
    if !conditions.is_empty() {
        sql.push_str(&format!(" WHERE {}", conditions.join(" AND ")));
    }
    sql.push_str(&format!(" ORDER BY c.id DESC LIMIT {}", limit + 1));
    (sql, values)
}

/// Clients as they are shown, in the order given.
async fn shown(db: &impl ConnectionTrait, clients: Vec<api_client::Model>) -> Result<Vec<ApiClient>, StoreError> {
    let ids: Vec<Uuid> = clients.iter().map(|client| client.id).collect();
    let of_client = api_client_unit::Column::ClientId.is_in(ids.iter().copied());
    let units = api_client_unit::Entity::find().filter(of_client).all(db).await?;
    let keys = api_client_key::Entity::find()
        .filter(api_client_key::Column::ClientId.is_in(ids))
        .order_by_asc(api_client_key::Column::AddedAt)
        .all(db)
        .await?;
    let named = clients.iter().map(|client| client.organization_id).chain(units.iter().map(|unit| unit.unit_id));
    let named = organization::Entity::find().filter(organization::Column::Id.is_in(named)).all(db).await?;
    let named: HashMap<Uuid, OrganizationRef> = named
        .into_iter()
        .map(|one| (one.id, OrganizationRef { id: one.id, kind: one.kind.into(), name: one.name }))
        .collect();
    let show = |client: api_client::Model| {
        let damaged = || StoreError::Damaged(format!("API client {}", client.id));
        let of = |id: &Uuid| named.get(id).cloned().ok_or_else(damaged);
        let keys = keys.iter().filter(|key| key.client_id == client.id).map(key);
        let units = units.iter().filter(|unit| unit.client_id == client.id).map(|unit| of(&unit.unit_id));
        Ok(ApiClient {
            id: client.id,
            organization: of(&client.organization_id)?,
            units: units.collect::<Result<_, _>>()?,
            scopes: Scopes::parse(&client.scopes).ok_or_else(damaged)?.list(),
            keys: keys.collect::<Result<_, _>>()?,
            created_at: client.created_at.utc(),
            expires_at: client.expires_at.utc(),
            disabled_at: client.disabled_at.map(Micros::utc),
            last_used_at: client.last_used_at.map(Micros::utc),
            name: client.name,
            vendor: client.vendor,
        })
    };
    clients.into_iter().map(show).collect()
}

fn key(key: &api_client_key::Model) -> Result<ApiClientKey, StoreError> {
    let alg = KeyAlgorithm::from_key(&key.alg).ok_or_else(|| StoreError::Damaged(format!("the key {}", key.kid)))?;
    Ok(ApiClientKey {
        kid: key.kid.clone(),
        alg,
        thumbprint: key.thumbprint.clone(),
        added_at: key.added_at.utc(),
        expires_at: key.expires_at.utc(),
    })
}

fn row(client_id: Uuid, key: &PublicKey, now: DateTime<Utc>) -> api_client_key::ActiveModel {
    api_client_key::ActiveModel {
        client_id: Set(client_id),
        kid: Set(key.kid.clone()),
        alg: Set(key.alg.key().to_owned()),
        jwk: Set(key.jwk.clone()),
        thumbprint: Set(key.thumbprint.clone()),
        added_at: Set(now.into()),
        expires_at: Set((now + CLIENT_LIFE).into()),
    }
}

impl Write for NewApiClient {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let (id, now, organization_id) = (self.id, context.now(), self.allowed.organization_id());
        let client = api_client::ActiveModel {
            id: Set(id),
            organization_id: Set(organization_id),
            name: Set(self.checked.name.clone()),
            vendor: Set(self.checked.vendor.clone()),
            scopes: Set(self.checked.scopes.to_string()),
            created_at: Set(now.into()),
            expires_at: Set((now + CLIENT_LIFE).into()),
            disabled_at: Set(None),
            last_used_at: Set(None),
        };
        api_client::Entity::insert(client).exec_without_returning(context.db()).await?;
        let unit = api_client_unit::ActiveModel { client_id: Set(id), unit_id: Set(organization_id) };
        api_client_unit::Entity::insert(unit).exec_without_returning(context.db()).await?;
        api_client_key::Entity::insert(row(id, &self.key, now)).exec_without_returning(context.db()).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::RegisterApiClient,
            object: Some(id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({
                "organization_id": organization_id,
                "scopes": self.checked.scopes.to_string(),
                "kid": self.key.kid,
                "thumbprint": self.key.thumbprint,
            }),
        })?;
        Ok(())
    }
}

impl Write for NewKey {
    type Output = KeyOutcome;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<KeyOutcome, StoreError> {
        let now = context.now();
        let client = client(context.db(), self.client_id, self.allowed.organization_id()).await?;
        if client.is_none_or(|client| client.disabled_at.is_some()) {
            return Ok(KeyOutcome::Disabled);
        }
        let of_client = api_client_key::Column::ClientId.eq(self.client_id);
        let keys = api_client_key::Entity::find().filter(of_client).all(context.db()).await?;
        if keys.iter().any(|key| key.kid == self.key.kid || key.thumbprint == self.key.thumbprint) {
            return Ok(KeyOutcome::Known);
        }
        if keys.len() >= MOST_KEYS {
            return Ok(KeyOutcome::TooMany);
        }
        api_client_key::Entity::insert(row(self.client_id, &self.key, now))
            .exec_without_returning(context.db())
            .await?;
        let renewed = Set((now + CLIENT_LIFE).into());
        api_client::ActiveModel { id: Unchanged(self.client_id), expires_at: renewed, ..Default::default() }
            .update(context.db())
            .await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::AddApiClientKey,
            object: Some(self.client_id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({ "kid": self.key.kid, "thumbprint": self.key.thumbprint }),
        })?;
        Ok(KeyOutcome::Added)
    }
}

impl Write for Disabling {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let client = client(context.db(), self.client_id, self.allowed.organization_id()).await?;
        let Some(client) = client else { return Ok(false) };
        let action = if let Some(kid) = &self.kid {
            let key = (self.client_id, kid.clone());
            if api_client_key::Entity::delete_by_id(key).exec(context.db()).await?.rows_affected == 0 {
                return Ok(false);
            }
            AuditAction::RemoveApiClientKey
        } else {
            if client.disabled_at.is_some() {
                return Ok(false);
            }
            let since = Set(Some(context.now().into()));
            api_client::ActiveModel { id: Unchanged(self.client_id), disabled_at: since, ..Default::default() }
                .update(context.db())
                .await?;
            AuditAction::DisableApiClient
        };
        let detail = self.kid.as_ref().map_or_else(|| json!({}), |kid| json!({ "kid": kid }));
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action,
            object: Some(self.client_id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail,
        })?;
        Ok(true)
    }
}

/// A client of the organization that the proof is about.
async fn client(
    db: &impl ConnectionTrait,
    id: Uuid,
    organization_id: Uuid,
) -> Result<Option<api_client::Model>, StoreError> {
    let of_organization = api_client::Column::OrganizationId.eq(organization_id);
    Ok(api_client::Entity::find_by_id(id).filter(of_organization).one(db).await?)
}
