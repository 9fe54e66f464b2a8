//! What signing in asks of the database, each step in one trip: while passwords are hashed, every trip takes a core away
//! from them.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER_PERMISSIVE;
use sea_orm::Value;
use serde::Deserialize;
use shared::organization::OrganizationKind;
use shared::second_factor::FactorKind;
use shared::{Caller, Role};
use uuid::Uuid;

use super::account::Account;
use super::guesses::KNOWN_FOR;
use super::rows::{Answers, Column, Place, Question, Questions};
use super::second_factor::{Factor, OpenSlip, RecoveryCode, Sealed, Standing};
use super::{Store, StoreError};
use crate::entity::Micros;

const ACCOUNT: [Column; 13] = [
    Column::Id("a.id"),
    Column::Plain("a.login_id"),
    Column::Plain("a.role"),
    Column::Flag("a.is_manager"),
    Column::Id("a.organization_id"),
    Column::Plain("a.organization_kind"),
    Column::Plain("a.display_name"),
    Column::Plain("o.name"),
    Column::Plain("o.kana"),
    Column::Plain("a.password_phc"),
    Column::Flag("a.must_change_password"),
    Column::Plain("a.password_changed_at"),
    Column::Flag("a.disabled_at IS NULL"),
];
const SLIP: [Column; 4] =
    [Column::Id("s.id"), Column::Plain("s.code_phc"), Column::Plain("s.issued_at"), Column::Plain("s.expires_at")];

const FACTORS: [Column; 9] = [
    Column::Id("f.id"),
    Column::Plain("f.kind"),
    Column::Plain("f.label"),
    Column::Plain("f.key_id"),
    Column::Bytes("f.sealed"),
    Column::Plain("f.last_step"),
    Column::Plain("f.created_at"),
    Column::Plain("f.confirmed_at"),
    Column::Plain("f.last_used_at"),
];
const CODES: [Column; 3] = [Column::Plain("c.phc"), Column::Plain("c.made_at"), Column::Flag("c.used_at IS NULL")];

/// What is asked of one account.
struct OfAccount {
    account: Question,
    slip: Question,
    factors: Question,
    codes: Question,
}

const OF_LOGIN_ID: OfAccount = OfAccount {
    account: Question {
        columns: &ACCOUNT,
        rest: "FROM account a JOIN organization o ON o.id = a.organization_id WHERE a.login_id",
    },
    slip: Question {
        columns: &SLIP,
        rest: "FROM activation_slip s JOIN account a ON a.id = s.account_id \
         WHERE s.used_at IS NULL AND s.voided_at IS NULL AND a.login_id",
    },
    factors: Question {
        columns: &FACTORS,
        rest: "FROM second_factor f JOIN account a ON a.id = f.account_id \
         WHERE f.confirmed_at IS NOT NULL AND a.login_id",
    },
    codes: Question {
        columns: &CODES,
        rest: "FROM recovery_code c JOIN account a ON a.id = c.account_id WHERE a.login_id",
    },
};
const OF_ID: OfAccount = OfAccount {
    account: Question {
        columns: &ACCOUNT,
        rest: "FROM account a JOIN organization o ON o.id = a.organization_id WHERE a.id",
    },
    slip: Question {
        columns: &SLIP,
        rest: "FROM activation_slip s WHERE s.used_at IS NULL AND s.voided_at IS NULL AND s.account_id",
    },
    factors: Question {
        columns: &FACTORS,
        rest: "FROM second_factor f WHERE f.confirmed_at IS NOT NULL AND f.account_id",
    },
    codes: Question { columns: &CODES, rest: "FROM recovery_code c WHERE c.account_id" },
};
const NETWORKS: Question = Question {
    columns: &[Column::Plain("n.network"), Column::Plain("n.seen_at")],
    rest: "FROM known_network n JOIN account a ON a.id = n.account_id WHERE a.login_id",
};

/// The same as Rust has them.
#[derive(Deserialize)]
struct AccountRow(
    Uuid,
    String,
    Role,
    bool,
    Uuid,
    OrganizationKind,
    String,
    String,
    String,
    Option<String>,
    bool,
    Option<i64>,
    bool,
);
#[derive(Deserialize)]
struct SlipRow(Uuid, String, i64, i64);
#[derive(Deserialize)]
struct NetworkRow(String, i64);
#[derive(Deserialize)]
struct FactorRow(Uuid, FactorKind, String, String, String, i64, i64, Option<i64>, Option<i64>);
#[derive(Deserialize)]
struct CodeRow(String, i64, bool);

/// Who shows a login ID, before the password is looked at.
#[derive(Debug, Clone)]
pub struct Presented {
    /// What is known of the account; none where there is no such login ID.
    pub standing: Option<Standing>,
    /// Whether it was signed in to from the same network within the last 30 days.
    pub is_known_network: bool,
}

impl Store {
    /// All that signing in needs to know of an account, by its login ID: one and the same work whether there is such an
    /// account or not.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn presented(&self, login_id: &str, network: &str, now: DateTime<Utc>) -> Result<Presented, StoreError> {
        let mut questions = Questions::new(self.read().get_database_backend());
        let asked = OF_LOGIN_ID.ask(&mut questions, &login_id.into());
        let networks = questions.ask_in(&NETWORKS, None, &[vec![login_id.into()]]);
        let answers = questions.send(self.read()).await?;
        let networks: Vec<NetworkRow> = answers.rows(&networks)?;
        let is_known = |row: &NetworkRow| row.0 == network && now - Micros(row.1).utc() <= KNOWN_FOR;
        Ok(Presented { standing: asked.read(&answers, now)?, is_known_network: networks.iter().any(is_known) })
    }

    /// The same of an account that showed its password already.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn standing(&self, account_id: Uuid, now: DateTime<Utc>) -> Result<Option<Standing>, StoreError> {
        let mut questions = Questions::new(self.read().get_database_backend());
        let asked = OF_ID.ask(&mut questions, &account_id.into());
        let answers = questions.send(self.read()).await?;
        asked.read(&answers, now)
    }
}

impl OfAccount {
    fn ask(&self, questions: &mut Questions, key: &Value) -> Asked {
        let mut ask = |question| questions.ask_in(question, None, &[vec![key.clone()]]);
        Asked {
            account: ask(&self.account),
            slip: ask(&self.slip),
            factors: ask(&self.factors),
            codes: ask(&self.codes),
        }
    }
}

/// Where the answers to what is asked of an account will stand.
struct Asked {
    account: Place,
    slip: Place,
    factors: Place,
    codes: Place,
}

impl Asked {
    /// What was enrolled before an open slip was issued is left out.
    fn read(&self, answers: &Answers, now: DateTime<Utc>) -> Result<Option<Standing>, StoreError> {
        let Some(account) = answers.rows(&self.account)?.into_iter().next().map(account_of) else { return Ok(None) };
        let account_id = account.caller.account_id;
        let slip = open(answers.rows(&self.slip)?, now);
        let since = slip.as_ref().map_or(DateTime::UNIX_EPOCH, |slip| slip.issued_at);
        let factors: Vec<FactorRow> = answers.rows(&self.factors)?;
        let mut factors: Vec<Factor> =
            factors.into_iter().map(|row| factor_of(row, account_id)).collect::<Result<_, _>>()?;
        factors.retain(|factor| factor.created_at >= since);
        factors.sort_by_key(|factor| (factor.created_at, factor.id));
        let mut codes: Vec<CodeRow> = answers.rows(&self.codes)?;
        codes.retain(|code| Micros(code.1).utc() >= since);
        let has_recovery_codes = !codes.is_empty();
        let unused = codes.into_iter().filter(|code| code.2);
        let recovery_codes = unused.map(|code| RecoveryCode { phc: code.0, made_at: Micros(code.1).utc() }).collect();
        Ok(Some(Standing { account, slip, factors, recovery_codes, has_recovery_codes }))
    }
}

fn account_of(row: AccountRow) -> Account {
    let AccountRow(
        account_id,
        login_id,
        role,
        is_manager,
        organization_id,
        organization_kind,
        display_name,
        organization_name,
        organization_kana,
        password_phc,
        must_change_password,
        password_changed_at,
        is_enabled,
    ) = row;
    Account {
        caller: Caller { account_id, role, is_manager, organization_id, organization_kind, client: None },
        login_id,
        display_name,
        organization_name,
        organization_kana,
        password_phc,
        must_change_password,
        password_changed_at: password_changed_at.map(|at| Micros(at).utc()),
        is_enabled,
    }
}

/// The slip, if its code can still be used.
fn open(rows: Vec<SlipRow>, now: DateTime<Utc>) -> Option<OpenSlip> {
    let slip = rows.into_iter().find(|row| Micros(row.3).utc() > now)?;
    Some(OpenSlip { id: slip.0, code_phc: slip.1, issued_at: Micros(slip.2).utc() })
}

fn factor_of(row: FactorRow, account_id: Uuid) -> Result<Factor, StoreError> {
    let FactorRow(id, kind, label, key_id, sealed, last_step, created_at, confirmed_at, last_used_at) = row;
    let bytes = HEXLOWER_PERMISSIVE.decode(sealed.as_bytes());
    let bytes = bytes.map_err(|_| StoreError::Damaged(format!("what is sealed of the second factor {id}")))?;
    let instant = |micros: i64| Micros(micros).utc();
    Ok(Factor {
        id,
        account_id,
        kind,
        label,
        sealed: Sealed { key_id, bytes },
        last_step,
        created_at: instant(created_at),
        confirmed_at: confirmed_at.map(instant),
        last_used_at: last_used_at.map(instant),
    })
}
