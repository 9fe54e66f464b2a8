//! S5: the home page: today's report for who reports, and what comes for who doesn't yet have screens.

mod coverage;
mod today;
mod week;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use shared::Role;
use shared::api_client::EXPIRY_URGENT;
use shared::history::{DayState, HistoryItem};
use shared::reporting_day::{ReportingDayView, UnitQuery};

use crate::components::{Banner, PageHeading, Tone};
use crate::load::Load;
use crate::session::use_session;
use crate::words::{app, home, t};
use crate::{api, clock, format};
use coverage::CoverageCard;
use today::Today;
use week::Week;

/// The page, by role.
#[component]
pub fn Home() -> impl IntoView {
    let session = use_session();
    let who = Memo::new(move |_| session.view().map(|view| (view.role, view.organization.clone())));
    view! {
        <PageHeading text=home::HEADING />
        {move || {
            who.get()
                .map(|(role, organization)| match role {
                    Role::Institution => view! { <ReporterHome /> }.into_any(),
                    Role::HealthCenter => {
                        view! {
                            <CoverageCard unit_by_unit=true collects=true />
                            <ReporterHome />
                        }
                            .into_any()
                    }
                    Role::Prefecture => {
                        view! { <Overseer unit_by_unit=true words=Signal::derive(move || home::prefecture(&organization.name)) /> }.into_any()
                    }
                    Role::Ministry => view! { <Overseer words=home::MINISTRY /> }.into_any(),
                })
        }}
    }
}

/// Today's card and the last seven days; loads again when the day changes.
#[component]
fn ReporterHome() -> impl IntoView {
    let today = clock::today();
    let day = Load::new(move || {
        today.track();
        async { api::client().reporting_day(&UnitQuery::default()).await }
    });
    day.view(6, |view: ReportingDayView| {
        clock::synchronize(view.now);
        let yesterday = view.recent.iter().find(|item| item.day == view.day.minus(1)).cloned();
        let center = view.center_name.clone().map(|name| with_telephone(name, view.center_telephone.as_deref()));
        let recent = view.recent.clone();
        let kind = view.unit.kind;
        let expiring = view.client_expires_at.map(|until| view! { <ClientExpires until=until /> });
        view! {
            {expiring}
            {yesterday.map(|item| view! { <YesterdayMissing item=item center=center /> })}
            <Today view=view />
            <Week items=recent kind=kind />
        }
    })
}

/// Tells a manager that the clinic's own system will soon be refused, or is by now.
#[component]
fn ClientExpires(until: DateTime<Utc>) -> impl IntoView {
    let left = until - clock::instant();
    let tone = if left < EXPIRY_URGENT { Tone::Error } else { Tone::Warning };
    let words = if left <= TimeDelta::zero() { home::client_expired } else { home::client_expires };
    view! {
        <Banner tone=tone heading=Signal::derive(move || words(&format::day_and_time(until)))>
            <p><a href="/clients">{t(home::CLIENT_EXPIRES_WHAT)}</a></p>
        </Banner>
    }
}

#[component]
fn YesterdayMissing(item: HistoryItem, center: Option<String>) -> impl IntoView {
    let day = item.day;
    let who = move || center.clone().unwrap_or_else(|| home::YOUR_CENTER.get().to_owned());
    (item.state == DayState::Missing).then(|| {
        view! {
            <Banner tone=Tone::Warning heading=Signal::derive(move || home::yesterday_missing(&format::short_day(day)))>
                <p>{move || home::yesterday_what(&who())}</p>
            </Banner>
        }
    })
}

/// 南海保健所（03-0000-0000）
fn with_telephone(name: String, telephone: Option<&str>) -> String {
    match telephone {
        Some(telephone) => format!("{name}（{telephone}）"),
        None => name,
    }
}

/// For prefectures and the ministry: what they are here, and the API.
#[component]
fn Overseer(#[prop(optional)] unit_by_unit: bool, #[prop(into)] words: Signal<String>) -> impl IntoView {
    view! {
        <CoverageCard unit_by_unit=unit_by_unit />
        <p class="lead">{words}</p>
        <p><a href="/policies">{t(home::POLICIES)}</a></p>
        <section class="card">
            <h2>{t(home::API_HEADING)}</h2>
            <p>{t(home::API_WHAT)}</p>
            <p><a class="button" href="/api/docs/" rel="external">{t(app::API_DOCS)}</a></p>
        </section>
    }
}
