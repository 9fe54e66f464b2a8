//! Numbers from a spreadsheet: pasted, looked through row by row, and sent.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::notification_count::{CountSource, NotificationCountResult};

use super::saving::{List, refusal_words, rule_words, stored};
use crate::components::{Banner, Failure, ListTable, TextArea, Tone, Trouble, focus_on};
use crate::forms::notification_rows::{Pasted, Why, read};
use crate::words::collect::notifications as words;
use crate::words::{Text, t};
use crate::{clock, format};

const ROWS: &str = "pasted-rows";
const PREVIEW: &str = "preview-heading";

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Text,
    /// The rows, and what became of those that were sent.
    Rows(Vec<Pasted>, Vec<NotificationCountResult>),
}

/// What is pasted, and how far it has come.
#[derive(Clone, Copy)]
pub struct Importing {
    text: RwSignal<String>,
    stage: RwSignal<Stage>,
}

impl Importing {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { text: RwSignal::new(String::new()), stage: RwSignal::new(Stage::Text) }
    }

    /// Whether something is pasted that isn't stored.
    pub fn has_text(self) -> bool {
        self.text.with_untracked(|text| !text.is_empty())
    }

    /// Shows a stage, and moves the focus to where it begins.
    fn show(self, next: Stage, focus: &'static str) {
        self.stage.set(next);
        request_animation_frame(move || focus_on(focus));
    }
}

/// The field, and what becomes of its rows. Its text stays until all of it is stored.
#[component]
pub fn Import(list: List, importing: Importing) -> impl IntoView {
    view! {
        <section aria-labelledby="import-heading" class="no-print">
            <h2 id="import-heading">{t(words::IMPORT)}</h2>
            {move || match importing.stage.get() {
                Stage::Text => view! { <Paste list=list importing=importing /> }.into_any(),
                Stage::Rows(rows, results) => {
                    view! { <Rows list=list rows=rows results=results importing=importing /> }.into_any()
                }
            }}
        </section>
    }
}

#[component]
fn Paste(list: List, importing: Importing) -> impl IntoView {
    let (error, text) = (RwSignal::new(None::<String>), importing.text);
    let today = clock::today();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let rows = list
            .units
            .with_value(|units| text.with_untracked(|text| read(text, units, list.day, today.get_untracked())));
        if rows.is_empty() {
            error.set(Some(words::EMPTY.get().to_owned()));
            focus_on(ROWS);
        } else {
            importing.show(Stage::Rows(rows, Vec::new()), PREVIEW);
        }
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            <TextArea id=ROWS label=words::ROWS hint=words::ROWS_HINT value=text error=error rows="6" />
            <p class="actions"><button type="submit" class="button">{t(words::PREVIEW)}</button></p>
        </form>
    }
}

/// What each row means, before anything is sent; afterwards, what became of it.
#[component]
fn Rows(list: List, rows: Vec<Pasted>, results: Vec<NotificationCountResult>, importing: Importing) -> impl IntoView {
    let failure = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let accepted: Vec<_> = rows.iter().filter_map(|row| row.row.ok()).collect();
    let sent = !results.is_empty();
    let good = if sent { stored(&results) } else { accepted.len() };
    let bad = rows.len() - good;
    let shown = rows.clone();
    let send = move |_| {
        if working.get_untracked() {
            return;
        }
        working.set(true);
        let (rows, accepted) = (rows.clone(), accepted.clone());
        spawn_local(async move {
            match list.send(CountSource::Imported, accepted).await {
                Ok(results) => {
                    if stored(&results) == rows.len() {
                        importing.text.set(String::new());
                    }
                    importing.show(Stage::Rows(rows, results), PREVIEW);
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let n = format::count(good as u64);
    let for_button = n.clone();
    let heading = move || if sent { words::saved(&n) } else { words::preview_heading(&n) };
    let back = if sent && bad == 0 { words::MORE } else { words::EDIT };
    view! {
        <h3 id=PREVIEW tabindex="-1">{heading}</h3>
        {refused(bad)}
        {move || failure.get().map(|failure| view! { <Trouble failure=failure /> <p>{t(words::KEPT)}</p> })}
        {table(shown, results)}
        <p class="actions">
            {(good > 0 && !sent)
                .then(|| {
                    view! {
                        <button type="button" class="button primary" aria-disabled=move || working.get().then_some("true") on:click=send>
                            {move || if working.get() { words::SAVING.get().to_owned() } else { words::save_rows(&for_button) }}
                        </button>
                    }
                })}
            <button type="button" class="button" on:click=move |_| importing.show(Stage::Text, ROWS)>{t(back)}</button>
        </p>
    }
}

fn refused(bad: usize) -> impl IntoView {
    (bad > 0).then(|| {
        let heading = Signal::derive(move || words::refused(&format::count(bad as u64)));
        view! { <Banner tone=Tone::Warning heading=heading /> }
    })
}

fn table(rows: Vec<Pasted>, results: Vec<NotificationCountResult>) -> impl IntoView {
    let columns = vec![words::ROW, words::PASTED_UNIT, words::UNIT, words::COUNT, words::RESULT];
    let mut results = results.into_iter();
    let lines = (1_u64..).zip(rows).map(|(place, row)| {
        let result = if row.row.is_ok() { results.next() } else { None };
        let outcome = move || match (&row.row, &result) {
            (Err(why), _) => why_words(*why).get().to_owned(),
            (Ok(_), None) => words::GOOD.get().to_owned(),
            (Ok(_), Some(NotificationCountResult { refusal: Some(problem), .. })) => refusal_words(problem),
            (Ok(_), Some(_)) => words::STORED.get().to_owned(),
        };
        view! {
            <tr>
                <th scope="row" class="sticky number">{format::count(place)}</th>
                <td>{row.unit}</td>
                <td>{row.name}</td>
                <td class="number">{row.count}</td>
                <td>{outcome}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    view! { <ListTable name=words::IMPORT columns=columns numbers=&[words::COUNT]>{lines}</ListTable> }
}

fn why_words(why: Why) -> Text {
    match why {
        Why::NoUnit => words::NO_UNIT,
        Why::SeveralUnits => words::SEVERAL_UNITS,
        Why::Rule(rule) => rule_words(rule),
    }
}
