//! The tables as sea-orm models, and what their columns mean in the words of `shared`. Nothing of this leaves `store`.
#![allow(dead_code, reason = "a model says all that its table holds, asked for or not")]

pub(crate) mod account;
pub(crate) mod activation_slip;
pub(crate) mod api_client;
pub(crate) mod api_client_key;
pub(crate) mod api_client_result;
pub(crate) mod api_client_unit;
pub(crate) mod arrival;
pub(crate) mod arrival_batch;
pub(crate) mod arrival_batch_closing;
pub(crate) mod arrival_outcome;
pub(crate) mod assertion_jti;
pub(crate) mod audit_event;
pub(crate) mod bands;
pub(crate) mod carried_forward;
pub(crate) mod code_challenge;
pub(crate) mod contact_note;
pub(crate) mod correction_policy;
pub(crate) mod daily_rollup;
pub(crate) mod day_statement;
pub(crate) mod draft;
pub(crate) mod guess_budget;
pub(crate) mod holiday;
pub(crate) mod idempotency_key;
pub(crate) mod instant;
pub(crate) mod known_network;
pub(crate) mod ledger_entry;
pub(crate) mod nippo_meta;
pub(crate) mod notification_count;
pub(crate) mod opening_days;
pub(crate) mod organization;
pub(crate) mod organization_before;
pub(crate) mod organization_parent;
pub(crate) mod passkey_challenge;
pub(crate) mod receipt_counter;
pub(crate) mod recovery_code;
pub(crate) mod second_factor;
pub(crate) mod session;
pub(crate) mod submission;
pub(crate) mod unit_profile;
pub(crate) mod words;

pub(crate) use instant::Micros;
