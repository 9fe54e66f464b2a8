//! Recovery codes: their hashes.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub phc: String,
    pub made_at: Micros,
    pub used_at: Option<Micros>,
}

impl ActiveModelBehavior for ActiveModel {}
