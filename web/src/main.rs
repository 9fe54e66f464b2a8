//! The screens of nippo: a Leptos application that asks the API through the one typed client and shows the answers.
#![allow(dead_code, unused_imports, reason = "the pages that use the rest are on their way")]

mod api;
mod app;
mod clock;
mod components;
mod connection;
mod format;
mod layout;
mod pages;
mod preference;
mod session;
mod words;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
