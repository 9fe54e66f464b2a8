//! A connection on which every byte is the test's own.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::TestApp;

/// After so long an answer isn't waited for any more: whatever limit is tested has long been exceeded.
const PATIENCE: Duration = Duration::from_secs(20);

/// The beginning of a sign-in as our own pages send it: all but what is said of the body.
pub fn head_of_sign_in(app: &TestApp) -> String {
    format!(
        "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: {}\r\nX-Requested-By: web\r\n\
         Content-Type: application/json\r\n",
        app.origin
    )
}

/// A connection to the server.
pub struct Wire(TcpStream);

impl Wire {
    /// Connects.
    pub async fn open(app: &TestApp) -> Self {
        let address: SocketAddr = app.origin.trim_start_matches("http://").parse().expect("an address");
        Self(TcpStream::connect(address).await.expect("connected"))
    }

    /// Sends bytes as they stand. The server may have answered and closed before all are sent.
    pub async fn send(&mut self, bytes: &str) {
        let _ = self.0.write_all(bytes.as_bytes()).await;
    }

    /// Reads one answer: its head, and as much body as that states.
    pub async fn answer(&mut self) -> String {
        let reading = async {
            let mut text = Vec::new();
            loop {
                text.push(self.0.read_u8().await.expect("an answer"));
                if text.ends_with(b"\r\n\r\n") {
                    break;
                }
            }
            let head = String::from_utf8(text).expect("text");
            let stated = head.to_ascii_lowercase();
            let stated = stated.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
            let mut body = vec![0; stated.map_or(0, |length| length.parse().expect("a number"))];
            self.0.read_exact(&mut body).await.expect("a body");
            head + &String::from_utf8_lossy(&body)
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("in time")
    }

    /// Reads until the server closes the connection.
    pub async fn rest(&mut self) -> String {
        let mut text = Vec::new();
        // What the server resets instead of closing is closed too.
        let _ = tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut text)).await.expect("closed in time");
        String::from_utf8_lossy(&text).into_owned()
    }
}
