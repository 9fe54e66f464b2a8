//! What an organization was called until an instant, and whether it took part. Never changed, never deleted.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_before")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub until: Micros,
    pub name: String,
    pub kana: String,
    pub active: bool,
}

impl ActiveModelBehavior for ActiveModel {}
