//! Setting what is carried forward into cumulative numbers, for a prefecture's manager.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::age_band::BandSums;
use shared::organization::OrganizationRef;
use shared::summary::{CarriedForwardRequest, Level, SummaryQuery, SummaryView};
use shared::{AgeBand, ReportingDay};

use super::{Back, named};
use crate::components::{Banner, ErrorSummary, Failure, Mistake, PageHeading, TextField, Tone, Trouble, mistake_at};
use crate::load::Load;
use crate::session::use_session;
use crate::words::figures::carried as says;
use crate::words::{band_label, hist, rule_text, t};
use crate::{api, format};

/// The page.
#[component]
pub fn CarryForward() -> impl IntoView {
    let load = Load::new(|| async {
        let query = SummaryQuery { level: Some(Level::HealthCenter), ..SummaryQuery::default() };
        api::client().summary(&query).await
    });
    let again = load.again();
    // Here, and not with the form: that is made anew when what was set is loaded.
    let done = RwSignal::new(None::<String>);
    view! {
        <PageHeading text=says::HEADING />
        <Back />
        <p>{t(says::WHAT)}</p>
        {move || {
            let name = done.get()?;
            let heading = Signal::derive(move || says::done(&name));
            Some(view! { <Banner tone=Tone::Success heading=heading live=true>""</Banner> })
        }}
        {load.view(6, move |view: SummaryView| view! { <Setting view=view done=done again=again /> })}
    }
}

/// What a form says.
#[derive(Debug, Clone, Copy)]
struct Form {
    organization: RwSignal<String>,
    until: RwSignal<String>,
    source: RwSignal<String>,
    counts: [RwSignal<String>; AgeBand::COUNT],
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self { organization: text(), until: text(), source: text(), counts: [(); AgeBand::COUNT].map(|()| text()) }
    }

    /// What is to be sent for which organization, or what is wrong.
    fn read(&self, known: &[OrganizationRef]) -> Result<(OrganizationRef, CarriedForwardRequest), Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut wrong = |field: &str, words: &str| {
            mistakes.push(Mistake { field: field.to_owned(), words: words.to_owned() });
        };
        let organization =
            known.iter().find(|one| self.organization.with_untracked(|id| *id == one.id.to_string())).cloned();
        if organization.is_none() {
            wrong("organization", says::ORGANIZATION_MISSING.get());
        }
        let until: Option<ReportingDay> = self.until.with_untracked(|text| text.parse().ok());
        if until.is_none() {
            wrong("until", hist::BAD_DAY.get());
        }
        let mut counts = [0; AgeBand::COUNT];
        for (band, (count, typed)) in AgeBand::ALL.into_iter().zip(counts.iter_mut().zip(&self.counts)) {
            match typed.with_untracked(|text| whole(text)) {
                Some(number) => *count = number,
                None => wrong(band.key(), &format!("{}: {}", band_label(band).get(), says::BAD_COUNT.get())),
            }
        }
        match (organization, until, BandSums::new(counts)) {
            (Some(organization), Some(until), Ok(counts)) if mistakes.is_empty() => {
                let source = self.source.get_untracked();
                Ok((organization, CarriedForwardRequest { until, source, counts }))
            }
            _ => Err(mistakes),
        }
    }
}

/// A whole number as people type it, with commas or in full width; 0 where nothing is typed.
fn whole(text: &str) -> Option<i64> {
    const MOST: i64 = 999_999_999;
    let digits: String = shared::unicode::nfkc(text).chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    if digits.is_empty() { Some(0) } else { digits.parse().ok().filter(|number| (0..=MOST).contains(number)) }
}

#[component]
fn Setting(view: SummaryView, done: RwSignal<Option<String>>, again: Callback<()>) -> impl IntoView {
    let session = use_session();
    let form = Form::new();
    let own = session.view_untracked().map(|who| who.organization.clone());
    let known: Vec<OrganizationRef> =
        own.into_iter().chain(named(&view.rows).filter_map(|row| row.organization.clone())).collect();
    let options: Vec<_> = known.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
    let known = StoredValue::new(known);
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (organization, request) = match known.with_value(|known| form.read(known)) {
            Ok(read) => read,
            Err(found) => return mistakes.set(found),
        };
        mistakes.set(Vec::new());
        failure.set(None);
        done.set(None);
        busy.set(true);
        spawn_local(async move {
            let answer = session.call(api::client().set_carried_forward(organization.id, &request)).await;
            busy.set(false);
            match answer {
                Ok(set) => {
                    done.set(Some(set.organization.name));
                    again.run(());
                }
                Err(error) => match refused(&error) {
                    found if found.is_empty() => failure.set(Some(Failure::from(&error))),
                    found => mistakes.set(found),
                },
            }
        });
    };
    view! {
        <On view=view />
        {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
        <form class="stack narrow-form" novalidate on:submit=submit>
            <ErrorSummary mistakes=mistakes />
            <Organizations options=options form=form error=mistake_at(mistakes, "organization") />
            <TextField id="until" label=says::UNTIL value=form.until error=mistake_at(mistakes, "until") kind="date" />
            <TextField
                id="source"
                label=says::SOURCE
                value=form.source
                error=mistake_at(mistakes, "source")
                hint=says::SOURCE_HINT
            />
            <div class="carry-counts">
                {AgeBand::ALL
                    .into_iter()
                    .zip(form.counts)
                    .map(|(band, value)| {
                        let error = mistake_at(mistakes, band.key());
                        view! { <TextField id=band.key() label=band_label(band) value=value error=error inputmode="numeric" /> }
                    })
                    .collect_view()}
            </div>
            <button type="submit" class="button primary" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { says::SETTING.get() } else { says::SET.get() }}
            </button>
        </form>
    }
}

/// What is on record.
#[component]
fn On(view: SummaryView) -> impl IntoView {
    let empty = view.carried_forward.is_empty();
    let lines = view.carried_forward.into_iter().map(|one| {
        let line = move || {
            let (n, day) = (format::sum(one.total), format::long_day(one.until));
            says::line(&day, &n, &one.organization.name, &one.source)
        };
        view! { <li>{line}</li> }
    });
    view! {
        {empty.then(|| view! { <p>{t(says::NONE)}</p> })}
        <ul class="plain-list">{lines.collect_view()}</ul>
    }
}

#[component]
fn Organizations(options: Vec<(String, String)>, form: Form, error: Signal<Option<String>>) -> impl IntoView {
    let chosen = form.organization;
    let option = move |(id, name): (String, String)| {
        let value = id.clone();
        view! { <option value=value selected=move || chosen.with(|chosen| *chosen == id)>{name}</option> }
    };
    let wrong = move || error.get().map(|_| "true");
    view! {
        <div class="field" data-invalid=wrong>
            <label for="organization">{t(says::ORGANIZATION)}</label>
            <select
                id="organization"
                aria-invalid=wrong
                aria-describedby=move || error.get().map(|_| "organization-error")
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                <option value="" selected=move || chosen.with(String::is_empty)>{t(says::CHOOSE)}</option>
                {options.into_iter().map(option).collect_view()}
            </select>
            {move || error.get().map(|words| view! { <p class="field-error" id="organization-error">{words}</p> })}
        </div>
    }
}

/// The mistakes that the service names, by their fields.
fn refused(error: &shared::client::ClientError) -> Vec<Mistake> {
    let shared::client::ClientError::Problem(problem) = error else { return Vec::new() };
    let mistake = |violation: &shared::Violation| {
        let field = violation.pointer.rsplit('/').next().unwrap_or_default().to_owned();
        Mistake { field, words: rule_text(violation.rule).get().to_owned() }
    };
    problem.violations.iter().map(mistake).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        assert_eq!(whole(""), Some(0));
        assert_eq!(whole(" 12,345 "), Some(12_345));
        assert_eq!(whole("１２３"), Some(123));
        for text in ["-1", "x", "1.5", "1000000000"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
