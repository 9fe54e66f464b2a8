//! The corrections of a day: entries of the ledger that aren't reports, and touch the day or were made on it.

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;
use shared::ReportingDay;
use shared::summary::{CheckedCorrections, Corrected, CorrectionKind, CorrectionList, Level, list_corrections};
use uuid::Uuid;

use super::places::{self, Keys};
use super::sql::sums_in;
use super::{Key, Scope, written};
use crate::entity::Micros;
use crate::entity::bands::BANDS;
use crate::entity::words::{EntryWord, ReasonWord};
use crate::store::organization::Sight;
use crate::store::sql::Sql;
use crate::store::submission::Content;
use crate::store::{Reading, StoreError};

/// The entries of a day in sight: each by an index of changes, which are few; then the entry and what was sent by their keys.
/// A unit's are in sight where it is today, an area's where it was.
pub(super) fn of_day(sight: Sight, asked: &CheckedCorrections, as_of: Micros) -> Sql {
    let mut sql = Sql::below(sight);
    let day = sql.bind(asked.day.0);
    let (from, until) = (sql.bind(Micros::from(asked.day.start())), sql.bind(Micros::from(asked.day.end())));
    let as_of = sql.bind(as_of);
    let changes =
        |condition: &str| format!("SELECT recorded_at, line FROM ledger_entry WHERE kind <> 'report' AND {condition}");
    let found = [
        changes(&format!("target_day = {day}")),
        changes(&format!("entry_day = {day}")),
        changes(&format!("recorded_at >= {from} AND recorded_at < {until}")),
    ];
    let area = format!("CASE WHEN l.target_day = {day} THEN l.target_day_area_id ELSE l.entry_day_area_id END");
    let bands = BANDS.map(|band| format!("CAST(l.{band} AS BIGINT) AS {band}")).join(", ");
    sql.push(&format!(
        "SELECT l.unit_id, {area} AS area_id, l.submission_id, l.kind, l.entry_day, l.target_day, l.reason, l.note, \
         l.recorded_at, {bands}, CASE WHEN s.revision IS NULL THEN 1 ELSE 0 END AS supplement, \
         CASE WHEN l.kind = 'replacement' THEN s.content END AS content \
         FROM ({}) f CROSS JOIN ledger_entry l CROSS JOIN submission s \
         WHERE l.recorded_at = f.recorded_at AND l.line = f.line AND s.id = l.submission_id AND l.recorded_at <= {as_of}",
        found.join(" UNION ")
    ));
    sql.and_below(sight, if asked.level == Level::Unit { "l.unit_id" } else { &area });
    sql
}

impl Reading {
    /// The corrections of a day.
    ///
    /// # Errors
    /// What the database says; [`StoreError::Damaged`] where what was sent can't be read.
    pub async fn corrections(
        &self,
        scope: &Scope,
        asked: &CheckedCorrections,
        now: DateTime<Utc>,
    ) -> Result<CorrectionList, StoreError> {
        let as_of = self.moment(asked.as_of, now).await?.as_of;
        let mut questions = self.questions();
        let places = places::ask(&mut questions, scope.sight, asked.level, as_of);
        let places = places::read(&self.answers(questions).await?, &places)?;
        let rows = self.asked(of_day(scope.sight, asked, as_of)).await?;
        let keys = self.keys_of_areas(scope.sight, asked.level, &places, as_of).await?;
        let entries = rows.iter().map(|row| entry(row, asked.level, &keys)).collect::<Result<_, _>>()?;
        let named = places.into_iter().map(|place| place.named).collect();
        let items = list_corrections(named, asked.level, entries);
        Ok(CorrectionList { level: asked.level, day: asked.day, as_of: written(as_of), items, next_cursor: None })
    }
}

fn entry(row: &QueryResult, level: Level, keys: &Keys) -> Result<Corrected, StoreError> {
    let area: Uuid = row.try_get("", "area_id")?;
    let organization_id = match level {
        Level::Unit => row.try_get("", "unit_id")?,
        Level::HealthCenter => area,
        Level::Prefecture | Level::Nation => match keys.of(area) {
            Key::Row(prefecture) => prefecture,
            Key::Nobody => area,
        },
    };
    let is_supplement = row.try_get::<i32>("", "supplement")? == 1;
    let mut reason = row.try_get::<Option<ReasonWord>>("", "reason")?.map(Into::into);
    let mut note: Option<String> = row.try_get("", "note")?;
    let kind = match row.try_get::<EntryWord>("", "kind")? {
        EntryWord::Replacement => {
            let content: String = row.try_get("", "content")?;
            let content: Content =
                serde_json::from_str(&content).map_err(|error| StoreError::Damaged(error.to_string()))?;
            let correction = content.correction;
            let by_authority = correction.as_ref().is_some_and(|correction| correction.by_authority);
            // What it changes of the report's own day has the reason of the whole.
            if let (None, Some(correction)) = (reason, correction) {
                (reason, note) = (correction.reason, correction.note);
            }
            if by_authority { CorrectionKind::Authority } else { CorrectionKind::Replacement }
        }
        EntryWord::Adjustment if is_supplement => CorrectionKind::Supplement,
        EntryWord::Adjustment | EntryWord::Report => CorrectionKind::Adjustment,
    };
    Ok(Corrected {
        organization_id,
        sending: row.try_get("", "submission_id")?,
        kind,
        entry_day: ReportingDay(row.try_get("", "entry_day")?),
        target_day: ReportingDay(row.try_get("", "target_day")?),
        reason,
        note,
        deltas: sums_in(row)?,
        recorded_at: row.try_get::<Micros>("", "recorded_at")?.utc(),
    })
}
