//! The program itself, as processes.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use shared::account::SignInRequest;
use shared::client::Client;
use shared::second_factor::DemoCodeQuery;
use shared::site::DemoAccount;

use crate::authenticator::{data_key_file, shown};
use crate::database::{SERVING, as_role};

/// Where the browsers of a `nippo` that isn't a demo believe to be: behind a proxy that ends TLS.
pub const ORIGIN: &str = "https://nippo.example";

/// A program that must not serve has said so long before.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program as it was built with the tests, without what the environment of the tests says.
pub fn nippo(database_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nippo"));
    command.env_clear().env("NIPPO_DATABASE_URL", database_url);
    command
}

/// A command of whoever runs the machine, carried out to its end.
pub fn run(database_url: &str, arguments: &[&str]) -> Output {
    nippo(database_url).args(arguments).output().expect("started")
}

/// Asserts that a command succeeded, and returns what it said.
pub fn said(output: Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {out}{err}", output.status);
    out.into_owned()
}

/// Asserts that audit chain and rollups of a database hold, as their own commands find.
pub fn assert_sound(database_url: &str) {
    said(run(database_url, &["audit", "verify"]));
    said(run(database_url, &["rollup", "check"]));
}

/// A running `nippo serve`, killed at the end.
pub struct Program {
    child: Child,
    /// What it has said, line by line.
    said: Arc<Mutex<String>>,
    /// Gathers what it says, until it ends.
    listener: Option<JoinHandle<()>>,
    /// Where its signing key and its heads of the audit chain are, until it ends.
    folder: Option<tempfile::TempDir>,
    /// Read once at the start.
    _data_key: tempfile::NamedTempFile,
    /// The address that it listens on, as `http://127.0.0.1:port`.
    pub address: String,
}

impl Program {
    /// Starts it on a port of its own and waits until it listens.
    pub fn start(mut command: Command) -> Self {
        let port = free_port();
        let data_key = data_key_file();
        if !command.get_envs().any(|(name, _)| name == "NIPPO_LOG") {
            command.env("NIPPO_LOG", "info"); // It says when it listens.
        }
        let mut child = command
            .env("NIPPO_DATA_KEY", data_key.path())
            .env("NIPPO_LISTEN", format!("127.0.0.1:{port}"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut begun = String::new();
        while !begun.contains("listening") {
            begun.push_str(&lines.next().and_then(Result::ok).expect("it goes on"));
            begun.push('\n');
        }
        // What it says later must not fill the pipe.
        let said = Arc::new(Mutex::new(begun));
        let kept = Arc::clone(&said);
        let listener = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut said = kept.lock().expect("nobody panicked");
                said.push_str(&line);
                said.push('\n');
            }
        });
        let address = format!("http://127.0.0.1:{port}");
        Self { child, said, listener: Some(listener), folder: None, _data_key: data_key, address }
    }

    /// Serves a database that holds no demo.
    pub fn serve(database_url: &str) -> Self {
        Self::serve_as(database_url, |_| {})
    }

    /// The same, started in a way of the test's own.
    pub fn serve_as(database_url: &str, change: impl FnOnce(&mut Command)) -> Self {
        let (mut command, folder) = Self::in_earnest(database_url);
        change(&mut command);
        let mut program = Self::start(command);
        program.folder = Some(folder);
        program
    }

    /// The command that serves a database that holds no demo, and the folder of its signing key and heads. On PostgreSQL it
    /// is served as a role that owns nothing.
    pub fn in_earnest(database_url: &str) -> (Command, tempfile::TempDir) {
        if !database_url.starts_with("postgres") {
            return Self::as_who_connects(database_url);
        }
        said(run(database_url, &["migrate", "--grant-to", SERVING]));
        Self::as_who_connects(&as_role(database_url, SERVING))
    }

    /// The same, as the role that the URL names.
    pub fn as_who_connects(database_url: &str) -> (Command, tempfile::TempDir) {
        let mut command = nippo(database_url);
        // All requests of a test come from one address, and from few accounts.
        command.args(["serve"]).env("NIPPO_ORIGIN", ORIGIN).env("NIPPO_SIGN_INS_PER_MINUTE", "1000");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = folder.path().join("signing.pem");
        said(run("", &["create-key", key.to_str().expect("text")]));
        command.env("NIPPO_SIGNING_KEY_FILE", key).env("NIPPO_AUDIT_FOLDER", folder.path().join("audit"));
        (command, folder)
    }

    /// What a command says that must end by itself, and with a failure, where another would serve.
    pub fn refused(mut command: Command) -> String {
        let data_key = data_key_file();
        let mut child = command
            .env("NIPPO_DATA_KEY", data_key.path())
            .env("NIPPO_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let begun = Instant::now();
        while child.try_wait().expect("asked").is_none() {
            if begun.elapsed() > PATIENCE {
                child.kill().expect("ended");
                panic!("it serves");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let output = child.wait_with_output().expect("ended");
        assert!(!output.status.success(), "{}", output.status);
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The command that serves a demo.
    pub fn demo(database_url: &str) -> Command {
        let mut command = nippo(database_url);
        command.args(["serve", "--demo"]).env("NIPPO_PASSWORD_COST", "8,1,1").env("NIPPO_RATE_LIMITS", "off");
        command
    }

    /// What it has said.
    pub fn said(&self) -> String {
        self.said.lock().expect("nobody panicked").clone()
    }

    /// Tells it to stop, by the signal that a system sends.
    pub fn tell_to_stop(&self) {
        let told = Command::new("kill").arg(self.id().to_string()).status().expect("told");
        assert!(told.success());
    }

    /// Tells it to stop, waits until it has written down what it held, and returns all that it said.
    pub fn stop(&mut self) -> String {
        self.tell_to_stop();
        self.ended()
    }

    /// Waits until it ends by itself, with success, and returns all that it said.
    pub fn ended(&mut self) -> String {
        assert!(self.child.wait().expect("ended").success());
        if let Some(listener) = self.listener.take() {
            listener.join().expect("nobody panicked");
        }
        self.said()
    }

    /// Where its signing key (`signing.pem`) and its heads of the audit chain (`audit`) are.
    pub fn folder(&self) -> &Path {
        self.folder.as_ref().expect("a demo has none").path()
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A client, with the cookies of an HTTP library, that believes to speak to [`ORIGIN`].
    pub fn client(&self, http: &reqwest::Client) -> Client {
        Client::new(http.clone(), ORIGIN).past_proxy(&self.address)
    }

    /// A client of a demo, signed in as one of its accounts.
    pub async fn demo_client(&self, place: usize) -> Client {
        let account = &demo_accounts()[place];
        let client = Client::new(browser(), &self.address);
        enter_demo(&client, account).await;
        client
    }
}

/// Signs in as an account of a demo, by the code that the demo tells.
pub async fn enter_demo(client: &Client, account: &DemoAccount) {
    let (login_id, password) = (account.login_id.clone(), account.password.clone());
    client.sign_in(&SignInRequest { login_id: login_id.clone(), password }).await.expect("the password is right");
    let told = client.demo_code(&DemoCodeQuery { login_id }).await.expect("the demo tells");
    let code = told.code.expect("a code that wasn't used");
    client.second_factor(&shown(code)).await.expect("signed in");
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Cookies of its own, and the patience of a browser.
pub fn browser() -> reqwest::Client {
    reqwest::Client::builder().cookie_store(true).timeout(Duration::from_secs(30)).build().expect("a client")
}

/// The sign-ins of the demo, the first shown first.
pub fn demo_accounts() -> Vec<DemoAccount> {
    let listed = said(run("", &["demo", "accounts", "--json"]));
    serde_json::from_str(&listed).expect("an array")
}

/// A port below those that the system gives to connections, so that none of them takes it meanwhile.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let port = 10_000
            + (std::process::id() as u16).wrapping_mul(37).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
