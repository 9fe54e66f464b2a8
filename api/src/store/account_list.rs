//! Accounts as those see them who hand them out.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use serde::{Deserialize, Serialize};
use shared::issuance::{AccountFacts, AccountState, AccountView, SlipView, account_state};
use shared::organization::{OrganizationRef, Page};
use shared::permission::AccountReach;
use uuid::Uuid;

use super::organization::{BELOW, InSight, Sight, by_code_point, decode_cursor, encode_cursor, word_condition};
use super::rows::select_in;
use super::{Reading, StoreError};
use crate::entity::Micros;
use crate::entity::words::{KindWord, RoleWord, SlipReasonWord};

/// Which accounts to list, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSearch {
    /// Whose.
    pub of: AccountsOf,
    /// Only those in this state.
    pub state: Option<AccountState>,
    /// Words that all must occur in the login ID, the person's name, or what the register says of the organization.
    pub words: Vec<String>,
    /// Where the page begins.
    pub after: Option<AccountCursor>,
    /// How many items at the most.
    pub limit: u32,
}

/// Whose accounts to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountsOf {
    /// One organization's, which the caller may read.
    Organization(Uuid),
    /// Those of all organizations whose accounts the caller reads.
    Reach(AccountReach),
}

/// The last item of the page before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCursor {
    #[serde(rename = "k")]
    kana: String,
    #[serde(rename = "o")]
    organization_id: Uuid,
    #[serde(rename = "l")]
    login_id: String,
}

impl AccountCursor {
    /// Reads a cursor as [`Page::next_cursor`] wrote it; none if nobody wrote it so.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        decode_cursor(text)
    }
}

/// Whether an account has a second factor that counts.
const HAS_FACTOR: &str =
    "EXISTS (SELECT 1 FROM second_factor f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL)";

/// An account with its organization and its open slip. Of those there is one at the most.
const COLUMNS: &str = "a.id, a.login_id, a.role, a.is_manager, a.display_name, a.created_at, a.activated_at, \
     a.disabled_at, o.id AS organization_id, o.kind AS organization_kind, o.name AS organization_name, \
     o.kana AS organization_kana, s.issued_at, s.expires_at, s.reason";
const TABLES: &str = "FROM account a JOIN organization o ON o.id = a.organization_id \
     LEFT JOIN activation_slip s ON s.account_id = a.id AND s.used_at IS NULL AND s.voided_at IS NULL";

impl Reading {
    /// An account with its organization, if the caller sees that.
    ///
    /// # Errors
    /// What the database says.
    pub async fn account(
        &self,
        sight: Sight,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Option<(InSight, AccountView)>, StoreError> {
        let Some(account) = views(self.transaction(), &[id], now).await?.pop() else { return Ok(None) };
        let organization = self.organization(sight, account.organization.id).await?;
        Ok(organization.map(|organization| (organization, account)))
    }

    /// One page of accounts, by reading of the organization's name and by login ID.
    ///
    /// # Errors
    /// What the database says.
    pub async fn accounts(
        &self,
        sight: Sight,
        search: &AccountSearch,
        now: DateTime<Utc>,
    ) -> Result<Page<AccountView>, StoreError> {
        let (sql, values) = list(sight, search, now, by_code_point(self.backend()));
        let rows = self.rows(sql, values).await?;
        let size = search.limit as usize;
        let items = rows.iter().take(size).map(|row| read(row, now)).collect::<Result<Vec<_>, _>>()?;
        let last = if rows.len() > size { rows.get(size.saturating_sub(1)) } else { None };
        let next_cursor = last.map(|row| {
            Ok::<_, StoreError>(encode_cursor(&AccountCursor {
                kana: row.try_get("", "organization_kana")?,
                organization_id: row.try_get("", "organization_id")?,
                login_id: row.try_get("", "login_id")?,
            }))
        });
        Ok(Page { items, next_cursor: next_cursor.transpose()? })
    }

    /// The organizations of accounts that aren't disabled, with the person's name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn names_of_accounts(&self, organizations: &[Uuid]) -> Result<Vec<(Uuid, String)>, StoreError> {
        const SELECT: &str =
            "SELECT organization_id, display_name FROM account WHERE disabled_at IS NULL AND organization_id";
        let keys: Vec<Vec<Value>> = organizations.iter().map(|id| vec![(*id).into()]).collect();
        let rows = self.rows_in(SELECT, &[], &keys, "").await?;
        rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
    }
}

/// Accounts by their ids, in whatever order.
pub(super) async fn views(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<AccountView>, StoreError> {
    let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![(*id).into()]).collect();
    let head = format!("SELECT {COLUMNS}, {HAS_FACTOR} AS has_factor {TABLES} WHERE a.id");
    let rows = select_in(db, &head, &[], &keys, "").await?;
    rows.iter().map(|row| read(row, now)).collect()
}

/// The question for one page and one item more, which tells whether another page follows.
fn list(sight: Sight, search: &AccountSearch, now: DateTime<Utc>, collation: &str) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![sight.organization_id.into(), sight.day.0.into()];
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let seen = if sight.everything { "$1 = $1" } else { "o.id IN (SELECT id FROM below)" };
    let mut sql = format!(
        "{BELOW}SELECT {COLUMNS}, {HAS_FACTOR} AS has_factor {TABLES}
        LEFT JOIN organization_parent up ON up.child_id = o.id AND up.valid_from = (
            SELECT MAX(valid_from) FROM organization_parent dated
            WHERE dated.child_id = o.id AND dated.valid_from <= $2)
        WHERE {seen}"
    );
    match search.of {
        AccountsOf::Organization(id) => sql.push_str(&format!(" AND o.id = {}", bind(id.into()))),
        AccountsOf::Reach(reach) => {
            let below = if reach.directly_below { " OR up.parent_id = $1" } else { "" };
            let institutions = if reach.institutions { " OR o.kind = 'institution'" } else { "" };
            sql.push_str(&format!(" AND (o.id = $1{below}{institutions})"));
        }
    }
    if let Some(state) = search.state {
        let now = bind(now.timestamp_micros().into());
        sql.push_str(&state_condition(state, &now));
    }
    for word in &search.words {
        sql.push_str(&word_condition(word, &["a.login_id", "a.display_name"], &mut bind));
    }
    if let Some(after) = &search.after {
        let (kana, id, login_id) =
            (bind(after.kana.clone().into()), bind(after.organization_id.into()), bind(after.login_id.clone().into()));
        sql.push_str(&format!(
            " AND (o.kana COLLATE {collation} > {kana} OR (o.kana COLLATE {collation} = {kana} AND (o.id > {id} \
             OR (o.id = {id} AND a.login_id COLLATE {collation} > {login_id}))))"
        ));
    }
    let limit = search.limit + 1;
    sql.push_str(&format!(" ORDER BY o.kana COLLATE {collation}, o.id, a.login_id COLLATE {collation} LIMIT {limit}"));
    (sql, values)
}

/// What `account_state` says of a state, in the words of the database.
fn state_condition(state: AccountState, now: &str) -> String {
    let standing = match state {
        AccountState::Disabled => return " AND a.disabled_at IS NOT NULL".to_owned(),
        AccountState::FactorSet => format!("a.activated_at IS NOT NULL AND {HAS_FACTOR}"),
        AccountState::Activated => format!("a.activated_at IS NOT NULL AND NOT {HAS_FACTOR}"),
        AccountState::Issued => format!("a.activated_at IS NULL AND s.expires_at > {now}"),
        AccountState::Expired => format!("a.activated_at IS NULL AND (s.id IS NULL OR s.expires_at <= {now})"),
    };
    format!(" AND a.disabled_at IS NULL AND {standing}")
}

fn read(row: &QueryResult, now: DateTime<Utc>) -> Result<AccountView, StoreError> {
    let instant = |column: &str| Ok::<_, StoreError>(row.try_get::<Option<Micros>>("", column)?.map(Micros::utc));
    let (activated_at, disabled_at, expires_at) =
        (instant("activated_at")?, instant("disabled_at")?, instant("expires_at")?);
    let reason: Option<SlipReasonWord> = row.try_get("", "reason")?;
    let slip = instant("issued_at")?.zip(expires_at).zip(reason);
    let slip = slip.map(|((issued_at, expires_at), reason)| SlipView { issued_at, expires_at, reason: reason.into() });
    let facts = AccountFacts {
        is_disabled: disabled_at.is_some(),
        is_activated: activated_at.is_some(),
        has_factor: row.try_get("", "has_factor")?,
        slip_expires_at: expires_at,
    };
    Ok(AccountView {
        id: row.try_get("", "id")?,
        login_id: row.try_get("", "login_id")?,
        organization: OrganizationRef {
            id: row.try_get("", "organization_id")?,
            kind: row.try_get::<KindWord>("", "organization_kind")?.into(),
            name: row.try_get("", "organization_name")?,
        },
        role: row.try_get::<RoleWord>("", "role")?.into(),
        is_manager: row.try_get("", "is_manager")?,
        display_name: row.try_get("", "display_name")?,
        state: account_state(&facts, now),
        created_at: row.try_get::<Micros>("", "created_at")?.utc(),
        activated_at,
        disabled_at,
        slip,
    })
}
