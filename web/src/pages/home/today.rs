//! The one card of the home page: what is known of today, what to do, and until when.

use chrono::Timelike;
use leptos::prelude::*;
use shared::ReportingDay;
use shared::history::DayState;
use shared::organization::OrganizationKind;
use shared::report::ReportView;
use shared::reporting_day::ReportingDayView;

use crate::components::StateTag;
use crate::words::{self, home, t};
use crate::{clock, format};

/// Today's card.
#[component]
pub fn Today(view: ReportingDayView) -> impl IntoView {
    let (day, deadline) = (view.day, view.deadline);
    let draft = view.draft.as_ref().map(|draft| draft.saved_at);
    let open = view.report.is_none() && view.state != DayState::Closed && !matches!(view.state, DayState::Zero);
    let kind = view.unit.kind;
    let word = if open && draft.is_some() { words::day_state::DRAFT } else { words::unit_day_word(kind, view.state) };
    let state = view.state;
    let report = view.report;
    let has_report = report.is_some();
    let heading = move || home::today(&format::short_day(day));
    view! {
        <section class="card today" aria-labelledby="today-heading" data-state=state.key()>
            <h2 id="today-heading">
                <span title=move || format::era(day)>{heading}</span>
                " "
                <StateTag state=state word=word />
            </h2>
            {match report {
                Some(report) => view! { <Reported report=*report /> }.into_any(),
                None => view! { <p>{move || sentence(kind, state, draft)}</p> }.into_any(),
            }}
            {open.then(|| view! { <Deadline day=day deadline=deadline /> })}
            {(view.allowed.report && !has_report)
                .then(|| {
                    let action = if draft.is_some() { home::RESUME } else { home::WRITE };
                    view! {
                        <p>
                            <a class="button large" class:primary=open href="/report">{t(action)}</a>
                        </p>
                    }
                })}
        </section>
    }
}

/// What is known of a day without a report, tracked by language.
fn sentence(kind: OrganizationKind, state: DayState, draft: Option<chrono::DateTime<chrono::Utc>>) -> String {
    match (state, draft) {
        (DayState::Zero, _) => home::ZERO.get().to_owned(),
        (DayState::Closed, _) => home::CLOSED.get().to_owned(),
        (_, Some(saved_at)) => home::draft(&format::time(saved_at)),
        (_, None) if kind == OrganizationKind::HealthCenter => home::CENTER_OWN.get().to_owned(),
        (DayState::NotScheduled, None) => home::NOT_SCHEDULED.get().to_owned(),
        (DayState::Reported | DayState::Late | DayState::Missing, None) => home::MISSING.get().to_owned(),
    }
}

#[component]
fn Reported(report: ReportView) -> impl IntoView {
    let to = format!("/reports/{}", report.id);
    let sentence = move || {
        let (n, time) = (format::count(report.total), format::time(report.arrived_at));
        if report.by_proxy {
            home::reported_proxy(&n, &time, &report.entered_by.organization.name)
        } else {
            home::reported(&n, &time)
        }
    };
    view! {
        <p class="lead">{sentence}</p>
        <p><a class="button" href=to>{t(home::RECEIPT)}</a></p>
    }
}

/// Until when, counted down by the minute and read out only when asked for.
#[component]
fn Deadline(day: ReportingDay, deadline: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let minute = Memo::new(|_| clock::now().with_second(0).and_then(|now| now.with_nanosecond(0)).unwrap_or_default());
    let left = move || {
        let left = deadline - minute.get();
        if left > chrono::TimeDelta::zero() {
            home::deadline_left(&format::duration(left))
        } else {
            home::DEADLINE_OVER.get().to_owned()
        }
    };
    view! {
        <p class="deadline">
            <strong>{move || home::deadline(&format::deadline(deadline, day))}</strong>
            " "
            {left}
        </p>
    }
}
