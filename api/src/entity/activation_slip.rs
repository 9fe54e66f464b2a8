//! Activation slips.

use sea_orm::entity::prelude::*;

use super::Micros;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activation_slip")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    /// The hash of the code, which itself is nowhere kept.
    pub code_phc: String,
    pub reason: super::words::SlipReasonWord,
    pub issued_at: Micros,
    /// None where the command line issued it.
    pub issued_by: Option<Uuid>,
    pub expires_at: Micros,
    pub used_at: Option<Micros>,
    pub voided_at: Option<Micros>,
}

impl ActiveModelBehavior for ActiveModel {}
