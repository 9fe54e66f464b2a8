//! Accounts issued, one or many in one transaction, each with its slip and its event.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, EntityTrait, Set, Value};
use serde_json::json;
use shared::Role;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::issuance::{BatchRow, SLIP_LASTS, SlipReason};
use shared::organization::OrganizationKind;
use uuid::Uuid;

use super::account_list::views;
use super::audit::{Actor, Event};
use super::holding::Holder;
use super::idempotency::{self, IdempotencyKey, Known};
use super::rows::select_in;
use super::writer::id_at;
use super::{Store, StoreError, Write, WriteContext};
use crate::authorize::{Allowed, IssueAccount};
use crate::entity::{account, activation_slip};
use crate::login_id::{letter, login_id};

/// An account on its way: authorized and checked.
#[derive(Debug, Clone)]
pub struct NewIssue {
    /// The id that it gets, where that isn't left to the moment: the demo has examples that are always the same.
    pub id: Option<Uuid>,
    /// Who issues it, for which organization.
    pub allowed: Allowed<IssueAccount>,
    /// What that organization is.
    pub kind: OrganizationKind,
    /// Its prefecture's code; none of the ministry.
    pub prefecture_code: Option<String>,
    /// The person's name.
    pub display_name: Checked<String>,
    /// Whether it handles accounts and clients.
    pub is_manager: bool,
    /// The hash of the slip's code.
    pub code_phc: String,
}

/// Accounts to be issued together.
#[derive(Debug, Clone)]
pub struct Issuing {
    /// The rows of the answer, in which those that are refused say why.
    pub rows: Vec<BatchRow>,
    /// What is to be issued, by the place of its row.
    pub issues: Vec<(usize, NewIssue)>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The key by which a repetition is known.
    pub idempotency: Option<IdempotencyKey>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Issued {
    /// Issued: the rows with their accounts.
    Rows {
        /// As in the request.
        rows: Vec<BatchRow>,
        /// Whether this is the answer to an earlier sending of the same request.
        replayed: bool,
    },
    /// The idempotency key was used for another request.
    KeyReused,
}

impl Store {
    // Each gives none where who asks for it isn't signed in any more: see `holding`.

    /// Issues accounts.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn issue_accounts(&self, issuing: Issuing, by: Option<Holder>) -> Result<Option<Issued>, StoreError> {
        self.write_by(by, issuing).await
    }
}

impl Write for Issuing {
    type Output = Issued;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Issued, StoreError> {
        match idempotency::find(context.db(), self.idempotency.as_ref()).await? {
            Some(Known::Answered(rows)) => return Ok(Issued::Rows { rows, replayed: true }),
            Some(Known::Reused) => return Ok(Issued::KeyReused),
            None => {}
        }
        let rows = self.issue(context).await?;
        // The codes aren't in it: nobody keeps them.
        idempotency::remember(context.db(), self.idempotency.as_ref(), 201, &rows, context.now()).await?;
        Ok(Issued::Rows { rows, replayed: false })
    }
}

impl Issuing {
    async fn issue(&self, context: &mut WriteContext<'_>) -> Result<Vec<BatchRow>, StoreError> {
        let mut rows = self.rows.clone();
        if self.issues.is_empty() {
            return Ok(rows);
        }
        let heads: Vec<_> = self.issues.iter().map(|(_, new)| (letter(new.kind), prefecture(new))).collect();
        let login_ids = draw(context.db(), &heads).await?;
        let now = context.now();
        let ids: Vec<Uuid> = self.issues.iter().map(|(_, new)| new.id.unwrap_or_else(|| id_at(now))).collect();
        let accounts = self.issues.iter().zip(&ids).zip(&login_ids);
        let accounts = accounts.map(|(((_, new), id), login_id)| new.account(*id, login_id, now));
        account::Entity::insert_many(accounts).exec_without_returning(context.db()).await?;
        let slips = self.issues.iter().zip(&ids).map(|((_, new), id)| {
            slip_row(*id, &new.code_phc, SlipReason::NewAccount, Some(new.allowed.caller().account_id), now)
        });
        activation_slip::Entity::insert_many(slips).exec_without_returning(context.db()).await?;
        for (((_, new), id), login_id) in self.issues.iter().zip(&ids).zip(&login_ids) {
            let organization_id = new.allowed.organization_id();
            context.audit(&Event {
                actor: Some(Actor::from(new.allowed.caller())),
                action: AuditAction::IssueAccount,
                object: Some(*id),
                outcome: AuditOutcome::Ok,
                ip: self.ip,
                detail: json!({
                    "organization_id": organization_id, "login_id": login_id, "is_manager": new.is_manager,
                }),
            })?;
        }
        let issued = views(context.db(), &ids, now).await?;
        let mut issued: HashMap<Uuid, _> = issued.into_iter().map(|account| (account.id, account)).collect();
        for ((place, _), id) in self.issues.iter().zip(&ids) {
            if let Some(row) = rows.get_mut(*place) {
                row.account = issued.remove(id);
            }
        }
        Ok(rows)
    }
}

fn prefecture(new: &NewIssue) -> &str {
    new.prefecture_code.as_deref().unwrap_or("00")
}

impl NewIssue {
    fn account(&self, id: Uuid, login_id: &str, now: DateTime<Utc>) -> account::ActiveModel {
        let organization = (self.allowed.organization_id(), self.kind);
        account_row(id, login_id, organization, self.is_manager, &self.display_name, now)
    }
}

/// The row of an account that waits for its slip to be used.
pub(super) fn account_row(
    id: Uuid,
    login_id: &str,
    (organization_id, kind): (Uuid, OrganizationKind),
    is_manager: bool,
    display_name: &str,
    now: DateTime<Utc>,
) -> account::ActiveModel {
    account::ActiveModel {
        id: Set(id),
        login_id: Set(login_id.to_owned()),
        organization_id: Set(organization_id),
        organization_kind: Set(kind.into()),
        role: Set(Role::of(kind).into()),
        is_manager: Set(is_manager),
        display_name: Set(display_name.to_owned()),
        password_phc: Set(None),
        must_change_password: Set(false),
        created_at: Set(now.into()),
        activated_at: Set(None),
        password_changed_at: Set(None),
        disabled_at: Set(None),
    }
}

/// The row of a slip made now.
pub(super) fn slip_row(
    account_id: Uuid,
    code_phc: &str,
    reason: SlipReason,
    issued_by: Option<Uuid>,
    now: DateTime<Utc>,
) -> activation_slip::ActiveModel {
    activation_slip::ActiveModel {
        id: Set(id_at(now)),
        account_id: Set(account_id),
        code_phc: Set(code_phc.to_owned()),
        reason: Set(reason.into()),
        issued_at: Set(now.into()),
        issued_by: Set(issued_by),
        expires_at: Set((now + SLIP_LASTS).into()),
        used_at: Set(None),
        voided_at: Set(None),
    }
}

/// How often numbers are drawn before giving up.
const ROUNDS: u32 = 16;
/// After so many rounds numbers get a digit more: then most of the shorter ones are given.
const ROUNDS_A_LENGTH: u32 = 4;
/// The digits of a number at first.
const DIGITS: u32 = 4;

/// Login IDs that nobody has, for letters and prefectures. Numbers are drawn, so that they say nothing, and no account is
/// ever removed, so that none is given twice.
pub(super) async fn draw(db: &impl ConnectionTrait, heads: &[(char, &str)]) -> Result<Vec<String>, StoreError> {
    const TAKEN: &str = "SELECT login_id FROM account WHERE login_id";
    let mut drawn = vec![String::new(); heads.len()];
    let mut given = HashSet::new();
    for round in 0..ROUNDS {
        let open: Vec<usize> = (0..drawn.len()).filter(|&place| drawn[place].is_empty()).collect();
        if open.is_empty() {
            return Ok(drawn);
        }
        let below = 10_u32.pow(DIGITS + round / ROUNDS_A_LENGTH);
        let candidates = open.iter().map(|&place| {
            let (letter, prefecture) = heads[place];
            Ok(login_id(letter, prefecture, random_below(below)?).map(|id| (place, id)))
        });
        let candidates: Vec<_> = candidates.filter_map(Result::transpose).collect::<Result<_, StoreError>>()?;
        let keys: Vec<Vec<Value>> = candidates.iter().map(|(_, id)| vec![id.clone().into()]).collect();
        for row in select_in(db, TAKEN, &[], &keys, "").await? {
            given.insert(row.try_get_by_index::<String>(0)?);
        }
        for (place, id) in candidates {
            if given.insert(id.clone()) {
                drawn[place] = id;
            }
        }
    }
    if drawn.iter().all(|id| !id.is_empty()) {
        return Ok(drawn);
    }
    Err(StoreError::Damaged("no free login ID was found".into()))
}

fn random_below(below: u32) -> Result<u32, StoreError> {
    let mut bits = [0; 8];
    aws_lc_rs::rand::fill(&mut bits).map_err(|_| StoreError::Unusable("the system has no randomness".into()))?;
    // The remainder of 64 bits: no number is noticeably likelier than another.
    Ok(u32::try_from(u64::from_be_bytes(bits) % u64::from(below)).unwrap_or(0))
}
