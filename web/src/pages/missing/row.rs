//! One unit of the list: what is known of it, and what can be done about it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::coverage::ContactNote;
use shared::history::DayState;
use shared::permission::Action;
use uuid::Uuid;

use super::act::{Asked, What, statement};
use super::{Acts, Line};
use crate::components::{StateTag, focus_on};
use crate::may::may_for_unit;
use crate::session::use_session;
use crate::words::figures::{missing as words, outcome};
use crate::words::{Text, channel_word, kind_word, t, unit_day_word};
use crate::{api, clock, format};

/// The row. Its cells follow the line, so that what is done shows at once.
pub fn row(line: ArcRwSignal<Line>, with_area: bool, acts: Acts) -> impl IntoView {
    let unit = line.with_untracked(|line| line.unit.clone());
    let shown = RwSignal::from(line.clone());
    let state = Memo::new(move |_| shown.with(|line| line.unit.state));
    let kind = unit.kind;
    let known = Memo::new(move |_| {
        let (channel, since) = shown.with(|line| (line.unit.channel, line.unit.known_since));
        let through = channel.map(|channel| channel_word(channel).get().to_owned());
        through.into_iter().chain(since.map(format::day_and_time)).collect::<Vec<_>>().join(" ")
    });
    let usual = unit.usual_tenths.map(|tenths| format::tenths(tenths.into()));
    let silent = unit.silent_days;
    let missing = unit.missing_tenths;
    view! {
        <tr>
            <th scope="row" class="sticky" tabindex="-1" id=heading_id(unit.unit_id)>
                <a href=format!("/organizations/{}", unit.unit_id)>{unit.name.clone()}</a>
                <span class="adjusted">{t(kind_word(kind))}</span>
            </th>
            <td class="mono">
                <a href=format!("tel:{}", unit.telephone)>{unit.telephone.clone()}</a>
            </td>
            {with_area.then(|| view! { <td>{unit.area.name.clone()}</td> })}
            <td>
                {move || view! { <StateTag state=state.get() word=unit_day_word(kind, state.get()) /> }}
                <span class="adjusted">{known}</span>
                {(unit.waiting_arrivals > 0).then(|| view! { <span class="tag" data-state="missing">{t(words::WAITING)}</span> })}
            </td>
            <td class="number">
                {move || usual.clone().unwrap_or_else(|| words::USUAL_UNKNOWN.get().to_owned())}
            </td>
            <td>
                {(silent > 0).then(|| view! { <span>{move || words::silent_days(&silent)}</span> })}
                {unit
                    .pointed_out
                    .then(|| view! { " " <span class="tag" data-state="missing">"! " {t(words::POINTED_OUT)}</span> })}
            </td>
            <td class="number">{move || words::people(&format::tenths(missing.into()))}</td>
            <td>{move || contact(shown.with(|line| line.unit.last_note.clone()))}</td>
            <td class="no-print"><Buttons line=line acts=acts /></td>
        </tr>
    }
}

fn heading_id(unit_id: Uuid) -> String {
    format!("unit-{unit_id}")
}

fn contact(note: Option<ContactNote>) -> impl IntoView {
    let Some(note) = note else { return t(words::CONTACT_NONE).into_any() };
    let word = outcome::lookup(note.outcome.key()).unwrap_or(Text::MISSING);
    let said = words::contact_line(&word.get(), &format::day_and_time(note.noted_at), &note.noted_by);
    view! { {said} {note.note.map(|note| view! { <span class="adjusted">{note}</span> })} }.into_any()
}

/// What the user may do about the unit, as long as nothing is known of it; afterwards, to undo what was done here.
#[component]
fn Buttons(line: ArcRwSignal<Line>, acts: Acts) -> impl IntoView {
    let who = use_session().view_untracked();
    let unit = line.with_untracked(|line| line.unit.clone());
    let name = unit.name.clone();
    let may = move |action| who.as_ref().is_some_and(|who| may_for_unit(who, action, &unit));
    let (notes, states) = (may(Action::NoteContact), may(Action::MakeStatement));
    let may_enter = may(Action::SendReport);
    let name_of_link = name.clone();
    let shown = RwSignal::from(line.clone());
    let missing = Memo::new(move |_| shown.with(|line| line.unit.state == DayState::Missing));
    let stated = Memo::new(move |_| shown.with(|line| line.stated));
    let unit_id = line.with_untracked(|line| line.unit.unit_id);
    let enters = may_enter && states;
    let button = move |what: What| {
        let (line, name) = (line.clone(), name.clone());
        let press = move |_| acts.asked.set(Some(Asked { what, line: line.clone() }));
        view! {
            <button type="button" class="button small" aria-label=move || what.label(&name) on:click=press>
                {t(what.word())}
            </button>
        }
    };
    let buttons = move || {
        missing.get().then(|| {
            view! {
                {notes.then(|| button(What::Called))}
                {states.then(|| view! { {button(What::Closed)} {button(What::Zero)} })}
                {enters.then(|| {
                    let to = format!("/collect?day={}&unit={unit_id}", acts.day.get());
                    let name = name_of_link.clone();
                    view! { <a class="button small" href=to aria-label=move || words::enter_for(&name)>{t(words::ENTER)}</a> }
                })}
            }
        })
    };
    view! {
        <div class="row-acts">
            {buttons}
            {move || stated.get().map(|id| view! { <Undo id=id shown=shown acts=acts /> })}
        </div>
    }
}

/// Withdraws a statement that was made here; it can be done until the day ends.
#[component]
fn Undo(id: Uuid, shown: RwSignal<Line>, acts: Acts) -> impl IntoView {
    let session = use_session();
    let today = clock::today();
    let (unit_id, name) = shown.with_untracked(|line| (line.unit.unit_id, line.unit.name.clone()));
    let label = name.clone();
    let undo = move |_| {
        let name = name.clone();
        spawn_local(async move {
            if session.call(api::client().withdraw_statement(id)).await.is_err() {
                // Somebody else withdrew it, or the day has ended.
                acts.again.run(());
                return;
            }
            acts.said.set(words::undone(&name));
            let day = acts.day.get_untracked();
            shown.update(|line| statement(line, day, None));
            request_animation_frame(move || focus_on(&heading_id(unit_id)));
        });
    };
    let open = move || acts.day.get() >= today.get();
    view! {
        <Show when=open>
            <button type="button" class="button small" id=format!("undo-{unit_id}") aria-label={
                let label = label.clone();
                move || words::undo_for(&label)
            } on:click=undo.clone()>
                {t(words::UNDO)}
            </button>
        </Show>
    }
}
