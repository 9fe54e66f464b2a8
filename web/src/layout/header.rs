//! The header: what this is, who you are, where you can go, how you want it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Role;

use crate::components::{Badge, service_name};
use crate::preference::{self, TextSize};
use crate::router;
use crate::session::{Who, use_session};
use crate::words::{self, Text, app, t};

/// The header of every page. Signing out is always one press away.
#[component]
pub fn Header(
    /// Whether the list of keys is open.
    keys: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let demo = move || session.site().is_some_and(|site| site.demo);
    Effect::new(move || {
        if let Some(body) = document().body() {
            let _ = body.class_list().toggle_with_force("demo", demo());
        }
    });
    view! {
        <header class="header">
            <div class="header-row">
                <p class="service"><a href="/">{move || service_name(session.site().as_ref())}</a></p>
                <Badge />
                <Account />
                <div class="header-tools">
                    <TextSizes />
                    <LanguageSwitch />
                    <button type="button" class="button quiet small keys-button" on:click=move |_| keys.set(true)>
                        {t(app::KEYS)}
                    </button>
                    <SignOut />
                </div>
            </div>
            <Menu />
        </header>
    }
}

#[component]
fn Account() -> impl IntoView {
    let session = use_session();
    move || {
        session.view().map(|view| {
            let role = words::role_word(view.role);
            let manager = view.is_manager;
            view! {
                <p class="account">
                    <span class="account-organization">{view.organization.name.clone()}</span>
                    <span>{view.display_name.clone()}</span>
                    <span>
                        {t(role)}
                        {manager.then(|| view! { " · " {t(words::role::MANAGER)} })}
                    </span>
                </p>
            }
        })
    }
}

#[component]
fn Menu() -> impl IntoView {
    let session = use_session();
    let link = move |to: &'static str, word: Text| {
        let here = move || {
            let path = router::path();
            let below = to.len() > 1 && path.strip_prefix(to).is_some_and(|rest| rest.starts_with('/'));
            (path == to || below).then_some("page")
        };
        view! { <li><a href=to aria-current=here>{t(word)}</a></li> }
    };
    let reports = Memo::new(move |_| session.view().is_some_and(|view| view.organization.kind.reports()));
    let oversees = Memo::new(move |_| session.view().is_some_and(|view| view.role != Role::Institution));
    let telephones = Memo::new(move |_| {
        session.view().is_some_and(|view| matches!(view.role, Role::HealthCenter | Role::Prefecture))
    });
    let collects = Memo::new(move |_| session.view().is_some_and(|view| view.role == Role::HealthCenter));
    let manages = Memo::new(move |_| session.view().is_some_and(|view| view.is_manager));
    let inside = Memo::new(move |_| session.view().is_some());
    let outside = Memo::new(move |_| session.who() == Who::Nobody);
    view! {
        <nav class="menu" aria-label=t(app::MENU)>
            <ul>
                <Show when=move || inside.get()>{link("/", app::HOME)}</Show>
                <Show when=move || reports.get()>{link("/report", app::REPORT)} {link("/history", app::HISTORY)}</Show>
                <Show when=move || telephones.get()>{link("/missing", app::MISSING)}</Show>
                <Show when=move || collects.get()>{link("/collect", app::COLLECT)} {link("/notifications", app::NOTIFICATIONS)}</Show>
                <Show when=move || oversees.get()>{link("/figures", app::FIGURES)} {link("/organizations", app::REGISTER)}</Show>
                <Show when=move || manages.get()>{link("/accounts", app::ACCOUNTS)} {link("/clients", app::CLIENTS)} {link("/audit", app::AUDIT)}</Show>
                <Show when=move || inside.get()>{link("/password", app::PASSWORD)} {link("/security", app::SECURITY)}</Show>
                <Show when=move || outside.get()>{link("/sign-in", words::signin::HEADING)}</Show>
                {link("/help", app::HELP)}
            </ul>
        </nav>
    }
}

#[component]
fn TextSizes() -> impl IntoView {
    let size = |size: TextSize, word: Text| {
        let chosen = move || if preference::text_size() == size { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="size-button"
                data-size=size.key()
                aria-pressed=chosen
                on:click=move |_| preference::choose_text_size(size)
            >
                {t(word)}
            </button>
        }
    };
    view! {
        <div class="text-sizes" role="group" aria-label=t(app::TEXT_SIZE)>
            {size(TextSize::Standard, app::SIZE_STANDARD)}
            {size(TextSize::Large, app::SIZE_LARGE)}
            {size(TextSize::Largest, app::SIZE_LARGEST)}
        </div>
    }
}

#[component]
fn LanguageSwitch() -> impl IntoView {
    let switch = |_| preference::choose_language(words::language_untracked().other());
    view! {
        <button type="button" class="button quiet small" lang=move || words::language().other().tag() on:click=switch>
            {t(app::OTHER_LANGUAGE)}
        </button>
    }
}

#[component]
fn SignOut() -> impl IntoView {
    let session = use_session();
    let inside = Memo::new(move |_| !matches!(session.who(), Who::Unknown | Who::Nobody));
    let leave = move |_| {
        spawn_local(async move {
            session.sign_out().await;
            router::go("/sign-in");
        });
    };
    view! {
        <Show when=move || inside.get()>
            <button type="button" class="button small sign-out" on:click=leave>{t(app::SIGN_OUT)}</button>
        </Show>
    }
}
