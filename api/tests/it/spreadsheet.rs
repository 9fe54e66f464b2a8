//! Files for spreadsheets, read by a program that isn't ours.

use std::io::Write as _;
use std::process::{Command, Stdio};

use reqwest::Response;

/// Reads CSV by Python's own module and prints it as JSON.
const READER: &str = "import csv, io, json, sys
text = sys.stdin.buffer.read().decode(sys.argv[1])
print(json.dumps(list(csv.reader(io.StringIO(text, newline='')))))";

/// The cells of a file as Python's own module reads them.
pub fn read_by_python(bytes: &[u8], encoding: &str) -> Vec<Vec<String>> {
    let mut python = Command::new("python3");
    python.args(["-c", READER, encoding]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut python = python.spawn().expect("python3, which scripts/setup.sh installs");
    python.stdin.take().expect("a pipe").write_all(bytes).expect("written");
    let output = python.wait_with_output().expect("an end");
    assert!(output.status.success(), "{encoding}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What a header says.
pub fn header(answer: &Response, name: &str) -> String {
    answer.headers()[name].to_str().expect("text").to_owned()
}
