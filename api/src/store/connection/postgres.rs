//! How each pool of PostgreSQL is opened.

use sea_orm::ConnectOptions;

use super::{Location, STATEMENT_CACHE, STATEMENT_TIMEOUT};

const READERS: u32 = 8;

/// A setting of PostgreSQL and its value.
type Setting = (&'static str, &'static str);

/// For writing, whatever a role's own default is.
const WRITING: &[Setting] = &[("default_transaction_read_only", "off")];
/// For reading.
const READ_ONLY: &[Setting] = &[("default_transaction_read_only", "on")];
/// For screens: a transaction sees one instant, without a trip to say so. Starting further processes takes longer than
/// answering a question, and others need the cores. Questions are planned once: planning a table's anew takes a fifth of
/// the time of its answer. Where a plan depends on what is asked for, see [`super::plan_anew`].
const FOR_SCREENS: &[Setting] = &[
    ("default_transaction_isolation", "repeatable read"),
    ("max_parallel_workers_per_gather", "0"),
    ("plan_cache_mode", "force_generic_plan"),
];
/// For statements that look a few rows up by their keys, in tables of any size, as those of the writer and of sessions
/// do. What a planner believes to know of these is out of date after an import and on a busy evening, and a plan that
/// reads a whole table then holds up all who wait. So it may choose among ways by index only, and chooses once.
const BY_KEY: &[Setting] = &[
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_material", "off"),
    ("plan_cache_mode", "force_generic_plan"),
];

/// The connection that writes.
pub(super) fn writer(location: &Location) -> ConnectOptions {
    options(location, 1, &[WRITING, BY_KEY])
}

/// The connections that read for screens.
pub(super) fn readers(location: &Location) -> ConnectOptions {
    options(location, READERS, &[READ_ONLY, FOR_SCREENS])
}

/// The connection that looks sessions up.
pub(super) fn sessions(location: &Location) -> ConnectOptions {
    options(location, 1, &[READ_ONLY, BY_KEY])
}

fn options(location: &Location, connections: u32, settings: &[&[Setting]]) -> ConnectOptions {
    let settings = settings.concat();
    let lock_timeout = location.wait.as_millis().to_string();
    let mut options = location.options();
    options.max_connections(connections).min_connections(1);
    options.map_sqlx_postgres_opts(move |postgres| {
        postgres
            .statement_cache_capacity(STATEMENT_CACHE)
            .options([
                ("statement_timeout", STATEMENT_TIMEOUT),
                ("lock_timeout", &lock_timeout),
                ("idle_in_transaction_session_timeout", STATEMENT_TIMEOUT),
                ("synchronous_commit", "on"),
                // Compiling a question takes longer than answering it: each is for a screen.
                ("jit", "off"),
                ("timezone", "UTC"),
            ])
            .options(settings.iter().copied())
    });
    options
}
