//! Organizations.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::KindWord;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: KindWord,
    pub name: String,
    pub kana: String,
    pub institution_code: Option<String>,
    pub prefecture_code: Option<String>,
    pub address: String,
    pub telephone: String,
    pub active: bool,
    pub created_at: Micros,
    #[sea_orm(has_many)]
    pub accounts: HasMany<super::account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
