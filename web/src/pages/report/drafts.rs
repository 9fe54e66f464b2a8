//! Saving the draft: two seconds after the last key, and at once when the page is hidden or left.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ClientError;
use shared::problem::ProblemKind;
use shared::reporting_day::UnitQuery;

use super::desk::Desk;
use crate::api;
use crate::forms::draft_sync::{DraftSync, QUIET_MS, RETRY_MS};

impl Desk {
    /// Saves when nothing more is typed for a while.
    pub fn save_soon(self) {
        self.save_after(QUIET_MS);
    }

    fn save_after(self, milliseconds: u64) {
        self.strokes.update_value(|strokes| *strokes = strokes.wrapping_add(1));
        let stroke = self.strokes.get_value();
        let due = move || {
            if self.strokes.get_value() == stroke {
                self.save_now();
            }
        };
        set_timeout(due, Duration::from_millis(milliseconds));
    }

    /// Saves what is not saved yet.
    pub fn save_now(self) {
        let Some((unit, day)) = self.place() else { return };
        let content = self.content.get_untracked();
        let Some(request) = self.sync.try_update(|sync| sync.save(&content)).flatten() else { return };
        spawn_local(async move {
            let answer = self.session.call(api::client().put_draft(unit, day, &request)).await;
            match answer {
                Ok(draft) => {
                    self.saved_at.set(Some(draft.saved_at));
                    self.sync.update(|sync| sync.accepted(&draft));
                    self.save_rest();
                }
                Err(error) => self.not_saved(&error),
            }
        });
    }

    /// What was typed while the last saving was on its way.
    fn save_rest(self) {
        let content = self.content.get_untracked();
        if self.sync.with_untracked(|sync| sync.is_dirty(&content)) {
            self.save_soon();
        }
    }

    fn not_saved(self, error: &ClientError) {
        match api::kind(error) {
            Some(ProblemKind::DraftChanged) => {
                self.sync.update(DraftSync::overtaken);
                self.look_at_theirs();
            }
            Some(ProblemKind::DayChanged | ProblemKind::AlreadyReported) => self.sync.update(DraftSync::close),
            Some(ProblemKind::SignInRequired) => self.sync.update(DraftSync::failed),
            _ => {
                self.sync.update(DraftSync::failed);
                self.save_after(RETRY_MS);
            }
        }
    }

    /// Another window saved a newer draft: asks for it, so that a person can choose.
    fn look_at_theirs(self) {
        spawn_local(async move {
            match self.session.call(api::client().reporting_day(&UnitQuery::default())).await {
                Ok(view) => {
                    if let Some(report) = view.report {
                        self.give_way(report);
                        return;
                    }
                    let content = self.content.get_untracked();
                    self.sync.update(|sync| sync.seen(&content, view.draft));
                    self.save_rest();
                }
                Err(_) => set_timeout(move || self.look_at_theirs(), Duration::from_millis(RETRY_MS)),
            }
        });
    }

    /// Takes the other window's draft.
    pub fn take_theirs(self) {
        if let Some(content) = self.sync.try_update(DraftSync::take_theirs).flatten() {
            self.content.set(content);
            self.mistakes.set(Vec::new());
            self.summary.set(Vec::new());
            self.forget_questions();
        }
    }

    /// Keeps this window's, and saves it over the other's.
    pub fn keep_mine(self) {
        self.sync.update(DraftSync::keep_mine);
        self.save_now();
    }

    /// Saves when the page is hidden or left; for as long as the caller's owner lives.
    pub fn save_when_hidden(self) {
        let hidden = window_event_listener(ev::visibilitychange, move |_| {
            if document().hidden() {
                self.save_now();
            }
        });
        let online = window_event_listener(ev::online, move |_| self.save_now());
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            let content = self.content.get_untracked();
            if self.sync.with_untracked(|sync| sync.is_dirty(&content)) {
                self.save_now();
                // The browser asks whether to leave: meanwhile the draft arrives.
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            hidden.remove();
            online.remove();
            leaving.remove();
            self.save_now();
            self.in_use.set_value(false);
        });
    }
}
