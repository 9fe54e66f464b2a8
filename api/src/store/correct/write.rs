//! What a correction does under the write lock.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, EntityTrait, Value};
use serde::Serialize;
use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::audit::{AuditAction, AuditOutcome};
use shared::plausibility;
use shared::problem::{Rule, Violation};
use shared::report::{Adjustment, ReportView};
use shared::revision::{Difference, Stands, differences};
use shared::summary::Series;
use uuid::Uuid;

use super::{CorrectOutcome, NewCorrection, known_outcome};
use crate::entity::{Micros, submission as row};
use crate::store::audit::Event;
use crate::store::batch::Batch;
use crate::store::coverage::counted::Before;
use crate::store::ledger::{self, Change, Common, Entries, Sums, UnitDay};
use crate::store::profile::{self, PROFILES};
use crate::store::rollup::Raises;
use crate::store::rows::Questions;
use crate::store::submission::{self, Content, SUBMISSIONS};
use crate::store::unit::{self, OnDay, Unit};
use crate::store::writer::{COUNTERS, content_digest, id_at, json, receipt_number};
use crate::store::{Days, StoreError, Write, WriteContext, idempotency};

/// The report as it stands, and its unit.
struct Found {
    id: Uuid,
    by_proxy: bool,
    content: Content,
    on_day: OnDay,
}

/// What an event says of a correction: enough to see that the stored one is the accepted one, and no numbers.
#[derive(Serialize)]
struct Detail<'a> {
    unit_id: Uuid,
    entry_day: ReportingDay,
    revision: u32,
    follows: Uuid,
    receipt: &'a str,
    channel: &'static str,
    by_authority: bool,
    content_sha256: &'a str,
}

impl Write for NewCorrection {
    type Output = CorrectOutcome;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<CorrectOutcome, StoreError> {
        if let Some(known) = idempotency::find(context.db(), self.idempotency.as_ref()).await? {
            return known_outcome(context.db(), &known).await;
        }
        context.trust_clock()?;
        let Some(found) = self.find(context).await? else { return Ok(CorrectOutcome::Changed) };
        let changes = differences(self.stands(&found.content), self.stands(&self.content()));
        let violations = self.below_zero(context, &changes).await?;
        if !violations.is_empty() {
            return Ok(CorrectOutcome::BelowZero(violations));
        }
        let raised = plausibility::warnings(&self.checked.counts, &found.on_day.unit.profile, self.entry_day);
        if !plausibility::unacknowledged(&raised, &self.checked.acknowledged).is_empty() {
            return Ok(CorrectOutcome::Unacknowledged(raised));
        }
        let warnings: Vec<_> = raised.into_iter().map(|warning| warning.code).collect();
        let before = Before::change(context, self.unit_id(), Days::one(self.entry_day)).await?;
        let report = self.record(context, found, &changes, &json(&warnings)?).await?;
        before.raise(context).await?;
        idempotency::remember(context.db(), self.idempotency.as_ref(), 200, &report.id, context.now()).await?;
        Ok(CorrectOutcome::Corrected { report: Box::new(report), replayed: false })
    }
}

impl NewCorrection {
    fn unit_id(&self) -> Uuid {
        self.allowed.organization_id()
    }

    fn content(&self) -> Content {
        Content {
            counts: self.checked.counts,
            adjustments: self.checked.adjustments.clone(),
            correction: Some(self.checked.correction.clone()),
        }
    }

    fn stands<'a>(&self, content: &'a Content) -> Stands<'a> {
        Stands { entry_day: self.entry_day, counts: &content.counts, adjustments: &content.adjustments }
    }

    /// The report, if its newest revision is the one that this correction follows.
    async fn find(&self, context: &mut WriteContext<'_>) -> Result<Option<Found>, StoreError> {
        let mut questions = Questions::new(ConnectionTrait::get_database_backend(context.db()));
        let place = unit::ask(&mut questions, self.entry_day, &[self.unit_id()]);
        let answers = questions.send(context.db()).await?;
        let on_day = unit::read(&answers, self.entry_day, &place)?.remove(&self.unit_id());
        let on_day = on_day.ok_or_else(|| StoreError::Damaged(format!("no unit {}", self.unit_id())))?;
        let Some(id) = on_day.report else { return Ok(None) };
        let Some(newest) = row::Entity::find_by_id(id).one(context.db()).await? else { return Ok(None) };
        if newest.revision.map(i32::cast_unsigned) != Some(self.follows) {
            return Ok(None);
        }
        let content = submission::content(&newest)?;
        Ok(Some(Found { id, by_proxy: newest.by_proxy, content, on_day }))
    }

    /// The bands of the own day and of adjusted days that would fall below 0, each where it can be mended.
    async fn below_zero(
        &self,
        context: &WriteContext<'_>,
        changes: &[Difference],
    ) -> Result<Vec<Violation>, StoreError> {
        let days: Vec<UnitDay> = changes.iter().map(|change| (self.unit_id(), change.target_day)).collect();
        let mut sums: HashMap<UnitDay, Sums> = ledger::sums_by_target_day(context.db(), &days).await?;
        for change in changes {
            let sums = sums.entry((self.unit_id(), change.target_day)).or_default();
            for (sum, delta) in sums.iter_mut().zip(change.deltas) {
                *sum += i64::from(delta);
            }
        }
        let mut days: Vec<ReportingDay> = sums.keys().map(|(_, day)| *day).collect();
        days.sort_unstable();
        let mut violations = Vec::new();
        for day in days {
            let Some(sums) = sums.get(&(self.unit_id(), day)) else { continue };
            for (band, sum) in AgeBand::ALL.into_iter().zip(sums).filter(|(_, sum)| **sum < 0) {
                let message = format!("{band} of {day} would be {sum}: no band may fall below 0.");
                violations.push(Violation::new(self.pointer(day, band), Rule::BelowZero, message));
            }
        }
        Ok(violations)
    }

    /// Where what takes a band of a day down stands in the request.
    fn pointer(&self, day: ReportingDay, band: AgeBand) -> String {
        if day == self.entry_day {
            return format!("/counts/{band}");
        }
        let takes = |one: &Adjustment| one.target_day == day && one.deltas.get(band) < 0;
        match self.checked.adjustments.iter().rposition(takes) {
            Some(place) => format!("/adjustments/{place}/deltas/{band}"),
            None => "/adjustments".to_owned(),
        }
    }

    /// Stores the revision with all that follows from it.
    async fn record(
        &self,
        context: &mut WriteContext<'_>,
        found: Found,
        changes: &[Difference],
        warnings: &str,
    ) -> Result<ReportView, StoreError> {
        let Found { id: follows, by_proxy, on_day: OnDay { mut unit, counter, .. }, content: before } = found;
        let (id, now) = (id_at(context.now()), Micros::from(context.now()));
        let (revision, counter) = (self.follows + 1, counter.unwrap_or(0) + 1);
        let number = receipt_number(self.entry_day, &unit.prefecture_code, counter)?;
        let content = json(&self.content())?;
        let by_authority = self.checked.correction.by_authority;
        let link = context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::CorrectReport,
            object: Some(id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: Detail {
                unit_id: self.unit_id(),
                entry_day: self.entry_day,
                revision,
                follows,
                receipt: &number,
                channel: self.channel.key(),
                by_authority,
                content_sha256: &content_digest(&content),
            },
        })?;
        let mut batch = Batch::new(ConnectionTrait::get_database_backend(context.db()));
        let submission: [Value; 15] = [
            id.into(),
            self.unit_id().into(),
            self.entry_day.0.into(),
            "report".into(),
            revision.cast_signed().into(),
            content.into(),
            self.channel.key().into(),
            self.allowed.caller().account_id.into(),
            // An authority's correction leaves the report what it was: the unit's own, or one by proxy.
            (if by_authority { by_proxy } else { self.allowed.is_by_proxy() }).into(),
            Micros::from(self.arrived_at).into(),
            now.into(),
            number.into(),
            warnings.into(),
            link.seq.into(),
            link.short().into(),
        ];
        batch.insert(&SUBMISSIONS, submission.into())?;
        let counted = [self.entry_day.0.into(), unit.prefecture_code.clone().into(), counter.into()];
        batch.insert(&COUNTERS, counted.into())?;
        self.enter(&unit, id, now, changes, &before, &mut batch)?;
        if profile::replace(&mut unit.profile, self.entry_day, self.checked.counts) {
            batch.insert(&PROFILES, vec![self.unit_id().into(), profile::compact(&unit.profile)?.into()])?;
        }
        batch.run(context.db()).await?;
        submission::view(context.db(), id).await?.ok_or_else(|| StoreError::Damaged(format!("no report {id}")))
    }

    /// Enters the differences into ledger and rollup.
    fn enter(
        &self,
        unit: &Unit,
        submission_id: Uuid,
        recorded_at: Micros,
        changes: &[Difference],
        before: &Content,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let (entry_day, kind) = (self.entry_day, unit.organization.kind);
        let area = unit.area(entry_day);
        let common = Common {
            recorded_at,
            submission_id,
            unit_id: self.unit_id(),
            unit_kind: kind.into(),
            entry_day,
            entry_day_area: area.id,
        };
        let (mut entries, mut raises) = (Entries::default(), Raises::default());
        let parts = changes.iter().flat_map(|change| halves(&change.deltas).map(move |numbers| (change, numbers)));
        for (line, (change, numbers)) in (0..).zip(parts) {
            let target_day_area = unit.area(change.target_day);
            let note = change.note.as_deref();
            let (target_day, reason) = (change.target_day, change.reason);
            let entry =
                Change { target_day, target_day_area: target_day_area.id, kind: "replacement", reason, note, numbers };
            entries.push(&common, line, &entry);
            raises.row(area, kind.key(), Series::AsEntered, entry_day).add(&numbers);
            raises.row(target_day_area, kind.key(), Series::ByTargetDay, target_day).add(&numbers);
        }
        let zeros = i64::from(self.checked.counts.is_zero()) - i64::from(before.counts.is_zero());
        for series in [Series::AsEntered, Series::ByTargetDay] {
            raises.row(area, kind.key(), series, entry_day).zero_reports += zeros;
        }
        entries.store(batch)?;
        raises.store(batch)
    }
}

/// A difference as numbers that an entry takes, −99,999 to 99,999: in two parts where two adjustments lie farther apart.
fn halves(deltas: &[i32; AgeBand::COUNT]) -> impl Iterator<Item = [i32; AgeBand::COUNT]> {
    const MOST: i32 = 99_999;
    let first = deltas.map(|delta| delta.clamp(-MOST, MOST));
    let mut rest = *deltas;
    for (rest, first) in rest.iter_mut().zip(first) {
        *rest -= first;
    }
    std::iter::once(first).chain((rest != [0; AgeBand::COUNT]).then_some(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_one_entry_or_two() {
        let mut deltas = [0; AgeBand::COUNT];
        deltas[3] = -99_999;
        assert_eq!(halves(&deltas).collect::<Vec<_>>(), [deltas]);
        deltas[3] = -199_998;
        let parts: Vec<_> = halves(&deltas).collect();
        assert_eq!(parts.iter().map(|part| part[3]).collect::<Vec<_>>(), [-99_999, -99_999]);
        assert!(parts.iter().all(|part| part.iter().filter(|number| **number != 0).count() == 1));
    }
}
