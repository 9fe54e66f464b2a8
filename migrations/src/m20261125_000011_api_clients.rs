//! API clients: the clinics' own systems, with the keys by which they show who they are.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};
use crate::m20261123_000002_actors::{dismiss, enroll};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 7] = [
    // `scopes` are words as OAuth writes them, separated by a space. A client is never deleted, only disabled.
    "CREATE TABLE api_client (
        id {uuid} NOT NULL PRIMARY KEY,
        organization_id {uuid} NOT NULL REFERENCES organization (id),
        name TEXT NOT NULL,
        vendor TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_at {instant} NOT NULL,
        expires_at {instant} NOT NULL,
        disabled_at {instant},
        last_used_at {instant},
        CONSTRAINT api_client_scopes_known CHECK (
            scopes IN ('reports:read', 'reports:write', 'reports:read reports:write'))
    ) {strict}",
    "CREATE INDEX api_client_by_organization ON api_client (organization_id)",
    "CREATE TABLE api_client_unit (
        client_id {uuid} NOT NULL REFERENCES api_client (id),
        unit_id {uuid} NOT NULL REFERENCES organization (id),
        CONSTRAINT api_client_unit_key PRIMARY KEY (client_id, unit_id)
    ) {clustered}",
    // `jwk` holds the public members alone; the one algorithm of a key is `alg`, whatever a token says.
    "CREATE TABLE api_client_key (
        client_id {uuid} NOT NULL REFERENCES api_client (id),
        kid TEXT NOT NULL,
        alg TEXT NOT NULL,
        jwk TEXT NOT NULL,
        thumbprint TEXT NOT NULL,
        added_at {instant} NOT NULL,
        expires_at {instant} NOT NULL,
        CONSTRAINT api_client_key_once PRIMARY KEY (client_id, kid),
        CONSTRAINT api_client_key_alg_known CHECK (alg IN ('ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'))
    ) {clustered}",
    // An assertion is good once: its id stays until it has run out.
    "CREATE TABLE assertion_jti (
        client_id {uuid} NOT NULL REFERENCES api_client (id),
        jti TEXT NOT NULL,
        expires_at {instant} NOT NULL,
        CONSTRAINT assertion_jti_once PRIMARY KEY (client_id, jti)
    ) {clustered}",
    "CREATE INDEX assertion_jti_by_end ON assertion_jti (expires_at)",
    // What a client's last requests came to; `request_id` sorts by time.
    "CREATE TABLE api_client_result (
        client_id {uuid} NOT NULL REFERENCES api_client (id),
        request_id {uuid} NOT NULL,
        at {instant} NOT NULL,
        operation TEXT NOT NULL,
        status INTEGER NOT NULL,
        problem TEXT,
        CONSTRAINT api_client_result_key PRIMARY KEY (client_id, request_id)
    ) {clustered}",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await?;
        enroll(manager, "api_client").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dismiss(manager, "api_client").await?;
        drop_tables(manager, &["api_client_result", "assertion_jti", "api_client_key", "api_client_unit", "api_client"])
            .await
    }
}
