//! Who sent something: typed in a few characters, found among the units of the day, logged by Enter.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::arrival::{ArrivalBatch, ArrivalBatchRequest, ArrivalRequest, MAX_PAGES};
use shared::client::ClientError;
use shared::coverage::UnitCoverage;
use shared::report::Channel;
use uuid::Uuid;
use web_sys::KeyboardEvent;

use super::evening::{Evening, arrivals_of, open_batch};
use crate::api;
use crate::components::{ChoiceField, Failure, TextField, Trouble, slash_leads_to};
use crate::forms::keys::belongs_to_input_method;
use crate::forms::proxy_row::is_meant;
use crate::words::collect::entry as words;
use crate::words::{channel_word, t};

/// How many units are offered.
const OFFERED: usize = 8;

/// Who is offered: a unit, or what was typed as somebody who isn't registered.
#[derive(Debug, Clone, PartialEq)]
enum Sender {
    Unit(Box<UnitCoverage>),
    Other(String),
}

impl Sender {
    fn name(&self) -> String {
        match self {
            Self::Unit(unit) => unit.name.clone(),
            Self::Other(name) => name.clone(),
        }
    }
}

/// The field, the list below it, and what every arrival has besides.
#[component]
pub fn Finder(evening: Evening) -> impl IntoView {
    slash_leads_to("finder");
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let channel = RwSignal::new(Channel::Fax.key().to_owned());
    let pages = RwSignal::new("1".to_owned());
    let failure = RwSignal::new(None::<Failure>);
    let offered = Memo::new(move |_| offers(evening, typed.get().trim()));
    let log = move |sender: Sender| {
        let (Some(channel), name) = (stated(&channel.get_untracked()), sender.name()) else { return };
        let pages = pages.get_untracked().trim().parse().ok().filter(|pages| (1..=MAX_PAGES).contains(pages));
        typed.set(String::new());
        at.set(0);
        spawn_local(async move {
            match log_arrival(evening, sender, channel, pages).await {
                Ok(()) => {
                    failure.set(None);
                    evening.said.set(words::logged(&name));
                }
                Err(error) => {
                    typed.set(name);
                    failure.set(Some(Failure::from(&error)));
                }
            }
        });
    };
    let key = move |event: KeyboardEvent| {
        let most = offered.with(Vec::len);
        if belongs_to_input_method(event.is_composing(), event.key_code()) || most == 0 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(most - 1)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Escape" => typed.set(String::new()),
            "Enter" => {
                if let Some(sender) = offered.with(|offered| offered.get(at.get_untracked()).cloned()) {
                    log(sender);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let any = Memo::new(move |_| !offered.with(Vec::is_empty));
    let options = move || {
        let option = |(place, sender): (usize, Sender)| {
            let chosen = move || if at.get() == place { "true" } else { "false" };
            let (words, detail) = described(&sender);
            let press = move |event: web_sys::MouseEvent| {
                event.prevent_default();
                log(sender.clone());
            };
            view! {
                <li role="option" id=option_id(place) aria-selected=chosen on:mousedown=press>
                    {words} <span class="small mono">" " {detail}</span>
                </li>
            }
        };
        offered.get().into_iter().enumerate().map(option).collect_view()
    };
    let channels = Channel::ALL.into_iter().filter(|channel| channel.may_be_stated());
    let channels: Vec<_> = channels.map(|channel| (channel.key(), channel_word(channel))).collect();
    view! {
        {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
        <div class="finder no-print">
            <div class="field">
                <label for="finder">{t(words::FINDER)}</label>
                <p class="field-hint" id="finder-hint">{t(words::FINDER_HINT)}</p>
                <input
                    id="finder"
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    aria-autocomplete="list"
                    aria-describedby="finder-hint"
                    aria-controls="finder-list"
                    aria-expanded=move || if any.get() { "true" } else { "false" }
                    aria-activedescendant=move || any.get().then(|| option_id(at.get()))
                    prop:value=move || typed.get()
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        at.set(0);
                    }
                    on:keydown=key
                />
                <ul id="finder-list" role="listbox" class="finder-list" aria-label=t(words::FINDER) class:hidden=move || !any.get()>
                    {options}
                </ul>
            </div>
            <ChoiceField id="finder-channel" label=words::CHANNEL choices=channels value=channel />
            <TextField id="finder-pages" label=words::PAGES value=pages inputmode="numeric" />
        </div>
    }
}

fn option_id(place: usize) -> String {
    format!("finder-{place}")
}

/// The units that may be meant, and what was typed as a name.
fn offers(evening: Evening, typed: &str) -> Vec<Sender> {
    if typed.is_empty() {
        return Vec::new();
    }
    let meant = |unit: &&UnitCoverage| {
        is_meant(typed, (&unit.name, &unit.kana, unit.institution_code.as_deref(), &unit.telephone))
    };
    let units = evening.units.with(|units| {
        units.iter().filter(meant).take(OFFERED).map(|unit| Sender::Unit(Box::new(unit.clone()))).collect::<Vec<_>>()
    });
    units.into_iter().chain([Sender::Other(typed.to_owned())]).collect()
}

fn described(sender: &Sender) -> (String, String) {
    match sender {
        Sender::Unit(unit) => {
            (unit.name.clone(), [unit.institution_code.as_deref().unwrap_or_default(), &unit.telephone].join(" "))
        }
        Sender::Other(name) => (words::finder_other(name), String::new()),
    }
}

fn stated(key: &str) -> Option<Channel> {
    Channel::ALL.into_iter().find(|channel| channel.key() == key)
}

/// Logs an arrival, into the batch that is open or else a new one, and makes its row ready.
async fn log_arrival(
    evening: Evening,
    sender: Sender,
    channel: Channel,
    pages: Option<u32>,
) -> Result<(), ClientError> {
    let batch = batch(evening).await?;
    let (unit_id, sender) = match sender {
        Sender::Unit(unit) => (Some(unit.unit_id), None),
        Sender::Other(name) => (None, Some(name)),
    };
    let request = ArrivalRequest { batch_id: batch.id, channel, arrived_at: None, unit_id, sender, pages, note: None };
    let key = Uuid::new_v4().to_string();
    let arrival = evening.session.call(api::client().log_arrival(&key, &request)).await?;
    evening.arrivals.update(|arrivals| arrivals.push(arrival.clone()));
    if let Some(unit_id) = unit_id {
        evening.add(unit_id, Some(&arrival));
    }
    Ok(())
}

/// The open batch. Where a colleague was faster in opening one, that is it.
async fn batch(evening: Evening) -> Result<ArrivalBatch, ClientError> {
    if let Some(batch) = evening.batch.get_untracked().filter(|batch| batch.closed_at.is_none()) {
        return Ok(batch);
    }
    let opened =
        evening.session.call(api::client().open_arrival_batch(&ArrivalBatchRequest { day: evening.day })).await;
    let batch = match opened {
        Err(error) if api::kind(&error) == Some(ProblemKind::ArrivalConflict) => {
            open_batch(evening.day).await?.ok_or(error)?
        }
        other => other?,
    };
    evening.arrivals.set(arrivals_of(batch.id).await?);
    evening.batch.set(Some(batch.clone()));
    Ok(batch)
}
