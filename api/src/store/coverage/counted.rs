//! How many units of an area stand how on a day, counted with every change, so that a nation's day needs no row a unit.
//!
//! Only now is counted: what was known at an earlier instant is found unit by unit.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement, Value};
use shared::ReportingDay;
use shared::calendar::{OpeningFrom, is_scheduled};
use shared::coverage::Coverage;
use shared::history::{DayFacts, day_state};
use shared::organization::OrganizationKind;
use uuid::Uuid;

use super::{counts, opening};
use crate::entity::Micros;
use crate::entity::words::{KindWord, StatementWord};
use crate::store::batch::{Batch, Insert, raising};
use crate::store::rows::select_in;
use crate::store::{Days, StoreError, WriteContext, holidays};

/// A row's key. Its order is the order in which rows are raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountKey {
    /// The day.
    pub day: ReportingDay,
    /// In whose row the units stand.
    pub area_id: Uuid,
    /// The units' kind, in snake case.
    pub unit_kind: String,
}

/// What a row holds: reported, zero, late and closed of scheduled units, and the extra.
pub type Counts = [i64; 5];

const KEY: [&str; 3] = ["day", "area_id", "unit_kind"];
const COLUMNS: [&str; 8] = ["day", "area_id", "unit_kind", "reported", "zero", "late", "closed", "extra"];
static RAISE: LazyLock<String> = LazyLock::new(|| raising("coverage_rollup", &KEY, &COLUMNS[KEY.len()..]));
static ROWS: LazyLock<Insert> =
    LazyLock::new(|| Insert { table: "coverage_rollup", columns: &COLUMNS, conflict: RAISE.as_str() });

/// Rows, or changes of rows.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Counted(pub(crate) BTreeMap<CountKey, Counts>);

impl Counted {
    /// Adds a unit's day as it stands, so many times: −1 takes it back.
    pub(crate) fn add(
        &mut self,
        (area_id, unit_kind): (Uuid, OrganizationKind),
        day: ReportingDay,
        facts: &DayFacts,
        times: i64,
    ) {
        let mut one = Coverage::default();
        one.add(facts.scheduled, day_state(day, facts));
        let of = [one.reported, one.zero, one.late, one.closed, one.extra].map(i64::from);
        if of != Counts::default() {
            let key = CountKey { day, area_id, unit_kind: unit_kind.key().to_owned() };
            let row = self.0.entry(key).or_default();
            row.iter_mut().zip(of).for_each(|(sum, number)| *sum += number * times);
        }
    }

    /// Takes others away.
    fn minus(mut self, others: &Self) -> Self {
        for (key, of) in &others.0 {
            let row = self.0.entry(key.clone()).or_default();
            row.iter_mut().zip(of).for_each(|(sum, number)| *sum -= number);
        }
        self
    }

    /// Raises the rows.
    pub(crate) fn store(self, batch: &mut Batch) -> Result<(), StoreError> {
        let mut values: Vec<Value> = Vec::new();
        for (key, counts) in self.0.into_iter().filter(|(_, counts)| *counts != Counts::default()) {
            values.extend([key.day.0.into(), key.area_id.into(), Value::from(key.unit_kind)]);
            values.extend(counts.map(Value::from));
        }
        batch.insert(&ROWS, values)
    }
}

/// How units stood before something of them changed.
#[derive(Debug)]
pub(crate) struct Before {
    units: Vec<Uuid>,
    days: Days,
    counted: Counted,
}

impl Before {
    /// Remembers how a unit stands on some days.
    pub(crate) async fn change(context: &WriteContext<'_>, unit: Uuid, days: Days) -> Result<Self, StoreError> {
        Self::change_of(context, vec![unit], days).await
    }

    /// Remembers how units stand on some days.
    pub(crate) async fn change_of(
        context: &WriteContext<'_>,
        units: Vec<Uuid>,
        days: Days,
    ) -> Result<Self, StoreError> {
        let counted = of_units(context.db(), &units, days).await?;
        Ok(Self { units, days, counted })
    }

    /// Raises the rows by what is different now.
    pub(crate) async fn raise(self, context: &WriteContext<'_>) -> Result<(), StoreError> {
        let now = of_units(context.db(), &self.units, self.days).await?;
        let mut batch = Batch::new(ConnectionTrait::get_database_backend(context.db()));
        now.minus(&self.counted).store(&mut batch)?;
        batch.run(context.db()).await
    }
}

const UNITS: &str = "SELECT o.id, o.kind, o.active, t.valid_from, t.parent_id FROM organization o \
    JOIN organization_parent t ON t.child_id = o.id WHERE o.kind IN ('institution', 'follow_up_center') AND o.id";
const OPENING: &str = "SELECT unit_id, valid_from, weekdays, open_on_holidays FROM opening_days WHERE unit_id";
const REPORTS: &str = "SELECT unit_id, entry_day AS day, revision, content FROM submission \
    WHERE revision IS NOT NULL AND entry_day BETWEEN $1 AND $2 AND unit_id";
const STATEMENTS: &str = "SELECT unit_id, day, kind, stated_at FROM day_statement \
    WHERE withdrawn_at IS NULL AND day BETWEEN $1 AND $2 AND unit_id";
const SUPPLEMENTS: &str = "SELECT l.unit_id, l.target_day AS day FROM ledger_entry l \
    JOIN submission s ON s.id = l.submission_id AND s.revision IS NULL \
    WHERE l.kind <> 'report' AND l.target_day BETWEEN $1 AND $2 AND l.unit_id";

/// A unit as the register has it.
#[derive(Debug)]
pub(super) struct Registered {
    pub(super) kind: OrganizationKind,
    pub(super) active: bool,
    /// By day, in order.
    pub(super) parents: BTreeMap<ReportingDay, Uuid>,
    pub(super) opening: Vec<OpeningFrom>,
}

impl Registered {
    /// In whose row it stands on a day; none before it was registered.
    pub(super) fn area(&self, day: ReportingDay) -> Option<Uuid> {
        self.parents.range(..=day).next_back().map(|(_, area)| *area)
    }
}

/// What the register says of units that are expected to report.
pub(super) async fn registered(
    db: &DatabaseTransaction,
    units: &[Uuid],
) -> Result<HashMap<Uuid, Registered>, StoreError> {
    let keys: Vec<Vec<Value>> = units.iter().map(|unit| vec![(*unit).into()]).collect();
    let mut known = HashMap::<Uuid, Registered>::new();
    for row in select_in(db, UNITS, &[], &keys, "").await? {
        let kind = row.try_get::<KindWord>("", "kind")?.into();
        let active = row.try_get("", "active")?;
        let unit = known.entry(row.try_get("", "id")?);
        let unit = unit.or_insert_with(|| Registered { kind, active, parents: BTreeMap::new(), opening: Vec::new() });
        unit.parents.insert(day(&row, "valid_from")?, row.try_get("", "parent_id")?);
    }
    for row in select_in(db, OPENING, &[], &keys, "").await? {
        if let Some(unit) = known.get_mut(&row.try_get::<Uuid>("", "unit_id")?) {
            unit.opening.extend(opening(&row, day(&row, "valid_from")?)?);
        }
    }
    Ok(known)
}

/// How units stand on those of some days of which anything is known.
pub(crate) async fn of_units(db: &DatabaseTransaction, units: &[Uuid], days: Days) -> Result<Counted, StoreError> {
    let keys: Vec<Vec<Value>> = units.iter().map(|unit| vec![(*unit).into()]).collect();
    let within: [Value; 2] = [days.from.0.into(), days.to.0.into()];
    let known = registered(db, units).await?;
    let holidays = holidays::within(db, days).await?;
    let mut facts = BTreeMap::<(Uuid, ReportingDay), (i32, DayFacts)>::new();
    for row in select_in(db, REPORTS, &within, &keys, "").await? {
        let (revision, of_day) = facts.entry(unit_day(&row)?).or_default();
        let this: i32 = row.try_get("", "revision")?;
        if this > *revision {
            *revision = this;
            of_day.report = Some(counts(&row.try_get::<String>("", "content")?)?);
        }
    }
    for row in select_in(db, STATEMENTS, &within, &keys, "").await? {
        let (kind, at) = (row.try_get::<StatementWord>("", "kind")?.into(), row.try_get::<Micros>("", "stated_at")?);
        facts.entry(unit_day(&row)?).or_default().1.statement = Some((kind, at.utc()));
    }
    for row in select_in(db, SUPPLEMENTS, &within, &keys, "").await? {
        facts.entry(unit_day(&row)?).or_default().1.supplemented = true;
    }
    let mut counted = Counted::default();
    for ((id, day), (_, mut of_day)) in facts {
        let Some(unit) = known.get(&id) else { continue };
        let Some(area) = unit.area(day) else { continue };
        of_day.scheduled = is_scheduled(day, unit.kind, unit.active, &unit.opening, &holidays);
        counted.add((area, unit.kind), day, &of_day, 1);
    }
    Ok(counted)
}

/// What is stored of an area.
pub(crate) async fn stored(db: &DatabaseTransaction, area: Uuid) -> Result<Counted, StoreError> {
    const OF_AREA: &str = "SELECT * FROM coverage_rollup WHERE area_id = $1";
    let backend = ConnectionTrait::get_database_backend(db);
    let mut counted = Counted::default();
    for row in db.query_all_raw(Statement::from_sql_and_values(backend, OF_AREA, [area.into()])).await? {
        let number = |column: &str| row.try_get::<i64>("", column);
        let key = CountKey { day: day(&row, "day")?, area_id: area, unit_kind: row.try_get("", "unit_kind")? };
        let of_day = [number("reported")?, number("zero")?, number("late")?, number("closed")?, number("extra")?];
        counted.0.insert(key, of_day);
    }
    Ok(counted)
}

fn unit_day(row: &QueryResult) -> Result<(Uuid, ReportingDay), StoreError> {
    Ok((row.try_get("", "unit_id")?, day(row, "day")?))
}

fn day(row: &QueryResult, column: &str) -> Result<ReportingDay, StoreError> {
    Ok(ReportingDay(row.try_get("", column)?))
}

/// The coverage that counts say, where so many units are scheduled.
pub(super) fn coverage(scheduled: i64, [reported, zero, late, closed, extra]: Counts) -> Result<Coverage, StoreError> {
    let number = |number: i64| u32::try_from(number).map_err(|_| StoreError::Damaged(format!("{number} units")));
    Ok(Coverage {
        scheduled: number(scheduled)?,
        reported: number(reported)?,
        zero: number(zero)?,
        late: number(late)?,
        closed: number(closed)?,
        missing: number(scheduled - reported - zero - late - closed)?,
        extra: number(extra)?,
    })
}
