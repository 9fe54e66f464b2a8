//! The screens of nippo: a Leptos application that asks the API through the one typed client and shows the answers.

mod api;
mod app;
mod clock;
mod components;
mod connection;
mod format;
mod forms;
mod layout;
mod load;
mod pages;
mod password_quality;
mod preference;
mod reported;
mod router;
mod session;
mod session_end;
mod words;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
