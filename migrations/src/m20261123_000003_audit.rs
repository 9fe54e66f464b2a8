//! The audit chain.

use sea_orm_migration::prelude::*;

use crate::append_only::{drop_protected, protect};
use crate::dialect::define;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 5] = [
    // `content` is the exact text that `hash` covers; the other columns repeat what questions are asked by.
    "CREATE TABLE audit_event (
        seq {long} NOT NULL PRIMARY KEY,
        recorded_at {instant} NOT NULL,
        actor_account_id {uuid},
        actor_organization_id {uuid},
        action TEXT NOT NULL,
        object_id {uuid},
        outcome TEXT NOT NULL,
        content TEXT NOT NULL,
        prev_hash {bytes} NOT NULL,
        hash {bytes} NOT NULL,
        CONSTRAINT audit_event_seq CHECK (seq > 0),
        CONSTRAINT audit_event_hash_length CHECK (length(prev_hash) = 32 AND length(hash) = 32)
    ) {strict}",
    // A report's event is found through `submission.audit_seq`, so that the many need no entry here.
    "CREATE INDEX audit_event_by_object ON audit_event (object_id, seq) WHERE action <> 'submit_report'",
    "CREATE INDEX audit_event_by_organization ON audit_event (actor_organization_id, seq) WHERE action <> 'submit_report'",
    "CREATE INDEX audit_event_by_action ON audit_event (action, seq) WHERE action <> 'submit_report'",
    "CREATE INDEX audit_event_by_outcome ON audit_event (outcome, seq) WHERE outcome <> 'ok'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await?;
        protect(manager, "audit_event").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_protected(manager, "audit_event").await
    }
}
