//! The handlers: each reads the request, authorizes, checks, asks the store, and answers.

pub mod auth;
pub mod docs;
pub mod health;
pub mod site;
