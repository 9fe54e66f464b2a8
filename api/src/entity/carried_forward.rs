//! What is carried forward into an organization's cumulative numbers; the newest row holds. Never changed, never deleted.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "carried_forward")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub set_at: Micros,
    pub until: Date,
    pub source: String,
    pub set_by: Uuid,
    pub age_0: i64,
    pub age_1_4: i64,
    pub age_5_9: i64,
    pub age_10_19: i64,
    pub age_20_29: i64,
    pub age_30_39: i64,
    pub age_40_49: i64,
    pub age_50_59: i64,
    pub age_60_64: i64,
    pub age_65_69: i64,
    pub age_70_79: i64,
    pub age_80_89: i64,
    pub age_90_plus: i64,
    pub unknown: i64,
}

impl ActiveModelBehavior for ActiveModel {}
