//! The screens of nippo: a Leptos application that asks the API through the one typed client and shows the answers.
#![allow(dead_code, unused_imports, reason = "the form that uses the rest is on its way")]

mod api;
mod app;
mod clock;
mod components;
mod connection;
mod format;
mod layout;
mod load;
mod pages;
mod password_quality;
mod preference;
mod session;
mod session_end;
mod words;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
