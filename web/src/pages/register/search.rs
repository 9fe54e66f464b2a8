//! What is looked for in the register, kept in the address so that going back finds it again.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::organization::{OrganizationKind, OrganizationQuery};

use crate::components::{ChoiceField, TextField, slash_leads_to};
use crate::router;
use crate::words::office::register as words;
use crate::words::{kind_word, t};

/// A search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    text: String,
    kind: Option<OrganizationKind>,
}

impl Search {
    /// The search of an address; everything where it says nothing usable.
    pub fn of(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let kind = parameter("kind").and_then(|key| kind_of(&key));
        Self { text: parameter("q").unwrap_or_default(), kind }
    }

    /// What is asked of the service.
    pub fn query(&self) -> OrganizationQuery {
        let q = Some(self.text.trim().to_owned()).filter(|text| !text.is_empty());
        OrganizationQuery { q, kind: self.kind, ..OrganizationQuery::default() }
    }

    fn address(&self) -> String {
        let text = js_sys::encode_uri_component(self.text.trim());
        format!("/organizations?q={text}&kind={}", self.kind.map_or("", OrganizationKind::key))
    }
}

fn kind_of(key: &str) -> Option<OrganizationKind> {
    OrganizationKind::ALL.into_iter().find(|kind| kind.key() == key)
}

/// The form. Typing asks nothing; Enter or the button does.
#[component]
pub fn SearchForm(search: Memo<Search>) -> impl IntoView {
    slash_leads_to("q");
    let text = RwSignal::new(String::new());
    let kind = RwSignal::new(String::new());
    Effect::new(move || {
        let search = search.get();
        text.set(search.text);
        kind.set(search.kind.map_or("", OrganizationKind::key).to_owned());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        router::go(&Search { text: text.get_untracked(), kind: kind_of(&kind.get_untracked()) }.address());
    };
    let kinds = OrganizationKind::ALL.into_iter().map(|kind| (kind.key(), kind_word(kind))).collect::<Vec<_>>();
    view! {
        <form class="search-form no-print" role="search" on:submit=submit>
            <TextField id="q" label=words::SEARCH_LABEL value=text kind="search" />
            <ChoiceField id="kind" label=words::KIND none=words::EVERY_KIND choices=kinds value=kind />
            <button type="submit" class="button primary">{t(words::SEARCH)}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_looked_for_and_nonsense_means_everything() {
        let of =
            |kind: &'static str| Search::of(move |key| Some(if key == "q" { " 青葉 ".into() } else { kind.into() }));
        let query = of("health_center").query();
        assert_eq!((query.q.as_deref(), query.kind), (Some("青葉"), Some(OrganizationKind::HealthCenter)));
        assert_eq!(of("hospital").query().kind, None);
        assert_eq!(Search::of(|_| None).query(), OrganizationQuery::default());
    }
}
