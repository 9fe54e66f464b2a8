//! What is done about a unit that is missing: the dialog that asks for the rest, and what the row says afterwards.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ReportingDay;
use shared::coverage::{ContactNoteRequest, ContactOutcome, check_contact};
use shared::day_statement::{DayStatement, StatementKind, StatementRequest};
use shared::history::{DayFacts, day_state};
use shared::problem::{ProblemKind, Rule};
use shared::report::Channel;
use uuid::Uuid;

use super::{Acts, Line};
use crate::components::{ChoiceField, Dialog, Failure, TextField, Trouble, focus_on};
use crate::session::use_session;
use crate::words::figures::{missing as words, outcome};
use crate::words::{Text, channel_word, t};
use crate::{api, clock, format};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It was called, and how that ended.
    Called,
    /// It was closed.
    Closed,
    /// It had no patients.
    Zero,
}

impl What {
    /// The word of its button.
    pub const fn word(self) -> Text {
        match self {
            Self::Called => words::CALLED,
            Self::Closed => words::CLOSED,
            Self::Zero => words::ZERO,
        }
    }

    /// The name of its button, tracked.
    pub fn label(self, name: &str) -> String {
        match self {
            Self::Called => words::called_for(&name),
            Self::Closed => words::closed_for(&name),
            Self::Zero => words::zero_for(&name),
        }
    }

    fn heading(self, name: &str, day: ReportingDay) -> String {
        match self {
            Self::Called => words::call_heading(&name),
            Self::Closed | Self::Zero => words::state_heading(&format::short_day(day), &name),
        }
    }
}

/// What is being done, about which row.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is done.
    pub what: What,
    /// About which.
    pub line: ArcRwSignal<Line>,
}

/// Says in a line what was stated of its day, or that nothing is.
pub fn statement(line: &mut Line, day: ReportingDay, made: Option<&DayStatement>) {
    let unit = &mut line.unit;
    let statement = made.map(|made| (made.kind, made.stated_at));
    unit.state = day_state(day, &DayFacts { scheduled: unit.scheduled, statement, ..DayFacts::default() });
    unit.channel = made.map(|made| made.channel);
    unit.known_since = made.map(|made| made.stated_at);
    line.stated = made.map(|made| made.id);
}

/// The dialog of what is being done; Esc leaves it without doing anything.
#[component]
pub fn ActDialog(acts: Acts) -> impl IntoView {
    let asked = acts.asked;
    let open = Memo::new(move |_| asked.with(Option::is_some));
    let heading = move || {
        let what = |asked: &Asked| asked.what.heading(&asked.line.with(|line| line.unit.name.clone()), acts.day.get());
        asked.with(|asked| asked.as_ref().map(what).unwrap_or_default())
    };
    let close = move |()| asked.set(None);
    view! {
        <Dialog id="missing-act" open=open heading=Signal::derive(heading) on_close=close>
            {move || {
                asked
                    .get()
                    .map(|Asked { what, line }| match what {
                        What::Called => view! { <Call line=line acts=acts /> },
                        What::Closed => view! { <State line=line kind=StatementKind::Closed acts=acts /> },
                        What::Zero => view! { <State line=line kind=StatementKind::NoPatients acts=acts /> },
                    })
            }}
        </Dialog>
    }
}

/// How a call ended.
#[component]
fn Call(line: ArcRwSignal<Line>, acts: Acts) -> impl IntoView {
    let session = use_session();
    let (chosen, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let mistake = RwSignal::new(None::<(&'static str, Text)>);
    let failure = RwSignal::new(None::<Failure>);
    let unit = line.with_untracked(|line| line.unit.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(outcome) = ContactOutcome::ALL.into_iter().find(|of| of.key() == chosen.get_untracked()) else {
            mistake.set(Some(("call-outcome", words::OUTCOME_MISSING)));
            return focus_on("call-outcome");
        };
        let written = Some(note.get_untracked()).filter(|note| !note.trim().is_empty());
        let request =
            ContactNoteRequest { unit_id: unit.unit_id, day: acts.day.get_untracked(), outcome, note: written };
        if let Err(violations) = check_contact(&request, clock::today().get_untracked()) {
            let required = violations.iter().any(|violation| violation.rule == Rule::NoteRequired);
            let word = if required { words::NOTE_MISSING } else { words::NOTE_LONG };
            mistake.set(Some(("call-note", word)));
            return focus_on("call-note");
        }
        let (line, name) = (line.clone(), unit.name.clone());
        spawn_local(async move {
            match session.call(api::client().note_contact(&request)).await {
                Ok(noted) => {
                    acts.asked.set(None);
                    acts.said.set(words::noted(&name));
                    line.update(|line| line.unit.last_note = Some(noted));
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    let error = move |field: &'static str| {
        let words = move || mistake.get().filter(|(at, _)| *at == field).map(|(_, word)| word.get().to_owned());
        Signal::derive(words)
    };
    let outcomes: Vec<_> =
        ContactOutcome::ALL.map(|of| (of.key(), outcome::lookup(of.key()).unwrap_or(Text::MISSING))).into();
    view! {
        <form class="stack" novalidate on:submit=submit>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <ChoiceField
                id="call-outcome"
                label=words::OUTCOME
                none=words::CHOOSE
                choices=outcomes
                value=chosen
                error=error("call-outcome")
            />
            <TextField id="call-note" label=words::NOTE hint=words::NOTE_HINT value=note error=error("call-note") />
            <Answer acts=acts />
        </form>
    }
}

/// What was said of the day.
#[component]
fn State(line: ArcRwSignal<Line>, kind: StatementKind, acts: Acts) -> impl IntoView {
    let session = use_session();
    let through = RwSignal::new(Channel::Telephone.key().to_owned());
    let failure = RwSignal::new(None::<Failure>);
    let key = Uuid::new_v4().to_string();
    let unit = line.with_untracked(|line| line.unit.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let channel = Channel::ALL.into_iter().find(|channel| channel.key() == through.get_untracked());
        let day = acts.day.get_untracked();
        let request = StatementRequest { unit_id: Some(unit.unit_id), day, kind, channel };
        let (line, unit, key) = (line.clone(), unit.clone(), key.clone());
        spawn_local(async move {
            match session.call(api::client().state_day(&key, &request)).await {
                Ok(made) => {
                    acts.asked.set(None);
                    acts.said.set(match kind {
                        StatementKind::Closed => words::stated_closed(&unit.name),
                        StatementKind::NoPatients => words::stated_zero(&unit.name),
                    });
                    line.update(|line| statement(line, day, Some(&made)));
                    request_animation_frame(move || focus_on(&format!("unit-{}", unit.unit_id)));
                }
                Err(error) => {
                    let known = api::kind(&error) == Some(ProblemKind::StatementConflict);
                    failure.set(Some(Failure::from(&error)));
                    if known {
                        // Somebody was faster: the list behind shows what.
                        acts.again.run(());
                    }
                }
            }
        });
    };
    let what = if kind == StatementKind::Closed { words::CLOSED_WHAT } else { words::ZERO_WHAT };
    let channels: Vec<_> = Channel::ALL
        .into_iter()
        .filter(|channel| channel.may_be_stated())
        .map(|channel| (channel.key(), channel_word(channel)))
        .collect();
    view! {
        <form class="stack" novalidate on:submit=submit>
            <p>{t(what)}</p>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <ChoiceField id="stated-channel" label=words::CHANNEL choices=channels value=through />
            <Answer acts=acts />
        </form>
    }
}

/// The two ways out of the dialog.
#[component]
fn Answer(acts: Acts) -> impl IntoView {
    view! {
        <p class="actions">
            <button type="submit" class="button primary">{t(words::RECORD)}</button>
            <button type="button" class="button" on:click=move |_| acts.asked.set(None)>{t(words::CANCEL)}</button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use shared::history::DayState;
    use shared::organization::{OrganizationKind, OrganizationRef};
    use shared::report::EnteredBy;

    use super::*;

    fn line() -> Line {
        let id = Uuid::nil();
        let area = OrganizationRef { id, kind: OrganizationKind::HealthCenter, name: String::new() };
        let unit = shared::coverage::UnitCoverage {
            unit_id: id,
            kind: OrganizationKind::Institution,
            name: String::new(),
            kana: String::new(),
            institution_code: None,
            telephone: String::new(),
            area,
            scheduled: true,
            state: DayState::Missing,
            channel: None,
            known_since: None,
            report_id: None,
            usual_tenths: None,
            silent_days: 1,
            missing_tenths: 0,
            pointed_out: false,
            waiting_arrivals: 0,
            last_note: None,
        };
        Line { unit, stated: None }
    }

    #[test]
    fn a_row_says_what_was_stated_and_is_missing_again_when_that_is_undone() {
        let day: ReportingDay = "2026-11-22".parse().expect("a day");
        let mut line = line();
        let by = EnteredBy { name: String::new(), organization: line.unit.area.clone() };
        let made = |kind, stated_at: &str| DayStatement {
            id: Uuid::from_u128(7),
            unit_id: Uuid::nil(),
            day,
            kind,
            channel: Channel::Telephone,
            stated_by: by.clone(),
            stated_at: stated_at.parse().expect("an instant"),
        };
        statement(&mut line, day, Some(&made(StatementKind::NoPatients, "2026-11-22T10:00:00Z")));
        assert_eq!((line.unit.state, line.stated), (DayState::Zero, Some(Uuid::from_u128(7))));
        statement(&mut line, day, Some(&made(StatementKind::NoPatients, "2026-11-23T01:00:00Z")));
        assert_eq!(line.unit.state, DayState::Late);
        statement(&mut line, day, Some(&made(StatementKind::Closed, "2026-11-23T01:00:00Z")));
        assert_eq!((line.unit.state, line.unit.channel), (DayState::Closed, Some(Channel::Telephone)));
        statement(&mut line, day, None);
        assert_eq!((line.unit.state, line.stated), (DayState::Missing, None));
    }
}
