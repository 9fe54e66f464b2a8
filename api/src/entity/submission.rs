//! What a unit said, as accepted. Never changed, never deleted.

use sea_orm::entity::prelude::*;

use super::Micros;
use super::words::{ChannelWord, SubmissionWord};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique_key = "submission_once_per_day")]
    pub unit_id: Uuid,
    #[sea_orm(unique_key = "submission_once_per_day")]
    pub entry_day: Date,
    pub kind: SubmissionWord,
    #[sea_orm(unique_key = "submission_once_per_day")]
    pub revision: Option<i32>,
    /// JSON of `store::submission::Content`.
    pub content: String,
    pub channel: ChannelWord,
    pub entered_by: Uuid,
    pub by_proxy: bool,
    pub arrived_at: Micros,
    pub recorded_at: Micros,
    pub receipt_number: String,
    /// JSON array of the codes that were acknowledged.
    pub warnings: String,
    pub audit_seq: i64,
    pub audit_hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
