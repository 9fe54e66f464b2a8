//! Coverage: what is known of every unit's day, by area and unit by unit.

pub(super) mod areas;
pub(super) mod counted;
mod desk;
pub(super) mod schedule;

use std::collections::HashMap;

use sea_orm::{QueryResult, Value};
use shared::ReportingDay;
use shared::age_band::BandCounts;
use shared::calendar::{OpeningDays, OpeningFrom, is_scheduled};
use shared::coverage::{AreaCoverage, Coverage, LOOK_BACK, Pattern, UnitCoverage};
use shared::history::{DayFacts, DayState, day_state};
use shared::holidays::Holidays;
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::report::Channel;
use uuid::Uuid;

use areas::{By, Whose};

use super::contact::note;
use super::organization::{BELOW, Sight};
use super::submission::Content;
use super::{Days, Reading, StoreError, profile};
use crate::entity::Micros;
use crate::entity::words::{ChannelWord, KindWord, StatementWord};

/// Units are found by the tree, never by their kind (which is why it isn't compared as it stands): SQLite, which plans
/// without statistics, would read through all institutions of the nation for a handful of them. Nor does it turn a
/// `CROSS JOIN` around, as it would a `JOIN`: the nation's whole tree beside a center's few units.
///
/// What was known at the instant `$4` of the day `$3` of units `up`, which are found from what lies `below` the
/// organization `$1` in the tree of `$2`.
macro_rules! facts {
    ($columns:literal, $more:literal, $units:literal) => {
        concat!(
            "SELECT u.id, u.kind, COALESCE(was.active, u.active) AS active, area.id AS area_id, area.kind AS area_kind, area.name AS area_name,
                s.id AS report_id, s.content, st.kind AS statement, st.stated_at,
                CASE WHEN EXISTS (
                    SELECT 1 FROM ledger_entry l JOIN submission late ON late.id = l.submission_id
                    WHERE l.unit_id = u.id AND l.target_day = $3 AND l.kind <> 'report' AND late.revision IS NULL
                        AND l.recorded_at <= $4
                ) THEN 1 ELSE 0 END AS supplemented ",
            $columns,
            "FROM below CROSS JOIN organization_parent up
            JOIN organization u ON u.id = up.child_id AND (u.kind || '') IN ('institution', 'follow_up_center')
                AND u.created_at <= $4
            JOIN organization area ON area.id = up.parent_id
            LEFT JOIN submission s ON s.unit_id = u.id AND s.entry_day = $3 AND s.revision = (
                SELECT MAX(revision) FROM submission newest
                WHERE newest.unit_id = u.id AND newest.entry_day = $3 AND newest.recorded_at <= $4)
            LEFT JOIN day_statement st ON st.unit_id = u.id AND st.day = $3 AND st.stated_at <= $4
                AND (st.withdrawn_at IS NULL OR st.withdrawn_at > $4)
            LEFT JOIN organization_before was ON was.organization_id = u.id AND was.until = (
                SELECT MIN(until) FROM organization_before later
                WHERE later.organization_id = u.id AND later.until > $4) ",
            $more,
            $units
        )
    };
}

/// What the ministry sees: the nation, whatever the tree says.
const EVERYTHING: &str = "WITH below (id) AS (SELECT id FROM organization WHERE id = $1 OR id <> $1)\n";

/// The opening days that hold on that day.
macro_rules! standings {
    ($units:literal) => {
        facts!(
            ", opening.weekdays, opening.open_on_holidays ",
            "LEFT JOIN opening_days opening ON opening.unit_id = u.id AND opening.valid_from = (
                SELECT MAX(valid_from) FROM opening_days dated WHERE dated.unit_id = u.id AND dated.valid_from <= $3) ",
            $units
        )
    };
}

/// The units that stood in an area in sight on that day, wherever they stand today: figures of earlier days stay.
const OF_AREAS: &str = standings!(
    "WHERE up.parent_id = below.id AND up.valid_from = (
        SELECT MAX(valid_from) FROM organization_parent dated
        WHERE dated.child_id = up.child_id AND dated.valid_from <= $3) "
);

/// The units in sight today, wherever they stood on that day.
const OF_SEEN: &str = standings!(
    "WHERE up.child_id = below.id AND up.valid_from = (
        SELECT MAX(valid_from) FROM organization_parent dated
        WHERE dated.child_id = up.child_id AND dated.valid_from <= $3) "
);

/// The units in sight today, with what one needs to telephone.
const OF_UNITS: &str = facts!(
    ", u.name, u.kana, u.institution_code, u.telephone, s.channel, s.arrived_at, st.channel AS statement_channel,
    profile.content AS profile, note.outcome, note.note, note.noted_at, writer.display_name AS noted_by,
    (SELECT COUNT(*) FROM arrival a JOIN arrival_batch b ON b.id = a.batch_id AND b.day = $3
        WHERE a.unit_id = u.id AND NOT EXISTS (SELECT 1 FROM arrival_outcome o WHERE o.arrival_id = a.id)) AS waiting,
    (SELECT MIN(valid_from) FROM organization_parent first WHERE first.child_id = u.id) AS registered_from,
    (SELECT MAX(entry_day) FROM submission last WHERE last.unit_id = u.id AND last.entry_day <= $3) AS last_report,
    (SELECT MAX(day) FROM day_statement last
        WHERE last.unit_id = u.id AND last.day <= $3 AND last.withdrawn_at IS NULL) AS last_statement ",
    "LEFT JOIN unit_profile profile ON profile.unit_id = u.id
    LEFT JOIN contact_note note ON note.unit_id = u.id AND note.day = $3 AND note.noted_at = (
        SELECT MAX(noted_at) FROM contact_note newest WHERE newest.unit_id = u.id AND newest.day = $3)
    LEFT JOIN account writer ON writer.id = note.noted_by ",
    "WHERE up.child_id = below.id AND up.valid_from = (
        SELECT MAX(valid_from) FROM organization_parent dated
        WHERE dated.child_id = up.child_id AND dated.valid_from <= $2) "
);

/// All opening days of the units in sight that had begun by that day.
const OPENING: &str = "SELECT o.unit_id, o.valid_from, o.weekdays, o.open_on_holidays
    FROM below CROSS JOIN opening_days o WHERE o.unit_id = below.id AND o.valid_from <= $3";
/// The areas in sight, each with its prefecture on that day.
const AREAS: &str = "SELECT area.id, area.kind, area.name, COALESCE(above.id, area.id) AS prefecture_id,
        COALESCE(above.kind, area.kind) AS prefecture_kind, COALESCE(above.name, area.name) AS prefecture_name
    FROM below JOIN organization area ON area.id = below.id AND area.kind IN ('prefecture', 'health_center')
    LEFT JOIN organization_parent up ON up.child_id = area.id AND up.valid_from = (
        SELECT MAX(valid_from) FROM organization_parent dated WHERE dated.child_id = area.id AND dated.valid_from <= $3)
    LEFT JOIN organization above ON above.id = up.parent_id AND above.kind = 'prefecture'
    ORDER BY area.prefecture_code, CASE area.kind WHEN 'prefecture' THEN 1 ELSE 0 END, area.kana, area.id";

/// As of now: nothing is recorded later.
const NOW: Micros = Micros(i64::MAX);

/// By which day's tree units are in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// Those that stood below the organization on the day in question.
    OnTheDay,
    /// Those that stand below it today, with their history.
    Today,
}

/// How a unit stood on a day.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) unit_id: Uuid,
    pub(super) kind: OrganizationKind,
    /// In whose row it stood.
    pub(super) area: OrganizationRef,
    pub(super) scheduled: bool,
    pub(super) state: DayState,
}

/// What is known of a unit's day.
struct Known {
    unit_id: Uuid,
    kind: OrganizationKind,
    active: bool,
    area: OrganizationRef,
    report_id: Option<Uuid>,
    facts: DayFacts,
}

impl Reading {
    /// How the units of every area in sight stood on a day, in the order of prefectures and the areas' readings.
    ///
    /// # Errors
    /// What the database says.
    pub async fn area_coverage(&self, sight: Sight, day: ReportingDay) -> Result<Vec<AreaCoverage>, StoreError> {
        let below_notifications = self.areas_below_notifications(sight, day).await?;
        let mut counted = HashMap::<Uuid, Coverage>::new();
        match self.counted(sight, day, By::Area).await? {
            Some(of_areas) => {
                for one in of_areas {
                    if let Whose::Area(id) = one.whose {
                        counted.entry(id).or_default().merge(&one.coverage);
                    }
                }
            }
            None => {
                for unit in self.standings(sight, day, NOW, Whereabouts::OnTheDay).await? {
                    counted.entry(unit.area.id).or_default().add(unit.scheduled, unit.state);
                }
            }
        }
        let rows = self.below(sight, day, AREAS, None).await?;
        let mut areas = rows.iter().map(|row| area_coverage(row, &counted)).collect::<Result<Vec<_>, _>>()?;
        let desks = if sight.everything { None } else { Some(self.desks(sight, day).await?) };
        for area in &mut areas {
            area.below_notifications = below_notifications.get(&area.area.id).copied().unwrap_or_default();
            area.desk = desks.as_ref().map(|desks| desks.get(&area.area.id).copied().unwrap_or_default());
        }
        // Nothing may stand directly below a prefecture.
        let is_shown = |area: &AreaCoverage| {
            area.area.kind != OrganizationKind::Prefecture || area.coverage != Coverage::default()
        };
        Ok(areas.into_iter().filter(is_shown).collect())
    }

    /// What is known of the day of every unit in sight, those first from which most is probably missing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unit_coverage(&self, sight: Sight, day: ReportingDay) -> Result<Vec<UnitCoverage>, StoreError> {
        let mut units = self.units(sight, day, below(sight, day, OF_UNITS, Some(NOW))).await?;
        units.sort_by(|one, other| rank(one).cmp(&rank(other)));
        Ok(units)
    }

    /// What is known of the day of the units that a question finds.
    async fn units(
        &self,
        sight: Sight,
        day: ReportingDay,
        (text, values): (String, Vec<Value>),
    ) -> Result<Vec<UnitCoverage>, StoreError> {
        let holidays = self.holidays(Days { from: day.minus(LOOK_BACK), to: day }).await?;
        let mut openings = HashMap::<Uuid, Vec<OpeningFrom>>::new();
        for row in self.below(sight, day, OPENING, None).await? {
            let valid_from = ReportingDay(row.try_get("", "valid_from")?);
            openings.entry(row.try_get("", "unit_id")?).or_default().extend(opening(&row, valid_from)?);
        }
        let rows = self.rows(text, values).await?;
        let mut units = Vec::with_capacity(rows.len());
        for row in &rows {
            let known = known(row)?;
            let opening = openings.get(&known.unit_id).map_or(&[][..], Vec::as_slice);
            units.push(unit_coverage(row, known, day, opening, &holidays)?);
        }
        Ok(units)
    }

    /// What was known at an instant of the day of every unit in sight.
    pub(super) async fn standings(
        &self,
        sight: Sight,
        day: ReportingDay,
        as_of: Micros,
        whereabouts: Whereabouts,
    ) -> Result<Vec<Standing>, StoreError> {
        let holidays = self.holidays(Days::one(day)).await?;
        let question = match whereabouts {
            Whereabouts::OnTheDay => OF_AREAS,
            Whereabouts::Today => OF_SEEN,
        };
        let standing = |row: &QueryResult| {
            let mut known = known(row)?;
            let opening: Vec<OpeningFrom> = opening(row, day)?.into_iter().collect();
            let scheduled = is_scheduled(day, known.kind, known.active, &opening, &holidays);
            known.facts.scheduled = scheduled;
            let Known { unit_id, kind, area, facts, .. } = known;
            Ok(Standing { unit_id, kind, area, scheduled, state: day_state(day, &facts) })
        };
        self.below(sight, day, question, Some(as_of)).await?.iter().map(standing).collect()
    }

    /// The rows of a question that goes on after what lies below an organization.
    pub(super) async fn below(
        &self,
        sight: Sight,
        day: ReportingDay,
        question: &str,
        as_of: Option<Micros>,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let (text, values) = below(sight, day, question, as_of);
        self.rows(text, values).await
    }
}

/// A question that begins with what is in sight, and its parameters.
fn below(sight: Sight, day: ReportingDay, question: &str, as_of: Option<Micros>) -> (String, Vec<Value>) {
    let (text, mut values): (_, Vec<Value>) = if sight.everything {
        // Nothing is asked of today's tree, and a parameter that isn't used has no type.
        let text = format!("{EVERYTHING}{question}").replace("$3", "$2").replace("$4", "$3");
        (text, vec![sight.organization_id.into(), day.0.into()])
    } else {
        let values = vec![sight.organization_id.into(), sight.day.0.into(), day.0.into()];
        (format!("{BELOW}{question}"), values)
    };
    values.extend(as_of.map(Value::from));
    (text, values)
}

/// The questions behind the list of who is missing, for whoever looks at their plans.
#[cfg(test)]
pub(super) fn of_missing(sight: Sight, day: ReportingDay) -> [(String, Vec<Value>); 2] {
    [below(sight, day, OPENING, None), below(sight, day, OF_UNITS, Some(NOW))]
}

#[cfg(test)]
pub(super) use desk::questions as of_desks;

/// The order of the list: the most probably missing first, then the longest silent, then by reading.
fn rank(unit: &UnitCoverage) -> impl Ord + '_ {
    use std::cmp::Reverse;
    (Reverse(unit.missing_tenths), Reverse(unit.silent_days), &unit.kana, unit.unit_id)
}

fn known(row: &QueryResult) -> Result<Known, StoreError> {
    let content: Option<String> = row.try_get("", "content")?;
    let report = content.map(|content| counts(&content)).transpose()?;
    let statement: Option<StatementWord> = row.try_get("", "statement")?;
    let stated_at: Option<Micros> = row.try_get("", "stated_at")?;
    Ok(Known {
        unit_id: row.try_get("", "id")?,
        kind: row.try_get::<KindWord>("", "kind")?.into(),
        active: row.try_get("", "active")?,
        area: organization(row, "area_id", "area_kind", "area_name")?,
        report_id: row.try_get("", "report_id")?,
        facts: DayFacts {
            scheduled: false,
            report,
            statement: statement.map(Into::into).zip(stated_at.map(Micros::utc)),
            supplemented: row.try_get::<i32>("", "supplemented")? == 1,
        },
    })
}

fn counts(content: &str) -> Result<BandCounts, StoreError> {
    let content: Content = serde_json::from_str(content).map_err(|error| StoreError::Damaged(error.to_string()))?;
    Ok(content.counts)
}

fn organization(row: &QueryResult, id: &str, kind: &str, name: &str) -> Result<OrganizationRef, StoreError> {
    Ok(OrganizationRef {
        id: row.try_get("", id)?,
        kind: row.try_get::<KindWord>("", kind)?.into(),
        name: row.try_get("", name)?,
    })
}

/// The opening days of a row, where it has any.
fn opening(row: &QueryResult, valid_from: ReportingDay) -> Result<Option<OpeningFrom>, StoreError> {
    let Some(weekdays) = row.try_get::<Option<i32>>("", "weekdays")? else { return Ok(None) };
    let on_holidays: Option<bool> = row.try_get("", "open_on_holidays")?;
    let opening = u8::try_from(weekdays).ok().and_then(|bits| OpeningDays::from_bits(bits, on_holidays == Some(true)));
    let opening = opening.ok_or_else(|| StoreError::Damaged(format!("opening days from {valid_from}")))?;
    Ok(Some(OpeningFrom { valid_from, opening }))
}

fn area_coverage(row: &QueryResult, counted: &HashMap<Uuid, Coverage>) -> Result<AreaCoverage, StoreError> {
    let area = organization(row, "id", "kind", "name")?;
    let prefecture = organization(row, "prefecture_id", "prefecture_kind", "prefecture_name")?;
    let coverage = counted.get(&area.id).copied().unwrap_or_default();
    Ok(AreaCoverage { area, prefecture, coverage, percent: coverage.percent(), below_notifications: 0, desk: None })
}

fn unit_coverage(
    row: &QueryResult,
    known: Known,
    day: ReportingDay,
    opening: &[OpeningFrom],
    holidays: &Holidays,
) -> Result<UnitCoverage, StoreError> {
    let profile = row.try_get::<Option<String>>("", "profile")?;
    let profile = profile.map(|content| profile::parse(&content)).transpose()?.unwrap_or_default();
    let date = |column: &str| Ok::<_, StoreError>(row.try_get::<Option<_>>("", column)?.map(ReportingDay));
    let pattern = Pattern {
        kind: known.kind,
        active: known.active,
        opening,
        holidays,
        profile: &profile,
        last_heard: date("last_report")?.max(date("last_statement")?),
        registered_from: date("registered_from")?.unwrap_or(day),
    };
    let facts = DayFacts { scheduled: pattern.is_scheduled(day), ..known.facts };
    let state = day_state(day, &facts);
    let is_missing = state == DayState::Missing;
    let channel = row.try_get::<Option<ChannelWord>>("", "channel")?;
    let channel = channel.or(row.try_get("", "statement_channel")?);
    let arrived_at = row.try_get::<Option<Micros>>("", "arrived_at")?.map(Micros::utc);
    Ok(UnitCoverage {
        unit_id: known.unit_id,
        kind: known.kind,
        name: row.try_get("", "name")?,
        kana: row.try_get("", "kana")?,
        institution_code: row.try_get("", "institution_code")?,
        telephone: row.try_get("", "telephone")?,
        area: known.area,
        scheduled: facts.scheduled,
        state,
        channel: channel.map(Channel::from),
        known_since: arrived_at.or(facts.statement.map(|(_, stated_at)| stated_at)),
        report_id: known.report_id,
        usual_tenths: pattern.usual_tenths(day),
        silent_days: if is_missing { u32::try_from(pattern.silence(day).count()).unwrap_or(u32::MAX) } else { 0 },
        missing_tenths: if is_missing { pattern.missing_tenths(day) } else { 0 },
        pointed_out: is_missing && pattern.is_pointed_out(day),
        waiting_arrivals: u32::try_from(row.try_get::<i64>("", "waiting")?).unwrap_or(u32::MAX),
        last_note: note(row)?,
    })
}
