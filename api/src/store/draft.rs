//! Drafts: what was typed and not sent.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryResult, Value};
use shared::ReportingDay;
use shared::draft::{Draft, DraftContent, UnitDraft};
use shared::report::ReportView;
use shared::reporting_day::Profile;
use uuid::Uuid;

use super::organization::{BELOW, Sight};
use super::{Reading, Store, StoreError, Write, WriteContext, profile, submission};
use crate::authorize::{Allowed, WriteDraft};
use crate::entity::{Micros, draft};

/// A draft to be saved.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// The proof that the caller may save it, for which unit.
    pub allowed: Allowed<WriteDraft>,
    /// The day.
    pub entry_day: ReportingDay,
    /// The caller's name.
    pub author: String,
    /// The version it was made from; 0 where there was none.
    pub base_version: u32,
    /// What was typed.
    pub content: DraftContent,
}

/// A draft to be thrown away.
#[derive(Debug, Clone)]
pub struct DeleteDraft {
    /// The proof that the caller may do so, for which unit.
    pub allowed: Allowed<WriteDraft>,
    /// The day.
    pub entry_day: ReportingDay,
}

/// What became of a draft.
#[derive(Debug, Clone)]
pub enum DraftOutcome {
    /// It is saved.
    Saved(Box<Draft>),
    /// Another version was saved, or thrown away, since the one that this one was made from.
    Changed,
    /// The unit has a report for the day, so that there is nothing left to type.
    AlreadyReported(Box<ReportView>),
}

impl Store {
    /// Saves a draft.
    ///
    /// # Errors
    /// What the database says.
    pub async fn save_draft(&self, save: SaveDraft) -> Result<DraftOutcome, StoreError> {
        self.write(save).await
    }

    /// Throws a draft away, if there is one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn delete_draft(&self, delete: DeleteDraft) -> Result<(), StoreError> {
        self.write(delete).await
    }
}

impl Write for SaveDraft {
    type Output = DraftOutcome;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Self::Output, StoreError> {
        let unit_id = self.allowed.organization_id();
        let reports = submission::existing(context.db(), self.entry_day, &[unit_id]).await?;
        if let Some(report) = reports.get(&unit_id) {
            let existing = submission::view(context.db(), *report).await?;
            let existing = existing.ok_or_else(|| StoreError::Damaged(format!("no report {report}")))?;
            return Ok(DraftOutcome::AlreadyReported(Box::new(existing)));
        }
        let found = draft::Entity::find_by_id((unit_id, self.entry_day.0)).one(context.db()).await?;
        let version = found.as_ref().map_or(0, |row| u32::try_from(row.version).unwrap_or(0));
        if version != self.base_version {
            return Ok(DraftOutcome::Changed);
        }
        let next = version.saturating_add(1);
        let row = draft::ActiveModel {
            unit_id: Set(unit_id),
            entry_day: Set(self.entry_day.0),
            version: Set(i32::try_from(next).map_err(|_| StoreError::Damaged("a draft's version".into()))?),
            content: Set(serde_json::to_string(&self.content).map_err(|error| StoreError::Damaged(error.to_string()))?),
            saved_by: Set(self.allowed.caller().account_id),
            saved_at: Set(Micros::from(context.now())),
        };
        if found.is_some() {
            draft::Entity::update(row).exec(context.db()).await?;
        } else {
            draft::Entity::insert(row).exec_without_returning(context.db()).await?;
        }
        let saved_by = self.author.clone();
        let draft = Draft { version: next, saved_at: context.now(), saved_by, content: self.content.clone() };
        Ok(DraftOutcome::Saved(Box::new(draft)))
    }
}

impl Write for DeleteDraft {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        draft::Entity::delete_by_id((self.allowed.organization_id(), self.entry_day.0)).exec(context.db()).await?;
        Ok(())
    }
}

/// Throws away what was typed for some days of a unit: it has been sent.
pub(super) async fn sent(
    db: &impl ConnectionTrait,
    unit_id: Uuid,
    days: impl IntoIterator<Item = ReportingDay>,
) -> Result<(), StoreError> {
    let of_days = draft::Column::EntryDay.is_in(days.into_iter().map(|day| day.0));
    draft::Entity::delete_many().filter(draft::Column::UnitId.eq(unit_id)).filter(of_days).exec(db).await?;
    Ok(())
}

/// A unit's draft of a day, its last reports, and how many of that day's patients were notified one by one, in one
/// question: three rows at the most.
const DRAFT_AND_PROFILE: &str = "SELECT d.content, d.version, d.saved_at, a.display_name AS saved_by,
    CAST(NULL AS INTEGER) AS notified
FROM draft d JOIN account a ON a.id = d.saved_by WHERE d.unit_id = $1 AND d.entry_day = $2
UNION ALL SELECT content, NULL, NULL, NULL, NULL FROM unit_profile WHERE unit_id = $1
UNION ALL SELECT NULL, NULL, NULL, NULL, (SELECT notified FROM notification_count WHERE unit_id = $1 AND day = $2
    ORDER BY entered_at DESC LIMIT 1)";

impl Reading {
    /// A unit's draft of a day, and what is usual for the unit.
    pub(super) async fn draft_and_profile(
        &self,
        unit_id: Uuid,
        day: ReportingDay,
    ) -> Result<(Option<Draft>, Profile), StoreError> {
        let (mut draft, mut profile, mut notified_65_plus) = (None, Profile::default(), None);
        let values: [Value; 2] = [unit_id.into(), day.0.into()];
        for row in self.rows(DRAFT_AND_PROFILE, values).await? {
            let Some(content) = row.try_get::<Option<String>>("", "content")? else {
                notified_65_plus = row.try_get::<Option<i32>>("", "notified")?.map(i32::unsigned_abs);
                continue;
            };
            if row.try_get::<Option<i32>>("", "version")?.is_none() {
                profile = profile::parse(&content)?;
                continue;
            }
            draft = Some(read(&row, unit_id, day)?);
        }
        Ok((draft, Profile { notified_65_plus, ..profile }))
    }

    /// The drafts of a day of the units in sight, by their ids, from behind one on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn drafts(
        &self,
        sight: Sight,
        day: ReportingDay,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<UnitDraft>, StoreError> {
        let sql = format!("{BELOW}{DRAFTS}{limit}");
        let after = after.unwrap_or_else(Uuid::nil);
        let values = [sight.organization_id.into(), sight.day.0.into(), day.0.into(), after.into()];
        let rows = self.rows(sql, values).await?;
        let draft = |row: &QueryResult| {
            let unit_id = row.try_get("", "unit_id")?;
            let by_proxy = row.try_get::<Uuid>("", "typed_at")? != unit_id;
            Ok(UnitDraft { unit_id, by_proxy, draft: read(row, unit_id, day)? })
        };
        rows.iter().map(draft).collect()
    }
}

/// The drafts of the day `$3`, behind the unit `$4`.
const DRAFTS: &str = "SELECT d.unit_id, d.content, d.version, d.saved_at, a.display_name AS saved_by,
    a.organization_id AS typed_at
FROM below JOIN draft d ON d.unit_id = below.id AND d.entry_day = $3 JOIN account a ON a.id = d.saved_by
WHERE d.unit_id > $4 ORDER BY d.unit_id LIMIT ";

fn read(row: &QueryResult, unit_id: Uuid, day: ReportingDay) -> Result<Draft, StoreError> {
    let damaged = |what: String| StoreError::Damaged(format!("the draft of {unit_id} on {day}: {what}"));
    let version: i32 = row.try_get("", "version")?;
    Ok(Draft {
        version: u32::try_from(version).map_err(|_| damaged(format!("version {version}")))?,
        saved_at: row.try_get::<Micros>("", "saved_at")?.utc(),
        saved_by: row.try_get("", "saved_by")?,
        content: serde_json::from_str(&row.try_get::<String>("", "content")?)
            .map_err(|error| damaged(error.to_string()))?,
    })
}
