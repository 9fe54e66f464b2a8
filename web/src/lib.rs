//! The screens of nippo: Leptos programs that ask the API through the one typed client and show the answers.

mod api;
mod app;
mod clock;
mod components;
mod connection;
mod demo_codes;
mod file_address;
mod format;
mod forms;
mod growing;
mod layout;
mod load;
mod may;
mod pages;
mod passkeys;
mod password_quality;
mod preference;
mod reported;
mod router;
mod session;
mod session_end;
mod words;

pub use app::{access, collect, figures, office, report};
