//! Networks from which an account passed its second factor.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "known_network")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// In CIDR form.
    #[sea_orm(primary_key, auto_increment = false)]
    pub network: String,
    pub seen_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
