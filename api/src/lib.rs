//! The JSON API of nippo: it decides and remembers.
//!
//! Every request is authenticated in one place ([`gate`]), authorized in one place, written in one transaction and
//! answered in one shape ([`envelope`]). [`app::build_app`] is the one factory for the server, the tests and the
//! contract.

pub mod app;
pub mod auth;
pub mod authorize;
pub mod checkpoint;
pub mod cli;
pub mod clock;
pub mod clock_offset;
pub mod config;
pub mod demo;
mod entity;
pub mod envelope;
pub mod error;
pub mod fallback;
pub mod gate;
pub mod gateway;
pub mod guesses;
pub mod handlers;
pub mod json_body;
pub mod limits;
pub mod logging;
pub mod login_id;
pub mod openapi;
pub mod parameters;
pub mod problem_pages;
mod representation;
pub mod routes;
pub mod serve;
mod stalled;
pub mod static_files;
pub mod store;

/// A report passes through several threads, each of which frees what another allocated: the system's allocator takes
/// locks for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
