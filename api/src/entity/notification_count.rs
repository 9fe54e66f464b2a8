//! How many patients of a unit's day were notified one by one.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::CountSourceWord;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub entered_at: Micros,
    pub notified: i32,
    pub source: CountSourceWord,
    pub entered_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
