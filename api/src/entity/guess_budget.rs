//! How often passwords of a login ID were tried.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guess_budget")]
pub struct Model {
    /// An account's id, or a stand-in for login IDs that don't exist.
    #[sea_orm(primary_key, auto_increment = false)]
    pub about: Uuid,
    pub device_until: Micros,
    pub network_until: Micros,
    pub day: Date,
    pub by_strangers: i32,
    pub refused: i32,
}

impl ActiveModelBehavior for ActiveModel {}
