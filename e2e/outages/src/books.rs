//! What was acknowledged, held against what is stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use uuid::Uuid;

use crate::load::{Acknowledged, Answer, Sender, Tally};
use crate::server::Server;
use crate::{Outcome, expect};

/// Reports that are read back at once.
const READERS: usize = 16;

/// Everything acknowledged so far, and a connection of its own to the database.
#[derive(Debug)]
pub(crate) struct Books {
    db: DatabaseConnection,
    acknowledged: Vec<Acknowledged>,
}

/// A report as the database holds it.
#[derive(Debug)]
struct Stored {
    unit: Uuid,
    receipt: String,
}

/// What an outage left open, and what became of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Closed {
    /// Reports acknowledged before and during the outage.
    pub(crate) acknowledged: usize,
    /// Reports whose answer was lost, all repeated.
    pub(crate) open: usize,
    /// Those of them that had been stored: the repetition got the stored answer.
    pub(crate) replayed: usize,
    /// Those that had not: the repetition stored them.
    pub(crate) new: usize,
}

impl Closed {
    /// Adds another outage.
    pub(crate) fn add(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.open += other.open;
        self.replayed += other.replayed;
        self.new += other.new;
    }
}

impl Books {
    /// Opens the books of an empty database.
    pub(crate) async fn open(database: &str) -> Outcome<Self> {
        let mut options = ConnectOptions::new(database);
        options.max_connections(1).sqlx_logging(false);
        #[expect(clippy::disallowed_methods, reason = "what is stored is asked past the program under test")]
        let db = Database::connect(options).await?;
        Ok(Self { db, acknowledged: Vec::new() })
    }

    async fn stored(&self) -> Outcome<HashMap<Uuid, Stored>> {
        let question = "SELECT id, unit_id, receipt_number FROM submission";
        let rows = self.db.query_all_raw(sea_orm::Statement::from_string(self.db.get_database_backend(), question));
        let rows = rows.await?;
        let row = |row: &sea_orm::QueryResult| {
            let stored = Stored { unit: row.try_get_by_index(1)?, receipt: row.try_get_by_index(2)? };
            Ok::<_, sea_orm::DbErr>((row.try_get_by_index(0)?, stored))
        };
        Ok(rows.iter().map(row).collect::<Result<_, _>>()?)
    }

    /// After an outage: everything acknowledged is there, nothing is there that wasn't sent, and what has no answer
    /// gets one when it is repeated.
    pub(crate) async fn close(&mut self, tally: Tally, sender: &Sender, server: &Server) -> Outcome<Closed> {
        let before = self.stored().await?;
        let mut figures =
            Closed { acknowledged: tally.acknowledged.len(), open: tally.open.len(), ..Closed::default() };
        check_read_back(&tally.acknowledged, sender, server).await?;
        self.acknowledged.extend(tally.acknowledged);
        self.expect_stored(&before)?;
        let sent: BTreeSet<Uuid> = self
            .acknowledged
            .iter()
            .map(|report| report.unit)
            .chain(tally.open.iter().copied())
            .map(|unit| sender.unit_id(unit))
            .collect();
        for stored in before.values() {
            expect(sent.contains(&stored.unit), || format!("{} is stored, and nobody sent it", stored.receipt))?;
        }
        for unit in tally.open {
            let Answer::Acknowledged(report) = sender.send(server, unit).await? else {
                return Err("a repetition after the outage has no answer".into());
            };
            let was_stored = before.contains_key(&report.report.id);
            expect(was_stored == report.replayed, || format!("{} is called {report:?}", report.report.receipt.number))?;
            if report.replayed {
                figures.replayed += 1
            } else {
                figures.new += 1
            }
            self.acknowledged.push(*report);
        }
        let after = self.stored().await?;
        self.expect_stored(&after)?;
        expect(after.len() == self.acknowledged.len(), || {
            format!("{} are stored, {} acknowledged", after.len(), self.acknowledged.len())
        })?;
        expect_without_gap(&after)?;
        Ok(figures)
    }

    fn expect_stored(&self, stored: &HashMap<Uuid, Stored>) -> Outcome<()> {
        for report in &self.acknowledged {
            let number = &report.report.receipt.number;
            let found = stored.get(&report.report.id).is_some_and(|stored| stored.receipt == *number);
            expect(found, || format!("{number} was acknowledged and is lost"))?;
        }
        Ok(())
    }

    /// Reads back everything that was ever acknowledged.
    pub(crate) async fn check_everything(&self, sender: &Sender, server: &Server) -> Outcome<()> {
        check_read_back(&self.acknowledged, sender, server).await?;
        println!("{} acknowledged in all, each read back byte for byte; lost: 0", self.acknowledged.len());
        Ok(())
    }

    /// The last that was acknowledged.
    pub(crate) fn last(&self) -> Outcome<&Acknowledged> {
        self.acknowledged.last().ok_or_else(|| "nothing was acknowledged".into())
    }
}

/// Each reads, byte for byte, as it was answered.
async fn check_read_back(reports: &[Acknowledged], sender: &Sender, server: &Server) -> Outcome<()> {
    stream::iter(reports)
        .map(|report| async move {
            let body = sender.read(server, report).await?.bytes().await?;
            expect(body == report.body, || {
                let (sent, read) = (String::from_utf8_lossy(&report.body), String::from_utf8_lossy(&body));
                format!("acknowledged was {sent}, read is {read}")
            })
        })
        .buffer_unordered(READERS)
        .try_collect()
        .await
}

/// Receipts count from 1 without a gap, for each day and prefecture: what was rolled back used no number up.
fn expect_without_gap(stored: &HashMap<Uuid, Stored>) -> Outcome<()> {
    let mut counters = BTreeMap::<&str, BTreeSet<usize>>::new();
    for Stored { receipt, .. } in stored.values() {
        let counter = receipt.get(10..15).and_then(|digits| digits.parse().ok());
        let (Some(of), Some(counter)) = (receipt.get(..9), counter) else {
            return Err(format!("{receipt} is no receipt number").into());
        };
        expect(counters.entry(of).or_default().insert(counter), || format!("{receipt} was given twice"))?;
    }
    for (of, counters) in counters {
        expect(counters.iter().copied().eq(1..=counters.len()), || format!("receipts of {of} have a gap"))?;
    }
    Ok(())
}
