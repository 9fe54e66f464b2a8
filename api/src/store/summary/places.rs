//! Whose rows a table has, as organizations were called at an instant, and until when their reports are in time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::ReportingDay;
use shared::correction::{PlacedPolicy, deadline, policy_on};
use shared::organization::{Organization, OrganizationKind, OrganizationRef};
use shared::summary::{Level, Named, Part};
use uuid::Uuid;

use super::{Key, Slot};
use crate::entity::Micros;
use crate::store::organization::Sight;
use crate::store::rows::{self, Answers, Column, Questions};
use crate::store::sql::Sql;
use crate::store::{Reading, StoreError};

/// An organization that a table may speak of.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) named: Named,
    active: bool,
}

impl Place {
    fn kind(&self) -> OrganizationKind {
        self.named.organization.kind
    }

    /// Whether units stand below it.
    fn is_area(&self) -> bool {
        matches!(self.kind(), OrganizationKind::HealthCenter | OrganizationKind::Prefecture)
    }

    /// Whether its row is shown: who doesn't take part any more has none, unless there are figures.
    pub(super) fn is_shown(&self, level: Level, parts: &HashMap<Slot, Part>) -> bool {
        let has_figures = |follow_up| parts.contains_key(&(Key::Row(self.named.organization.id), follow_up));
        self.has_row(level) && (self.active || has_figures(false) || has_figures(true))
    }

    /// Whether figures of a level are counted in a row of its own.
    pub(super) fn has_row(&self, level: Level) -> bool {
        match level {
            Level::Unit => self.kind().reports(),
            Level::HealthCenter => self.kind() == OrganizationKind::HealthCenter,
            Level::Prefecture => self.kind() == OrganizationKind::Prefecture,
            Level::Nation => false,
        }
    }

    /// Where something that belongs to it is counted.
    pub(super) fn slot(&self, level: Level, places: &[Self]) -> Slot {
        let follow_up = self.kind() == OrganizationKind::FollowUpCenter;
        let key = match level {
            Level::Unit | Level::HealthCenter if self.has_row(level) => Key::Row(self.named.organization.id),
            Level::Prefecture => keys(level, places).of_code(self.named.prefecture_code.as_deref().unwrap_or_default()),
            _ => Key::Nobody,
        };
        (key, follow_up)
    }
}

/// In whose row figures are counted, by the id or code that they bear.
#[derive(Debug)]
pub(super) struct Keys {
    by_id: HashMap<Uuid, Uuid>,
    by_code: HashMap<String, Uuid>,
}

impl Keys {
    /// Of a unit or an area.
    pub(super) fn of(&self, id: Uuid) -> Key {
        self.by_id.get(&id).map_or(Key::Nobody, |row| Key::Row(*row))
    }

    /// Of a prefecture's code.
    pub(super) fn of_code(&self, code: &str) -> Key {
        self.by_code.get(code).map_or(Key::Nobody, |row| Key::Row(*row))
    }
}

/// In whose row everything is counted at a level.
pub(super) fn keys(level: Level, places: &[Place]) -> Keys {
    let code = |place: &Place| place.named.prefecture_code.clone().unwrap_or_default();
    let rows = || places.iter().filter(|place| place.has_row(level));
    let by_code: HashMap<String, Uuid> = if level == Level::Prefecture {
        rows().map(|place| (code(place), place.named.organization.id)).collect()
    } else {
        HashMap::new()
    };
    let by_id = if level == Level::Prefecture {
        let of = |place: &Place| Some((place.named.organization.id, *by_code.get(&code(place))?));
        places.iter().filter_map(of).collect()
    } else {
        rows().map(|place| (place.named.organization.id, place.named.organization.id)).collect()
    };
    Keys { by_id, by_code }
}

/// An organization as it was called at an instant, with [`was`] joined to it.
pub(super) const CALLED: &str = "o.id, o.kind, COALESCE(was.name, o.name) AS name, COALESCE(was.kana, o.kana) AS kana, \
    o.prefecture_code, COALESCE(was.active, o.active) AS active";

/// What organizations were called at an instant, where that has changed since.
pub(super) fn was(as_of: &str) -> String {
    format!(
        "LEFT JOIN organization_before was ON was.organization_id = o.id AND was.until = (\
         SELECT MIN(until) FROM organization_before later WHERE later.organization_id = o.id AND later.until > {as_of})"
    )
}

/// How they are asked for.
pub(super) const COLUMNS: [Column; 6] = [
    Column::Id("id"),
    Column::Plain("kind"),
    Column::Plain("name"),
    Column::Plain("kana"),
    Column::Plain("prefecture_code"),
    Column::Flag("active"),
];

/// A row that has the columns of [`CALLED`].
pub(super) type Called = (Uuid, OrganizationKind, String, String, Option<String>, bool);

impl From<Called> for Place {
    fn from((id, kind, name, kana, prefecture_code, active): Called) -> Self {
        let organization = OrganizationRef { id, kind, name };
        Self { named: Named { organization, prefecture_code, kana }, active }
    }
}

/// Areas, and what lies above them.
const AREAS: &str = "o.kind IN ('ministry', 'prefecture', 'health_center')";

/// Whether a table is of prefectures or the nation as a whole, which does without most centers: of the nation's hundreds, it
/// needs those alone that have a policy of their own.
pub(super) fn is_wide(sight: Sight, level: Level) -> bool {
    sight.everything && matches!(level, Level::Prefecture | Level::Nation)
}

/// Which organizations a table names, and whose policies hold for it.
pub(super) fn named_in(sight: Sight, level: Level) -> &'static str {
    if is_wide(sight, level) {
        // One condition: for two of which either may hold PostgreSQL reads through all organizations.
        return "o.id IN (SELECT id FROM organization WHERE kind IN ('ministry', 'prefecture') \
            UNION SELECT organization_id FROM correction_policy)";
    }
    if level == Level::Unit { "o.kind IN ('health_center', 'institution', 'follow_up_center')" } else { AREAS }
}

/// Some of the organizations in sight, as they were called at an instant.
pub(super) fn called_in(sql: &mut Sql, sight: Sight, of_kinds: &str, as_of: Micros) {
    sql.begin_below(sight);
    let as_of = sql.bind(as_of);
    sql.push(&format!(
        "SELECT {CALLED} FROM organization o {} WHERE {of_kinds} AND o.created_at <= {as_of}",
        was(&as_of)
    ));
    sql.and_below(sight, "o.id");
}

/// Asks for the organizations in sight that a table of a level speaks of, and those whose policies hold for it.
pub(super) fn ask(questions: &mut Questions, sight: Sight, level: Level, as_of: Micros) -> rows::Place {
    questions.ask_of(&COLUMNS, |sql| called_in(sql, sight, named_in(sight, level), as_of))
}

/// Reads the answer.
pub(super) fn read(answers: &Answers, asked: &rows::Place) -> Result<Vec<Place>, StoreError> {
    Ok(answers.rows::<Called>(asked)?.into_iter().map(Place::from).collect())
}

impl Reading {
    /// In whose row what bears an area is counted, where `places` are those that a table of the level speaks of.
    pub(super) async fn keys_of_areas(
        &self,
        sight: Sight,
        level: Level,
        places: &[Place],
        as_of: Micros,
    ) -> Result<Keys, StoreError> {
        if !is_wide(sight, level) {
            return Ok(keys(level, places));
        }
        let mut questions = self.questions();
        let areas = questions.ask_of(&COLUMNS, |sql| called_in(sql, sight, AREAS, as_of));
        Ok(keys(level, &read(&self.answers(questions).await?, &areas)?))
    }
}

/// When the deadline of a day has passed for all areas in sight, by the policies that have begun.
pub(super) fn deadline_of(
    upwards: &[Organization],
    places: &[Place],
    policies: &[PlacedPolicy],
    day: ReportingDay,
) -> DateTime<Utc> {
    let of_chain = |chain: &[Uuid]| deadline(&policy_on(day, chain, policies), day);
    let above = Above::of(upwards, places);
    let of_areas = places.iter().filter(|place| place.is_area()).map(|area| of_chain(&above.chain(area))).max();
    of_areas.unwrap_or_else(|| {
        let chain: Vec<Uuid> = upwards.iter().map(|organization| organization.id).collect();
        of_chain(&chain)
    })
}

/// What stands above areas.
struct Above<'a> {
    ministry: Option<Uuid>,
    /// By code.
    prefectures: HashMap<&'a str, Uuid>,
}

impl<'a> Above<'a> {
    fn of(upwards: &'a [Organization], places: &'a [Place]) -> Self {
        let here = places
            .iter()
            .map(|place| (place.named.organization.id, place.kind(), place.named.prefecture_code.as_deref()));
        let known = here.chain(upwards.iter().map(|one| (one.id, one.kind, one.prefecture_code.as_deref())));
        let mut above = Self { ministry: None, prefectures: HashMap::new() };
        for (id, kind, code) in known {
            match (kind, code) {
                (OrganizationKind::Ministry, _) => above.ministry = Some(id),
                (OrganizationKind::Prefecture, Some(code)) => {
                    above.prefectures.insert(code, id);
                }
                _ => {}
            }
        }
        above
    }

    /// An area, its prefecture and the ministry.
    fn chain(&self, area: &Place) -> Vec<Uuid> {
        let own = area.named.organization.id;
        let code = area.named.prefecture_code.as_deref();
        let prefecture =
            code.and_then(|code| self.prefectures.get(code)).copied().filter(|prefecture| *prefecture != own);
        [Some(own), prefecture, self.ministry].into_iter().flatten().collect()
    }
}
