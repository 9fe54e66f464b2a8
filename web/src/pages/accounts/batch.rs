//! Issuing many accounts from a pasted table: the table, a preview of each row, and all slips as one print job.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::issuance::{AccountBatch, AccountBatchRequest, BatchRow, IssuedAccount, MAX_BATCH};
use uuid::Uuid;

use super::pasted;
use super::slip::Slips;
use crate::components::{Banner, Failure, PageHeading, TextArea, Tone, Trouble, focus_on};
use crate::session::use_session;
use crate::words::office::{accounts, batch as words, issue, slip};
use crate::words::{problem_title, t};
use crate::{api, format};

const ROWS: &str = "rows";

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Table,
    Preview(AccountBatch),
    Issued(Vec<IssuedAccount>),
}

/// The page.
#[component]
pub fn IssueMany() -> impl IntoView {
    let stage = RwSignal::new(Stage::Table);
    let text = RwSignal::new(String::new());
    let heading = move || match stage.get() {
        Stage::Issued(_) => slip::HEADING.get().to_owned(),
        Stage::Table | Stage::Preview(_) => words::HEADING.get().to_owned(),
    };
    view! {
        <div class="wide">
            <PageHeading text=Signal::derive(heading) />
            {move || match stage.get() {
                Stage::Table => view! { <Table text=text stage=stage /> }.into_any(),
                Stage::Preview(batch) => view! { <Preview batch=batch text=text stage=stage /> }.into_any(),
                Stage::Issued(issued) => view! { <Slips issued=issued /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Table(text: RwSignal<String>, stage: RwSignal<Stage>) -> impl IntoView {
    let session = use_session();
    let error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let rows = text.with_untracked(|text| pasted::rows(text));
        let wrong = match rows.len() {
            0 => Some(words::EMPTY.get().to_owned()),
            n if n > MAX_BATCH => Some(words::too_many(&n)),
            _ => None,
        };
        let refused = wrong.is_some();
        error.set(wrong);
        if refused {
            focus_on(ROWS);
            return;
        }
        spawn_local(async move {
            match session.call(api::client().preview_accounts(&AccountBatchRequest { rows })).await {
                Ok(batch) => stage.set(Stage::Preview(batch)),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            <p>{t(words::WHAT)}</p>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <TextArea id=ROWS label=words::ROWS hint=words::ROWS_HINT value=text error=error rows="12" />
            <p class="actions">
                <button type="submit" class="button primary">{t(words::PREVIEW)}</button>
                <a class="button quiet" href="/accounts">{t(accounts::BACK)}</a>
            </p>
        </form>
    }
}

#[component]
fn Preview(batch: AccountBatch, text: RwSignal<String>, stage: RwSignal<Stage>) -> impl IntoView {
    let session = use_session();
    let failure = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let good = batch.rows.iter().filter(|row| row.refusal.is_none()).count();
    let bad = batch.rows.len() - good;
    let accepted: Vec<bool> = batch.rows.iter().map(|row| row.refusal.is_none()).collect();
    // One key for what the preview shows: pressing twice issues once.
    let key = Uuid::new_v4().to_string();
    let send = move |_| {
        if working.get_untracked() {
            return;
        }
        working.set(true);
        let rows = text.with_untracked(|text| pasted::rows(text));
        let rows = rows.into_iter().zip(&accepted).filter(|(_, accepted)| **accepted).map(|(row, _)| row).collect();
        let key = key.clone();
        spawn_local(async move {
            match session.call(api::client().issue_accounts(&key, &AccountBatchRequest { rows })).await {
                Ok(batch) => stage.set(Stage::Issued(issued(batch))),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let n = format::count(good as u64);
    let (for_heading, for_button) = (n.clone(), n);
    view! {
        <h2>{move || words::preview_heading(&for_heading)}</h2>
        {(bad > 0)
            .then(|| {
                let heading = Signal::derive(move || words::refused(&format::count(bad as u64)));
                view! { <Banner tone=Tone::Warning heading=heading /> }
            })}
        {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
        <div class="table-box list" role="region" tabindex="0" aria-label=t(words::PREVIEW)>
            <table>
                <thead>
                    <tr>
                        <th scope="col" class="number">{t(words::ROW)}</th>
                        <th scope="col">{t(accounts::ORGANIZATION)}</th>
                        <th scope="col">{t(accounts::PERSON)}</th>
                        <th scope="col">{t(accounts::MANAGER)}</th>
                        <th scope="col">{t(words::RESULT)}</th>
                    </tr>
                </thead>
                <tbody>{(1_u64..).zip(batch.rows).map(|(place, row)| line(place, row)).collect_view()}</tbody>
            </table>
        </div>
        <p class="actions">
            {(good > 0)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button primary"
                            aria-disabled=move || working.get().then_some("true")
                            on:click=send
                        >
                            {move || if working.get() { issue::WORKING.get().to_owned() } else { words::issue(&for_button) }}
                        </button>
                    }
                })}
            <button type="button" class="button" on:click=move |_| stage.set(Stage::Table)>{t(words::EDIT)}</button>
        </p>
    }
}

fn line(place: u64, row: BatchRow) -> impl IntoView {
    let refusal = row.refusal;
    let same_name = row.same_name;
    let words = move || match &refusal {
        Some(problem) => {
            let rules = problem.violations.iter().map(|violation| crate::words::rule_text(violation.rule).get());
            let rules: Vec<&str> = rules.collect();
            match (problem.kind(), rules.as_slice()) {
                (Some(kind), []) => problem_title(kind).get().to_owned(),
                _ => rules.join(" "),
            }
        }
        None if same_name => words::SAME_NAME.get().to_owned(),
        None => words::GOOD.get().to_owned(),
    };
    view! {
        <tr>
            <td class="number">{format::count(place)}</td>
            <td>{row.organization.map(|organization| organization.name)}</td>
            <td>{row.display_name}</td>
            <td>{row.is_manager.then_some("✓")}</td>
            <td>{words}</td>
        </tr>
    }
}

/// The accounts of a batch with their codes.
fn issued(batch: AccountBatch) -> Vec<IssuedAccount> {
    let of_row = |row: BatchRow| Some(IssuedAccount { account: row.account?, code: row.code, qr_code: row.qr_code });
    batch.rows.into_iter().filter_map(of_row).collect()
}
