//! S15: the clinics' own systems that report: their keys, their use, their end.

mod client;
mod key_form;
mod register;
mod results;

pub use client::ClientPage;
pub use register::RegisterClient;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::api_client::{ApiClient, ApiClientQuery, EXPIRY_NOTICE, EXPIRY_URGENT, Scope};
use shared::organization::Page;

use crate::components::{Banner, ListTable, NothingFound, PageHeading, Tone};
use crate::growing::{self, Growing};
use crate::load::Load;
use crate::session::use_session;
use crate::words::office::clients as words;
use crate::words::t;
use crate::{api, clock, format};

/// The list of one's jurisdiction.
#[component]
pub fn Clients() -> impl IntoView {
    let first = Load::new(|| async { api::client().api_clients(&ApiClientQuery::default()).await });
    let registers =
        move || use_session().view_untracked().is_some_and(|view| view.is_manager && view.organization.kind.reports());
    view! {
        <div class="wide">
            <PageHeading text=words::HEADING />
            <p>{t(words::WHAT)}</p>
            {registers()
                .then(|| view! { <p class="actions"><a class="button primary" href="/clients/new">{t(words::ADD)}</a></p> })}
            {first.view(4, |page| {
                if page.items.is_empty() {
                    view! { <NothingFound heading=words::NOTHING what=words::NOTHING_WHAT /> }.into_any()
                } else {
                    view! { <Found first=page /> }.into_any()
                }
            })}
        </div>
    }
}

#[component]
fn Found(first: Page<ApiClient>) -> impl IntoView {
    let list = Growing::new(first, growing::OFFICE);
    let items = list.items();
    let columns =
        [words::NAME, words::VENDOR, words::ORGANIZATION, words::SCOPES, words::STATE, words::USED, words::UNTIL];
    view! {
        <Expiring items=items />
        <ListTable name=words::HEADING columns=columns.to_vec()>
            {move || items.get().into_iter().map(row).collect_view()}
        </ListTable>
        {list.footer(|cursor| {
            let query = ApiClientQuery { cursor: Some(cursor), ..ApiClientQuery::default() };
            async move { api::client().api_clients(&query).await }
        })}
    }
}

/// Says which clients have expired or are about to, the urgent ones louder.
#[component]
fn Expiring(items: RwSignal<Vec<ApiClient>>) -> impl IntoView {
    let line = |client: &ApiClient| match standing(client.disabled_at.is_some(), client.expires_at, clock::instant()) {
        Standing::Soon(days) => Some((Some(days), client.id, client.name.clone())),
        Standing::Expired => Some((None, client.id, client.name.clone())),
        Standing::Good | Standing::Disabled => None,
    };
    move || {
        let soon = items.with(|items| items.iter().filter_map(line).collect::<Vec<_>>());
        let (heading, tone) = match soon.iter().map(|(days, ..)| *days).min() {
            Some(None) => (words::EXPIRING_OVER, Tone::Error),
            Some(Some(days)) if days < EXPIRY_URGENT.num_days() => (words::EXPIRING_URGENT, Tone::Error),
            _ => (words::EXPIRING, Tone::Warning),
        };
        (!soon.is_empty()).then(|| {
            let lines = soon.into_iter().map(|(days, id, name)| {
                let how = move || days.map_or_else(|| words::EXPIRED.get().to_owned(), |days| words::soon(&days));
                view! { <li><a href=format!("/clients/{id}")>{name}</a> " – " {how}</li> }
            });
            view! {
                <Banner tone=tone heading=heading>
                    <p>{t(words::EXPIRING_WHAT)}</p>
                    <ul>{lines.collect_view()}</ul>
                </Banner>
            }
        })
    }
}

fn row(item: ApiClient) -> impl IntoView {
    let (disabled, until, used) = (item.disabled_at.is_some(), item.expires_at, item.last_used_at);
    let scopes = item.scopes;
    view! {
        <tr>
            <th scope="row" class="sticky"><a href=format!("/clients/{}", item.id)>{item.name}</a></th>
            <td>{item.vendor}</td>
            <td>{item.organization.name}</td>
            <td>{move || scope_words(&scopes)}</td>
            <td><State disabled=disabled until=until /></td>
            <td>{move || used_words(used)}</td>
            <td>{move || format::day_and_time(until)}</td>
        </tr>
    }
}

/// When a client was used last; tracked by language.
fn used_words(used: Option<DateTime<Utc>>) -> String {
    used.map_or_else(|| words::NEVER.get().to_owned(), format::day_and_time)
}

/// What a client may do; tracked by language.
fn scope_words(scopes: &[Scope]) -> String {
    let words = scopes.iter().map(|scope| match scope {
        Scope::ReportsRead => words::SCOPE_READ.get(),
        Scope::ReportsWrite => words::SCOPE_WRITE.get(),
    });
    words.collect::<Vec<_>>().join(" / ")
}

/// How a client stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Good,
    /// It expires in so many days.
    Soon(i64),
    Expired,
    Disabled,
}

fn standing(disabled: bool, until: DateTime<Utc>, now: DateTime<Utc>) -> Standing {
    let left = until - now;
    match left.num_days() {
        _ if disabled => Standing::Disabled,
        _ if until <= now => Standing::Expired,
        days if days < EXPIRY_NOTICE.num_days() => Standing::Soon(days),
        _ => Standing::Good,
    }
}

#[component]
fn State(disabled: bool, until: DateTime<Utc>) -> impl IntoView {
    let standing = standing(disabled, until, clock::instant());
    let (state, icon) = match standing {
        Standing::Good => ("factor_set", "✓"),
        Standing::Soon(_) => ("expired", "!"),
        Standing::Expired => ("expired", "×"),
        Standing::Disabled => ("disabled", "×"),
    };
    let word = move || match standing {
        Standing::Good => words::GOOD.get().to_owned(),
        Standing::Soon(days) => words::soon(&days),
        Standing::Expired => words::EXPIRED.get().to_owned(),
        Standing::Disabled => words::DISABLED.get().to_owned(),
    };
    view! {
        <span class="tag" data-state=state>
            <span class="tag-icon" aria-hidden="true">{icon}</span>
            {word}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_end_is_announced_sixty_days_before() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
        assert_eq!(standing(false, now + TimeDelta::days(60), now), Standing::Good);
        assert_eq!(standing(false, now + TimeDelta::days(59), now), Standing::Soon(59));
        assert_eq!(standing(false, now, now), Standing::Expired);
        assert_eq!(standing(true, now + TimeDelta::days(99), now), Standing::Disabled);
    }
}
