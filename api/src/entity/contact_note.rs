//! Notes of contact with units.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::OutcomeWord;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit_id: Uuid,
    pub day: Date,
    pub outcome: OutcomeWord,
    pub note: Option<String>,
    pub noted_by: Uuid,
    pub noted_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
