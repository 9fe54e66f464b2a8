//! How far reports below an organization may be corrected, from a day on.

use sea_orm::entity::prelude::*;

use super::words::{AuthorityWord, CorrectionWord};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "correction_policy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: Date,
    pub correction: CorrectionWord,
    pub authority: AuthorityWord,
    pub authority_correction_days: i32,
    /// Minutes after 00:00 of the next day; none where no proxy report may come later.
    pub proxy_until_minute: Option<i32>,
    /// Minutes after 00:00 of the next day.
    pub deadline_minute: i32,
}

impl ActiveModelBehavior for ActiveModel {}
