//! The register of organizations, as far as a caller sees it.
//!
//! Sight is jurisdiction: an organization is visible to those at or above its place in today's tree. Whatever lies
//! elsewhere is not found, whether its id came in a path, a query or a body.

use std::collections::HashMap;

use data_encoding::BASE64URL_NOPAD;
use sea_orm::{DbBackend, QueryResult, Value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::organization::{Organization, OrganizationKind, OrganizationRef, Page};
use shared::text::katakana;
use shared::{Caller, ReportingDay};
use uuid::Uuid;

use super::{Reading, StoreError};
use crate::entity::words::KindWord;

/// What a caller can see on a day: its own organization and all below it in that day's tree.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    pub(super) organization_id: Uuid,
    /// Whether it is the nation, whatever the tree says.
    pub(super) everything: bool,
    pub(super) day: ReportingDay,
}

/// What is visible to a caller on a day. Every read starts here.
#[must_use]
pub fn visible_to(caller: &Caller, day: ReportingDay) -> Sight {
    Sight {
        organization_id: caller.organization_id,
        everything: caller.organization_kind == OrganizationKind::Ministry,
        day,
    }
}

/// An organization that the caller sees, with those above it today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InSight {
    /// The organization.
    pub organization: Organization,
    /// Those above it, the nearest first.
    pub above: Vec<Organization>,
}

impl InSight {
    /// The ids of those above it, the nearest first.
    #[must_use]
    pub fn ancestors(&self) -> Vec<Uuid> {
        self.above.iter().map(|organization| organization.id).collect()
    }

    /// The organization as other answers name it.
    #[must_use]
    pub fn reference(&self) -> OrganizationRef {
        reference(&self.organization)
    }

    /// Whom the unit asks: its health center, or for want of one what stands above it.
    #[must_use]
    pub fn center(&self) -> Option<&Organization> {
        self.above
            .iter()
            .find(|organization| organization.kind == OrganizationKind::HealthCenter)
            .or(self.above.first())
    }
}

/// What to look for, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationSearch {
    /// Words that all must occur in the name, kana, code, address or telephone number.
    pub words: Vec<String>,
    /// Only this kind.
    pub kind: Option<OrganizationKind>,
    /// Where the page begins.
    pub after: Option<Cursor>,
    /// How many items at the most.
    pub limit: u32,
}

/// The last item of the page before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "k")]
    kana: String,
    #[serde(rename = "i")]
    id: Uuid,
}

impl Cursor {
    /// Reads a cursor as [`Page::next_cursor`] wrote it; none if nobody wrote it so.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        decode_cursor(text)
    }
}

/// Reads a cursor as [`encode_cursor`] wrote it.
pub(super) fn decode_cursor<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

/// Writes a cursor of plain fields: that can't fail, and an empty cursor would be refused, not misread.
pub(super) fn encode_cursor(cursor: &impl Serialize) -> String {
    BASE64URL_NOPAD.encode(&serde_json::to_vec(cursor).unwrap_or_default())
}

/// Organizations with those above them on the day `$1`, each from below upwards. The tree has four levels; the bound keeps a
/// damaged one from running in circles.
const PATHS: &str = "WITH RECURSIVE path (start, id, depth) AS (
    SELECT id, id, 0 FROM organization WHERE id";
const UPWARDS: &str = "
    UNION ALL
    SELECT path.start, up.parent_id, path.depth + 1 FROM path
    JOIN organization_parent up ON up.child_id = path.id AND path.depth < 8 AND up.valid_from = (
        SELECT MAX(valid_from) FROM organization_parent dated
        WHERE dated.child_id = path.id AND dated.valid_from <= $1))
SELECT path.start, o.id, o.kind, o.name, o.kana, o.institution_code, o.prefecture_code, o.address, o.telephone, o.active
FROM path JOIN organization o ON o.id = path.id
ORDER BY path.start, path.depth";

/// What lies at or below the organization `$1` on the day `$2`.
pub(super) const BELOW: &str = "WITH RECURSIVE below (id) AS (
    SELECT id FROM organization WHERE id = $1
    UNION ALL
    SELECT down.child_id FROM below
    JOIN organization_parent down ON down.parent_id = below.id AND down.valid_from = (
        SELECT MAX(valid_from) FROM organization_parent dated
        WHERE dated.child_id = down.child_id AND dated.valid_from <= $2))\n";

impl Reading {
    /// An organization, if the caller sees it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn organization(&self, sight: Sight, id: Uuid) -> Result<Option<InSight>, StoreError> {
        Ok(self.organizations_in_sight(sight, &[id]).await?.remove(&id))
    }

    /// Those of some organizations that the caller sees, in one question however many they are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn organizations_in_sight(
        &self,
        sight: Sight,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, InSight>, StoreError> {
        let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![(*id).into()]).collect();
        let rows = self.rows_in(PATHS, &[sight.day.0.into()], &keys, UPWARDS).await?;
        let mut paths = HashMap::<Uuid, Vec<Organization>>::new();
        for row in &rows {
            paths.entry(row.try_get("", "start")?).or_default().push(read(row)?);
        }
        // The ministry's jurisdiction is the nation, whether the tree says so or not.
        let is_seen = |organization: &Organization| organization.id == sight.organization_id;
        paths.retain(|_, path| sight.everything || path.iter().any(is_seen));
        Ok(paths.into_iter().filter_map(|(id, path)| Some((id, in_sight(path)?))).collect())
    }

    /// The organizations that the caller sees whose ten-digit code is so, or ends in these last seven digits.
    ///
    /// # Errors
    /// What the database says.
    pub async fn organizations_by_code(&self, sight: Sight, code: &str) -> Result<Vec<InSight>, StoreError> {
        // The last seven digits occur once a prefecture at the most.
        const WHOLE: usize = 10;
        let (condition, value) =
            if code.len() == WHOLE { ("= $1", code.to_owned()) } else { ("LIKE $1", format!("%{code}")) };
        let sql = format!("SELECT id FROM organization WHERE institution_code {condition} ORDER BY id LIMIT 100");
        let rows = self.rows(sql, [value.into()]).await?;
        let ids = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<Uuid>, _>>()?;
        let mut seen = self.organizations_in_sight(sight, &ids).await?;
        Ok(ids.iter().filter_map(|id| seen.remove(id)).collect())
    }

    /// One page of what the caller sees and looks for, by reading of the name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn organizations(
        &self,
        sight: Sight,
        search: &OrganizationSearch,
    ) -> Result<Page<Organization>, StoreError> {
        let (sql, values) = list(sight, search, self.backend());
        let rows = self.rows(sql, values).await?;
        let mut items = rows.iter().map(read_with_parent).collect::<Result<Vec<_>, _>>()?;
        let more = items.len() > search.limit as usize;
        items.truncate(search.limit as usize);
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|item| encode_cursor(&Cursor { kana: item.kana.clone(), id: item.id }));
        Ok(Page { items, next_cursor })
    }
}

/// An organization from its path upwards.
fn in_sight(mut path: Vec<Organization>) -> Option<InSight> {
    for index in 1..path.len() {
        path[index - 1].parent = Some(reference(&path[index]));
    }
    let mut path = path.into_iter();
    path.next().map(|organization| InSight { organization, above: path.collect() })
}

/// The collation by code point, so that pages follow the same order on both engines.
pub(super) fn by_code_point(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Sqlite { "BINARY" } else { "\"C\"" }
}

/// The question for one page and one item more, which tells whether another page follows.
fn list(sight: Sight, search: &OrganizationSearch, backend: DbBackend) -> (String, Vec<Value>) {
    let collation = by_code_point(backend);
    let mut values: Vec<Value> = vec![sight.organization_id.into(), sight.day.0.into()];
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut sql = BELOW.to_owned();
    sql.push_str(
        "SELECT o.id, o.kind, o.name, o.kana, o.institution_code, o.prefecture_code, o.address, o.telephone, o.active,
            u.id AS parent_id, u.kind AS parent_kind, u.name AS parent_name
        FROM organization o
        LEFT JOIN organization_parent up ON up.child_id = o.id AND up.valid_from = (
            SELECT MAX(valid_from) FROM organization_parent dated
            WHERE dated.child_id = o.id AND dated.valid_from <= $2)
        LEFT JOIN organization u ON u.id = up.parent_id
        WHERE ",
    );
    sql.push_str(if sight.everything { "$1 = $1" } else { "o.id IN (SELECT id FROM below)" });
    for word in &search.words {
        sql.push_str(&word_condition(word, &[], &mut bind));
    }
    if let Some(kind) = search.kind {
        sql.push_str(&format!(" AND o.kind = {}", bind(kind.key().into())));
    }
    if let Some(after) = &search.after {
        let (kana, id) = (bind(after.kana.clone().into()), bind(after.id.into()));
        sql.push_str(&format!(
            " AND (o.kana COLLATE {collation} > {kana} OR (o.kana COLLATE {collation} = {kana} AND o.id > {id}))"
        ));
    }
    sql.push_str(&format!(" ORDER BY o.kana COLLATE {collation}, o.id LIMIT {}", search.limit + 1));
    (sql, values)
}

/// That a word occurs somewhere in what the register says of `o`, or in further columns. A word of digits is also looked
/// for in the telephone number without its marks, one in hiragana also in the kana.
pub(super) fn word_condition(word: &str, further: &[&str], bind: &mut impl FnMut(Value) -> String) -> String {
    let pattern = bind(format!("%{}%", escape(&word.to_lowercase())).into());
    let mut condition = String::new();
    for column in ["o.name", "o.address", "o.telephone"].iter().chain(further) {
        condition.push_str(&format!("LOWER({column}) LIKE {pattern} ESCAPE '\\' OR "));
    }
    let kana = bind(format!("%{}%", escape(&katakana(word))).into());
    condition.push_str(&format!("o.kana LIKE {kana} ESCAPE '\\'"));
    let digits: String = word.chars().filter(|character| *character != '-').collect();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = bind(format!("%{digits}%").into());
        condition
            .push_str(&format!(" OR o.institution_code LIKE {digits} OR REPLACE(o.telephone, '-', '') LIKE {digits}"));
    }
    format!(" AND ({condition})")
}

/// Takes the meaning from what `LIKE` gives a meaning to.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn read(row: &QueryResult) -> Result<Organization, StoreError> {
    Ok(Organization {
        id: row.try_get("", "id")?,
        kind: row.try_get::<KindWord>("", "kind")?.into(),
        name: row.try_get("", "name")?,
        kana: row.try_get("", "kana")?,
        institution_code: row.try_get("", "institution_code")?,
        prefecture_code: row.try_get("", "prefecture_code")?,
        address: row.try_get("", "address")?,
        telephone: row.try_get("", "telephone")?,
        parent: None,
        active: row.try_get("", "active")?,
    })
}

fn read_with_parent(row: &QueryResult) -> Result<Organization, StoreError> {
    let mut organization = read(row)?;
    if let Some(id) = row.try_get("", "parent_id")? {
        let kind = row.try_get::<KindWord>("", "parent_kind")?.into();
        organization.parent = Some(OrganizationRef { id, kind, name: row.try_get("", "parent_name")? });
    }
    Ok(organization)
}

pub(super) fn reference(organization: &Organization) -> OrganizationRef {
    OrganizationRef { id: organization.id, kind: organization.kind, name: organization.name.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let cursor = Cursor { kana: "アオバ\"診療所".into(), id: Uuid::from_u128(7) };
        assert_eq!(Cursor::decode(&encode_cursor(&cursor)), Some(cursor));
        for text in ["", "x", "e30", "!!!"] {
            assert_eq!(Cursor::decode(text), None, "{text}");
        }
    }

    #[test]
    fn what_like_gives_a_meaning_to_is_looked_for_as_it_stands() {
        assert_eq!(escape(r"100%_\"), r"100\%\_\\");
    }
}
