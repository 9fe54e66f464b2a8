//! One organization of the register.

use leptos::prelude::*;
use shared::organization::Organization;

use crate::api;
use crate::components::{NothingHere, PageHeading};
use crate::load::Load;
use crate::words::office::register as words;
use crate::words::{Text, kind_word, t};

/// The page.
#[component]
pub fn OrganizationPage(
    /// The organization's id, from the address.
    id: String,
) -> impl IntoView {
    let Ok(id) = id.parse() else { return view! { <NothingHere /> }.into_any() };
    let name = RwSignal::new(String::new());
    let load = Load::new(move || async move { api::client().organization(id).await.map(|found| found.organization) });
    let heading =
        move || name.with(|name| if name.is_empty() { words::HEADING.get().to_owned() } else { name.clone() });
    view! {
        <PageHeading text=Signal::derive(heading) />
        {load.view(6, move |organization| {
            name.set(organization.name.clone());
            view! { <Facts organization=organization /> }
        })}
        <p><a href="/organizations">{t(words::BACK)}</a></p>
    }
    .into_any()
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
