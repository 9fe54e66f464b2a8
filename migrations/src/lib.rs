//! The database schema of nippo, for SQLite and PostgreSQL.
//!
//! One file per change, each with its way back. Tables are written out as SQL, since half of what they say (strict
//! types, checks, partial indexes, triggers) has no other form; [`dialect`] fills in what the two engines name
//! differently. Migrations know nobody: names of roles, kinds and bands are repeated here on purpose, since a
//! migration must mean the same for ever.

pub mod dialect;
pub mod names;
pub mod tables;

mod append_only;
mod m20261123_000001_organizations;
mod m20261123_000002_accounts;
mod m20261123_000002_actors;
mod m20261123_000003_audit;
mod m20261123_000004_submissions;
mod m20261123_000005_ledger;
mod m20261123_000006_day_statements;
mod m20261123_000007_drafts;
mod m20261123_000008_meta;
mod m20261125_000009_activation_slips;
mod m20261125_000010_second_factors;
mod m20261125_000011_api_clients;
mod m20261126_000020_contact_notes;
mod m20261126_000021_guesses;
mod m20261126_000022_code_challenges;
mod m20261126_000030_figures;
mod m20261126_000031_passkeys;
mod m20261126_000032_arrivals;
mod m20261126_000033_notification_counts;
mod m20261126_000040_nation;
mod m20261126_000041_corrections;
mod m20261126_000042_holidays;
mod m20261126_000043_totals;
mod m20261126_000044_counted_codes;
mod m20261126_000045_schedule;
mod m20261127_000046_curves;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// Every migration, in order.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_organizations::Migration),
            Box::new(m20261123_000002_accounts::Migration),
            Box::new(m20261123_000002_actors::Migration),
            Box::new(m20261123_000003_audit::Migration),
            Box::new(m20261123_000004_submissions::Migration),
            Box::new(m20261123_000005_ledger::Migration),
            Box::new(m20261123_000006_day_statements::Migration),
            Box::new(m20261123_000007_drafts::Migration),
            Box::new(m20261123_000008_meta::Migration),
            Box::new(m20261125_000009_activation_slips::Migration),
            Box::new(m20261125_000010_second_factors::Migration),
            Box::new(m20261125_000011_api_clients::Migration),
            Box::new(m20261126_000020_contact_notes::Migration),
            Box::new(m20261126_000021_guesses::Migration),
            Box::new(m20261126_000022_code_challenges::Migration),
            Box::new(m20261126_000030_figures::Migration),
            Box::new(m20261126_000031_passkeys::Migration),
            Box::new(m20261126_000032_arrivals::Migration),
            Box::new(m20261126_000033_notification_counts::Migration),
            Box::new(m20261126_000040_nation::Migration),
            Box::new(m20261126_000041_corrections::Migration),
            Box::new(m20261126_000042_holidays::Migration),
            Box::new(m20261126_000043_totals::Migration),
            Box::new(m20261126_000044_counted_codes::Migration),
            Box::new(m20261126_000045_schedule::Migration),
            Box::new(m20261127_000046_curves::Migration),
        ]
    }
}
