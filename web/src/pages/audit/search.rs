//! Which events are looked for, kept in the address.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::ReportingDay;
use shared::audit::{AuditAction, AuditOutcome, AuditQuery, ExportFormat, MOST_DAYS, USUAL_DAYS};
use uuid::Uuid;

use super::words::{did_word, outcome_word};
use crate::components::{ChoiceField, ErrorSummary, Mistake, TextField, mistake_at, slash_leads_to};
use crate::words::access::audit as says;
use crate::words::{hist, t};
use crate::{clock, router};

/// A search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    days: Option<(ReportingDay, ReportingDay)>,
    action: Option<AuditAction>,
    outcome: Option<AuditOutcome>,
    actor: Option<Uuid>,
    organization: Option<Uuid>,
}

impl Search {
    /// The search of an address; everything of a week where it says nothing usable.
    pub fn of(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let day = |key| parameter(key).and_then(|text| text.parse::<ReportingDay>().ok());
        let id = |key| parameter(key).and_then(|text| text.parse().ok());
        Self {
            days: day("from").zip(day("to")).filter(|(from, to)| fits(*from, *to)),
            action: parameter("action").and_then(|key| action_of(&key)),
            outcome: parameter("outcome").and_then(|key| outcome_of(&key)),
            actor: id("user"),
            organization: id("organization"),
        }
    }

    /// What is asked of the service.
    pub fn query(&self) -> AuditQuery {
        AuditQuery {
            from: self.days.map(|(from, _)| from),
            to: self.days.map(|(_, to)| to),
            actor_id: self.actor,
            action: self.action,
            outcome: self.outcome,
            organization_id: self.organization,
            ..AuditQuery::default()
        }
    }

    /// The address of this search.
    fn address(&self) -> String {
        format!("/audit?{}", self.parameters("user", "organization"))
    }

    /// Where the file of what is found lies.
    pub fn export_address(&self, format: ExportFormat) -> String {
        let parameters = self.parameters("actor_id", "organization_id");
        format!("/api/v1/audit-events/export?format={}&{parameters}", format.key())
    }

    fn parameters(&self, actor: &str, organization: &str) -> String {
        let mut all = Vec::new();
        if let Some((from, to)) = self.days {
            all.push(format!("from={from}&to={to}"));
        }
        all.extend(self.action.map(|action| format!("action={}", action.key())));
        all.extend(self.outcome.map(|outcome| format!("outcome={}", outcome.key())));
        all.extend(self.actor.map(|id| format!("{actor}={id}")));
        all.extend(self.organization.map(|id| format!("{organization}={id}")));
        all.join("&")
    }
}

fn fits(from: ReportingDay, to: ReportingDay) -> bool {
    (0..i64::from(MOST_DAYS)).contains(&to.days_since(from))
}

fn action_of(key: &str) -> Option<AuditAction> {
    AuditAction::ALL.iter().copied().find(|action| action.key() == key)
}

fn outcome_of(key: &str) -> Option<AuditOutcome> {
    AuditOutcome::ALL.iter().copied().find(|outcome| outcome.key() == key)
}

/// The form. Choosing asks nothing; the button does.
#[component]
pub fn SearchForm(search: Memo<Search>) -> impl IntoView {
    slash_leads_to("from");
    let [from, to, action, outcome] = [(); 4].map(|()| RwSignal::new(String::new()));
    Effect::new(move || {
        let search = search.get();
        let today = shared::reporting_day(clock::instant());
        let (first, last) = search.days.unwrap_or((today.minus(USUAL_DAYS - 1), today));
        from.set(first.to_string());
        to.set(last.to_string());
        action.set(search.action.map_or("", AuditAction::key).to_owned());
        outcome.set(search.outcome.map_or("", AuditOutcome::key).to_owned());
    });
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let days = match days_of(&from.get_untracked(), &to.get_untracked()) {
            Ok(days) => days,
            Err(found) => return mistakes.set(found),
        };
        mistakes.set(Vec::new());
        let asked = Search {
            days: Some(days),
            action: action_of(&action.get_untracked()),
            outcome: outcome_of(&outcome.get_untracked()),
            ..search.get_untracked()
        };
        router::go(&asked.address());
    };
    let actions = AuditAction::ALL.iter().map(|action| (action.key(), did_word(*action))).collect::<Vec<_>>();
    let outcomes = AuditOutcome::ALL.iter().map(|outcome| (outcome.key(), outcome_word(*outcome))).collect::<Vec<_>>();
    let narrowed = Memo::new(move |_| search.with(|search| search.actor.is_some() || search.organization.is_some()));
    let wider = move || search.with(|search| Search { actor: None, organization: None, ..search.clone() }.address());
    view! {
        <form class="range-form no-print" role="search" novalidate on:submit=submit>
            <ErrorSummary mistakes=mistakes />
            <TextField id="from" label=hist::FROM value=from error=mistake_at(mistakes, "from") kind="date" />
            <TextField id="to" label=hist::TO value=to error=mistake_at(mistakes, "to") kind="date" />
            <ChoiceField id="action" label=says::ACTION none=says::EVERY_ACTION choices=actions value=action />
            <ChoiceField id="outcome" label=says::OUTCOME none=says::EVERY_OUTCOME choices=outcomes value=outcome />
            <button type="submit" class="button primary">{t(hist::SHOW)}</button>
        </form>
        <p>
            <Show when=move || narrowed.get() fallback=|| view! { <span class="small">{t(says::ONLY_HOW)}</span> }>
                {t(says::ONLY_THIS)}
                " "
                <a href=wider>{t(says::ALL_AGAIN)}</a>
            </Show>
        </p>
    }
}

/// The days of the form, or what is wrong with them.
fn days_of(from: &str, to: &str) -> Result<(ReportingDay, ReportingDay), Vec<Mistake>> {
    let mistake = |field: &str, words: &str| Mistake { field: field.to_owned(), words: words.to_owned() };
    match (from.parse::<ReportingDay>(), to.parse::<ReportingDay>()) {
        (Ok(from), Ok(to)) if fits(from, to) => Ok((from, to)),
        (Ok(_), Ok(_)) => Err(vec![mistake("from", hist::BAD_RANGE.get())]),
        (from, to) => Err([("from", from.is_err()), ("to", to.is_err())]
            .into_iter()
            .filter(|(_, wrong)| *wrong)
            .map(|(field, _)| mistake(field, hist::BAD_DAY.get()))
            .collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01990000-0000-7000-8000-000000000000";

    fn of(query: &[(&str, &str)]) -> Search {
        Search::of(|key| query.iter().find(|(known, _)| *known == key).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_address_says_which_events_and_leads_to_the_same_ones_as_a_file() {
        let search = of(&[
            ("from", "2026-11-01"),
            ("to", "2026-11-22"),
            ("action", "sign_in"),
            ("outcome", "failed"),
            ("user", ID),
            ("organization", ID),
        ]);
        let query = search.query();
        assert_eq!((query.action, query.outcome), (Some(AuditAction::SignIn), Some(AuditOutcome::Failed)));
        assert_eq!((query.actor_id, query.organization_id), (ID.parse().ok(), ID.parse().ok()));
        let days = "from=2026-11-01&to=2026-11-22&action=sign_in&outcome=failed";
        assert_eq!(search.address(), format!("/audit?{days}&user={ID}&organization={ID}"));
        let file = format!("/api/v1/audit-events/export?format=csv&{days}&actor_id={ID}&organization_id={ID}");
        assert_eq!(search.export_address(ExportFormat::Csv), file);
    }

    #[test]
    fn nonsense_means_everything_of_a_week() {
        let nonsense = of(&[("from", "2026-11-22"), ("to", "2026-11-01"), ("action", "x"), ("user", "me")]);
        assert_eq!(nonsense.query(), AuditQuery::default());
    }

    #[test]
    fn a_form_names_the_field_that_is_wrong() {
        let wrong = |from, to| days_of(from, to).expect_err("wrong").remove(0).field;
        assert_eq!(wrong("", "2026-11-22"), "from");
        assert_eq!(wrong("2026-11-22", "x"), "to");
        assert_eq!(wrong("2026-08-22", "2026-11-22"), "from");
        assert!(days_of("2026-08-23", "2026-11-22").is_ok());
    }
}
