//! Submissions: storing them, and reading one back as it is shown.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value};
use serde::{Deserialize, Serialize};
use shared::ReportingDay;
use shared::age_band::BandCounts;
use shared::organization::OrganizationRef;
use shared::receipt::Receipt;
use shared::report::{Adjustment, EnteredBy, ReportView, WarningCode};
use shared::revision::Correction;
use uuid::Uuid;

use super::author::authors;
use super::batch::Insert;
use super::error::StoreError;
use super::rows::select_in;
use crate::entity::{organization, submission};

pub(crate) const SUBMISSIONS: Insert = Insert {
    table: "submission",
    columns: &[
        "id",
        "unit_id",
        "entry_day",
        "kind",
        "revision",
        "content",
        "channel",
        "entered_by",
        "by_proxy",
        "arrived_at",
        "recorded_at",
        "receipt_number",
        "warnings",
        "audit_seq",
        "audit_hash",
    ],
    conflict: "",
};

/// What was said, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    /// All 0 for a supplement, which says none.
    #[serde(default)]
    pub(crate) counts: BandCounts,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) adjustments: Vec<Adjustment>,
    /// Why it took the place of the revision before; none for a report as first accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) correction: Option<Correction>,
}

/// What a submission says.
pub(crate) fn content(submission: &submission::Model) -> Result<Content, StoreError> {
    let damaged = |error| StoreError::Damaged(format!("submission {}: {error}", submission.id));
    serde_json::from_str(&submission.content).map_err(damaged)
}

/// The newest revision of each unit's report of a day, by unit.
pub(crate) async fn existing(
    db: &impl ConnectionTrait,
    day: ReportingDay,
    units: &[Uuid],
) -> Result<HashMap<Uuid, Uuid>, StoreError> {
    const HEAD: &str = "SELECT unit_id, id FROM submission WHERE entry_day = $1 AND revision IS NOT NULL AND unit_id";
    let keys: Vec<Vec<Value>> = units.iter().map(|unit| vec![(*unit).into()]).collect();
    let rows = select_in(db, HEAD, &[day.0.into()], &keys, " ORDER BY revision").await?;
    // Later revisions come last and stay.
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// One report as it is shown; none where there is none.
pub(crate) async fn view(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<ReportView>, StoreError> {
    let found = submission::Entity::find_by_id(id).one(db).await?;
    Ok(views(db, found.into_iter().collect()).await?.pop())
}

/// Reports as they are shown, in the order given: two further queries, however many there are.
pub(crate) async fn views(
    db: &impl ConnectionTrait,
    submissions: Vec<submission::Model>,
) -> Result<Vec<ReportView>, StoreError> {
    if submissions.is_empty() {
        return Ok(Vec::new());
    }
    let authors = authors(db, submissions.iter().map(|submission| submission.entered_by)).await?;
    let ids = submissions.iter().map(|one| one.unit_id);
    let organizations = organization::Entity::find().filter(organization::Column::Id.is_in(ids)).all(db).await?;
    let organizations: HashMap<Uuid, OrganizationRef> = organizations
        .into_iter()
        .map(|one| (one.id, OrganizationRef { id: one.id, kind: one.kind.into(), name: one.name }))
        .collect();
    let named = |submission: &submission::Model| {
        let damaged = |what| StoreError::Damaged(format!("submission {}: {what}", submission.id));
        let unit = organizations.get(&submission.unit_id).ok_or_else(|| damaged("no unit"))?;
        let author = authors.get(&submission.entered_by).ok_or_else(|| damaged("no author"))?;
        shown(submission, unit.clone(), author.clone())
    };
    submissions.iter().map(named).collect()
}

/// A report as it is shown, for which unit and by whom it was entered.
pub(crate) fn shown(
    submission: &submission::Model,
    unit: OrganizationRef,
    entered_by: EnteredBy,
) -> Result<ReportView, StoreError> {
    let damaged = |what: String| StoreError::Damaged(format!("submission {}: {what}", submission.id));
    let content = content(submission)?;
    let warnings: Vec<WarningCode> =
        serde_json::from_str(&submission.warnings).map_err(|error| damaged(error.to_string()))?;
    let entry_day = ReportingDay(submission.entry_day);
    let total = content.counts.total();
    Ok(ReportView {
        id: submission.id,
        unit: unit.clone(),
        entry_day,
        counts: content.counts,
        total,
        adjustments: content.adjustments,
        channel: submission.channel.into(),
        by_proxy: submission.by_proxy,
        entered_by,
        acknowledged_warnings: warnings,
        revision: submission.revision.and_then(|revision| revision.try_into().ok()).unwrap_or(1),
        arrived_at: submission.arrived_at.utc(),
        receipt: Receipt {
            number: submission.receipt_number.clone(),
            accepted_at: submission.recorded_at.utc(),
            unit,
            entry_day,
            total,
            audit_hash: submission.audit_hash.clone(),
            qr_code: None,
        },
        correction: content.correction,
        revisions: Vec::new(),
        correctable: false,
    })
}
