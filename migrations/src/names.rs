//! Names of constraints that code asks for, and of the columns that come in fourteens.

/// A unit has at most one report of a revision per entry day (rule R1).
pub const SUBMISSION_ONCE_PER_DAY: &str = "submission_once_per_day";
/// A receipt number is given once.
pub const RECEIPT_NUMBER_ONCE: &str = "receipt_number_once";
/// A login ID belongs to one account, for ever.
pub const LOGIN_ID_ONCE: &str = "login_id_once";
/// A unit has at most one statement in force per day.
pub const STATEMENT_ONCE_PER_DAY: &str = "statement_once_per_day";
/// An account's role is the one that its organization's kind gives.
pub const ACCOUNT_ROLE_OF_KIND: &str = "account_role_of_kind";
/// A key's id is given once within an API client.
pub const API_CLIENT_KEY_ONCE: &str = "api_client_key_once";
/// What the triggers of append-only tables say, on both engines.
pub const APPEND_ONLY: &str = "append-only";

/// The fourteen bands, in the official order, as columns are named.
pub const BANDS: [&str; 14] = [
    "age_0",
    "age_1_4",
    "age_5_9",
    "age_10_19",
    "age_20_29",
    "age_30_39",
    "age_40_49",
    "age_50_59",
    "age_60_64",
    "age_65_69",
    "age_70_79",
    "age_80_89",
    "age_90_plus",
    "unknown",
];
