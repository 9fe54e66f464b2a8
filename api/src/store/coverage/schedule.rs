//! How many units of an area are scheduled on a day, kept as steps: so many more, or fewer, on each kind of day from a day on.
//! And of which areas what is counted holds.
//!
//! Whoever changes the register voids the counts of the areas concerned (triggers see to it); what changes it through this
//! program carries the counts along and says that they hold again.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement, Value};
use shared::ReportingDay;
use shared::calendar::{KindOfDay, opening_on};
use shared::organization::OrganizationKind;
use uuid::Uuid;

use super::counted::{self, registered};
use crate::entity::words::KindWord;
use crate::store::batch::{Batch, Insert};
use crate::store::rows::select_in;
use crate::store::{Days, StoreError, WriteContext};

/// The columns of a step: its key, and a number for each kind of day.
const COLUMNS: [&str; 3 + KINDS] = {
    let mut columns = [""; 3 + KINDS];
    [columns[0], columns[1], columns[2]] = ["area_id", "valid_from", "unit_kind"];
    let mut kind = 0;
    while kind < KINDS {
        columns[3 + kind] = KindOfDay::KEYS[kind];
        kind += 1;
    }
    columns
};
const KINDS: usize = KindOfDay::ALL.len();
const STEPS: Insert = Insert { table: "area_schedule", columns: &COLUMNS, conflict: "" };
const COUNTED: Insert = Insert { table: "area_counted", columns: &["area_id", "prefecture_code"], conflict: "" };
const CODES: &str = "SELECT id, COALESCE(prefecture_code, '') AS code FROM organization WHERE id";
/// How many areas are counted at once.
const AT_ONCE: usize = 16;

/// The areas whose counts hold before the register changes.
#[derive(Debug)]
pub(crate) struct Holding(BTreeSet<Uuid>);

impl Holding {
    /// Remembers them.
    pub(crate) async fn before(context: &WriteContext<'_>) -> Result<Self, StoreError> {
        Ok(Self(holding(context.db()).await?))
    }

    /// An area that is new, and of which nothing is counted yet.
    pub(crate) fn with(mut self, area: Uuid) -> Self {
        self.0.insert(area);
        self
    }

    /// Counts anew who is scheduled in those that hold no longer, and says that they hold again: what else is counted of
    /// them was carried along.
    pub(crate) async fn again(self, context: &WriteContext<'_>) -> Result<(), StoreError> {
        let still = holding(context.db()).await?;
        let void: Vec<Uuid> = self.0.difference(&still).copied().collect();
        count(context.db(), &void).await
    }
}

async fn holding(db: &DatabaseTransaction) -> Result<BTreeSet<Uuid>, StoreError> {
    ids(db, "SELECT area_id AS id FROM area_counted").await
}

/// The areas whose counts don't hold.
pub(crate) async fn void(db: &DatabaseTransaction) -> Result<BTreeSet<Uuid>, StoreError> {
    ids(
        db,
        "SELECT o.id FROM organization o WHERE o.kind IN ('prefecture', 'health_center') \
         AND NOT EXISTS (SELECT 1 FROM area_counted c WHERE c.area_id = o.id)",
    )
    .await
}

async fn ids(db: &DatabaseTransaction, question: &str) -> Result<BTreeSet<Uuid>, StoreError> {
    let question = Statement::from_string(ConnectionTrait::get_database_backend(db), question);
    let rows = db.query_all_raw(question).await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// The units that ever stood in some areas.
pub(crate) async fn units_of(db: &DatabaseTransaction, areas: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    const UNITS: &str = "SELECT DISTINCT child_id FROM organization_parent WHERE parent_id";
    let rows = select_in(db, UNITS, &[], &keys(areas), "").await?;
    let units: HashSet<Uuid> = rows.iter().map(|row| row.try_get("", "child_id")).collect::<Result<_, _>>()?;
    Ok(units.into_iter().collect())
}

fn keys(areas: &[Uuid]) -> Vec<Vec<Value>> {
    areas.iter().map(|area| vec![(*area).into()]).collect()
}

/// A step: of an area, from a day on, of a kind of units.
pub(crate) type Step = (Uuid, ReportingDay, &'static str);
/// How many more units are open on each kind of day, in their order.
pub(crate) type Units = [i64; KINDS];

/// The steps of some areas, by what the register says.
pub(crate) async fn steps(db: &DatabaseTransaction, areas: &[Uuid]) -> Result<BTreeMap<Step, Units>, StoreError> {
    let mut steps = BTreeMap::<Step, Units>::new();
    let units = units_of(db, areas).await?;
    for unit in registered(db, &units).await?.into_values().filter(|unit| unit.active) {
        let days: BTreeSet<ReportingDay> =
            unit.parents.keys().copied().chain(unit.opening.iter().map(|opening| opening.valid_from)).collect();
        let mut before = None;
        for day in days {
            let opening = opening_on(day, &unit.opening);
            let now = unit.area(day).map(|area| (area, opening));
            for (place, by) in [(before, -1), (now, 1)] {
                let Some((area, opening)) = place.filter(|(area, _)| areas.contains(area)) else { continue };
                let step = steps.entry((area, day, unit.kind.key())).or_default();
                for kind in opening.kinds_of_day() {
                    step[kind as usize] += by;
                }
            }
            before = now;
        }
    }
    steps.retain(|_, units| *units != Units::default());
    Ok(steps)
}

/// Counts who is scheduled in some areas, and says that what is counted of them holds.
pub(crate) async fn count(db: &DatabaseTransaction, areas: &[Uuid]) -> Result<(), StoreError> {
    let backend = ConnectionTrait::get_database_backend(db);
    for areas in areas.chunks(AT_ONCE) {
        let steps = steps(db, areas).await?;
        let ids: Vec<Value> = areas.iter().map(|area| (*area).into()).collect();
        let mut batch = Batch::new(backend);
        batch.delete("area_schedule", None, "area_id", &ids)?;
        batch.delete("area_counted", None, "area_id", &ids)?;
        batch.run(db).await?;
        let mut batch = Batch::new(backend);
        let mut values: Vec<Value> = Vec::new();
        for ((area, day, kind), units) in steps {
            values.extend([area.into(), day.0.into(), Value::from(kind)]);
            values.extend(units.map(Value::from));
        }
        batch.insert(&STEPS, values)?;
        let mut counted: Vec<Value> = Vec::new();
        for row in select_in(db, CODES, &[], &keys(areas), "").await? {
            counted.extend([row.try_get::<Uuid>("", "id")?.into(), row.try_get::<String>("", "code")?.into()]);
        }
        batch.insert(&COUNTED, counted)?;
        batch.run(db).await?;
    }
    Ok(())
}

/// Counts everything of some areas anew.
pub(crate) async fn recount(db: &DatabaseTransaction, areas: &[Uuid]) -> Result<(), StoreError> {
    let backend = ConnectionTrait::get_database_backend(db);
    for area in areas {
        let mut batch = Batch::new(backend);
        batch.delete("coverage_rollup", None, "area_id", &[(*area).into()])?;
        batch.run(db).await?;
        let mut batch = Batch::new(backend);
        of_area(db, *area).await?.store(&mut batch)?;
        batch.run(db).await?;
    }
    count(db, areas).await
}

/// How the units of an area stand, as far as anything is known of them.
pub(crate) async fn of_area(db: &DatabaseTransaction, area: Uuid) -> Result<counted::Counted, StoreError> {
    let units = units_of(db, &[area]).await?;
    let mut counted = counted::of_units(db, &units, Days::ALL).await?;
    counted.0.retain(|key, _| key.area_id == area);
    Ok(counted)
}

/// The steps that are stored of an area.
pub(crate) async fn stored(db: &DatabaseTransaction, area: Uuid) -> Result<BTreeMap<Step, Units>, StoreError> {
    const OF_AREA: &str = "SELECT * FROM area_schedule WHERE area_id = $1";
    let backend = ConnectionTrait::get_database_backend(db);
    let rows = db.query_all_raw(Statement::from_sql_and_values(backend, OF_AREA, [area.into()])).await?;
    let step = |row: &QueryResult| {
        let kind: OrganizationKind = row.try_get::<KindWord>("", "unit_kind")?.into();
        let mut units = Units::default();
        for (number, kind) in units.iter_mut().zip(KindOfDay::ALL) {
            *number = row.try_get("", kind.key())?;
        }
        Ok(((area, ReportingDay(row.try_get("", "valid_from")?), kind.key()), units))
    };
    rows.iter().map(step).collect()
}
