//! What stands in place of the form when there is nothing to enter: it loads, it failed, or the day is done.

use std::sync::Arc;

use leptos::prelude::*;
use shared::day_statement::StatementKind;
use shared::report::ReportView;
use shared::reporting_day::ReportingDayView;

use super::desk::{Day, use_desk};
use crate::components::{Banner, Failure, Loading, Tone, Trouble};
use crate::format;
use crate::words::{form, t};

/// What stands there, apart from the details of the day.
#[derive(Debug, Clone, PartialEq)]
enum Stand {
    Loading,
    Failed(Failure),
    Reported(Box<ReportView>),
    Stated,
    NotAllowed,
    Open,
}

fn stand(day: &Day) -> Stand {
    let view = match day {
        Day::Loading => return Stand::Loading,
        Day::Failed(failure) => return Stand::Failed(failure.clone()),
        Day::Known(view) => view,
    };
    match (&view.report, &view.statement) {
        (Some(report), _) => Stand::Reported(report.clone()),
        (None, Some(_)) => Stand::Stated,
        (None, None) if view.allowed.report => Stand::Open,
        (None, None) => Stand::NotAllowed,
    }
}

/// The form, where there is one to fill in.
#[component]
pub fn Gate(
    /// The form, with the day that it is for.
    form: Callback<Arc<ReportingDayView>, AnyView>,
) -> impl IntoView {
    let desk = use_desk();
    let stands = Memo::new(move |_| desk.day.with(stand));
    move || match (stands.get(), desk.day.get_untracked()) {
        (Stand::Failed(failure), _) => {
            let again = Callback::new(move |()| {
                desk.day.set(Day::Loading);
                desk.load();
            });
            view! { <Trouble failure=failure again=again /> }.into_any()
        }
        (Stand::Reported(report), _) => view! { <AlreadyReported report=*report /> }.into_any(),
        (Stand::Stated, Day::Known(view)) => view! { <Stated view=view /> }.into_any(),
        (Stand::Open, Day::Known(view)) => form.run(view),
        (Stand::NotAllowed, _) => view! { <Banner tone=Tone::Information heading=form::NOT_ALLOWED /> }.into_any(),
        _ => view! { <Loading lines=10 /> }.into_any(),
    }
}

/// 「本日の報告は完了しています」, with who and when.
#[component]
fn AlreadyReported(report: ReportView) -> impl IntoView {
    let desk = use_desk();
    let (day, at) = (report.entry_day, report.arrived_at);
    let who = report.entered_by;
    let by = move || form::already_by(&format::time(at), &format!("{} / {}", who.name, who.organization.name));
    let typed = desk.content.with_untracked(|content| content.cells.iter().any(|cell| !cell.trim().is_empty()));
    view! {
        <Banner
            tone=Tone::Information
            heading=Signal::derive(move || form::already(&format::slash_day(day)))
            live=true
        >
            <p>{by}</p>
            {typed.then(|| view! { <p>{t(form::ALREADY_TYPED)}</p> })}
        </Banner>
        <p class="actions">
            <a class="button primary" href=format!("/reports/{}", report.id)>{t(form::RECEIPT)}</a>
            <a class="button" href="/history">{t(form::HISTORY)}</a>
        </p>
    }
}

/// The day was stated to be closed or without patients; the same day it can be withdrawn.
#[component]
fn Stated(view: Arc<ReportingDayView>) -> impl IntoView {
    let desk = use_desk();
    view.statement.clone().map(|statement| {
        let heading = move || {
            let day = format::long_day(statement.day);
            match statement.kind {
                StatementKind::Closed => form::closed_done(&day),
                StatementKind::NoPatients => form::none_done(&day),
            }
        };
        let who = statement.stated_by;
        let by = move || form::stated_by(&format::time(statement.stated_at), &who.name);
        let may = view.allowed.statement;
        let failure = RwSignal::new(None::<Failure>);
        let withdraw = move |_| desk.withdraw(statement.id, failure);
        view! {
            <Banner tone=Tone::Success heading=Signal::derive(heading) live=true>
                <p>{by}</p>
            </Banner>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <p class="actions">
                {may
                    .then(|| {
                        view! {
                            <button type="button" class="button" on:click=withdraw>{t(form::WITHDRAW)}</button>
                        }
                    })}
                <a class="button quiet" href="/history">{t(form::HISTORY)}</a>
            </p>
        }
    })
}
