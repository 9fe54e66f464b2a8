//! The first account: a manager of the ministry.

use std::io::{IsTerminal as _, Read as _};

use chrono::Datelike as _;
use shared::organization::OrganizationKind;
use shared::reporting_day;
use uuid::Uuid;

use super::Failure;
use super::maintenance::open;
use crate::auth::password::{Passwords, check_policy};
use crate::config::PasswordCost;
use crate::login_id::{canonical, is_login_id, letter, login_id};
use crate::store::account::{Created, NewAccount};
use crate::store::register::{OrganizationRow, Registration};
use crate::store::{Store, StoreError};

/// How an account is made.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The login ID: letters, digits and hyphens; by default a new one
    #[arg(long, value_parser = as_login_id)]
    login_id: Option<String>,
    /// The person's name
    #[arg(long, default_value = "管理者")]
    name: String,
    /// Read the password from standard input instead of making one up, which must then be changed at the first sign-in
    #[arg(long)]
    password_stdin: bool,
}

/// A login ID as it will be found when it is typed to sign in.
fn as_login_id(typed: &str) -> Result<String, String> {
    let id = canonical(typed);
    if is_login_id(&id) { Ok(id) } else { Err("expected at most 64 letters, digits and hyphens".to_owned()) }
}

/// Login IDs that are tried before giving up: another process may take one at the same time.
const TRIES: u32 = 20;

pub(super) async fn create(options: Options) -> Result<(), Failure> {
    let password = if options.password_stdin { Some(read_password()?) } else { None };
    let store = open().await?;
    if store.is_demo().await? {
        return Err("this database holds a demo; its sign-ins are listed by `nippo demo accounts`".into());
    }
    let made_up = password.is_none();
    let password = match password {
        Some(password) => checked(password, &options, &store)?,
        None => made_up_password()?,
    };
    let password_phc = Passwords::new(PasswordCost::default())?.hash(&password).await?;
    let organization_id = ministry(&store).await?;
    for _ in 0..TRIES {
        let login_id = options
            .login_id
            .clone()
            .unwrap_or_else(|| login_id(letter(OrganizationKind::Ministry), "00", random_number()));
        let account = NewAccount {
            id: Uuid::now_v7(),
            login_id: login_id.clone(),
            organization_id,
            is_manager: true,
            display_name: options.name.clone(),
            password_phc: password_phc.clone(),
            must_change_password: made_up,
        };
        match store.create_account(account).await? {
            Created::Yes => {
                println!("login ID: {login_id}");
                if made_up {
                    println!("password: {password}");
                    println!("It is shown this once and must be changed at the first sign-in.");
                }
                return Ok(());
            }
            Created::LoginIdTaken if options.login_id.is_none() => {}
            Created::LoginIdTaken => return Err(format!("the login ID {login_id} is taken").into()),
            Created::NoSuchOrganization => return Err("the ministry isn't registered".into()),
        }
    }
    Err("no free login ID was found; name one by --login-id".into())
}

fn read_password() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        eprintln!("password, then Ctrl+D:");
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn checked(password: String, options: &Options, store: &Store) -> Result<String, Failure> {
    let year = reporting_day(store.clock().now()).0.year();
    let owner = [options.login_id.as_deref().unwrap_or_default(), &options.name];
    match check_policy(&password, &owner, year, "") {
        Ok(()) => Ok(password),
        Err(violations) => {
            let reasons: Vec<String> = violations.into_iter().map(|violation| violation.message).collect();
            Err(format!("the password: {}", reasons.join("; ")).into())
        }
    }
}

/// Sixteen characters of 80 random bits, in groups that can be read aloud.
fn made_up_password() -> Result<String, Failure> {
    let mut bits = [0; 10];
    aws_lc_rs::rand::fill(&mut bits).map_err(|_| "the system has no randomness")?;
    let text = data_encoding::BASE32_NOPAD.encode(&bits).to_lowercase();
    let groups: Vec<&str> = (0..4).filter_map(|group| text.get(group * 4..group * 4 + 4)).collect();
    Ok(groups.join("-"))
}

fn random_number() -> u32 {
    u32::try_from(Uuid::new_v4().as_u128() % 10_000).unwrap_or(0)
}

/// The ministry, registered if it wasn't; when another process was faster, that one.
async fn ministry(store: &Store) -> Result<Uuid, StoreError> {
    if let Some(id) = store.ministry().await? {
        return Ok(id);
    }
    let ministry = OrganizationRow {
        id: Uuid::now_v7(),
        kind: OrganizationKind::Ministry,
        name: "厚生労働省".to_owned(),
        kana: "コウセイロウドウショウ".to_owned(),
        institution_code: None,
        prefecture_code: None,
        address: String::new(),
        telephone: String::new(),
        parent: None,
        opening: None,
    };
    let valid_from = reporting_day(store.clock().now());
    store
        .register_ministry(Registration {
            organizations: vec![ministry],
            accounts: Vec::new(),
            valid_from,
            is_demo: false,
        })
        .await
}
