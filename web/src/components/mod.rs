//! The parts that pages are made of: each small, accessible, and fetching nothing.

mod badge;
mod banner;
mod choice;
mod count_grid;
mod csv_links;
mod dialog;
mod error_summary;
mod field;
mod heading;
mod list_table;
mod loading;
mod nothing_found;
mod qr_code;
mod question;
mod single_key;
mod sparkline;
mod tag;
mod trouble;

pub use badge::Badge;
pub use banner::{Banner, Tone};
pub use choice::{Choice, ChoiceField};
pub use count_grid::{Cells, CountGrid};
pub use csv_links::CsvLinks;
pub use dialog::Dialog;
pub use error_summary::{ErrorSummary, Mistake, focus_on, mistake_at};
pub use field::{PasswordField, TextArea, TextField, keep_conversion};
pub use heading::{PageHeading, service_name};
pub use list_table::ListTable;
pub use loading::Loading;
pub use nothing_found::NothingFound;
pub use qr_code::QrCode;
pub use question::{Question, is_ticked, tick_id};
pub use single_key::{is_single_key, slash_leads_to};
pub use sparkline::Sparkline;
pub use tag::StateTag;
pub use trouble::{Failure, NothingHere, Trouble, countdown};
