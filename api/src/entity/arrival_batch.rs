//! Batches of what reaches health centers.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "arrival_batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub center_id: Uuid,
    pub day: Date,
    pub opened_by: Uuid,
    pub opened_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
