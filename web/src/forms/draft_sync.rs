//! When a draft is saved, and what happens when another window saved one too.

use shared::draft::{Draft, DraftContent, DraftRequest};

/// How long after the last key the draft is saved.
pub const QUIET_MS: u64 = 2_000;
/// After how long a saving that failed is tried again.
pub const RETRY_MS: u64 = 5_000;

/// The draft on the server, as this window knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DraftSync {
    /// The version that this window's content was made from.
    version: u32,
    /// What the server has at that version.
    saved: DraftContent,
    /// What is on its way.
    under_way: Option<DraftContent>,
    /// How the last saving went.
    standing: Standing,
}

/// How things stand between this window and the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nothing to say.
    #[default]
    Quiet,
    /// Saved; what was typed since may be newer.
    Saved,
    /// The last saving failed; it is tried again.
    Failed,
    /// Another window saved a newer draft, not seen yet.
    Overtaken,
    /// Another window's draft, to be chosen or replaced.
    Choosing(Box<Draft>),
    /// There is nothing more to save: the report was sent, or the day is over.
    Closed,
}

impl DraftSync {
    /// With the draft that came with the form, if one did.
    #[must_use]
    pub fn opened(draft: Option<&Draft>) -> Self {
        draft.map_or_else(Self::default, |draft| Self {
            version: draft.version,
            saved: draft.content.clone(),
            under_way: None,
            standing: Standing::Quiet,
        })
    }

    /// How things stand.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Whether a saving is on its way.
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether something typed is not on the server yet.
    #[must_use]
    pub fn is_dirty(&self, content: &DraftContent) -> bool {
        self.standing != Standing::Closed && *content != self.saved
    }

    /// What to save now, if anything; it then counts as under way.
    pub fn save(&mut self, content: &DraftContent) -> Option<DraftRequest> {
        let open = matches!(self.standing, Standing::Quiet | Standing::Saved | Standing::Failed);
        if !open || self.under_way.is_some() || !self.is_dirty(content) {
            return None;
        }
        self.under_way = Some(content.clone());
        Some(DraftRequest { base_version: self.version, content: content.clone() })
    }

    /// The server saved it.
    pub fn accepted(&mut self, draft: &Draft) {
        self.version = draft.version;
        self.saved = self.under_way.take().unwrap_or_else(|| draft.content.clone());
        if matches!(self.standing, Standing::Quiet | Standing::Failed) {
            self.standing = Standing::Saved;
        }
    }

    /// It did not get through.
    pub fn failed(&mut self) {
        self.under_way = None;
        if self.standing != Standing::Closed {
            self.standing = Standing::Failed;
        }
    }

    /// The server has another window's newer draft.
    pub fn overtaken(&mut self) {
        self.under_way = None;
        if self.standing != Standing::Closed {
            self.standing = Standing::Overtaken;
        }
    }

    /// The draft that the server has. The same content in both windows needs no question; a draft that is gone
    /// is replaced by this window's.
    pub fn seen(&mut self, content: &DraftContent, theirs: Option<Draft>) {
        if self.standing != Standing::Overtaken {
            return;
        }
        match theirs {
            Some(theirs) if theirs.content != *content => self.standing = Standing::Choosing(Box::new(theirs)),
            Some(theirs) => *self = Self::opened(Some(&theirs)),
            None => *self = Self::default(),
        }
    }

    /// Takes the other window's draft: its content, for the form.
    pub fn take_theirs(&mut self) -> Option<DraftContent> {
        let Standing::Choosing(theirs) = std::mem::take(&mut self.standing) else { return None };
        *self = Self::opened(Some(&theirs));
        Some(self.saved.clone())
    }

    /// Keeps what this window has; the next saving replaces the other's.
    pub fn keep_mine(&mut self) {
        if let Standing::Choosing(theirs) = std::mem::take(&mut self.standing) {
            *self = Self::opened(Some(&theirs));
        }
    }

    /// Nothing more is to be saved.
    pub fn close(&mut self) {
        self.under_way = None;
        self.standing = Standing::Closed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn typed(first: &str) -> DraftContent {
        let mut content = DraftContent::default();
        content.cells[0] = first.to_owned();
        content
    }

    fn draft(version: u32, first: &str) -> Draft {
        Draft { version, saved_at: DateTime::UNIX_EPOCH, saved_by: "田中 恵".to_owned(), content: typed(first) }
    }

    #[test]
    fn an_empty_form_saves_nothing_and_a_typed_one_saves_once() {
        let mut sync = DraftSync::opened(None);
        assert_eq!(sync.save(&DraftContent::default()), None);
        let request = sync.save(&typed("1")).expect("something was typed");
        assert_eq!(request.base_version, 0);
        assert_eq!(sync.save(&typed("12")), None, "one saving at a time");
        sync.accepted(&draft(1, "1"));
        assert!(sync.is_dirty(&typed("12")));
        assert_eq!(sync.save(&typed("12")).map(|request| request.base_version), Some(1));
        sync.accepted(&draft(2, "12"));
        assert_eq!((sync.save(&typed("12")), sync.standing()), (None, &Standing::Saved));
    }

    #[test]
    fn what_was_emptied_again_is_saved_too() {
        let mut sync = DraftSync::opened(Some(&draft(3, "5")));
        assert_eq!(sync.save(&DraftContent::default()).map(|request| request.base_version), Some(3));
    }

    #[test]
    fn a_failed_saving_is_tried_again_with_what_is_there_by_then() {
        let mut sync = DraftSync::opened(None);
        let _ = sync.save(&typed("1"));
        sync.failed();
        assert_eq!(sync.standing(), &Standing::Failed);
        assert_eq!(sync.save(&typed("12")).map(|request| request.content), Some(typed("12")));
    }

    #[test]
    fn another_windows_draft_is_a_choice_and_nothing_is_saved_until_it_is_made() {
        let overtaken = || {
            let mut sync = DraftSync::opened(Some(&draft(1, "1")));
            let _ = sync.save(&typed("2"));
            sync.overtaken();
            sync.seen(&typed("2"), Some(draft(4, "9")));
            assert_eq!(sync.save(&typed("2")), None);
            sync
        };
        let mut theirs = overtaken();
        assert_eq!(theirs.take_theirs(), Some(typed("9")));
        assert!(!theirs.is_dirty(&typed("9")));
        let mut mine = overtaken();
        mine.keep_mine();
        assert_eq!(mine.save(&typed("2")).map(|request| request.base_version), Some(4));
    }

    #[test]
    fn the_same_content_in_both_windows_asks_nothing() {
        let mut sync = DraftSync::opened(None);
        let _ = sync.save(&typed("2"));
        sync.overtaken();
        sync.seen(&typed("2"), Some(draft(4, "2")));
        assert_eq!((sync.standing(), sync.is_dirty(&typed("2"))), (&Standing::Quiet, false));
    }

    #[test]
    fn after_the_report_nothing_is_saved() {
        let mut sync = DraftSync::opened(None);
        let _ = sync.save(&typed("2"));
        sync.close();
        sync.failed();
        assert_eq!((sync.save(&typed("3")), sync.is_dirty(&typed("3"))), (None, false));
    }
}
