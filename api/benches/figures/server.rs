//! The program, as processes.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use crate::Failure;

const NIPPO: &str = env!("CARGO_BIN_EXE_nippo");

/// Makes a country, and shows how far it has come.
pub(crate) fn seed(url: &str, scale: &str) -> Result<(), Failure> {
    let made = Command::new(NIPPO)
        .args(["demo", "--scale", scale])
        .env("NIPPO_DATABASE_URL", url)
        .stdout(Stdio::null())
        .status()?;
    if made.success() { Ok(()) } else { Err("the country could not be made".into()) }
}

/// A running server, ended with this.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) origin: String,
}

impl Server {
    pub(crate) fn start(url: &str) -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(NIPPO)
            .args(["serve", "--demo"])
            .env("NIPPO_DATABASE_URL", url)
            .env("NIPPO_LISTEN", format!("127.0.0.1:{port}"))
            .env("NIPPO_RATE_LIMITS", "off")
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self { child, origin: format!("http://127.0.0.1:{port}") })
    }

    /// The most memory that it has had, where the system tells.
    pub(crate) fn peak_megabytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
