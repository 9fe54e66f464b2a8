//! The first account: a manager of the ministry, with the slip by which that person activates it.

use shared::day::jst;
use shared::issuance::{SLIP_LASTS, check_person};
use shared::organization::OrganizationKind;
use shared::reporting_day;
use uuid::Uuid;

use super::Failure;
use super::maintenance::open;
use crate::auth::activation::new_code;
use crate::auth::password::Passwords;
use crate::config::{Config, PasswordCost};
use crate::login_id::{canonical, is_login_id};
use crate::store::first_manager::FirstManager;
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
}

/// A login ID as it will be found when it is typed to sign in.
fn as_login_id(typed: &str) -> Result<String, String> {
    let id = canonical(typed);
    if is_login_id(&id) { Ok(id) } else { Err("expected at most 64 letters, digits and hyphens".to_owned()) }
}

pub(super) async fn create(options: Options) -> Result<(), Failure> {
    let display_name = check_person(&options.name, "--name").map_err(|violation| violation.message)?;
    let store = open().await?;
    if store.is_demo().await? {
        return Err("this database holds a demo; its sign-ins are listed by `nippo demo accounts`".into());
    }
    let code = new_code()?;
    let code_phc = Passwords::new(PasswordCost::default())?.hash(code.as_str()).await?;
    let ministry_id = ministry(&store).await?;
    let named = options.login_id.clone();
    let manager = FirstManager { ministry_id, login_id: options.login_id, display_name, code_phc };
    let until = (store.clock().now() + SLIP_LASTS).with_timezone(&jst());
    let Some(login_id) = store.issue_first_manager(manager).await? else {
        return Err(format!("the login ID {} is taken", named.unwrap_or_default()).into());
    };
    let origin = Config::origin_from_env().unwrap_or_else(|| "<NIPPO_ORIGIN>".to_owned());
    println!("login ID: {login_id}");
    println!("activation code: {code}");
    println!("valid until: {} (Japan)", until.format("%Y-%m-%d %H:%M"));
    println!("open: {origin}/activate");
    println!();
    for (number, step) in (1..).zip(STEPS) {
        println!("{number}. {step}");
    }
    println!("The code is shown this once and works once; hand it to {} only.", options.name);
    Ok(())
}

/// What the person does with it.
const STEPS: [&str; 4] = [
    "上の画面を開き、IDとコードを入力します。 / Open the address and type login ID and code.",
    "二段階認証を登録します。 / Register a second factor, such as an authenticator app.",
    "自分だけのパスワードを決めます。 / Choose a password of your own.",
    "回復コードを印刷するか書き写し、別に保管します。 / Keep the recovery codes apart from this slip.",
];

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
