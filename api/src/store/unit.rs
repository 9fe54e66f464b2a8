//! What the writer needs to know of reporting units: name, place in the tree by day, profile.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use shared::ReportingDay;
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::reporting_day::Profile;
use uuid::Uuid;

use super::error::StoreError;
use super::profile;
use super::rows::select_in;
use crate::entity::words::KindWord;

/// With what the day of the first parameter has already: the unit's newest report, and the counter of its prefecture.
/// Each is a question of its own, so that it is looked up by its key whatever a planner believes of the tables: joined,
/// PostgreSQL reads whole tables for a batch while it doesn't know yet that they have grown.
const UNITS: &str = "SELECT o.id, o.kind, o.name, o.prefecture_code, t.valid_from, t.parent_id, \
     (SELECT content FROM unit_profile WHERE unit_id = o.id), \
     (SELECT id FROM submission WHERE unit_id = o.id AND entry_day = $1 AND revision IS NOT NULL \
      ORDER BY revision DESC LIMIT 1), \
     (SELECT last FROM receipt_counter WHERE entry_day = $1 AND prefecture_code = o.prefecture_code) \
     FROM organization o LEFT JOIN organization_parent t ON t.child_id = o.id WHERE o.id";

/// A reporting unit.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) organization: OrganizationRef,
    pub(crate) prefecture_code: String,
    pub(crate) profile: Profile,
    parents: Vec<(NaiveDate, Uuid)>,
}

/// A unit on a day.
#[derive(Debug, Clone)]
pub(crate) struct OnDay {
    pub(crate) unit: Unit,
    /// Its report of the day, in the newest revision.
    pub(crate) report: Option<Uuid>,
    /// The last number that its prefecture has given to a receipt of the day.
    pub(crate) counter: Option<i32>,
}

impl Unit {
    /// The organization in whose row of a table the unit stands on a day: a health center in its own, any other in its
    /// parent's. Days before the unit was registered belong to its first parent.
    pub(crate) fn area(&self, day: ReportingDay) -> Uuid {
        if self.organization.kind == OrganizationKind::HealthCenter {
            return self.organization.id;
        }
        let of_day = self.parents.iter().filter(|(from, _)| *from <= day.0).max_by_key(|(from, _)| *from);
        let parent = of_day.or_else(|| self.parents.iter().min_by_key(|(from, _)| *from));
        parent.map_or(self.organization.id, |(_, parent)| *parent)
    }
}

/// The units of these ids, with their profiles, as they stand on a day.
pub(crate) async fn load(
    db: &impl ConnectionTrait,
    day: ReportingDay,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, OnDay>, StoreError> {
    let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![(*id).into()]).collect();
    let mut units = HashMap::with_capacity(ids.len());
    for row in select_in(db, UNITS, &[day.0.into()], &keys, "").await? {
        let id: Uuid = row.try_get_by_index(0)?;
        let on_day = match units.entry(id) {
            Entry::Occupied(unit) => unit.into_mut(),
            Entry::Vacant(place) => place.insert(OnDay {
                unit: read(id, &row)?,
                report: row.try_get_by_index(7)?,
                counter: row.try_get_by_index(8)?,
            }),
        };
        if let (Some(from), Some(parent)) = (row.try_get_by_index(4)?, row.try_get_by_index(5)?) {
            on_day.unit.parents.push((from, parent));
        }
    }
    Ok(units)
}

fn read(id: Uuid, row: &QueryResult) -> Result<Unit, StoreError> {
    let kind: KindWord = row.try_get_by_index(1)?;
    let content: Option<String> = row.try_get_by_index(6)?;
    Ok(Unit {
        organization: OrganizationRef { id, kind: kind.into(), name: row.try_get_by_index(2)? },
        prefecture_code: row.try_get_by_index::<Option<String>>(3)?.unwrap_or_default(),
        profile: content.map_or_else(|| Ok(Profile::default()), |content| profile::parse(&content))?,
        parents: Vec::new(),
    })
}
