//! The ledger. Never changed, never deleted.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::{EntryWord, KindWord, ReasonWord};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub recorded_at: Micros,
    /// The place within its submission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    pub submission_id: Uuid,
    pub unit_id: Uuid,
    pub unit_kind: KindWord,
    pub entry_day: Date,
    pub target_day: Date,
    pub entry_day_area_id: Uuid,
    pub target_day_area_id: Uuid,
    pub kind: EntryWord,
    pub reason: Option<ReasonWord>,
    pub note: Option<String>,
    pub age_0: i32,
    pub age_1_4: i32,
    pub age_5_9: i32,
    pub age_10_19: i32,
    pub age_20_29: i32,
    pub age_30_39: i32,
    pub age_40_49: i32,
    pub age_50_59: i32,
    pub age_60_64: i32,
    pub age_65_69: i32,
    pub age_70_79: i32,
    pub age_80_89: i32,
    pub age_90_plus: i32,
    pub unknown: i32,
}

impl ActiveModelBehavior for ActiveModel {}
