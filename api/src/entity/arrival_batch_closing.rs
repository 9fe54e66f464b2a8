//! Which batches are closed.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "arrival_batch_closing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: Uuid,
    pub closed_by: Uuid,
    pub closed_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
