//! Second factors.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::FactorWord;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub kind: FactorWord,
    pub label: String,
    pub key_id: String,
    /// A seed, a number or a credential, sealed under the key of that name.
    pub sealed: Vec<u8>,
    pub last_step: i64,
    pub tries: i32,
    pub created_at: Micros,
    pub confirmed_at: Option<Micros>,
    pub last_used_at: Option<Micros>,
    pub credential_id: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
