//! Who entered something: an account, or an API client, each with its organization.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, QueryResult, Value};
use shared::organization::OrganizationRef;
use shared::report::EnteredBy;
use uuid::Uuid;

use super::error::StoreError;
use super::rows::select_in;
use crate::entity::words::KindWord;

/// A question for rows of a table `s` with who stands in its column `$by`, to be read by [`author`].
macro_rules! with_author {
    ($columns:literal, $table:literal, $by:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            ", COALESCE(a.display_name, c.name) AS author, o.id AS author_organization_id, ",
            "o.kind AS author_organization_kind, o.name AS author_organization_name FROM ",
            $table,
            " s LEFT JOIN account a ON a.id = s.",
            $by,
            " LEFT JOIN api_client c ON c.id = s.",
            $by,
            " JOIN organization o ON o.id = COALESCE(a.organization_id, c.organization_id) ",
            $rest
        )
    };
}
pub(super) use with_author;

const ACTORS: &str = with_author!("s.id", "actor", "id", "WHERE s.id");

/// Who entered a row of such a question.
pub(super) fn author(row: &QueryResult) -> Result<EnteredBy, StoreError> {
    Ok(EnteredBy {
        name: row.try_get("", "author")?,
        organization: OrganizationRef {
            id: row.try_get("", "author_organization_id")?,
            kind: row.try_get::<KindWord>("", "author_organization_kind")?.into(),
            name: row.try_get("", "author_organization_name")?,
        },
    })
}

/// Those of some ids.
pub(super) async fn authors(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, EnteredBy>, StoreError> {
    let keys: Vec<Vec<Value>> = ids.into_iter().map(|id| vec![id.into()]).collect();
    let rows = select_in(db, ACTORS, &[], &keys, "").await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, author(row)?))).collect()
}
