//! The JSON API of nippo: it decides and remembers.

pub mod authorize;
pub mod clock;
mod entity;
pub mod store;
