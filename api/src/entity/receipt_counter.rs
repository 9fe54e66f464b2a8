//! How many receipts a day and prefecture has given.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_counter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_day: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub prefecture_code: String,
    pub last: i32,
}

impl ActiveModelBehavior for ActiveModel {}
