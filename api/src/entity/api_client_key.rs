//! The public keys of a client.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_client_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    pub alg: String,
    pub jwk: String,
    pub thumbprint: String,
    pub added_at: Micros,
    pub expires_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
