//! Tokens of API clients: who a client is for each request, assertions used once, and what requests came to.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set, Statement,
};
use serde_json::json;
use shared::api_client::{ApiClientResult, ClientAccess, KeyAlgorithm, RESULTS_KEPT, Scopes};
use shared::audit::{AuditAction, AuditOutcome};
use shared::organization::OrganizationRef;
use shared::{Caller, Role};
use uuid::Uuid;

use super::audit::{Actor, Event};
use super::error::StoreError;
use super::rows::{Column, Question};
use super::{Store, Write, WriteContext};
use crate::entity::words::KindWord;
use crate::entity::{Micros, api_client, api_client_result, assertion_jti};

/// The client of `$1`, a row for each of its units, with its key `$2` if it has that.
const CLIENT: &str = "SELECT c.name, c.scopes, c.expires_at, c.disabled_at, o.id AS organization_id, \
o.kind AS organization_kind, o.name AS organization_name, o.active AS organization_active, \
k.alg, k.jwk, k.thumbprint, k.expires_at AS key_expires_at, v.id AS unit_id, v.active AS unit_active \
FROM api_client c JOIN organization o ON o.id = c.organization_id \
LEFT JOIN api_client_key k ON k.client_id = c.id AND k.kid = $2 \
LEFT JOIN api_client_unit u ON u.client_id = c.id LEFT JOIN organization v ON v.id = u.unit_id WHERE c.id = $1";

/// A client as stored, with one of its keys: whether it is good is for the caller to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClient {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Who registered it.
    pub organization: OrganizationRef,
    /// What it may do.
    pub scopes: Scopes,
    /// The units that it acts for, those that take part.
    pub units: Vec<Uuid>,
    /// The key that was asked for, if the client has it.
    pub key: Option<StoredKey>,
    enabled: bool,
    expires_at: DateTime<Utc>,
}

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its one algorithm.
    pub alg: KeyAlgorithm,
    /// The public JWK.
    pub jwk: String,
    /// Its thumbprint.
    pub thumbprint: String,
    expires_at: DateTime<Utc>,
}

impl StoredClient {
    /// Whether the client, its institution and the key that was asked for are good at an instant.
    #[must_use]
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        let key_is_good = self.key.as_ref().is_some_and(|key| now < key.expires_at);
        self.enabled && key_is_good && now < self.expires_at && !self.units.is_empty()
    }

    /// The client as a caller, with no more than some scopes.
    #[must_use]
    pub fn caller(&self, scopes: Scopes) -> Caller {
        Caller {
            account_id: self.id,
            role: Role::of(self.organization.kind),
            is_manager: false,
            organization_id: self.organization.id,
            organization_kind: self.organization.kind,
            client: Some(ClientAccess { units: self.units.clone(), scopes: self.scopes.and(scopes) }),
        }
    }
}

/// An access token that is about to be given for an assertion.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The client.
    pub client_id: Uuid,
    /// Its organization.
    pub organization_id: Uuid,
    /// The key by which it showed who it is.
    pub kid: String,
    /// That key's thumbprint.
    pub thumbprint: String,
    /// The assertion's id.
    pub jti: String,
    /// When the assertion runs out.
    pub assertion_ends_at: DateTime<Utc>,
    /// What the token allows.
    pub scopes: Scopes,
    /// From where.
    pub ip: IpAddr,
}

impl Store {
    /// A client with one of its keys, as it is now: asked for every request.
    ///
    /// # Errors
    /// When the database doesn't answer.
    pub async fn client_with_key(&self, id: Uuid, kid: &str) -> Result<Option<StoredClient>, StoreError> {
        let backend = self.read().get_database_backend();
        let question = Statement::from_sql_and_values(backend, CLIENT, [id.into(), kid.into()]);
        let rows = self.read().query_all_raw(question).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let damaged = || StoreError::Damaged(format!("API client {id}"));
        let key = match row.try_get::<Option<String>>("", "alg")? {
            None => None,
            Some(alg) => Some(StoredKey {
                alg: KeyAlgorithm::from_key(&alg).ok_or_else(damaged)?,
                jwk: row.try_get("", "jwk")?,
                thumbprint: row.try_get("", "thumbprint")?,
                expires_at: row.try_get::<Micros>("", "key_expires_at")?.utc(),
            }),
        };
        let mut units = Vec::with_capacity(rows.len());
        for row in &rows {
            if row.try_get::<Option<bool>>("", "unit_active")? == Some(true) {
                units.push(row.try_get("", "unit_id")?);
            }
        }
        let enabled = row.try_get::<Option<Micros>>("", "disabled_at")?.is_none()
            && row.try_get::<bool>("", "organization_active")?;
        Ok(Some(StoredClient {
            id,
            name: row.try_get("", "name")?,
            organization: OrganizationRef {
                id: row.try_get("", "organization_id")?,
                kind: row.try_get::<KindWord>("", "organization_kind")?.into(),
                name: row.try_get("", "organization_name")?,
            },
            scopes: Scopes::parse(&row.try_get::<String>("", "scopes")?).ok_or_else(damaged)?,
            units,
            key,
            enabled,
            expires_at: row.try_get::<Micros>("", "expires_at")?.utc(),
        }))
    }

    /// Writes down that an assertion was used and a token given, unless it was used before or its key is gone.
    ///
    /// # Errors
    /// When the database doesn't take writes at the moment.
    pub async fn grant_token(&self, grant: Grant) -> Result<Granted, StoreError> {
        self.write(grant).await
    }

    /// Writes down what requests of clients came to. Not audited: what they did is.
    ///
    /// # Errors
    /// When the database doesn't take writes at the moment.
    pub async fn note_client_results(&self, results: HashMap<Uuid, Vec<ApiClientResult>>) -> Result<(), StoreError> {
        self.write(NoteResults(results)).await
    }
}

/// What became of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// The token may be given.
    Yes,
    /// The assertion was used before.
    Replayed,
    /// The client was disabled, or its key removed, while the assertion was checked.
    Withdrawn,
}

/// A client that is enabled, by its id and a key's name and thumbprint.
const HOLDS: Question = Question {
    columns: &[Column::Id("c.id")],
    rest: "FROM api_client c JOIN api_client_key k ON k.client_id = c.id \
         WHERE c.disabled_at IS NULL AND (k.client_id, k.kid, k.thumbprint)",
};

impl Write for Grant {
    type Output = Granted;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Granted, StoreError> {
        let mut questions = context.questions().await?;
        let key = vec![self.client_id.into(), self.kid.clone().into(), self.thumbprint.clone().into()];
        let asked = questions.ask_in(&HOLDS, None, &[key]);
        let found: Vec<(Uuid,)> = questions.send(context.db()).await?.rows(&asked)?;
        if found.is_empty() {
            return Ok(Granted::Withdrawn);
        }
        let row = assertion_jti::ActiveModel {
            client_id: Set(self.client_id),
            jti: Set(self.jti.clone()),
            expires_at: Set(self.assertion_ends_at.into()),
        };
        let once = OnConflict::columns([assertion_jti::Column::ClientId, assertion_jti::Column::Jti]);
        let inserted = assertion_jti::Entity::insert(row)
            .on_conflict(once.to_owned().do_nothing().to_owned())
            .exec_without_returning(context.db())
            .await?;
        if inserted == 0 {
            return Ok(Granted::Replayed);
        }
        context.audit(&Event {
            actor: Some(Actor { account_id: self.client_id, organization_id: self.organization_id }),
            action: AuditAction::IssueToken,
            object: Some(self.client_id),
            outcome: AuditOutcome::Ok,
            ip: Some(self.ip),
            detail: json!({ "kid": self.kid, "scope": self.scopes.to_string() }),
        })?;
        Ok(Granted::Yes)
    }
}

struct NoteResults(HashMap<Uuid, Vec<ApiClientResult>>);

impl Write for NoteResults {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        for (client_id, results) in &self.0 {
            let newest = &results[results.len().saturating_sub(RESULTS_KEPT)..];
            let rows = newest.iter().map(|result| api_client_result::ActiveModel {
                client_id: Set(*client_id),
                request_id: Set(result.request_id),
                at: Set(result.at.into()),
                operation: Set(result.operation.clone()),
                status: Set(result.status.into()),
                problem: Set(result.problem.clone()),
            });
            api_client_result::Entity::insert_many(rows).exec_without_returning(context.db()).await?;
            forget_older(context.db(), *client_id).await?;
            let Some(last) = newest.iter().map(|result| result.at).max() else { continue };
            api_client::Entity::update_many()
                .col_expr(api_client::Column::LastUsedAt, Expr::value(last.timestamp_micros()))
                .filter(api_client::Column::Id.eq(*client_id))
                .filter(
                    api_client::Column::LastUsedAt.is_null().or(api_client::Column::LastUsedAt.lt(Micros::from(last))),
                )
                .exec(context.db())
                .await?;
        }
        Ok(())
    }
}

/// Leaves a client's last results alone.
async fn forget_older(db: &impl ConnectionTrait, client_id: Uuid) -> Result<(), StoreError> {
    let of_client = || api_client_result::Column::ClientId.eq(client_id);
    let first_too_many = api_client_result::Entity::find()
        .select_only()
        .column(api_client_result::Column::RequestId)
        .filter(of_client())
        .order_by_desc(api_client_result::Column::RequestId)
        .offset(RESULTS_KEPT as u64)
        .limit(1)
        .into_tuple::<Uuid>()
        .one(db)
        .await?;
    if let Some(last) = first_too_many {
        let older = of_client().and(api_client_result::Column::RequestId.lte(last));
        api_client_result::Entity::delete_many().filter(older).exec(db).await?;
    }
    Ok(())
}

/// Forgets assertions that have run out and can't be used again; how many.
pub(super) async fn forget_assertions(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    // Past the leeway that a late clock is given.
    let over = assertion_jti::Column::ExpiresAt.lt(Micros::from(now - chrono::TimeDelta::minutes(1)));
    Ok(assertion_jti::Entity::delete_many().filter(over).exec(db).await?.rows_affected)
}
