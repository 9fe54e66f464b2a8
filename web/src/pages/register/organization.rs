//! One organization of the register: what is known of it, what is set for it by day, and what may be done about it.

use leptos::prelude::*;
use shared::ReportingDay;
use shared::organization::{Organization, OrganizationKind};
use shared::permission::Action;
use shared::register::OrganizationDetail;

use super::add::Added;
use super::change::Change;
use super::moving::{ComingMoves, Move};
use super::opening::{OpeningList, SetOpening};
use crate::components::{Banner, Mistake, NothingHere, PageHeading, Tone, focus_on};
use crate::load::Load;
use crate::may::{kinds_to_add, may};
use crate::session::use_session;
use crate::words::office::{accounts, register as words};
use crate::words::{Text, kind_word, t};
use crate::{api, clock};

/// What was done last on the page of an organization, which is then shown as it is.
#[derive(Clone, Copy)]
pub struct Done {
    what: RwSignal<Option<Text>>,
    again: Callback<()>,
}

impl Done {
    /// Says it, and asks what the register says now.
    pub fn say(self, what: Text) {
        self.what.set(Some(what));
        self.again.run(());
        request_animation_frame(|| focus_on("done"));
    }
}

/// The first day from which something may be set.
pub fn tomorrow() -> ReportingDay {
    shared::reporting_day(clock::instant()).plus(1)
}

/// The mistake of a field for a day that has none.
pub fn no_day(field: &str) -> Mistake {
    Mistake { field: field.to_owned(), words: words::FROM_DAY_MISSING.get().to_owned() }
}

/// The page.
#[component]
pub fn OrganizationPage(
    /// The organization's id, from the address.
    id: String,
) -> impl IntoView {
    let Ok(id) = id.parse() else { return view! { <NothingHere /> }.into_any() };
    let name = RwSignal::new(String::new());
    let load = Load::new(move || async move { api::client().organization(id).await });
    let done = Done { what: RwSignal::new(None), again: load.again() };
    let heading =
        move || name.with(|name| if name.is_empty() { words::HEADING.get().to_owned() } else { name.clone() });
    view! {
        <PageHeading text=Signal::derive(heading) />
        <div id="done" tabindex="-1">
            {move || done.what.get().map(|what| view! { <Banner tone=Tone::Success heading=what live=true /> })}
        </div>
        {load.view(6, move |found| {
            name.set(found.organization.name.clone());
            view! { <Whole found=found done=done /> }
        })}
        <p><a href="/organizations">{t(words::BACK)}</a></p>
    }
    .into_any()
}

/// What the register says, and what whoever sees it may do about it.
#[component]
fn Whole(found: OrganizationDetail, done: Done) -> impl IntoView {
    let OrganizationDetail { organization, opening_days, planned_moves } = found;
    let who = use_session().view_untracked();
    let allowed = |action| who.as_ref().is_some_and(|who| may(who, action, &organization));
    let is_unit = matches!(organization.kind, OrganizationKind::Institution | OrganizationKind::FollowUpCenter);
    let kinds = who.as_ref().map(|who| kinds_to_add(who, &organization.reference(), organization.parent.as_ref()));
    let (id, kind) = (organization.id, organization.kind);
    let opening = is_unit.then(|| view! { <OpeningList opening=opening_days.clone() /> });
    let set = (is_unit && allowed(Action::SetOpeningDays))
        .then(|| view! { <SetOpening id=id kind=kind opening=opening_days done=done /> });
    let change =
        allowed(Action::EditOrganization).then(|| view! { <Change organization=organization.clone() done=done /> });
    let moving = (is_unit && allowed(Action::MoveUnit)).then(|| view! { <Move unit=organization.clone() done=done /> });
    let reads = allowed(Action::ReadAccounts);
    let issues = allowed(Action::IssueAccount);
    view! {
        <Added name=organization.name.clone() />
        <Facts organization=organization />
        <p class="actions">
            {reads.then(|| view! { <a class="button" href=format!("/accounts?organization={id}")>{t(accounts::HEADING)}</a> })}
            {issues
                .then(|| view! { <a class="button" href=format!("/accounts/new?organization={id}")>{t(accounts::ISSUE)}</a> })}
            {kinds
                .is_some_and(|kinds| !kinds.is_empty())
                .then(|| view! { <a class="button" href=format!("/organizations/new?below={id}")>{t(words::ADD_HERE)}</a> })}
        </p>
        {opening}
        <ComingMoves moves=planned_moves />
        {change}
        {set}
        {moving}
    }
}

#[component]
fn Facts(organization: Organization) -> impl IntoView {
    let line = |name: Text, value: Option<String>| {
        view! {
            <div>
                <dt>{t(name)}</dt>
                <dd>{move || value.clone().unwrap_or_else(|| words::NONE.get().to_owned())}</dd>
            </div>
        }
    };
    let kind = organization.kind;
    let active = organization.active;
    view! {
        <dl class="summary-list">
            <div>
                <dt>{t(words::KIND)}</dt>
                <dd>{t(kind_word(kind))}</dd>
            </div>
            {line(words::KANA, Some(organization.kana))}
            {line(words::CODE, organization.institution_code)}
            {line(words::PREFECTURE_CODE, organization.prefecture_code)}
            {line(words::PLACE, Some(organization.address))}
            {line(words::TELEPHONE, Some(organization.telephone))}
            <div>
                <dt>{t(words::PARENT)}</dt>
                <dd>
                    {organization
                        .parent
                        .map(|parent| view! { <a href=format!("/organizations/{}", parent.id)>{parent.name}</a> })}
                </dd>
            </div>
            <div>
                <dt>{t(words::PARTICIPATION)}</dt>
                <dd>{t(if active { words::ACTIVE } else { words::INACTIVE })}</dd>
            </div>
        </dl>
    }
}
