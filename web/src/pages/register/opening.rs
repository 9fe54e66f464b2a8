//! The days on which a unit is open: those of the past, of today and to come, and a form for others from tomorrow on.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ReportingDay;
use shared::calendar::KindOfDay;
use shared::client::ClientError;
use shared::organization::OrganizationKind;
use shared::problem::Violation;
use shared::register::{OpeningDaysRequest, OpeningDaysView};
use shared::register_check::check_opening;
use uuid::Uuid;

use super::opening_boxes::{OpeningBoxes, Ticked, day_word};
use super::organization::{Done, no_day, tomorrow};
use crate::components::{ErrorSummary, Failure, Mistake, TextField, Trouble, mistake_at};
use crate::session::use_session;
use crate::words::office::{accounts, register as words};
use crate::words::{Text, t};
use crate::{api, clock, format};

const FROM: &str = "opening-from";
const ON: &str = "opening-on";

/// When a line of the list holds, as of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Past,
    Now,
    Coming,
}

/// The list with when each line holds: the last whose day has come holds today.
fn with_time(opening: &[OpeningDaysView], today: ReportingDay) -> Vec<(OpeningDaysView, When)> {
    let begun = opening.iter().filter(|one| one.valid_from <= today).count();
    let when = |place: usize| match place + 1 {
        next if next < begun => When::Past,
        next if next == begun => When::Now,
        _ => When::Coming,
    };
    opening.iter().enumerate().map(|(place, one)| (one.clone(), when(place))).collect()
}

/// The list; where nothing was set, every day.
#[component]
pub fn OpeningList(opening: Vec<OpeningDaysView>) -> impl IntoView {
    let today = shared::reporting_day(clock::instant());
    let none = opening.is_empty();
    let lines = with_time(&opening, today).into_iter().map(|(one, when)| {
        let word = match when {
            When::Past => words::OPENING_PAST,
            When::Now => words::OPENING_NOW,
            When::Coming => words::OPENING_COMING,
        };
        let days = one.open_on;
        let line = move || {
            let names = days.iter().map(|day| day_word(*day).get()).collect::<Vec<_>>();
            words::open_from(&names.join(words::DAY_SEPARATOR.get()), &format::long_day(one.valid_from))
        };
        view! { <li><strong>{t(word)}</strong> " " {line}</li> }
    });
    let lines = lines.collect_view();
    view! {
        <section>
            <h2>{t(words::OPEN_ON)}</h2>
            {none.then(|| view! { <p>{t(words::OPENING_NONE)}</p> })}
            <ul>{lines}</ul>
        </section>
    }
}

/// The form: from tomorrow on, begun with what was set last.
#[component]
pub fn SetOpening(id: Uuid, kind: OrganizationKind, opening: Vec<OpeningDaysView>, done: Done) -> impl IntoView {
    let session = use_session();
    let days = opening.last().map_or(KindOfDay::ALL.to_vec(), |last| last.open_on.clone());
    let ticked = Ticked::of(&days);
    let from = RwSignal::new(tomorrow().to_string());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Ok(valid_from) = from.get_untracked().parse::<ReportingDay>() else {
            mistakes.set(vec![no_day(FROM)]);
            return;
        };
        let open_on = ticked.days();
        let checked = check_opening(&open_on, valid_from, kind, shared::reporting_day(clock::instant()));
        if let Err(violations) = checked {
            mistakes.set(violations.iter().map(mistake).collect());
            return;
        }
        mistakes.set(Vec::new());
        let request = OpeningDaysRequest { valid_from, open_on };
        spawn_local(async move {
            match session.call(api::client().set_opening_days(id, &request)).await {
                Ok(_) => done.say(words::OPENING_SET),
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    mistakes.set(problem.violations.iter().map(mistake).collect());
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    view! {
        <details class="card">
            <summary>{t(words::OPENING_CHANGE)}</summary>
            <form class="stack" novalidate on:submit=submit>
                <p>{t(words::OPENING_CHANGE_WHAT)}</p>
                <ErrorSummary mistakes=mistakes />
                {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <OpeningBoxes id=ON ticked=ticked error=mistake_at(mistakes, ON) />
                <TextField id=FROM label=words::FROM_DAY value=from kind="date" error=mistake_at(mistakes, FROM) />
                <p class="actions"><button type="submit" class="button">{t(accounts::SAVE)}</button></p>
            </form>
        </details>
    }
}

fn mistake(violation: &Violation) -> Mistake {
    let (field, label): (_, Text) = match violation.pointer.as_str() {
        "/valid_from" => (FROM, words::FROM_DAY),
        _ => (ON, words::OPEN_ON),
    };
    Mistake::at(field, label, violation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(day: &str) -> OpeningDaysView {
        OpeningDaysView { valid_from: day.parse().expect("a day"), open_on: vec![KindOfDay::Monday] }
    }

    #[test]
    fn the_last_that_has_begun_holds_today() {
        let opening = [from("2026-01-01"), from("2026-11-22"), from("2026-11-23")];
        let whens: Vec<_> =
            with_time(&opening, "2026-11-22".parse().expect("a day")).into_iter().map(|(_, when)| when).collect();
        assert_eq!(whens, [When::Past, When::Now, When::Coming]);
        let whens: Vec<_> =
            with_time(&opening[2..], "2026-11-22".parse().expect("a day")).into_iter().map(|(_, when)| when).collect();
        assert_eq!(whens, [When::Coming]);
    }
}
