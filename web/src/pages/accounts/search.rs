//! Which accounts are looked for, kept in the address.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::issuance::{AccountQuery, AccountState};
use uuid::Uuid;

use super::table::state_word;
use crate::components::{ChoiceField, TextField, slash_leads_to};
use crate::router;
use crate::words::office::{accounts as words, register};
use crate::words::t;

/// A search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    text: String,
    state: Option<AccountState>,
    organization: Option<Uuid>,
}

impl Search {
    /// The search of an address; everything where it says nothing usable.
    pub fn of(parameter: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            text: parameter("q").unwrap_or_default(),
            state: parameter("state").and_then(|key| state_of(&key)),
            organization: parameter("organization").and_then(|id| id.parse().ok()),
        }
    }

    /// What is asked of the service.
    pub fn query(&self) -> AccountQuery {
        let q = Some(self.text.trim().to_owned()).filter(|text| !text.is_empty());
        AccountQuery { q, state: self.state, organization_id: self.organization, ..AccountQuery::default() }
    }

    fn address(&self) -> String {
        let text = js_sys::encode_uri_component(self.text.trim());
        let state = self.state.map_or("", AccountState::key);
        let organization = self.organization.map(|id| format!("&organization={id}")).unwrap_or_default();
        format!("/accounts?q={text}&state={state}{organization}")
    }
}

fn state_of(key: &str) -> Option<AccountState> {
    AccountState::ALL.into_iter().find(|state| state.key() == key)
}

/// The form. Typing asks nothing; Enter or the button does.
#[component]
pub fn SearchForm(search: Memo<Search>) -> impl IntoView {
    slash_leads_to("q");
    let text = RwSignal::new(String::new());
    let state = RwSignal::new(String::new());
    Effect::new(move || {
        let search = search.get();
        text.set(search.text);
        state.set(search.state.map_or("", AccountState::key).to_owned());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let organization = search.with_untracked(|search| search.organization);
        let search = Search { text: text.get_untracked(), state: state_of(&state.get_untracked()), organization };
        router::go(&search.address());
    };
    let states = AccountState::ALL.into_iter().map(|state| (state.key(), state_word(state))).collect::<Vec<_>>();
    view! {
        <form class="search-form no-print" role="search" on:submit=submit>
            <TextField id="q" label=words::SEARCH_LABEL value=text kind="search" />
            <ChoiceField id="state" label=words::STATE none=words::EVERY_STATE choices=states value=state />
            <button type="submit" class="button">{t(register::SEARCH)}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_accounts_and_nonsense_means_all() {
        let id = "01990000-0000-7000-8000-000000000000";
        let of = |state: &'static str, organization: &'static str| {
            Search::of(move |key| match key {
                "q" => Some(" 山田 ".to_owned()),
                "state" => Some(state.to_owned()),
                _ => Some(organization.to_owned()),
            })
        };
        let query = of("expired", id).query();
        assert_eq!((query.q.as_deref(), query.state), (Some("山田"), Some(AccountState::Expired)));
        assert_eq!(query.organization_id, id.parse().ok());
        let query = of("lost", "here").query();
        assert_eq!((query.state, query.organization_id), (None, None));
    }
}
