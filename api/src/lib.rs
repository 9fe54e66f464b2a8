//! The JSON API of nippo: it decides and remembers.

pub mod clock;
mod entity;
pub mod store;
