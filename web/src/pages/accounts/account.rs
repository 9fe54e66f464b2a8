//! One account: what is known of it, and what its manager may do.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::issuance::{
    AccountChange, AccountState, AccountView, DisableReason, DisableRequest, IssuedAccount, SlipReason, SlipRequest,
};
use uuid::Uuid;

use super::issue::ManagerBox;
use super::slip::Slips;
use super::table::StateChip;
use crate::components::{Choice, ChoiceField, Failure, NothingHere, PageHeading, TextField, Trouble, focus_on};
use crate::load::Load;
use crate::session::use_session;
use crate::words::office::{accounts as words, disable_reason, slip, slip_reason};
use crate::words::{Text, role_word, t};
use crate::{api, format};

/// The page.
#[component]
pub fn AccountPage(
    /// The account's id, from the address.
    id: String,
) -> impl IntoView {
    let Ok(id) = id.parse::<Uuid>() else { return view! { <NothingHere /> }.into_any() };
    let account = RwSignal::new(None::<AccountView>);
    let renewed = RwSignal::new(None::<IssuedAccount>);
    let heading = move || {
        let name = account.with(|account| account.as_ref().map(|account| account.display_name.clone()));
        if renewed.with(Option::is_some) {
            slip::HEADING.get().to_owned()
        } else {
            name.unwrap_or_else(|| words::HEADING.get().to_owned())
        }
    };
    view! {
        <PageHeading text=Signal::derive(heading) />
        {move || match renewed.get() {
            Some(issued) => view! { <Slips issued=vec![issued] /> }.into_any(),
            None => view! { <Loaded id=id after=account renewed=renewed /> }.into_any(),
        }}
    }
    .into_any()
}

#[component]
fn Loaded(
    id: Uuid,
    /// The account as it is after the last act.
    after: RwSignal<Option<AccountView>>,
    renewed: RwSignal<Option<IssuedAccount>>,
) -> impl IntoView {
    let session = use_session();
    let load = Load::new(move || async move { api::client().account(id).await });
    view! {
        {load.view(8, move |loaded| {
            after.set(Some(loaded));
            let own = session.view().map(|view| view.account_id);
            move || {
                after
                    .get()
                    .map(|account| {
                        let is_own = Some(account.id) == own;
                        view! {
                            <Facts account=account.clone() />
                            {if is_own {
                                view! { <p>{t(words::OWN)}</p> }.into_any()
                            } else {
                                view! { <Acts account=account after=after renewed=renewed /> }.into_any()
                            }}
                        }
                    })
            }
        })}
        <p><a href="/accounts">{t(words::BACK)}</a></p>
    }
}

#[component]
fn Facts(account: AccountView) -> impl IntoView {
    let instant =
        |at: Option<chrono::DateTime<chrono::Utc>>| move || at.map_or_else(|| "–".to_owned(), format::day_and_time);
    let manager = account.is_manager;
    let line = account.slip.map(|slip| {
        move || {
            let reason = slip_reason::lookup(slip.reason.key()).unwrap_or(Text::MISSING);
            words::slip_line(
                &format::day_and_time(slip.issued_at),
                &reason.get(),
                &format::day_and_time(slip.expires_at),
            )
        }
    });
    view! {
        <dl class="summary-list">
            <div><dt>{t(words::STATE)}</dt><dd><StateChip state=account.state /></dd></div>
            <div><dt>{t(words::ID)}</dt><dd class="mono">{account.login_id}</dd></div>
            <div><dt>{t(words::PERSON)}</dt><dd>{account.display_name}</dd></div>
            <div>
                <dt>{t(words::ORGANIZATION)}</dt>
                <dd><a href=format!("/organizations/{}", account.organization.id)>{account.organization.name}</a></dd>
            </div>
            <div><dt>{t(words::ROLE)}</dt><dd>{t(role_word(account.role))}</dd></div>
            <div><dt>{t(words::MANAGER)}</dt><dd>{t(if manager { words::YES } else { words::NO })}</dd></div>
            <div><dt>{t(words::CREATED)}</dt><dd>{instant(Some(account.created_at))}</dd></div>
            <div><dt>{t(words::ACTIVATED)}</dt><dd>{instant(account.activated_at)}</dd></div>
            <div><dt>{t(words::DISABLED)}</dt><dd>{instant(account.disabled_at)}</dd></div>
            <div><dt>{t(words::SLIP)}</dt><dd>{line}</dd></div>
        </dl>
    }
}

/// What can be done with somebody else's account. Each leads to the account as it is afterwards.
#[component]
fn Acts(
    account: AccountView,
    after: RwSignal<Option<AccountView>>,
    renewed: RwSignal<Option<IssuedAccount>>,
) -> impl IntoView {
    let disabled = account.state == AccountState::Disabled;
    let id = account.id;
    view! {
        <Change account=account after=after />
        {if disabled {
            view! { <Enable id=id after=after /> }.into_any()
        } else {
            view! { <Renew id=id renewed=renewed /> <Disable id=id after=after /> }.into_any()
        }}
    }
}

#[component]
fn Change(account: AccountView, after: RwSignal<Option<AccountView>>) -> impl IntoView {
    let session = use_session();
    let name = RwSignal::new(account.display_name);
    let is_manager = RwSignal::new(account.is_manager);
    let (id, was_manager) = (account.id, account.is_manager);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let manager = is_manager.get_untracked();
        let change = AccountChange {
            display_name: Some(name.get_untracked()),
            is_manager: (manager != was_manager).then_some(manager),
        };
        spawn_local(async move {
            match session.call(api::client().change_account(id, &change)).await {
                Ok(account) => after.set(Some(account)),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    view! {
        <details class="card">
            <summary>{t(words::CHANGE)}</summary>
            <form class="stack" novalidate on:submit=submit>
                {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <TextField id="person" label=words::PERSON value=name />
                <ManagerBox is_manager=is_manager />
                <button type="submit" class="button">{t(words::SAVE)}</button>
            </form>
        </details>
    }
}

#[component]
fn Renew(id: Uuid, renewed: RwSignal<Option<IssuedAccount>>) -> impl IntoView {
    let session = use_session();
    let failure = RwSignal::new(None::<Failure>);
    let reasons = SlipReason::ALL.iter().filter(|reason| **reason != SlipReason::NewAccount);
    let choices: Vec<_> =
        reasons.map(|reason| (reason.key(), slip_reason::lookup(reason.key()).unwrap_or(Text::MISSING))).collect();
    let act = Callback::new(move |key: String| {
        let Some(&reason) = SlipReason::ALL.iter().find(|reason| reason.key() == key) else { return };
        spawn_local(async move {
            match session.call(api::client().renew_slip(id, &SlipRequest { reason })).await {
                Ok(issued) => renewed.set(Some(issued)),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    });
    let (heading, what, button) = (words::RENEW, words::RENEW_WHAT, words::RENEW_BUTTON);
    view! { <Reasoned id="renew-reason" heading=heading what=what button=button choices=choices failure=failure act=act /> }
}

#[component]
fn Disable(id: Uuid, after: RwSignal<Option<AccountView>>) -> impl IntoView {
    let session = use_session();
    let failure = RwSignal::new(None::<Failure>);
    let reasons = DisableReason::ALL.iter();
    let choices: Vec<_> =
        reasons.map(|reason| (reason.key(), disable_reason::lookup(reason.key()).unwrap_or(Text::MISSING))).collect();
    let act = Callback::new(move |key: String| {
        let Some(&reason) = DisableReason::ALL.iter().find(|reason| reason.key() == key) else { return };
        spawn_local(async move {
            match session.call(api::client().disable_account(id, &DisableRequest { reason })).await {
                Ok(account) => after.set(Some(account)),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    });
    let (heading, what, button) = (words::DISABLE, words::DISABLE_WHAT, words::DISABLE_BUTTON);
    view! { <Reasoned id="disable-reason" heading=heading what=what button=button choices=choices failure=failure act=act /> }
}

#[component]
fn Enable(id: Uuid, after: RwSignal<Option<AccountView>>) -> impl IntoView {
    let session = use_session();
    let failure = RwSignal::new(None::<Failure>);
    let enable = move |_| {
        spawn_local(async move {
            match session.call(api::client().enable_account(id)).await {
                Ok(account) => after.set(Some(account)),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    view! {
        <section class="card">
            <h2>{t(words::ENABLE)}</h2>
            <p>{t(words::ENABLE_WHAT)}</p>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <button type="button" class="button" on:click=enable>{t(words::ENABLE_BUTTON)}</button>
        </section>
    }
}

/// An act that ends somebody's session: it says what will happen and wants a reason.
#[component]
fn Reasoned(
    /// The id of the choice, unique on the page.
    id: &'static str,
    heading: Text,
    what: Text,
    button: Text,
    choices: Vec<Choice>,
    failure: RwSignal<Option<Failure>>,
    /// Does it, by the key of the reason.
    act: Callback<String>,
) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let key = reason.get_untracked();
        missing.set(key.is_empty());
        if key.is_empty() {
            focus_on(id);
        } else {
            act.run(key);
        }
    };
    let error = Signal::derive(move || missing.get().then(|| words::REASON_MISSING.get().to_owned()));
    view! {
        <details class="card">
            <summary>{t(heading)}</summary>
            <form class="stack" novalidate on:submit=submit>
                <p>{t(what)}</p>
                {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <ChoiceField id=id label=words::REASON none=words::CHOOSE choices=choices value=reason error=error />
                <button type="submit" class="button">{t(button)}</button>
            </form>
        </details>
    }
}
