//! What the forms of reports know and decide, without a browser: plain structs of strings and pure state machines.

pub mod block_paste;
pub mod cell;
pub mod draft_sync;
pub mod field;
pub mod grid_keys;
pub mod keys;
pub mod notification_rows;
pub mod paste;
pub mod proxy_row;
pub mod report_form;
pub mod sending;
