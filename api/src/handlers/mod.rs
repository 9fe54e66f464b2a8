//! The handlers: each reads the request, authorizes, checks, asks the store, and answers.

pub mod accounts;
pub mod api_clients;
pub mod audit_events;
pub mod auth;
pub mod corrections;
pub mod coverage;
pub mod day_statements;
mod days;
pub mod demo;
pub mod docs;
pub mod drafts;
pub mod health;
pub mod history;
mod idempotency;
pub mod organizations;
pub mod policies;
mod polling;
mod refusals;
pub mod register;
pub mod reporting_day;
pub mod reports;
mod searching;
pub mod site;
mod spreadsheet;
pub mod summaries;
pub mod token;
mod unit;
