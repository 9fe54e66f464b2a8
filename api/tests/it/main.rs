//! The integration tests: one binary, files by subject.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

mod append_only;
mod audit_chain;
mod auth;
mod database;
#[allow(dead_code, reason = "what tests of other subjects need is made ready here")]
mod harness;
mod migration;
mod rollup;
mod statement;
mod writer;
mod writer_batches;
