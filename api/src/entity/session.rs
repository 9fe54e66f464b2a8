//! Sessions.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::NextStepWord;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// SHA-256 of the id, which itself is nowhere kept.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id_hash: Vec<u8>,
    pub id: Uuid,
    pub account_id: Uuid,
    pub next_step: NextStepWord,
    pub tries: i32,
    pub created_at: Micros,
    pub last_seen_at: Micros,
    pub expires_at: Micros,
    pub factor_at: Option<Micros>,
    pub address: String,
    pub user_agent: String,
}

impl ActiveModelBehavior for ActiveModel {}
