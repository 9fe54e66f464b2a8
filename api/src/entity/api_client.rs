//! The clinics' own systems.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_client")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub name: String,
    pub vendor: String,
    pub scopes: String,
    pub created_at: Micros,
    pub expires_at: Micros,
    pub disabled_at: Option<Micros>,
    pub last_used_at: Option<Micros>,
}

impl ActiveModelBehavior for ActiveModel {}
