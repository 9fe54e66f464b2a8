//! The events, each as a sentence, with what else was recorded.

use leptos::prelude::*;
use serde::Deserialize;
use shared::ReportingDay;
use shared::audit::{AuditAction, AuditEvent};
use wasm_bindgen::JsValue;

use super::chain::short;
use super::words::{did, outcome};
use crate::components::ListTable;
use crate::format;
use crate::words::access::audit as says;
use crate::words::t;

/// One row an event, in the order of the answer.
#[component]
pub fn EventTable(items: RwSignal<Vec<AuditEvent>>) -> impl IntoView {
    let columns = [says::WHEN, says::EVENT, says::OUTCOME, says::ADDRESS, says::DETAIL];
    view! {
        <ListTable name=says::HEADING columns=columns.to_vec()>
            {move || items.get().into_iter().map(row).collect_view()}
        </ListTable>
    }
}

fn row(item: AuditEvent) -> impl IntoView {
    let at = item.recorded_at;
    let ended = item.outcome.clone();
    let address = item.ip.clone();
    view! {
        <tr>
            <th scope="row" class="sticky time">{move || format::day_and_time(at)}</th>
            <td class="sentence"><Sentence item=item.clone() /></td>
            <td>{move || outcome(&ended)}</td>
            <td class="mono">{address}</td>
            <td><Detail item=item /></td>
        </tr>
    }
}

/// What of the recorded text a sentence says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Known {
    #[serde(default)]
    entry_day: Option<ReportingDay>,
    #[serde(default)]
    day: Option<ReportingDay>,
    #[serde(default)]
    receipt: Option<String>,
    #[serde(default)]
    login_id: Option<String>,
    #[serde(default)]
    count: Option<u32>,
}

impl Known {
    fn of(detail: &str) -> Self {
        shared::client::read(detail).unwrap_or_default()
    }

    /// In words, tracked by language.
    fn words(&self) -> String {
        let day = self.entry_day.or(self.day).map(|day| says::of_day(&format::short_day(day)));
        let receipt = self.receipt.as_ref().map(|number| says::receipt(number));
        let login_id = self.login_id.as_ref().map(|id| says::login_id(id));
        let count = self.count.map(|n| says::times(&n));
        [day, receipt, login_id, count].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Who did what. The person leads to what else it did, the organization to what its people did, a report to its receipt.
#[component]
fn Sentence(item: AuditEvent) -> impl IntoView {
    let known = StoredValue::new(Known::of(&item.detail));
    let failed = item.actor.is_none() && item.action == AuditAction::SignIn.key();
    let who = item.actor.map(|actor| {
        let organization = actor.organization;
        view! {
            <a href=format!("/audit?user={}", actor.id)>{actor.name}</a>
            {t(says::BEFORE_ORGANIZATION)}
            <a href=format!("/audit?organization={}", organization.id)>{organization.name}</a>
            {t(says::AFTER_ORGANIZATION)}
        }
    });
    let nobody = who.is_none().then_some(if failed { says::SOMEBODY } else { says::SERVICE });
    let report = item.object_id.filter(|_| item.action == AuditAction::SubmitReport.key());
    let (action, ended) = (item.action, item.outcome);
    let facts = move || known.with_value(Known::words);
    let facts = match report {
        Some(id) => view! { <a href=format!("/reports/{id}")>{facts}</a> }.into_any(),
        None => view! { <span>{facts}</span> }.into_any(),
    };
    view! {
        {who}
        {nobody.map(t)}
        {move || did(&action, &ended)}
        " "
        {facts}
    }
}

/// All that was recorded, as it was.
#[component]
fn Detail(item: AuditEvent) -> impl IntoView {
    let text = indented(&item.detail);
    view! {
        <details>
            <summary>{t(says::DETAIL)}</summary>
            <dl>
                <dt>{t(says::NUMBER)}</dt>
                <dd>{format::sum(item.seq)}</dd>
                <dt>{t(says::ACTION)}</dt>
                <dd class="mono">{item.action} " / " {item.outcome}</dd>
                <dt>{t(says::HASH)}</dt>
                <dd class="mono">{short(&item.hash)}</dd>
            </dl>
            <pre>{text}</pre>
        </details>
    }
}

/// JSON as people read it; as it is, where it isn't any.
fn indented(json: &str) -> String {
    let value = js_sys::JSON::parse(json).ok();
    let text = value.and_then(|value| {
        js_sys::JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &JsValue::from_f64(2.0)).ok()
    });
    text.map_or_else(|| json.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sentence_says_is_read_from_any_events_text() {
        let report =
            r#"{"unit_id":"x","entry_day":"2026-11-22","revision":1,"receipt":"20261122-13-000001","by_proxy":false}"#;
        let known = Known::of(report);
        assert_eq!(known.receipt.as_deref(), Some("20261122-13-000001"));
        assert!(known.entry_day.is_some() && known.words().contains("20261122-13-000001"));
        assert_eq!(Known::of(r#"{"count":3}"#).count, Some(3));
        for text in ["{}", "nonsense"] {
            assert_eq!(Known::of(text).words(), "");
        }
    }
}
