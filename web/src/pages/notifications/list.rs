//! The table: every unit of which a number is known, and whichever one looks for, each with a cell for its number.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::notification_count::{CountSource, NotificationCount, NotificationCountRow};
use uuid::Uuid;

use super::Opened;
use super::saving::{List, refusal_words, rule_words};
use crate::components::{
    ErrorSummary, Failure, ListTable, Mistake, TextField, Trouble, keep_conversion, mistake_at, slash_leads_to,
};
use crate::format;
use crate::forms::cell;
use crate::forms::proxy_row::is_meant;
use crate::words::collect::notifications as words;
use crate::words::t;

/// How many units a search offers beside those that are in the table anyway.
const OFFERED: usize = 20;
/// The id of the field that looks for a unit.
const FIND: &str = "find-unit";

/// A unit with what is known of it and what is typed.
#[derive(Clone)]
pub struct Line {
    pub id: Uuid,
    name: String,
    kana: String,
    code: Option<String>,
    telephone: String,
    pub typed: ArcRwSignal<String>,
    wrong: ArcRwSignal<Option<String>>,
}

/// The lines of what was loaded: those first of which a number is known, in the service's order.
pub fn lines(opened: &Opened) -> Vec<Line> {
    let counted = opened.counts.iter().map(|count| {
        let unit = opened.units.iter().find(|unit| unit.unit_id == count.unit_id);
        Line {
            id: count.unit_id,
            name: count.name.clone(),
            kana: unit.map(|unit| unit.kana.clone()).unwrap_or_default(),
            code: count.institution_code.clone(),
            telephone: count.telephone.clone(),
            typed: ArcRwSignal::new(String::new()),
            wrong: ArcRwSignal::new(None),
        }
    });
    let is_counted = |id: Uuid| opened.counts.iter().any(|count| count.unit_id == id);
    let others = opened.units.iter().filter(|unit| !is_counted(unit.unit_id)).map(|unit| Line {
        id: unit.unit_id,
        name: unit.name.clone(),
        kana: unit.kana.clone(),
        code: unit.institution_code.clone(),
        telephone: unit.telephone.clone(),
        typed: ArcRwSignal::new(String::new()),
        wrong: ArcRwSignal::new(None),
    });
    counted.chain(others).collect()
}

/// The field that looks for a unit, and the table in which numbers are typed.
#[component]
pub fn Entry(list: List) -> impl IntoView {
    slash_leads_to(FIND);
    let find = RwSignal::new(String::new());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let failure = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    // What is typed in a cell changes nothing here, so that the cell keeps the focus.
    let shown = Memo::new(move |_| places(list, find.get().trim()));
    let any = Memo::new(move |_| !shown.with(Vec::is_empty));
    let nothing = move || if find.with(|find| find.trim().is_empty()) { words::NOTHING } else { words::NOT_FOUND };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        let Some(rows) = typed_rows(list, mistakes) else { return };
        working.set(true);
        spawn_local(async move {
            match list.send(CountSource::Typed, rows).await {
                Ok(results) => {
                    failure.set(None);
                    let refused = results.iter().filter_map(|result| {
                        let line = list.line(result.unit_id)?;
                        match &result.refusal {
                            None => {
                                line.typed.set(String::new());
                                None
                            }
                            Some(problem) => Some(mistaken(&line, refusal_words(problem))),
                        }
                    });
                    mistakes.set(refused.collect());
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let columns = vec![words::UNIT, words::COUNT, words::RECORDED, words::REPORTED, words::STATE, words::TELEPHONE];
    let rows =
        move || shown.get().into_iter().filter_map(|place| list.at(place)).map(|line| row(list, line)).collect_view();
    view! {
        <section aria-labelledby="entry-heading">
            <h2 id="entry-heading">{t(words::ENTRY)}</h2>
            <p role="status">{move || list.said.get()}</p>
            <ErrorSummary mistakes=mistakes />
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> <p>{t(words::KEPT)}</p> })}
            <TextField id=FIND label=words::FIND hint=words::FIND_HINT value=find error=mistake_at(mistakes, FIND) />
            <Show when=move || any.get() fallback=move || view! { <p role="status">{move || nothing().get()}</p> }>
                <form class="below-field" novalidate on:submit=submit>
                    <ListTable name=words::ENTRY columns=columns.clone() numbers=&[words::RECORDED, words::REPORTED]>{rows}</ListTable>
                    <p class="actions">
                        <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                            {move || if working.get() { words::SAVING.get() } else { words::SAVE.get() }}
                        </button>
                    </p>
                </form>
            </Show>
        </section>
    }
}

/// The places of the lines that are shown: of those with a number, those in which something is typed, and those that are
/// looked for. Tracked by what is looked for and by what was saved.
fn places(list: List, find: &str) -> Vec<usize> {
    list.saved.track();
    let mut offered = 0;
    list.lines.with_value(|lines| {
        let mut shows = |line: &Line| {
            let meant =
                !find.is_empty() && is_meant(find, (&line.name, &line.kana, line.code.as_deref(), &line.telephone));
            let stays = !line.typed.with_untracked(|typed| typed.trim().is_empty());
            if list.is_counted(line.id) {
                return find.is_empty() || meant || stays;
            }
            offered += usize::from(meant);
            stays || (meant && offered <= OFFERED)
        };
        (0..).zip(lines).filter_map(|(place, line)| shows(line).then_some(place)).collect()
    })
}

/// The numbers that were typed, or none and what is wrong.
fn typed_rows(list: List, mistakes: RwSignal<Vec<Mistake>>) -> Option<Vec<NotificationCountRow>> {
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    list.lines.with_value(|lines| {
        for line in lines {
            line.wrong.set(None);
            match line.typed.with_untracked(|typed| cell::count(typed)) {
                Ok(Some(count)) => rows.push(NotificationCountRow { unit_id: line.id, day: list.day, count }),
                Ok(None) => {}
                Err(rule) => wrong.push(mistaken(line, rule_words(rule).get().to_owned())),
            }
        }
    });
    if rows.is_empty() && wrong.is_empty() {
        wrong.push(Mistake { field: FIND.to_owned(), words: words::NOTHING_TYPED.get().to_owned() });
    }
    let fine = wrong.is_empty();
    mistakes.set(wrong);
    fine.then_some(rows)
}

/// Says at a line what is wrong with it, and the same for the list above.
fn mistaken(line: &Line, why: String) -> Mistake {
    let words = words::wrong_at(&line.name, &why);
    line.wrong.set(Some(why));
    Mistake { field: field_id(line.id), words }
}

fn field_id(id: Uuid) -> String {
    format!("count-{id}")
}

fn row(list: List, line: Line) -> impl IntoView {
    let Line { id, name, code, telephone, typed, wrong, .. } = line;
    let (typed, wrong) = (RwSignal::from(typed), RwSignal::from(wrong));
    let (field, error) = (field_id(id), format!("{}-error", field_id(id)));
    let described = error.clone();
    let heading = name.clone();
    let label = move || words::count_of(&name);
    let number = move |of: fn(&NotificationCount) -> Option<u32>| {
        move || list.count(id).as_ref().and_then(of).map_or("–".to_owned(), |n| format::count(n.into()))
    };
    view! {
        <tr>
            <th scope="row" class="sticky">{heading} <span class="adjusted mono">{code}</span></th>
            <td>
                <input
                    id=field
                    class="count"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-label=label
                    aria-invalid=move || wrong.with(|wrong| wrong.as_ref().map(|_| "true"))
                    aria-describedby=move || wrong.with(Option::is_some).then(|| described.clone())
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=move |event| keep_conversion(&event)
                />
                {move || wrong.get().map(|words| view! { <p class="field-error" id=error.clone()>{words}</p> })}
            </td>
            <td class="number">{number(|count| Some(count.count))}</td>
            <td class="number">{number(|count| count.reported_65_plus)}</td>
            <td>{move || list.count(id).map(state)}</td>
            <td class="mono"><a href=format!("tel:{telephone}")>{telephone.clone()}</a></td>
        </tr>
    }
}

/// How a unit's report stands beside the number.
fn state(count: NotificationCount) -> impl IntoView {
    let to = count.report_id.map(|id| format!("/reports/{id}"));
    let link = to.filter(|_| count.is_below).map(|to| view! { " " <a href=to>{t(words::SEE_REPORT)}</a> });
    let (state, word) = match (count.is_below, count.reported_65_plus) {
        (true, _) => ("missing", words::BELOW),
        (false, Some(_)) => ("reported", words::FITS),
        (false, None) => ("not_scheduled", words::NOT_REPORTED),
    };
    view! { <span class="tag" data-state=state>{count.is_below.then_some("! ")} {t(word)}</span> {link} }
}
