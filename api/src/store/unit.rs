//! What the writer needs to know of reporting units: name, place in the tree by day, profile.

use std::collections::HashMap;

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

const UNITS: &str = "SELECT o.id, o.kind, o.name, o.prefecture_code, t.valid_from, t.parent_id, p.content \
     FROM organization o LEFT JOIN organization_parent t ON t.child_id = o.id \
     LEFT JOIN unit_profile p ON p.unit_id = o.id WHERE o.id";

/// A reporting unit.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) organization: OrganizationRef,
    pub(crate) prefecture_code: String,
    pub(crate) profile: Profile,
    parents: Vec<(NaiveDate, Uuid)>,
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

/// The units of these ids, with their profiles.
pub(crate) async fn load(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Unit>, StoreError> {
    let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![(*id).into()]).collect();
    let mut units = HashMap::with_capacity(ids.len());
    for row in select_in(db, UNITS, &[], &keys, "").await? {
        let id: Uuid = row.try_get_by_index(0)?;
        let unit = match units.entry(id) {
            std::collections::hash_map::Entry::Occupied(unit) => unit.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => place.insert(read(id, &row)?),
        };
        if let (Some(from), Some(parent)) = (row.try_get_by_index(4)?, row.try_get_by_index(5)?) {
            unit.parents.push((from, parent));
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
