//! The dialogs of a session that ends: a warning before, a sign-in over the page after, a word to another user.

use leptos::prelude::*;

use crate::components::Dialog;
use crate::pages::SignInForm;
use crate::router;
use crate::session::{Who, use_session};
use crate::words::{app, session as words, t};

/// All three; at most one is open.
#[component]
pub fn SessionDialogs() -> impl IntoView {
    view! {
        <SoonOver />
        <SignInAgain />
        <OtherUser />
    }
}

/// Two minutes before the end: any press extends, Esc included. Where the end can't be moved, the last minutes are the user's,
/// or a sign-in at once.
#[component]
fn SoonOver() -> impl IntoView {
    let session = use_session();
    let extendable = Memo::new(move |_| session.can_extend());
    // The sign-in whose last minutes are being used.
    let dismissed = RwSignal::new(None::<u32>);
    let open = Memo::new(move |_| {
        session.soon_over().is_some() && (extendable.get() || dismissed.get() != Some(session.sign_ins()))
    });
    let close = move |()| {
        if extendable.get_untracked() {
            session.extend();
        } else {
            dismissed.set(Some(untrack(|| session.sign_ins())));
        }
    };
    let left = move || {
        let seconds = session.soon_over().map_or(0, |left| left.num_seconds());
        words::soon(&format!("{}:{:02}", seconds / 60, seconds % 60))
    };
    view! {
        <Dialog id="session-soon" open=open heading=words::SOON_HEADING on_close=close>
            <p class="countdown" role="timer">{left}</p>
            <Show
                when=move || extendable.get()
                fallback=move || {
                    view! {
                        <p>{t(words::LIMIT)}</p>
                        <p class="actions">
                            <button
                                type="button"
                                class="button primary"
                                data-first-focus="true"
                                on:click=move |_| session.sign_in_again()
                            >
                                {t(words::AGAIN)}
                            </button>
                            <button type="button" class="button" on:click=move |_| close(())>{t(app::CLOSE)}</button>
                        </p>
                    }
                }
            >
                <p class="actions">
                    <button type="button" class="button primary" data-first-focus="true" on:click=move |_| session.extend()>
                        {t(words::EXTEND)}
                    </button>
                </p>
            </Show>
        </Dialog>
    }
}

/// After the end: the page stays behind, unreadable, until the same user is back.
#[component]
fn SignInAgain() -> impl IntoView {
    let session = use_session();
    let open = Memo::new(move |_| matches!(session.who(), Who::Expired(_)));
    let login_id = move || session.view().map(|view| view.login_id.clone()).unwrap_or_default();
    view! {
        <Dialog id="session-expired" open=open heading=words::EXPIRED_HEADING on_close=|()| () opaque=true>
            <p>{t(words::EXPIRED)}</p>
            <SignInForm login_id=login_id() prefix="again" />
            <p class="actions">
                <button type="button" class="link-button" on:click=move |_| session.forget()>{t(words::LEAVE)}</button>
            </p>
        </Dialog>
    }
}

/// Somebody else signed in over the page: what was on it is gone.
#[component]
fn OtherUser() -> impl IntoView {
    let session = use_session();
    let open = Memo::new(move |_| matches!(session.who(), Who::Other(_)));
    let go = Callback::new(move |()| {
        router::go("/");
        session.accept_other();
    });
    view! {
        <Dialog id="session-other" open=open heading=words::OTHER_USER_HEADING on_close=go opaque=true>
            <p>{t(words::OTHER_USER)}</p>
            <p class="actions">
                <button type="button" class="button primary" on:click=move |_| go.run(())>{t(words::OTHER_USER_GO)}</button>
            </p>
        </Dialog>
    }
}
