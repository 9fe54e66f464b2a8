//! One organization of the register.

use leptos::prelude::*;
use shared::organization::Organization;
use shared::register::{MoveView, OpeningDaysView, OrganizationDetail};

use crate::components::{NothingHere, PageHeading};
use crate::load::Load;
use crate::session::use_session;
use crate::words::office::{accounts, kind_of_day, register as words};
use crate::words::{Text, kind_word, t};
use crate::{api, format};

/// The page.
#[component]
pub fn OrganizationPage(
    /// The organization's id, from the address.
    id: String,
) -> impl IntoView {
    let Ok(id) = id.parse() else { return view! { <NothingHere /> }.into_any() };
    let name = RwSignal::new(String::new());
    let load = Load::new(move || async move { api::client().organization(id).await });
    let heading =
        move || name.with(|name| if name.is_empty() { words::HEADING.get().to_owned() } else { name.clone() });
    view! {
        <PageHeading text=Signal::derive(heading) />
        {load.view(6, move |organization| {
            let OrganizationDetail { organization, opening_days, planned_moves } = organization;
            name.set(organization.name.clone());
            view! {
                <Facts organization=organization.clone() />
                <Planned opening_days=opening_days moves=planned_moves />
                <Accounts organization=organization />
            }
        })}
        <p><a href="/organizations">{t(words::BACK)}</a></p>
    }
    .into_any()
}

/// The opening days that hold and those to come, and moves to come; nothing where nothing was set.
#[component]
fn Planned(opening_days: Vec<OpeningDaysView>, moves: Vec<MoveView>) -> impl IntoView {
    let opening = opening_days.into_iter().map(|opening| {
        let line = move || {
            let days = opening.open_on.iter().map(|day| kind_of_day::lookup(day.key()).unwrap_or(Text::MISSING).get());
            words::open_from(
                &days.collect::<Vec<_>>().join(words::DAY_SEPARATOR.get()),
                &format::short_day(opening.valid_from),
            )
        };
        view! { <li>{line}</li> }
    });
    let moves = moves.into_iter().map(|planned| {
        let line = move || words::moves_to(&format::short_day(planned.valid_from), &planned.parent.name);
        view! { <li>{line}</li> }
    });
    let lines: Vec<_> = opening.map(IntoView::into_any).chain(moves.map(IntoView::into_any)).collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section>
                <h2>{t(words::PLANNED)}</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}

/// The way to the accounts of an organization, for managers. Whose accounts they may hand out the service decides.
#[component]
fn Accounts(organization: Organization) -> impl IntoView {
    let manages = use_session().view().is_some_and(|view| view.is_manager);
    let id = organization.id;
    manages.then(|| {
        view! {
            <p class="actions">
                <a class="button" href=format!("/accounts?organization={id}")>{t(accounts::HEADING)}</a>
                <a class="button" href=format!("/accounts/new?organization={id}")>{t(accounts::ISSUE)}</a>
            </p>
        }
    })
}

#[component]
fn Facts(organization: Organization) -> impl IntoView {
    let line = |name: Text, value: Option<String>| {
        view! {
            <div>
                <dt>{t(name)}</dt>
                <dd>{move || value.clone().unwrap_or_else(|| words::NONE.get().to_owned())}</dd>
            </div>
        }
    };
    let kind = organization.kind;
    let active = organization.active;
    view! {
        <dl class="summary-list">
            <div>
                <dt>{t(words::KIND)}</dt>
                <dd>{t(kind_word(kind))}</dd>
            </div>
            {line(words::KANA, Some(organization.kana))}
            {line(words::CODE, organization.institution_code)}
            {line(words::PREFECTURE_CODE, organization.prefecture_code)}
            {line(words::PLACE, Some(organization.address))}
            {line(words::TELEPHONE, Some(organization.telephone))}
            <div>
                <dt>{t(words::PARENT)}</dt>
                <dd>
                    {organization
                        .parent
                        .map(|parent| view! { <a href=format!("/organizations/{}", parent.id)>{parent.name}</a> })}
                </dd>
            </div>
            <div>
                <dt>{t(words::PARTICIPATION)}</dt>
                <dd>{t(if active { words::ACTIVE } else { words::INACTIVE })}</dd>
            </div>
        </dl>
    }
}
