//! The program's end: who has begun a request gets its answer, nobody else gets in, and what was held is written down.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::database::{Place, number};
use crate::program::{ORIGIN, Program};

/// What is waited for has happened long before.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads until the bytes so far hold something.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&read).contains(end) {
            let mut chunk = [0; 4096];
            let count = stream.read(&mut chunk).await.expect("read");
            assert!(count > 0, "it ends: {}", String::from_utf8_lossy(&read));
            read.extend_from_slice(&chunk[..count]);
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("an answer");
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn who_is_told_to_stop_answers_what_has_begun_takes_nothing_new_and_ends_well() {
    let place = Place::new().await;
    let mut program = Program::serve(&place.url());
    let address = program.address.trim_start_matches("http://").to_owned();
    let body = json!({ "login_id": "P13-0001-A", "password": "wrong" }).to_string();
    let head = format!(
        "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: {ORIGIN}\r\nX-Requested-By: web\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    let mut begun = TcpStream::connect(&address).await.expect("connected");
    begun.write_all(head.as_bytes()).await.expect("sent");
    // From here on it is under way.
    let go_on = read_until(&mut begun, "\r\n\r\n").await;
    assert!(go_on.starts_with("HTTP/1.1 100 "), "{go_on}");
    let (first, rest) = body.split_at(body.len() / 2);
    begun.write_all(first.as_bytes()).await.expect("sent");

    program.tell_to_stop();
    let told = Instant::now();
    while TcpStream::connect(&address).await.is_ok() {
        assert!(told.elapsed() < PATIENCE, "it still takes connections");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    begun.write_all(rest.as_bytes()).await.expect("sent");
    let answer = read_until(&mut begun, "sign-in-failed").await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    drop(begun);
    let said = program.ended();
    assert!(said.contains("stopped"), "{said}");
    let written_down = "SELECT count(*) FROM audit_event WHERE action = 'sign_in' AND content LIKE '%\"failed\"%'";
    assert_eq!(number(&place.connection().await, written_down).await, 1, "what it held in memory");
}
