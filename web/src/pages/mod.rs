//! The screens: a page loads and holds what one screen shows.

mod not_found;
mod problem;
mod sign_in;

pub use not_found::NotFound;
pub use problem::ProblemPage;
pub use sign_in::{SignIn, SignInForm};
