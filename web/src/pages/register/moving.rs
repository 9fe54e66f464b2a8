//! Moving a unit to another center, from tomorrow on.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ReportingDay;
use shared::client::ClientError;
use shared::organization::{Organization, OrganizationKind, OrganizationQuery, OrganizationRef};
use shared::problem::Violation;
use shared::register::{MoveRequest, MoveView};
use shared::register_check::may_stand_below;
use uuid::Uuid;

use super::organization::{Done, no_day, tomorrow};
use crate::components::{ErrorSummary, Failure, Mistake, TextField, Trouble, mistake_at};
use crate::load::Load;
use crate::session::use_session;
use crate::words::office::register as words;
use crate::words::t;
use crate::{api, format};

const TO: &str = "move-to";
const FROM: &str = "move-from";

/// Moves that are still to come; nothing where there are none.
#[component]
pub fn ComingMoves(moves: Vec<MoveView>) -> impl IntoView {
    (!moves.is_empty()).then(|| {
        let lines = moves.into_iter().map(|planned| {
            let line = move || words::moves_to(&format::long_day(planned.valid_from), &planned.parent.name);
            view! { <li>{line}</li> }
        });
        view! {
            <section>
                <h2>{t(words::MOVES)}</h2>
                <ul>{lines.collect_view()}</ul>
            </section>
        }
    })
}

/// The form, once the places to go to are known.
#[component]
pub fn Move(unit: Organization, done: Done) -> impl IntoView {
    view! {
        <details class="card">
            <summary>{t(words::MOVE)}</summary>
            <MoveForm unit=unit done=done />
        </details>
    }
}

#[component]
fn MoveForm(unit: Organization, done: Done) -> impl IntoView {
    let asked = unit.clone();
    let load = Load::new(move || places(asked.clone()));
    load.view(3, move |places| {
        if places.is_empty() {
            view! { <p>{t(words::MOVE_NOWHERE)}</p> }.into_any()
        } else {
            view! { <Form unit=unit.clone() places=places done=done /> }.into_any()
        }
    })
}

/// Where a unit may go: the centers of its prefecture but its own, for a follow-up center the prefecture too.
async fn places(unit: Organization) -> Result<Vec<OrganizationRef>, ClientError> {
    let mut places = Vec::new();
    let now = unit.parent.as_ref().map(|parent| parent.id);
    for kind in [OrganizationKind::Prefecture, OrganizationKind::HealthCenter] {
        if !may_stand_below(unit.kind, kind) {
            continue;
        }
        let mut query = OrganizationQuery { kind: Some(kind), limit: Some(200), ..OrganizationQuery::default() };
        loop {
            let page = api::client().organizations(&query).await?;
            let here = page.items.iter().filter(|place| place.prefecture_code == unit.prefecture_code);
            places.extend(here.filter(|place| Some(place.id) != now && place.active).map(Organization::reference));
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
    }
    Ok(places)
}

#[component]
fn Form(unit: Organization, places: Vec<OrganizationRef>, done: Done) -> impl IntoView {
    let session = use_session();
    let to = RwSignal::new(None::<Uuid>);
    let from = RwSignal::new(tomorrow().to_string());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let failure = RwSignal::new(None::<Failure>);
    let id = unit.id;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let day = from.get_untracked().parse::<ReportingDay>().ok();
        let mut found = Vec::new();
        if to.get_untracked().is_none() {
            found.push(Mistake { field: TO.to_owned(), words: words::MOVE_TO_MISSING.get().to_owned() });
        }
        if day.is_none() {
            found.push(no_day(FROM));
        }
        mistakes.set(found);
        let (Some(parent_id), Some(valid_from)) = (to.get_untracked(), day) else { return };
        spawn_local(async move {
            match session.call(api::client().move_unit(id, &MoveRequest { parent_id, valid_from })).await {
                Ok(_) => done.say(words::MOVED),
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    mistakes.set(problem.violations.iter().map(mistake).collect());
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    let names = StoredValue::new(places.clone());
    let options = places.into_iter().map(|place| {
        let id = place.id;
        view! { <option value=id.to_string() selected=move || to.get() == Some(id)>{place.name}</option> }
    });
    let old = unit.parent.map(|parent| parent.name).unwrap_or_default();
    let meaning = move || {
        let day = from.get().parse::<ReportingDay>().ok()?;
        let to = to.get()?;
        let new =
            names.with_value(|names| names.iter().find(|place| place.id == to).map(|place| place.name.clone()))?;
        let day = format::long_day(day);
        Some(view! {
            <ul>
                <li>{words::move_means_seen(&day, &unit.name, &new)}</li>
                <li>{words::move_means_unseen(&old)}</li>
                <li>{t(words::MOVE_MEANS_FIGURES)}</li>
                <li>{t(words::MOVE_MEANS_PLANS)}</li>
            </ul>
        })
    };
    let error = mistake_at(mistakes, TO);
    let wrong = move || error.get().map(|_| "true");
    view! {
        <form class="stack" novalidate on:submit=submit>
            <ErrorSummary mistakes=mistakes />
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <div class="field" data-invalid=wrong>
                <label for=TO>{t(words::MOVE_TO)}</label>
                <select
                    id=TO
                    aria-invalid=wrong
                    aria-describedby=move || error.get().map(|_| "move-to-error")
                    on:change=move |event| to.set(event_target_value(&event).parse().ok())
                >
                    <option value="" selected=move || to.with(Option::is_none)>{t(words::MOVE_CHOOSE)}</option>
                    {options.collect_view()}
                </select>
                {move || error.get().map(|words| view! { <p class="field-error" id="move-to-error">{words}</p> })}
            </div>
            <TextField id=FROM label=words::FROM_DAY value=from kind="date" error=mistake_at(mistakes, FROM) />
            <div role="status">{meaning}</div>
            <p class="actions"><button type="submit" class="button">{t(words::MOVE_SUBMIT)}</button></p>
        </form>
    }
}

fn mistake(violation: &Violation) -> Mistake {
    match violation.pointer.as_str() {
        "/valid_from" => Mistake::at(FROM, words::FROM_DAY, violation),
        _ => Mistake::at(TO, words::MOVE_TO, violation),
    }
}
