//! What passkeys are to answer to.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey_challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub session_id: Uuid,
    pub key_id: String,
    /// What the answer is checked against, sealed under the key of that name.
    pub sealed: Vec<u8>,
    pub expires_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
