//! Writes that hand out power, for whoever still holds the session by which they were asked for.
//!
//! A caller is found when the head of a request arrives. Its body may follow seconds later, and the codes of slips take
//! their turn to be hashed. Whoever disables an account meanwhile, takes its manager flag or ends its sessions expects
//! that nothing comes of it afterwards that lasts: no account, slip or key. Each of these ends the session, so that is
//! what is asked for, under the lock.

use uuid::Uuid;

use super::rows::{Column, Question};
use super::{Store, StoreError, Write, WriteContext};

/// The session by which something is asked for, by what stays the same when it rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Whose it is.
    pub account_id: Uuid,
    /// The session.
    pub session_id: Uuid,
}

const SESSIONS: Question = Question {
    columns: &[Column::Id("s.id")],
    rest: "FROM session s JOIN account a ON a.id = s.account_id \
         WHERE s.next_step = 'done' AND a.disabled_at IS NULL AND s.account_id",
};

impl Store {
    /// Writes, if the holder is still signed in, and gives none where not. What the operator or the demo asks for has no
    /// holder.
    ///
    /// # Errors
    /// The work's own, and [`StoreError::Busy`] when the database can't take writes at the moment.
    pub(super) async fn write_by<W: Write>(
        &self,
        holder: Option<Holder>,
        work: W,
    ) -> Result<Option<W::Output>, StoreError> {
        match holder {
            Some(holder) => self.write(Held { holder, work }).await,
            None => self.write(work).await.map(Some),
        }
    }
}

struct Held<W> {
    holder: Holder,
    work: W,
}

impl<W: Write> Write for Held<W> {
    type Output = Option<W::Output>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Option<W::Output>, StoreError> {
        let mut questions = context.questions().await?;
        let asked = questions.ask_in(&SESSIONS, None, &[vec![self.holder.account_id.into()]]);
        let found: Vec<(Uuid,)> = questions.send(context.db()).await?.rows(&asked)?;
        if found.contains(&(self.holder.session_id,)) { self.work.run(context).await.map(Some) } else { Ok(None) }
    }
}
