//! The form for another policy of one's own jurisdiction, from tomorrow on.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ReportingDay;
use shared::client::ClientError;
use shared::correction::Authority;
use shared::policy::{Policies, PolicyRequest, check_policy};
use shared::problem::{Rule, Violation};
use shared::reporting_day::CorrectionRule;

use super::{authority_word, clock_time, sender};
use crate::components::{ChoiceField, ErrorSummary, Failure, Mistake, TextField, Trouble, mistake_at};
use crate::session::use_session;
use crate::words::access::policies as words;
use crate::words::{Text, form, rule_text, t};
use crate::{api, clock, format};

const RULES: [CorrectionRule; 2] = [CorrectionRule::Final, CorrectionRule::SameDayReplacement];
const AUTHORITIES: [Authority; 2] = [Authority::Prefecture, Authority::HealthCenter];

/// The form; it begins with what holds.
#[component]
pub fn SetPolicy(now: RwSignal<Policies>) -> impl IntoView {
    let session = use_session();
    let held = now.with_untracked(|now| now.in_force.clone());
    let from = RwSignal::new(shared::reporting_day(clock::instant()).plus(1).to_string());
    let rule = RwSignal::new(held.correction.key().to_owned());
    let authority = RwSignal::new(held.authority.key().to_owned());
    let days = RwSignal::new(held.authority_correction_days.to_string());
    let proxy = RwSignal::new(held.proxy_until_minute.map(clock_time).unwrap_or_default());
    let deadline = RwSignal::new(clock_time(held.deadline_minute));
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let failure = RwSignal::new(None::<Failure>);
    let done = RwSignal::new(None::<ReportingDay>);
    let read = move || {
        let mut wrong = Vec::new();
        let mut number = |field: &str, text: RwSignal<String>, read: fn(&str) -> Option<u16>| {
            let number = text.with_untracked(|text| read(&shared::unicode::nfkc(text.trim())));
            number.unwrap_or_else(|| {
                wrong.push(Violation::new(format!("/{field}"), Rule::Malformed, String::new()));
                0
            })
        };
        let days = number("authority_correction_days", days, |text| text.parse().ok());
        let has_proxy = proxy.with_untracked(|text| !text.trim().is_empty());
        let proxy_until_minute = has_proxy.then(|| number("proxy_until_minute", proxy, minutes));
        let deadline_minute = number("deadline_minute", deadline, minutes);
        let valid_from = from.get_untracked().parse::<ReportingDay>();
        if valid_from.is_err() {
            wrong.push(Violation::new("/valid_from", Rule::Required, String::new()));
        }
        let today = shared::reporting_day(clock::instant());
        let request = PolicyRequest {
            organization_id: None,
            correction: RULES.into_iter().find(|one| rule.with_untracked(|key| one.key() == key)).unwrap_or(RULES[0]),
            authority: AUTHORITIES
                .into_iter()
                .find(|one| authority.with_untracked(|key| one.key() == key))
                .unwrap_or(AUTHORITIES[0]),
            authority_correction_days: days,
            proxy_until_minute,
            deadline_minute,
            valid_from: valid_from.unwrap_or(today),
        };
        if wrong.is_empty()
            && let Err(violations) = check_policy(&request, today)
        {
            wrong = violations;
        }
        if wrong.is_empty() { Ok(request) } else { Err(wrong) }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        done.set(None);
        let request = match read() {
            Ok(request) => request,
            Err(violations) => return mistakes.set(violations.iter().map(mistake).collect()),
        };
        mistakes.set(Vec::new());
        spawn_local(async move {
            match session.call(api::client().set_policy(&request)).await {
                Ok(policies) => {
                    now.set(policies);
                    done.set(Some(request.valid_from));
                }
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    mistakes.set(problem.violations.iter().map(mistake).collect());
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    let at = move |field| mistake_at(mistakes, field);
    let hint = |text: Text| -> Signal<String> { text.into() };
    view! {
        <section class="card">
            <h2>{t(words::SET)}</h2>
            <p>{t(words::SET_WHAT)}</p>
            <form class="stack" novalidate on:submit=submit>
                <ErrorSummary mistakes=mistakes />
                {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <TextField id="valid_from" label=words::FROM value=from kind="date" error=at("valid_from") />
                <ChoiceField
                    id="correction"
                    label=words::SENDER
                    choices=RULES.map(|rule| (rule.key(), sender(rule))).into()
                    value=rule
                />
                <ChoiceField
                    id="authority"
                    label=words::AUTHORITY_WHO
                    choices=AUTHORITIES.map(|one| (one.key(), authority_word(one))).into()
                    value=authority
                />
                <TextField
                    id="authority_correction_days"
                    label=words::DAYS
                    hint=hint(words::DAYS_HINT)
                    value=days
                    inputmode="numeric"
                    error=at("authority_correction_days")
                />
                <TextField
                    id="proxy_until_minute"
                    label=words::PROXY
                    hint=hint(words::PROXY_HINT)
                    value=proxy
                    error=at("proxy_until_minute")
                />
                <TextField
                    id="deadline_minute"
                    label=words::DEADLINE
                    hint=hint(words::DEADLINE_HINT)
                    value=deadline
                    error=at("deadline_minute")
                />
                <p class="actions"><button type="submit" class="button primary">{t(words::SAVE)}</button></p>
                <p role="status">{move || done.get().map(|day| words::saved(&format::long_day(day)))}</p>
            </form>
        </section>
    }
}

/// 540 for 9:00, with a colon in whatever width; none for what is no time up to 24:00.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    let all = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && all <= 1_440).then_some(all)
}

/// A violation at its field, whose id is the name that it has in the request.
fn mistake(violation: &Violation) -> Mistake {
    let field = violation.pointer.trim_start_matches('/');
    let label = match field {
        "valid_from" => words::FROM,
        "proxy_until_minute" => words::PROXY,
        "deadline_minute" => words::DEADLINE,
        _ => words::DAYS,
    };
    let rule = match violation.rule {
        Rule::DayOutOfRange => words::FROM_TOMORROW,
        rule => rule_text(rule),
    };
    Mistake { field: field.to_owned(), words: form::at_field(&label.get(), &rule.get()) }
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn a_time_is_read_in_hours_and_minutes() {
        assert_eq!(["0:00", "9:00", "09:30", "24:00"].map(minutes), [Some(0), Some(540), Some(570), Some(1_440)]);
        assert_eq!(["", "9", "9:60", "24:01", "-1:00", "x:00"].map(minutes), [None; 6]);
    }
}
