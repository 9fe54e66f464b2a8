//! S17: help and frequent questions: searchable, by role, printable.

mod fax_form;
mod questions;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Role;
use shared::unicode::lower_case;

use crate::components::{PageHeading, TextField};
use crate::format;
use crate::session::use_session;
use crate::words::{self, Language, app, help, t};
pub use fax_form::FaxForm;
use questions::{Audience, QUESTIONS, Question};

/// The page.
#[component]
pub fn Help() -> impl IntoView {
    let session = use_session();
    let role = session.view_untracked().map(|view| view.role);
    let audience = RwSignal::new(role.map_or(Audience::Everybody, |role| match role {
        Role::Institution => Audience::Reporter,
        Role::HealthCenter => Audience::Center,
        Role::Prefecture | Role::Ministry => Audience::Everybody,
    }));
    let search = RwSignal::new(String::new());
    // A search finds words of either language, once those of the other have arrived; without them it goes on without.
    let both = RwSignal::new(false);
    spawn_local(async move {
        let loaded = words::load(words::language_untracked().other()).await;
        let _ = both.try_set(loaded.is_ok());
    });
    let found = Memo::new(move |_| {
        both.track();
        search.with(|search| matching(search, audience.get()))
    });
    let list =
        move || found.get().into_iter().map(|place| view! { <Answer question=&QUESTIONS[place] /> }).collect_view();
    view! {
        <PageHeading text=help::HEADING />
        <form class="help-search no-print" role="search" on:submit=|event| event.prevent_default()>
            <TextField id="search" label=help::SEARCH value=search kind="search" />
            <AudienceChoice audience=audience />
        </form>
        <p class="small no-print" role="status">{move || help::found(&format::count(found.with(Vec::len) as u64))}</p>
        <Show when=move || found.with(Vec::is_empty)>
            <p>{t(help::NONE)}</p>
        </Show>
        <div class="questions">{list}</div>
        <section class="card no-print">
            <h2>{t(help::FAX_LINK)}</h2>
            <p>{t(help::FAX_WHAT)}</p>
            <p><a class="button" href="/help/fax-form">{t(help::FAX_LINK)}</a></p>
        </section>
        <p class="no-print"><a href="/api/docs/" rel="external">{t(app::API_DOCS)}</a></p>
        <p class="small no-print">{t(help::PRINT_HINT)}</p>
    }
}

#[component]
fn AudienceChoice(audience: RwSignal<Audience>) -> impl IntoView {
    let choice = move |of: Audience, id: &'static str, word| {
        view! {
            <label class="check" for=id>
                <input
                    type="radio"
                    id=id
                    name="audience"
                    prop:checked=move || audience.get() == of
                    on:change=move |_| audience.set(of)
                />
                <span>{t(word)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend>{t(help::ROLE)}</legend>
            {choice(Audience::Everybody, "audience-all", help::ROLE_ALL)}
            {choice(Audience::Reporter, "audience-reporter", help::FOR_REPORTER)}
            {choice(Audience::Center, "audience-center", help::FOR_CENTER)}
        </fieldset>
    }
}

#[component]
fn Answer(question: &'static Question) -> impl IntoView {
    view! {
        <section id=question.id class="question">
            <h2>{t(question.question)}</h2>
            <p>{t(question.answer)}</p>
        </section>
    }
}

/// The places of the questions that hold every word of the search, in either language, for an audience.
fn matching(search: &str, audience: Audience) -> Vec<usize> {
    let words: Vec<String> = search.split_whitespace().map(lower_case).collect();
    let holds = |question: &Question| {
        let texts = [Language::Japanese, Language::English]
            .map(|language| [question.question, question.answer].map(|text| lower_case(text.of(language))))
            .concat();
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    };
    QUESTIONS
        .iter()
        .enumerate()
        .filter(|(_, question)| question.audience.is_for(audience) && holds(question))
        .map(|(place, _)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_finds_the_answers_that_hold_all_its_words() {
        assert_eq!(matching("", Audience::Everybody).len(), QUESTIONS.len());
        let found = matching("excel 貼り付け", Audience::Everybody);
        assert_eq!(found.iter().map(|&place| QUESTIONS[place].id).collect::<Vec<_>>(), ["paste"]);
        assert!(matching("no such words", Audience::Everybody).is_empty());
    }

    #[test]
    fn a_role_sees_what_is_for_it_and_for_everybody() {
        let reporter = matching("", Audience::Reporter);
        assert!(reporter.iter().all(|&place| QUESTIONS[place].audience != Audience::Center));
        assert!(reporter.len() < QUESTIONS.len());
    }
}
