//! The integration tests: one binary, files by subject.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

mod accounts;
mod api_clients;
mod append_only;
mod architecture;
mod arrivals;
mod audit_chain;
mod audit_events;
mod audit_export;
mod audit_heads;
mod auth;
#[allow(dead_code, reason = "what tests of other subjects need is made ready here")]
mod authenticator;
mod ceremony;
mod code_gateway;
mod codes;
mod contract;
mod corrections;
mod counted;
mod coverage;
mod csrf;
mod database;
mod demo;
#[allow(dead_code, reason = "what tests of other subjects need is made ready here")]
mod ehr;
mod ended;
mod faults;
mod form;
#[allow(dead_code, reason = "what tests of other subjects need is made ready here")]
mod guessing;
mod harness;
mod headers;
mod holidays;
mod housekeeping;
mod limits;
mod migration;
mod notification_counts;
mod own_security;
mod passkeys;
mod permissions;
mod planted;
mod problems;
mod processes;
mod program;
mod proxies;
mod register;
mod reports;
mod representation;
mod rollup;
mod scale;
mod secrets;
mod sight;
mod slowness;
mod soft_passkey;
mod statement;
mod static_files;
mod summaries;
mod surface;
mod together;
mod tokens;
mod tokens_forged;
mod tokens_kept;
mod traces;
mod wire;
mod writer;
mod writer_batches;
