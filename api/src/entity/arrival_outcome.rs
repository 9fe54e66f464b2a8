//! What has become of arrivals.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::{ArrivalStateWord, RejectWord};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "arrival_outcome")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub arrival_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub state: ArrivalStateWord,
    pub submission_id: Option<Uuid>,
    pub reason: Option<RejectWord>,
    pub note: Option<String>,
    pub settled_by: Uuid,
    pub settled_at: Micros,
}

impl ActiveModelBehavior for ActiveModel {}
