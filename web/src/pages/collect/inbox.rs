//! The inbox: what came today, the balance of it, and its closing.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::arrival::{Arrival, ArrivalState};
use shared::reporting_day::UnitQuery;

use super::evening::Evening;
use super::finder::Finder;
use super::reject::{RejectDialog, Rejecting};
use crate::components::{Banner, Failure, ListTable, Tone, Trouble};
use crate::forms::grid_keys::Place;
use crate::words::collect::{entry as words, reject};
use crate::words::{Text, channel_word, t};
use crate::{api, format};

/// The inbox with the field that logs.
#[component]
pub fn Inbox(evening: Evening) -> impl IntoView {
    let rejecting: Rejecting = RwSignal::new(None);
    let arrivals = evening.arrivals;
    let any = Memo::new(move |_| !arrivals.with(Vec::is_empty));
    let columns =
        vec![words::SENDER, words::ARRIVED, words::CHANNEL, words::PAGES, words::WHO, words::STATE, words::ACTS];
    let rows = move || arrivals.get().into_iter().map(|arrival| row(arrival, evening, rejecting)).collect_view();
    view! {
        <section aria-labelledby="inbox-heading">
            <h2 id="inbox-heading">{t(words::INBOX)}</h2>
            <Finder evening=evening />
            <Balance evening=evening />
            <Show when=move || any.get() fallback=|| view! { <p>{t(words::NOTHING)}</p> }>
                <ListTable name=words::INBOX columns=columns.clone() numbers=&[words::PAGES]>{rows}</ListTable>
            </Show>
            <RejectDialog evening=evening rejecting=rejecting />
        </section>
    }
}

/// 受信12枚 ＝ 入力11 ＋ 差戻し1, and the button that closes the batch.
#[component]
fn Balance(evening: Evening) -> impl IntoView {
    let counts = Memo::new(move |_| evening.counts());
    let failure = RwSignal::new(None::<Failure>);
    let left = RwSignal::new(None::<u32>);
    let line = move || {
        let counts = counts.get();
        let [received, entered, rejected, open] =
            [counts.received, counts.entered, counts.rejected, counts.open()].map(|count| format::count(count.into()));
        if counts.is_balanced() {
            words::balanced(&entered, &received, &rejected)
        } else {
            words::balance(&entered, &open, &received, &rejected)
        }
    };
    let closes =
        Memo::new(move |_| evening.batch.with(|batch| batch.as_ref().is_some_and(|batch| batch.closed_at.is_none())));
    let closed = Memo::new(move |_| evening.batch.with(|batch| batch.as_ref().and_then(|batch| batch.closed_at)));
    let close = move |_| {
        let Some(batch) = evening.batch.get_untracked() else { return };
        spawn_local(async move {
            left.set(None);
            failure.set(None);
            match evening.session.call(api::client().close_arrival_batch(batch.id)).await {
                Ok(batch) => evening.batch.set(Some(batch)),
                Err(error) if api::kind(&error) == Some(ProblemKind::ArrivalsOpen) => {
                    left.set(Some(counts.get_untracked().open()));
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    view! {
        <p class="lead" role="status" data-balanced=move || counts.get().is_balanced().to_string()><strong>{line}</strong></p>
        {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
        {move || {
            left.get()
                .map(|n| {
                    view! { <Banner tone=Tone::Warning live=true heading=Signal::derive(move || words::close_open(&n)) /> }
                })
        }}
        {move || {
            closed
                .get()
                .map(|at| {
                    view! { <Banner tone=Tone::Success live=true heading=Signal::derive(move || words::closed(&format::time(at))) /> }
                })
        }}
        <Show when=move || closes.get()>
            <p class="actions">
                <button type="button" class="button" on:click=close>{t(words::CLOSE)}</button>
            </p>
        </Show>
    }
}

fn row(arrival: Arrival, evening: Evening, rejecting: Rejecting) -> impl IntoView {
    let name = sender(&arrival);
    let (id, unit_id) = (arrival.id, arrival.unit.as_ref().map(|unit| unit.id));
    let state = arrival.state;
    let because = arrival.reject_reason.and_then(|reason| reject::lookup(reason.key()));
    let enter = move |_| {
        if let Some(row) = unit_id.and_then(|unit| evening.add(unit, None)) {
            evening.go(Place { row, column: 0 });
        }
    };
    let (of_enter, of_reject, of_own) = (name.clone(), name.clone(), name.clone());
    let asked = arrival.clone();
    view! {
        <tr>
            <th scope="row" class="sticky">{name}</th>
            <td>{format::time(arrival.arrived_at)}</td>
            <td>{t(channel_word(arrival.channel))}</td>
            <td class="number">{arrival.pages.to_string()}</td>
            <td>{arrival.logged_by}</td>
            <td>
                <span class="tag" data-state=if state == ArrivalState::Open { "missing" } else { "reported" }>{t(state_word(state))}</span>
                {because.map(|word| view! { <span class="adjusted">{t(word)}</span> })}
            </td>
            <td class="no-print">
                <div class="row-acts">
                    {(state == ArrivalState::Open && unit_id.is_some())
                        .then(|| {
                            view! {
                                <button type="button" class="button small" aria-label=move || words::enter_for(&of_enter) on:click=enter>
                                    {t(words::ENTER)}
                                </button>
                            }
                        })}
                    {(state != ArrivalState::Entered && unit_id.is_none())
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button small"
                                    aria-label=move || words::own_report_for(&of_own)
                                    on:click=move |_| in_own_report(evening, id)
                                >
                                    {t(words::OWN_REPORT)}
                                </button>
                            }
                        })}
                    {(state == ArrivalState::Open)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button small"
                                    aria-label=move || words::reject_for(&of_reject)
                                    on:click=move |_| rejecting.set(Some(asked.clone()))
                                >
                                    {t(words::REJECT)}
                                </button>
                            }
                        })}
                </div>
            </td>
        </tr>
    }
}

/// Who sent it, as a name.
pub fn sender(arrival: &Arrival) -> String {
    arrival.unit.as_ref().map(|unit| unit.name.clone()).or(arrival.sender.clone()).unwrap_or_default()
}

const fn state_word(state: ArrivalState) -> Text {
    match state {
        ArrivalState::Open => words::OPEN,
        ArrivalState::Entered => words::ENTERED,
        ArrivalState::Rejected => words::REJECTED,
    }
}

/// What no registered unit sent is in the center's own report (rule R9), once that is sent.
fn in_own_report(evening: Evening, arrival: uuid::Uuid) {
    spawn_local(async move {
        let Ok(view) = evening.session.call(api::client().reporting_day(&UnitQuery::default())).await else { return };
        let own = view.recent.iter().find(|item| item.day == evening.day).and_then(|item| item.receipt_id);
        match own {
            Some(report) => evening.enter_arrival(arrival, report),
            None => evening.said.set(words::OWN_MISSING.get().to_owned()),
        }
    });
}
