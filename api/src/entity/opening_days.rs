//! On which weekdays a unit is open, from a day on.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opening_days")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: Date,
    /// Bit 0 is Monday, bit 6 Sunday.
    pub weekdays: i32,
    pub open_on_holidays: bool,
}

impl ActiveModelBehavior for ActiveModel {}
