//! The program under test, as a process.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;
use tokio::process::{Child, Command};

use crate::{Outcome, authenticator, expect};

/// Where browsers believe to be: behind a proxy that ends TLS.
pub(crate) const ORIGIN: &str = "https://nippo.example";

/// A running `nippo serve`.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Read once at the start.
    _data_key: NamedTempFile,
    /// The address that it listens on, as `http://127.0.0.1:port`.
    pub(crate) address: String,
    /// Where its signing key and its heads of the audit chain are.
    _folder: tempfile::TempDir,
    /// From its start until it said that it was ready.
    pub(crate) until_ready: Duration,
}

impl Server {
    /// Starts it on a port of its own and waits until it is ready.
    pub(crate) async fn start(nippo: &Path, database: &str) -> Outcome<Self> {
        let port = free_port()?;
        let folder = tempfile::tempdir()?;
        let key = folder.path().join("signing.pem");
        let made = command(nippo, database).arg("create-key").arg(&key).stdout(Stdio::null()).status().await?;
        expect(made.success(), || format!("nippo create-key: {made}"))?;
        let started = Instant::now();
        let data_key = authenticator::data_key_file()?;
        let child = command(nippo, database)
            .arg("serve")
            .env("NIPPO_DATA_KEY", data_key.path())
            .env("NIPPO_ORIGIN", ORIGIN)
            .env("NIPPO_SIGNING_KEY_FILE", &key)
            .env("NIPPO_AUDIT_FOLDER", folder.path().join("audit"))
            .env("NIPPO_LISTEN", format!("127.0.0.1:{port}"))
            // A handful of centers report for the whole country within seconds.
            .env("NIPPO_WRITES_PER_MINUTE", "1000000")
            .env("NIPPO_READS_PER_MINUTE", "1000000")
            // It logs each of the errors that are made here, and they are many.
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (address, until_ready) = (format!("http://127.0.0.1:{port}"), Duration::ZERO);
        let mut server = Self { child, _data_key: data_key, _folder: folder, address, until_ready };
        server.wait_until_ready().await?;
        server.until_ready = started.elapsed();
        Ok(server)
    }

    async fn wait_until_ready(&mut self) -> Outcome<()> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
        let question = format!("{}/health/ready", self.address);
        let begun = Instant::now();
        loop {
            if http.get(&question).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("nippo ended with {status}").into());
            }
            if begun.elapsed() > Duration::from_secs(60) {
                return Err("nippo isn't ready after a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// `kill -9`.
    pub(crate) fn signal_kill(&self) -> Outcome<()> {
        let id = self.child.id().ok_or("nippo has ended by itself")?;
        let status = std::process::Command::new("sh").args(["-c", "kill -9 \"$0\"", &id.to_string()]).status()?;
        expect(status.success(), || format!("kill: {status}"))
    }

    /// Starts anew after a kill.
    pub(crate) async fn restart(&mut self, nippo: &Path, database: &str) -> Outcome<()> {
        self.child.wait().await?;
        *self = Self::start(nippo, database).await?;
        Ok(())
    }
}

/// A port below those that the system gives to connections, so that none of them takes it meanwhile.
fn free_port() -> Outcome<u16> {
    let first = (std::process::id() % 10_000) as u16;
    let mut ports = (0..10_000).map(|next| 10_000 + (first + next) % 10_000);
    ports.find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok()).ok_or_else(|| "no port is free".into())
}

/// Asks the program's own commands whether audit chain and rollups hold.
pub(crate) async fn assert_sound(nippo: &Path, database: &str) -> Outcome<()> {
    for question in [["audit", "verify"], ["rollup", "check"]] {
        let answer = command(nippo, database).args(question).output().await?;
        let text = String::from_utf8_lossy(&answer.stdout);
        if !answer.status.success() {
            return Err(format!("{}: {text}{}", question.join(" "), String::from_utf8_lossy(&answer.stderr)).into());
        }
        println!("nippo {}: {}", question.join(" "), text.trim());
    }
    Ok(())
}

pub(crate) fn command(nippo: &Path, database: &str) -> Command {
    let mut command = Command::new(nippo);
    command.env_clear().env("NIPPO_DATABASE_URL", database).stdin(Stdio::null());
    command
}
