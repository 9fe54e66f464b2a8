//! What reached a health center.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::ChannelWord;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "arrival")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub batch_id: Uuid,
    pub channel: ChannelWord,
    pub arrived_at: Micros,
    pub unit_id: Option<Uuid>,
    pub sender: Option<String>,
    pub pages: i32,
    pub note: Option<String>,
    pub logged_by: Uuid,
    pub logged_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
