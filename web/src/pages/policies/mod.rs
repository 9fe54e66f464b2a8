//! How reports of a jurisdiction can be corrected, and until when they count as in time: what holds, and what is set anew.

mod form;

use leptos::prelude::*;
use shared::correction::Authority;
use shared::permission::Action;
use shared::policy::{Policies, PolicyQuery, PolicyView};
use shared::reporting_day::CorrectionRule;

use crate::components::{ListTable, PageHeading};
use crate::load::Load;
use crate::session::use_session;
use crate::words::access::policies as words;
use crate::words::{Text, t};
use crate::{api, format, may};
use form::SetPolicy;

/// The page.
#[component]
pub fn PoliciesPage() -> impl IntoView {
    let loaded = Load::new(|| async { api::client().policies(&PolicyQuery::default()).await });
    view! {
        <PageHeading text=words::HEADING />
        <p>{t(words::WHAT)}</p>
        {loaded.view(4, |policies| view! { <Set policies=policies /> })}
    }
}

#[component]
fn Set(policies: Policies) -> impl IntoView {
    let may_set = use_session().view_untracked().is_some_and(|who| may::may_for_own(&who, Action::SetPolicy));
    let now = RwSignal::new(policies);
    let columns =
        vec![words::ORGANIZATION, words::FROM, words::SENDER, words::AUTHORITY, words::PROXY, words::DEADLINE];
    let rows = move || now.get().items.into_iter().map(row).collect_view();
    let is_default = Memo::new(move |_| now.with(|now| now.in_force.organization.is_none()));
    view! {
        <section class="card">
            <h2>{t(words::IN_FORCE)}</h2>
            {move || view! { <InForce policy=now.get().in_force /> }}
            <Show when=move || is_default.get()><p class="field-hint">{t(words::DEFAULT)}</p></Show>
        </section>
        <Show when=move || now.with(|now| !now.items.is_empty())>
            <h2>{t(words::ALL)}</h2>
            <ListTable name=words::ALL columns=columns.clone()>{rows}</ListTable>
        </Show>
        {may_set.then(|| view! { <SetPolicy now=now /> })}
    }
}

/// What holds today, line by line.
#[component]
fn InForce(policy: PolicyView) -> impl IntoView {
    let by = policy.organization.clone().map(|organization| organization.name);
    let from = policy.valid_from;
    let shown = policy.clone();
    view! {
        <dl class="summary-list">
            {by
                .map(|name| {
                    let since = move || from.map(format::long_day).unwrap_or_default();
                    view! { <div><dt>{t(words::ORGANIZATION)}</dt><dd>{name} " · " {since}</dd></div> }
                })}
            <div><dt>{t(words::SENDER)}</dt><dd>{t(sender(policy.correction))}</dd></div>
            <div><dt>{t(words::AUTHORITY)}</dt><dd>{move || authority(&shown)}</dd></div>
            <div><dt>{t(words::PROXY)}</dt><dd>{move || proxy_until(policy.proxy_until_minute)}</dd></div>
            <div><dt>{t(words::DEADLINE)}</dt><dd>{move || deadline(policy.deadline_minute)}</dd></div>
        </dl>
    }
}

fn row(policy: PolicyView) -> impl IntoView {
    let name = policy.organization.clone().map(|organization| organization.name);
    let from = policy.valid_from;
    let shown = policy.clone();
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{move || from.map(format::long_day)}</td>
            <td>{t(sender(policy.correction))}</td>
            <td>{move || authority(&shown)}</td>
            <td>{move || proxy_until(policy.proxy_until_minute)}</td>
            <td>{move || deadline(policy.deadline_minute)}</td>
        </tr>
    }
}

/// The word of who sent a report and what they may still do.
const fn sender(correction: CorrectionRule) -> Text {
    match correction {
        CorrectionRule::Final => words::SENDER_FINAL,
        CorrectionRule::SameDayReplacement => words::SENDER_SAME_DAY,
    }
}

/// The word of an authority.
const fn authority_word(authority: Authority) -> Text {
    match authority {
        Authority::Prefecture => words::BY_PREFECTURE,
        Authority::HealthCenter => words::BY_CENTER,
    }
}

fn authority(policy: &PolicyView) -> String {
    match policy.authority_correction_days {
        0 => words::NOT_AT_ALL.get().to_owned(),
        days => words::days_back(&days, &authority_word(policy.authority).get()),
    }
}

fn proxy_until(minute: Option<u16>) -> String {
    minute.map_or_else(|| words::NOT_AT_ALL.get().to_owned(), |minute| words::next_day(&clock_time(minute)))
}

fn deadline(minute: u16) -> String {
    if minute == 0 { words::MIDNIGHT.get().to_owned() } else { words::next_day(&clock_time(minute)) }
}

/// 9:00 for 540 minutes.
fn clock_time(minute: u16) -> String {
    let minutes = minute % 60;
    let tens = if minutes < 10 { "0" } else { "" };
    format!("{}:{tens}{minutes}", minute / 60)
}

#[cfg(test)]
mod tests {
    use super::clock_time;

    #[test]
    fn minutes_are_a_time_of_the_next_day() {
        assert_eq!([0, 5, 540, 1_440].map(clock_time), ["0:00", "0:05", "9:00", "24:00"]);
    }
}
