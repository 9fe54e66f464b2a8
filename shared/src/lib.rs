//! What a daily report *is* and who *may* do what: the types and rules that the form and the API share.
//!
//! No I/O, no clock, no randomness; everything compiles to WASM. A rule is stated here once and enforced by `api`;
//! `web` uses the same functions to help while typing.

pub mod account;
pub mod activation_code;
pub mod age_band;
pub mod api_client;
pub mod arrival;
pub mod audit;
pub mod calendar;
pub mod check;
pub mod check_character;
pub mod checked;
#[cfg(feature = "client")]
pub mod client;
pub mod correction;
pub mod coverage;
pub mod day;
pub mod day_statement;
pub mod draft;
pub mod entry;
pub mod history;
pub mod holidays;
pub mod instant;
pub mod institution_code;
pub mod issuance;
pub mod notification_count;
pub mod organization;
pub mod passkey;
pub mod password;
pub mod paste;
pub mod permission;
pub mod plausibility;
pub mod policy;
pub mod problem;
#[cfg(feature = "qr-code")]
pub mod qr_code;
pub mod receipt;
pub mod register;
pub mod register_check;
pub mod report;
pub mod report_batch;
pub mod reporting_day;
pub mod revision;
pub mod screens;
pub mod second_factor;
pub mod site;
pub mod summary;
pub mod supplement;
pub mod telephone;
pub mod text;
pub mod token;
pub mod unicode;

pub use account::{Caller, Role};
pub use age_band::{AgeBand, BandCounts, BandDeltas};
pub use day::{ReportingDay, reporting_day};
pub use problem::{Problem, ProblemKind, Rule, Violation};
