//! The screens: a page loads and holds what one screen shows.

mod accounts;
mod activate;
mod audit;
mod clients;
mod enroll;
mod gateway;
mod help;
mod history;
mod home;
mod not_found;
mod password;
mod policies;
mod problem;
mod receipt;
mod register;
mod report;
mod security;
mod show_factor;
mod sign_in;

pub use accounts::{AccountPage, Accounts, IssueAccount, IssueMany};
pub use activate::Activate;
pub use audit::Audit;
pub use clients::{ClientPage, Clients, RegisterClient};
pub use gateway::DemoGateway;
pub use help::{FaxForm, Help};
pub use history::History;
pub use home::Home;
pub use not_found::NotFound;
pub use password::Password;
pub use policies::PoliciesPage;
pub use problem::ProblemPage;
pub use receipt::ReceiptPage;
pub use register::{AddOrganization, OrganizationPage, Register};
pub use report::{Desk, ReportFlow, ReportStep};
pub use security::Security;
pub use sign_in::{SignIn, SignInForm};
