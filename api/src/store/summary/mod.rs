//! Figures as of an instant: sums of the rollup by area, sums of the ledger by unit, and the coverage beside them.

mod areas;
mod carried_forward;
mod corrections;
mod known;
mod places;
#[cfg(test)]
pub(crate) mod plan_tests;
pub(super) mod sql;
mod units;
mod wide;

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use shared::ReportingDay;
use shared::age_band::BandSums;
use shared::coverage::Coverage;
use shared::organization::{Organization, OrganizationKind};
use shared::summary::{self, CheckedSummary, Curve, DayFigures, Level, Part, RowKind, SummaryView};
use uuid::Uuid;

pub use carried_forward::NewCarriedForward;

use super::audit::Chain;
use super::coverage::Whereabouts;
use super::coverage::areas::{OfUnits, Whose};
use super::organization::{InSight, Sight, visible_to};
use super::{Reading, StoreError};
use crate::authorize::{Allowed, ReadCenterSummaries, ReadNationSummaries, ReadUnitSummaries};
use crate::entity::Micros;
use known::{Before, Known};
use places::Place;

/// For how long after an instant something may still be recorded under it: an instant is given under the write lock,
/// and a transaction that takes as long as this is given up.
const SETTLING: TimeDelta = TimeDelta::minutes(2);

/// What figures are about: all that lies at or below an organization, or the nation.
#[derive(Debug, Clone)]
pub struct Scope {
    sight: Sight,
    /// The caller's own organization and those above it, whose policies may hold for what is asked for.
    upwards: Vec<Organization>,
}

impl Scope {
    /// The caller's units.
    #[must_use]
    pub fn of_units(allowed: &Allowed<ReadUnitSummaries>, own: InSight, today: ReportingDay) -> Self {
        Self { sight: visible_to(allowed.caller(), today), upwards: upwards(own) }
    }

    /// The caller's centers.
    #[must_use]
    pub fn of_centers(allowed: &Allowed<ReadCenterSummaries>, own: InSight, today: ReportingDay) -> Self {
        Self { sight: visible_to(allowed.caller(), today), upwards: upwards(own) }
    }

    /// The prefecture that the permission is about.
    #[must_use]
    pub fn of_prefecture(allowed: &Allowed<ReadNationSummaries>, own: InSight, today: ReportingDay) -> Self {
        let sight = Sight { organization_id: allowed.organization_id(), everything: false, day: today };
        Self { sight, upwards: upwards(own) }
    }

    /// The nation.
    #[must_use]
    pub fn of_nation(allowed: &Allowed<ReadNationSummaries>, own: InSight, today: ReportingDay) -> Self {
        let sight = Sight { organization_id: allowed.caller().organization_id, everything: true, day: today };
        Self { sight, upwards: upwards(own) }
    }
}

fn upwards(own: InSight) -> Vec<Organization> {
    std::iter::once(own.organization).chain(own.above).collect()
}

/// In whose row something is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// A unit, an area or a prefecture.
    Row(Uuid),
    /// Nobody's: it counts for the sums alone.
    Nobody,
}

/// A key and whether it is about follow-up centers.
type Slot = (Key, bool);

/// The instants that a question is about.
#[derive(Debug, Clone, Copy)]
struct Moment {
    as_of: Micros,
    /// Whether anything was recorded after it.
    is_past: bool,
}

impl Moment {
    /// What is asked for, no later than what is settled: whatever is recorded from now on bears a later instant.
    fn of(chain: &Chain, as_of: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        let head = Micros::from(chain.recorded_until());
        let settled = head.max((now - SETTLING).into());
        let as_of = as_of.map_or(settled, |as_of| settled.min(as_of.into()));
        Self { as_of, is_past: as_of < head }
    }
}

impl Reading {
    /// A table of figures.
    ///
    /// # Errors
    /// What the database says; [`StoreError::Damaged`] where a sum is beyond all bounds.
    pub async fn summary(
        &self,
        scope: &Scope,
        asked: &CheckedSummary,
        now: DateTime<Utc>,
    ) -> Result<SummaryView, StoreError> {
        let Before { moment, holidays, policies } = self.ask_first(asked, now).await?;
        let Known { places, wide, counted, carried } = self.ask_known(scope.sight, asked, moment, &holidays).await?;
        let mut sums = Sums::of(*asked);
        match (asked.level, wide) {
            (Level::Unit, _) => self.count_units(scope, moment, &places, &mut sums).await?,
            (_, Some(wide)) => self.count_wide(scope, moment, &places, wide, &mut sums).await?,
            (_, None) => self.count_areas(scope, moment, &places, &mut sums).await?,
        }
        match counted {
            Some(counted) => cover(asked.level, &places, counted, &mut sums.parts),
            None => self.cover_by_unit(scope, asked, moment, &places, &mut sums.parts).await?,
        }
        for (place, one) in &carried {
            part(&mut sums.parts, place.slot(asked.level, &places)).cumulative += one.total;
        }
        let deadline = places::deadline_of(&scope.upwards, &places, &policies, asked.to);
        let named: Vec<_> = places
            .into_iter()
            .filter(|place| place.is_shown(asked.level, &sums.parts))
            .map(|place| place.named)
            .collect();
        let mut parts: Vec<Part> = sums.parts.into_values().collect();
        let mut days = sums.days;
        let daily = days.clone();
        if asked.curve == Curve::Weeks {
            days = summary::weeks(&days);
            parts.iter_mut().for_each(|part| part.trend = summary::weekly(&part.trend));
        }
        let rows = summary::assemble(named, &parts, days.len(), asked.level != Level::Unit);
        let total = rows.iter().find(|row| row.kind == RowKind::Total);
        let coverage = total.map_or(Coverage::default(), |row| row.coverage);
        let sentence = summary::sentence(&daily, total.and_then(|row| row.cumulative));
        let shows_carried = asked.level == Level::HealthCenter;
        Ok(SummaryView {
            level: asked.level,
            from: asked.from,
            to: asked.to,
            series: asked.series,
            as_of: written(moment.as_of),
            state: summary::state(&coverage, moment.as_of.utc(), deadline),
            deadline,
            sentence,
            rows,
            days,
            carried_forward: carried.into_iter().map(|(_, one)| one).filter(|_| shows_carried).collect(),
        })
    }

    /// The instant that is asked for.
    async fn moment(&self, as_of: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<Moment, StoreError> {
        let mut questions = self.questions();
        let chain = Chain::ask(&mut questions);
        let chain = Chain::read(&self.answers(questions).await?, &chain)?;
        Ok(Moment::of(&chain, as_of, now))
    }

    /// Counts how the units stood on each of the days of the table, one by one.
    async fn cover_by_unit(
        &self,
        scope: &Scope,
        asked: &CheckedSummary,
        moment: Moment,
        places: &[Place],
        parts: &mut HashMap<Slot, Part>,
    ) -> Result<(), StoreError> {
        let of_units = asked.level == Level::Unit;
        let whereabouts = if of_units { Whereabouts::Today } else { Whereabouts::OnTheDay };
        let keys = self.keys_of_areas(scope.sight, asked.level, places, moment.as_of).await?;
        for day in asked.days() {
            for unit in self.standings(scope.sight, day, moment.as_of, whereabouts).await? {
                let key = keys.of(if of_units { unit.unit_id } else { unit.area.id });
                let follow_up = unit.kind == OrganizationKind::FollowUpCenter;
                part(parts, (key, follow_up)).coverage.add(unit.scheduled, unit.state);
            }
        }
        Ok(())
    }
}

/// How the units stood on the days of the table, as it is counted.
fn cover(level: Level, places: &[Place], counted: Vec<OfUnits>, parts: &mut HashMap<Slot, Part>) {
    let keys = places::keys(level, places);
    for OfUnits { whose, follow_up, coverage } in counted {
        let key = match whose {
            Whose::Area(id) => keys.of(id),
            Whose::Prefecture(_) if level == Level::Nation => Key::Nobody,
            Whose::Prefecture(code) => keys.of_code(&code),
        };
        part(parts, (key, follow_up)).coverage.merge(&coverage);
    }
}

/// An instant as an answer states it, to the microsecond.
fn written(instant: Micros) -> String {
    instant.utc().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Where a day stands among those from another on; none for one before them.
fn place_of(from: ReportingDay, day: ReportingDay) -> Option<usize> {
    usize::try_from(day.days_since(from)).ok()
}

/// The part of a slot.
fn part(parts: &mut HashMap<Slot, Part>, slot: Slot) -> &mut Part {
    let (key, follow_up) = slot.clone();
    let row = match key {
        Key::Row(id) => Some(id),
        Key::Nobody => None,
    };
    parts.entry(slot).or_insert_with(|| Part { row, follow_up, ..Part::default() })
}

/// What is counted for a question.
struct Sums {
    asked: CheckedSummary,
    parts: HashMap<Slot, Part>,
    /// The days of the curves, all rows together.
    days: Vec<DayFigures>,
}

impl Sums {
    fn of(asked: CheckedSummary) -> Self {
        Self { asked, parts: HashMap::new(), days: summary::no_figures(asked.trend_days()) }
    }

    fn part(&mut self, slot: Slot) -> &mut Part {
        part(&mut self.parts, slot)
    }

    /// Adds the sums of a day to what it is part of: the table, the curves, or both.
    fn add(&mut self, slot: Slot, day: ReportingDay, sums: &BandSums) {
        let follow_up = slot.1;
        self.add_to_table(slot.clone(), day, sums);
        self.add_to_trend(slot, day, sums.total());
        self.add_to_days(follow_up, day, sums);
    }

    fn add_to_table(&mut self, slot: Slot, day: ReportingDay, sums: &BandSums) {
        if (self.asked.from..=self.asked.to).contains(&day) {
            self.part(slot).counts.merge(sums);
        }
    }

    fn add_to_trend(&mut self, slot: Slot, day: ReportingDay, total: i64) {
        let (place, days) = (self.place_of(day), self.days.len());
        let trend = &mut self.part(slot).trend;
        trend.resize(days, 0);
        if let Some(of_day) = place.and_then(|place| trend.get_mut(place)) {
            *of_day += total;
        }
    }

    /// Adds totals, a day each, to a part's.
    fn merge_trend(&mut self, slot: Slot, totals: Vec<i64>) {
        let trend = &mut self.part(slot).trend;
        if trend.is_empty() {
            *trend = totals;
        } else {
            trend.iter_mut().zip(totals).for_each(|(sum, total)| *sum += total);
        }
    }

    fn add_to_days(&mut self, follow_up: bool, day: ReportingDay, sums: &BandSums) {
        let place = self.place_of(day);
        if let Some(of_day) = place.and_then(|place| self.days.get_mut(place)) {
            of_day.add(follow_up, sums);
        }
    }

    fn place_of(&self, day: ReportingDay) -> Option<usize> {
        place_of(self.asked.trend_from(), day)
    }
}
