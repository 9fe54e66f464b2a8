//! The audit chain. Never changed, never deleted.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub recorded_at: Micros,
    pub actor_account_id: Option<Uuid>,
    pub actor_organization_id: Option<Uuid>,
    pub action: String,
    pub object_id: Option<Uuid>,
    pub outcome: String,
    /// The exact text that `hash` covers.
    pub content: String,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
