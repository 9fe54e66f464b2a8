//! Days of which an import of public holidays said otherwise than the table that the program carries.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "holiday")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// None where the day is no holiday.
    pub name: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
