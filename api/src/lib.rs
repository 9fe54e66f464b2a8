//! The JSON API of nippo: it decides and remembers.

mod entity;
