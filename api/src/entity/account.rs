//! Accounts.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::{KindWord, RoleWord};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub login_id: String,
    pub organization_id: Uuid,
    pub organization_kind: KindWord,
    pub role: RoleWord,
    pub is_manager: bool,
    pub display_name: String,
    pub password_phc: Option<String>,
    pub must_change_password: bool,
    pub created_at: Micros,
    pub activated_at: Option<Micros>,
    pub password_changed_at: Option<Micros>,
    pub disabled_at: Option<Micros>,
    #[sea_orm(belongs_to, from = "organization_id", to = "id")]
    pub organization: BelongsTo<super::organization::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
