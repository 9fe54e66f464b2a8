//! What was typed and not sent.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_day: Date,
    pub version: i32,
    pub content: String,
    pub saved_by: Uuid,
    pub saved_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
