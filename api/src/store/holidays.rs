//! Public holidays: what an import said of days otherwise than the program's table, and the import itself.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, Value};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::holidays::{Comparison, Difference, Holidays, Published, of_table};
use shared::reporting_day;
use uuid::Uuid;

use super::audit::Event;
use super::coverage::counted::Before;
use super::history::Days;
use super::rows::{Answers, Column, Place, Questions, select_in};
use super::{Reading, Store, StoreError, Write, WriteContext};
use crate::entity::holiday;

impl Reading {
    /// The public holidays, as far as they are asked for some days.
    pub(super) async fn holidays(&self, days: Days) -> Result<Holidays, StoreError> {
        let mut questions = self.questions();
        let asked = ask(&mut questions, days);
        read(&self.answers(questions).await?, &asked)
    }

    /// The public holidays.
    ///
    /// # Errors
    /// What the database says.
    pub async fn all_holidays(&self) -> Result<Holidays, StoreError> {
        self.holidays(Days::ALL).await
    }
}

/// The public holidays, as far as they are asked for some days, within a write.
pub(super) async fn within(db: &DatabaseTransaction, days: Days) -> Result<Holidays, StoreError> {
    let mut questions = Questions::new(ConnectionTrait::get_database_backend(db));
    let asked = ask(&mut questions, days);
    read(&questions.send(db).await?, &asked)
}

/// Asks for the public holidays, as far as they are asked for some days.
pub(super) fn ask(questions: &mut Questions, days: Days) -> Place {
    questions.ask_of(&[Column::Plain("day"), Column::Plain("name")], |sql| {
        let (from, to) = (sql.bind(days.from.0), sql.bind(days.to.0));
        sql.push(&format!("SELECT day, name FROM holiday WHERE day BETWEEN {from} AND {to}"));
    })
}

/// Reads the answer.
pub(super) fn read(answers: &Answers, asked: &Place) -> Result<Holidays, StoreError> {
    let mut holidays = Holidays::default();
    for (day, name) in answers.rows(asked)? {
        holidays.say(day, name);
    }
    Ok(holidays)
}

impl Store {
    /// Takes in a file of public holidays, for coming days alone, and says what it said otherwise. Where that is nothing,
    /// nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn import_holidays(&self, published: Published) -> Result<Comparison, StoreError> {
        self.write(Import { published }).await
    }
}

struct Import {
    published: Published,
}

impl Write for Import {
    type Output = Comparison;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Comparison, StoreError> {
        let holidays = within(context.db(), Days::ALL).await?;
        let comparison = holidays.compared_with(&self.published, reporting_day(context.now()));
        let (Some(first), Some(last)) = (comparison.coming.first(), comparison.coming.last()) else {
            return Ok(comparison);
        };
        // A unit may have said of a coming day that it is closed: whether it was to be expected may be different now.
        let units = stating(context.db(), &comparison.coming).await?;
        let before = Before::change_of(context, units, Days { from: first.day, to: last.day }).await?;
        for difference in &comparison.coming {
            say(context.db(), difference).await?;
        }
        before.raise(context).await?;
        context.audit(&Event {
            actor: None,
            action: AuditAction::ImportHolidays,
            object: None,
            outcome: AuditOutcome::Ok,
            ip: None,
            detail: json!({ "changed": comparison.coming.iter().map(told).collect::<Vec<_>>(), "left": comparison.left }),
        })?;
        Ok(comparison)
    }
}

/// A change as the event tells it.
fn told(difference: &Difference) -> serde_json::Value {
    json!({ "day": difference.day, "before": difference.before, "after": difference.after })
}

/// Units with statements of these days.
async fn stating(db: &DatabaseTransaction, differences: &[Difference]) -> Result<Vec<Uuid>, StoreError> {
    const UNITS: &str = "SELECT DISTINCT unit_id FROM day_statement WHERE withdrawn_at IS NULL AND day";
    let keys: Vec<Vec<Value>> = differences.iter().map(|difference| vec![difference.day.0.into()]).collect();
    let rows = select_in(db, UNITS, &[], &keys, "").await?;
    let mut units = rows.iter().map(|row| row.try_get("", "unit_id")).collect::<Result<Vec<Uuid>, _>>()?;
    units.sort_unstable();
    units.dedup();
    Ok(units)
}

/// Writes down what holds of a day from now on; nothing where the program's table says the same.
async fn say(db: &DatabaseTransaction, difference: &Difference) -> Result<(), StoreError> {
    let day = difference.day;
    if of_table(day) == difference.after.as_deref() {
        holiday::Entity::delete_many().filter(holiday::Column::Day.eq(day.0)).exec(db).await?;
        return Ok(());
    }
    let row = holiday::ActiveModel { day: Set(day.0), name: Set(difference.after.clone()) };
    let again = OnConflict::column(holiday::Column::Day).update_column(holiday::Column::Name).to_owned();
    holiday::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}
