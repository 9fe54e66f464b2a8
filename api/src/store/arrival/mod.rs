//! A health center's inbox: what reached it, in batches, and what has become of each arrival.

mod write;

pub use write::{Arrived, BatchToClose, NewArrival, NewBatch, Settlement, Settling};

use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use shared::ReportingDay;
use shared::arrival::{Arrival, ArrivalBatch, ArrivalCounts, ArrivalState};
use shared::organization::OrganizationRef;
use uuid::Uuid;

use super::organization::{InSight, Sight};
use super::{Reading, StoreError};
use crate::entity::Micros;
use crate::entity::words::{ArrivalStateWord, ChannelWord, KindWord, RejectWord};

const BATCHES: &str = "SELECT b.id, b.center_id, b.day, b.opened_at, opener.display_name AS opened_by,
        c.closed_at, closer.display_name AS closed_by,
        (SELECT COUNT(*) FROM arrival a WHERE a.batch_id = b.id) AS received,
        (SELECT COUNT(*) FROM arrival a JOIN arrival_outcome o ON o.arrival_id = a.id AND o.state = 'entered'
            WHERE a.batch_id = b.id) AS entered,
        (SELECT COUNT(*) FROM arrival a WHERE a.batch_id = b.id
            AND EXISTS (SELECT 1 FROM arrival_outcome o WHERE o.arrival_id = a.id)) AS settled
    FROM arrival_batch b JOIN account opener ON opener.id = b.opened_by
    LEFT JOIN arrival_batch_closing c ON c.batch_id = b.id
    LEFT JOIN account closer ON closer.id = c.closed_by ";

/// Of two outcomes the entering counts, which comes first in the alphabet.
const ARRIVALS: &str = "SELECT a.id, a.batch_id, a.channel, a.arrived_at, a.sender, a.pages, a.note, a.logged_at,
        writer.display_name AS logged_by, b.center_id, u.id AS unit_id, u.kind AS unit_kind, u.name AS unit_name,
        o.state, o.submission_id, o.reason, o.note AS outcome_note, o.settled_at, settler.display_name AS settled_by
    FROM arrival a JOIN arrival_batch b ON b.id = a.batch_id JOIN account writer ON writer.id = a.logged_by
    LEFT JOIN organization u ON u.id = a.unit_id
    LEFT JOIN arrival_outcome o ON o.arrival_id = a.id
        AND o.state = (SELECT MIN(state) FROM arrival_outcome either WHERE either.arrival_id = a.id)
    LEFT JOIN account settler ON settler.id = o.settled_by ";

/// Which part of a list a page is: from a place of the list as it is now, so many.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// How many come before it.
    pub from: u32,
    /// How many it has at the most.
    pub limit: u32,
}

impl Part {
    fn sql(self) -> String {
        format!(" LIMIT {} OFFSET {}", self.limit, self.from)
    }
}

impl Reading {
    /// The batches of a center, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn arrival_batches(
        &self,
        center_id: Uuid,
        day: Option<ReportingDay>,
        open: Option<bool>,
        part: Part,
    ) -> Result<Vec<ArrivalBatch>, StoreError> {
        let mut rest = String::from("WHERE b.center_id = $1");
        let mut values: Vec<Value> = vec![center_id.into()];
        if let Some(day) = day {
            rest += " AND b.day = $2";
            values.push(day.0.into());
        }
        match open {
            Some(true) => rest += " AND c.batch_id IS NULL",
            Some(false) => rest += " AND c.batch_id IS NOT NULL",
            None => {}
        }
        rest += " ORDER BY b.day DESC, b.opened_at DESC, b.id";
        batches(self.transaction(), &(rest + &part.sql()), values).await
    }

    /// A batch, of whichever center.
    ///
    /// # Errors
    /// What the database says.
    pub async fn arrival_batch(&self, id: Uuid) -> Result<Option<ArrivalBatch>, StoreError> {
        batch(self.transaction(), id).await
    }

    /// The arrivals of a batch, in the order in which they were logged.
    ///
    /// # Errors
    /// What the database says.
    pub async fn arrivals(&self, batch_id: Uuid, part: Part) -> Result<Vec<Arrival>, StoreError> {
        let rest = format!("WHERE a.batch_id = $1 ORDER BY a.logged_at, a.id{}", part.sql());
        let found = arrivals(self.transaction(), &rest, vec![batch_id.into()]).await?;
        Ok(found.into_iter().map(|(_, arrival)| arrival).collect())
    }

    /// An arrival with the center that it reached, whichever that is.
    ///
    /// # Errors
    /// What the database says.
    pub async fn arrival(&self, id: Uuid) -> Result<Option<(Uuid, Arrival)>, StoreError> {
        Ok(arrivals(self.transaction(), "WHERE a.id = $1", vec![id.into()]).await?.pop())
    }

    /// The unit of a report or supplement, if the caller sees that unit.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unit_of_submission(&self, sight: Sight, id: Uuid) -> Result<Option<InSight>, StoreError> {
        let rows = self.rows("SELECT unit_id FROM submission WHERE id = $1", [id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        self.organization(sight, row.try_get("", "unit_id")?).await
    }
}

async fn batches(db: &impl ConnectionTrait, rest: &str, values: Vec<Value>) -> Result<Vec<ArrivalBatch>, StoreError> {
    rows(db, BATCHES, rest, values).await?.iter().map(shown_batch).collect()
}

async fn batch(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<ArrivalBatch>, StoreError> {
    Ok(batches(db, "WHERE b.id = $1", vec![id.into()]).await?.pop())
}

/// Arrivals, each with the center that it reached.
async fn arrivals(
    db: &impl ConnectionTrait,
    rest: &str,
    values: Vec<Value>,
) -> Result<Vec<(Uuid, Arrival)>, StoreError> {
    let rows = rows(db, ARRIVALS, rest, values).await?;
    rows.iter().map(|row| Ok((row.try_get("", "center_id")?, shown(row)?))).collect()
}

async fn rows(
    db: &impl ConnectionTrait,
    question: &str,
    rest: &str,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, StoreError> {
    let sql = format!("{question}{rest}");
    Ok(db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?)
}

fn shown_batch(row: &QueryResult) -> Result<ArrivalBatch, StoreError> {
    let count = |column: &str| {
        let count: i64 = row.try_get("", column)?;
        u32::try_from(count).map_err(|_| StoreError::Damaged(format!("{column} arrivals of a batch: {count}")))
    };
    let entered = count("entered")?;
    Ok(ArrivalBatch {
        id: row.try_get("", "id")?,
        center_id: row.try_get("", "center_id")?,
        day: ReportingDay(row.try_get("", "day")?),
        opened_by: row.try_get("", "opened_by")?,
        opened_at: row.try_get::<Micros>("", "opened_at")?.utc(),
        closed_by: row.try_get("", "closed_by")?,
        closed_at: row.try_get::<Option<Micros>>("", "closed_at")?.map(Micros::utc),
        counts: ArrivalCounts {
            received: count("received")?,
            entered,
            rejected: count("settled")?.saturating_sub(entered),
        },
    })
}

fn shown(row: &QueryResult) -> Result<Arrival, StoreError> {
    let unit_id: Option<Uuid> = row.try_get("", "unit_id")?;
    let unit = unit_id.map(|id| {
        let kind: KindWord = row.try_get("", "unit_kind")?;
        Ok::<_, StoreError>(OrganizationRef { id, kind: kind.into(), name: row.try_get("", "unit_name")? })
    });
    let pages: i32 = row.try_get("", "pages")?;
    let state: Option<ArrivalStateWord> = row.try_get("", "state")?;
    Ok(Arrival {
        id: row.try_get("", "id")?,
        batch_id: row.try_get("", "batch_id")?,
        channel: row.try_get::<ChannelWord>("", "channel")?.into(),
        arrived_at: row.try_get::<Micros>("", "arrived_at")?.utc(),
        unit: unit.transpose()?,
        sender: row.try_get("", "sender")?,
        pages: pages.unsigned_abs(),
        note: row.try_get("", "note")?,
        logged_by: row.try_get("", "logged_by")?,
        logged_at: row.try_get::<Micros>("", "logged_at")?.utc(),
        state: state.map_or(ArrivalState::Open, Into::into),
        submission_id: row.try_get("", "submission_id")?,
        reject_reason: row.try_get::<Option<RejectWord>>("", "reason")?.map(Into::into),
        reject_note: row.try_get("", "outcome_note")?,
        settled_by: row.try_get("", "settled_by")?,
        settled_at: row.try_get::<Option<Micros>>("", "settled_at")?.map(Micros::utc),
    })
}
