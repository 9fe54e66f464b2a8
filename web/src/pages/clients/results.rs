//! What the last requests of a client came to.

use leptos::prelude::*;
use shared::api_client::ApiClientResult;
use shared::problem::ProblemKind;
use uuid::Uuid;

use crate::load::Load;
use crate::words::office::{clients as words, token_problem};
use crate::words::{Text, problem_title, t};
use crate::{api, format};

/// The last results, the newest first.
#[component]
pub fn Results(id: Uuid) -> impl IntoView {
    let load = Load::new(move || async move { api::client().api_client_results(id).await });
    view! {
        <section>
            <h2>{t(words::RESULTS)}</h2>
            {load.view(4, |page| {
                if page.items.is_empty() {
                    view! { <p>{t(words::NO_RESULTS)}</p> }.into_any()
                } else {
                    view! { <Table items=page.items /> }.into_any()
                }
            })}
        </section>
    }
}

/// A problem in words, with what it is called on the wire.
#[component]
fn Problem(slug: String) -> impl IntoView {
    let word = problem_word(&slug);
    view! {
        {word.map(|word| view! { {t(word)} " " })}
        <span class="mono small">{slug}</span>
    }
}

/// The words for what a request of a client came to: why it got no token, or a kind of problem.
fn problem_word(slug: &str) -> Option<Text> {
    let kind = || ProblemKind::ALL.iter().find(|kind| kind.slug() == slug);
    token_problem::lookup(slug).or_else(|| kind().map(|kind| problem_title(*kind)))
}

#[component]
fn Table(items: Vec<ApiClientResult>) -> impl IntoView {
    let row = |item: ApiClientResult| {
        let at = item.at;
        view! {
            <tr>
                <td>{move || format::day_and_time(at)}</td>
                <td class="mono">{item.operation}</td>
                <td class="number">{item.status.to_string()}</td>
                <td>{item.problem.map(|problem| view! { <Problem slug=problem /> })}</td>
                <td class="mono">{item.request_id.to_string()}</td>
            </tr>
        }
    };
    view! {
        <div class="table-box list" role="region" tabindex="0" aria-label=t(words::RESULTS)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t(words::WHEN)}</th>
                        <th scope="col">{t(words::OPERATION)}</th>
                        <th scope="col" class="number">{t(words::STATUS)}</th>
                        <th scope="col">{t(words::PROBLEM)}</th>
                        <th scope="col">{t(words::REQUEST)}</th>
                    </tr>
                </thead>
                <tbody>{items.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use shared::token::TOKEN_PROBLEMS;

    use super::*;

    #[test]
    fn every_problem_of_a_client_has_words() {
        for slug in TOKEN_PROBLEMS.into_iter().chain(ProblemKind::ALL.iter().map(|kind| kind.slug())) {
            assert!(problem_word(slug).is_some_and(|word| word != Text::MISSING), "{slug}");
        }
        assert_eq!(problem_word("nonsense"), None);
    }
}
