//! The screens: a page loads and holds what one screen shows.

mod code;
mod help;
mod history;
mod home;
mod not_found;
mod password;
mod problem;
mod receipt;
mod register;
mod report;
mod sign_in;

pub use help::{FaxForm, Help};
pub use history::History;
pub use home::Home;
pub use not_found::NotFound;
pub use password::Password;
pub use problem::ProblemPage;
pub use receipt::ReceiptPage;
pub use register::{OrganizationPage, Register};
pub use report::{Desk, ReportFlow, ReportStep};
pub use sign_in::{SignIn, SignInForm};
