//! Codes that were sent to telephones.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::FactorWord;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code_challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub session_id: Uuid,
    pub factor_id: Uuid,
    pub kind: FactorWord,
    pub number_hash: Vec<u8>,
    pub code_hash: Vec<u8>,
    pub tries: i32,
    pub sent_at: Micros,
    pub expires_at: Micros,
    pub used_at: Option<Micros>,
}

impl ActiveModelBehavior for ActiveModel {}
