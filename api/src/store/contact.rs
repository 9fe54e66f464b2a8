//! Notes of contact with units about days of which nothing is known.

use std::net::IpAddr;

use sea_orm::{EntityTrait, QueryResult, Set};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::coverage::{CheckedContact, ContactNote};
use uuid::Uuid;

use super::audit::Event;
use super::writer::id_at;
use super::{Store, StoreError, Write, WriteContext};
use crate::authorize::{Allowed, NoteContact};
use crate::entity::words::OutcomeWord;
use crate::entity::{Micros, contact_note};

/// A note on its way: authorized and checked.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// Who notes it, about which unit.
    pub allowed: Allowed<NoteContact>,
    /// What is noted.
    pub checked: Checked<CheckedContact>,
    /// Who notes it, as it is shown.
    pub noted_by: String,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Store {
    /// Notes a contact.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn note_contact(&self, contact: NewContact) -> Result<ContactNote, StoreError> {
        self.write(contact).await
    }
}

impl Write for NewContact {
    type Output = ContactNote;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<ContactNote, StoreError> {
        let id = id_at(context.now());
        let unit_id: Uuid = self.allowed.organization_id();
        let row = contact_note::ActiveModel {
            id: Set(id),
            unit_id: Set(unit_id),
            day: Set(self.checked.day.0),
            outcome: Set(self.checked.outcome.into()),
            note: Set(self.checked.note.clone()),
            noted_by: Set(self.allowed.caller().account_id),
            noted_at: Set(context.now().into()),
        };
        contact_note::Entity::insert(row).exec_without_returning(context.db()).await?;
        // What was said may name patients: the chain, which nobody can shorten, has only that it was noted.
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::NoteContact,
            object: Some(id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({ "unit_id": unit_id, "day": self.checked.day, "outcome": self.checked.outcome }),
        })?;
        Ok(ContactNote {
            outcome: self.checked.outcome,
            note: self.checked.note.clone(),
            noted_by: self.noted_by.clone(),
            noted_at: context.now(),
        })
    }
}

/// The note of a row that has its columns and `noted_by` as a name, where there is one.
pub(super) fn note(row: &QueryResult) -> Result<Option<ContactNote>, StoreError> {
    let Some(outcome) = row.try_get::<Option<OutcomeWord>>("", "outcome")? else { return Ok(None) };
    Ok(Some(ContactNote {
        outcome: outcome.into(),
        note: row.try_get("", "note")?,
        noted_by: row.try_get("", "noted_by")?,
        noted_at: row.try_get::<Micros>("", "noted_at")?.utc(),
    }))
}
