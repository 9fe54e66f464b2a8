//! What was said of days without a report.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::{ChannelWord, StatementWord};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "day_statement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit_id: Uuid,
    pub day: Date,
    pub kind: StatementWord,
    pub channel: ChannelWord,
    pub stated_by: Uuid,
    pub by_proxy: bool,
    pub stated_at: Micros,
    pub withdrawn_at: Option<Micros>,
    pub withdrawn_by: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
