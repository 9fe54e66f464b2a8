//! What the daily report form knows and decides, without a browser: plain structs of strings and pure state machines.

pub mod cell;
pub mod draft_sync;
pub mod field;
pub mod keys;
pub mod paste;
pub mod report_form;
pub mod sending;
