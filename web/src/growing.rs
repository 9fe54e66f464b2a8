//! A list of which the service gives a page at a time: it grows by a press.

use std::fmt::Display;
use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ClientError;
use shared::organization::Page;

use crate::components::{Failure, Trouble};
use crate::format;
use crate::session::use_session;
use crate::words::{Text, access, figures, office, t};

/// What a list says below itself, in the words of its program.
#[derive(Clone, Copy)]
pub struct Says {
    shown: fn(&dyn Display) -> String,
    shown_all: fn(&dyn Display) -> String,
    more: Text,
}

/// In the program of one's own access.
pub const ACCESS: Says =
    Says { shown: access::list::shown, shown_all: access::list::shown_all, more: access::list::MORE };
/// In the office.
pub const OFFICE: Says =
    Says { shown: office::list::shown, shown_all: office::list::shown_all, more: office::list::MORE };
/// In the program of figures.
pub const FIGURES: Says =
    Says { shown: figures::list::shown, shown_all: figures::list::shown_all, more: figures::list::MORE };

/// The list so far.
pub struct Growing<T: Send + Sync + 'static> {
    items: RwSignal<Vec<T>>,
    cursor: RwSignal<Option<String>>,
    says: Says,
}

impl<T: Send + Sync + 'static> Clone for Growing<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Growing<T> {}

impl<T: Clone + Send + Sync + 'static> Growing<T> {
    /// Begins with the first page.
    pub fn new(first: Page<T>, says: Says) -> Self {
        Self { items: RwSignal::new(first.items), cursor: RwSignal::new(first.next_cursor), says }
    }

    /// What is there so far.
    pub fn items(self) -> RwSignal<Vec<T>> {
        self.items
    }

    /// Whether there is no more of it; tracked.
    pub fn is_whole(self) -> bool {
        self.cursor.with(Option::is_none)
    }

    /// How many are shown, and the button for more. `next` fetches the page that begins at a cursor.
    pub fn footer<F>(self, next: impl Fn(String) -> F + Send + Sync + 'static) -> impl IntoView
    where
        F: Future<Output = Result<Page<T>, ClientError>> + 'static,
    {
        let session = use_session();
        let failure = RwSignal::new(None::<Failure>);
        let more = Callback::new(move |()| {
            let Some(cursor) = self.cursor.get_untracked() else { return };
            let fetched = next(cursor);
            spawn_local(async move {
                match session.call(fetched).await {
                    Ok(page) => {
                        self.items.update(|items| items.extend(page.items));
                        self.cursor.set(page.next_cursor);
                        failure.set(None);
                    }
                    Err(error) => failure.set(Some(Failure::from(&error))),
                }
            });
        });
        let unfinished = Memo::new(move |_| self.cursor.with(Option::is_some));
        let shown = move || {
            let n = format::count(self.items.with(Vec::len) as u64);
            if unfinished.get() { (self.says.shown)(&n) } else { (self.says.shown_all)(&n) }
        };
        view! {
            <p role="status">{shown}</p>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure again=more /> })}
            <Show when=move || unfinished.get()>
                <p class="actions no-print">
                    <button type="button" class="button" on:click=move |_| more.run(())>{t(self.says.more)}</button>
                </p>
            </Show>
        }
    }
}
