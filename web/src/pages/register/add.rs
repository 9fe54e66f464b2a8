//! Adding an organization: first a look whether it is there already, then what is known of it, then its accounts.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::institution_code::{CodeCheck, InstitutionCode, TypedCode};
use shared::organization::{Organization, OrganizationKind, OrganizationQuery};
use shared::permission::Action;
use shared::register::NewOrganizationRequest;
use shared::register_check::check_new;
use uuid::Uuid;

use super::Found;
use super::fields::{Fields, OrganizationFields};
use super::opening_boxes::{OpeningBoxes, Ticked};
use crate::components::{
    Banner, ChoiceField, ErrorSummary, NothingFound, NothingHere, PageHeading, TextField, Tone, Trouble, focus_on,
    mistake_at, slash_leads_to,
};
use crate::load::Load;
use crate::may::{kinds_to_add, may};
use crate::session::use_session;
use crate::words::office::register as words;
use crate::words::{kind_word, t};
use crate::{api, router};

/// The page; below which organization stands in the address, one's own unless it says so.
#[component]
pub fn AddOrganization() -> impl IntoView {
    let session = use_session();
    let below = Memo::new(move |_| {
        let named = router::parameter("below").and_then(|id| id.parse::<Uuid>().ok());
        named.or_else(|| session.view().map(|view| view.organization.id)).unwrap_or_default()
    });
    let load = Load::new(move || {
        let id = below.get();
        async move { api::client().organization(id).await }
    });
    view! {
        <PageHeading text=words::ADD />
        {load.view(6, move |found| {
            let parent = found.organization;
            let kinds = session.view().map(|who| kinds_to_add(&who, &parent.reference(), parent.parent.as_ref()));
            let kinds = kinds.unwrap_or_default();
            if kinds.is_empty() {
                view! { <NothingHere /> }.into_any()
            } else {
                view! { <Steps parent=parent kinds=kinds /> }.into_any()
            }
        })}
        <p><a href="/organizations">{t(words::BACK)}</a></p>
    }
}

#[component]
fn Steps(parent: Organization, kinds: Vec<OrganizationKind>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let looked = RwSignal::new(None::<String>);
    let missing = RwSignal::new(None::<String>);
    slash_leads_to("q");
    let name = parent.name.clone();
    let look = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked().trim().to_owned();
        if typed.is_empty() {
            focus_on("q");
        } else {
            missing.set(None);
            looked.set(Some(typed));
        }
    };
    let hint: Signal<String> = words::LOOK_HINT.into();
    view! {
        <p class="lead">{move || words::add_below(&name)}</p>
        <section>
            <h2>{t(words::LOOK)}</h2>
            <form class="stack" role="search" novalidate on:submit=look>
                <TextField id="q" label=words::SEARCH_LABEL value=text kind="search" hint=hint />
                <p class="actions"><button type="submit" class="button primary">{t(words::SEARCH)}</button></p>
            </form>
            {move || looked.get().map(|text| view! { <Looked text=text missing=missing /> })}
        </section>
        {move || {
            missing.get().map(|text| view! { <NewForm parent=parent.clone() kinds=kinds.clone() text=text /> })
        }}
    }
}

/// What is in the register already, and the way on for what isn't.
#[component]
fn Looked(
    text: String,
    /// What was looked for in vain.
    missing: RwSignal<Option<String>>,
) -> impl IntoView {
    let query = OrganizationQuery { q: Some(text.clone()), limit: Some(20), ..OrganizationQuery::default() };
    let asked = query.clone();
    let load = Load::new(move || {
        let query = query.clone();
        async move { api::client().organizations(&query).await }
    });
    load.view(4, move |page| {
        let text = text.clone();
        let go_on = move |_| {
            missing.set(Some(text.clone()));
            request_animation_frame(|| focus_on("name"));
        };
        let (found, word) = if page.items.is_empty() {
            let what = words::LOOK_NOTHING_WHAT;
            (view! { <NothingFound heading=words::NOTHING what=what /> }.into_any(), words::ADD_NEW)
        } else {
            let list = view! { <p>{t(words::LOOK_FOUND)}</p> <Found first=page query=asked.clone() /> };
            (list.into_any(), words::ADD_OTHER)
        };
        view! {
            {found}
            <p class="actions"><button type="button" class="button primary" on:click=go_on>{t(word)}</button></p>
        }
    })
}

/// Fills in what was looked for: a code, a telephone number, or else a name.
fn filled_in(fields: Fields, text: String) {
    const FEWEST_DIGITS_OF_A_TELEPHONE: usize = 9;
    let fits = matches!(InstitutionCode::read(&text), Ok(TypedCode::Whole { check: CodeCheck::Fits, .. }));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let field = if fits {
        fields.code
    } else if digits >= FEWEST_DIGITS_OF_A_TELEPHONE {
        fields.telephone
    } else {
        fields.name
    };
    field.set(text);
}

#[component]
fn NewForm(parent: Organization, kinds: Vec<OrganizationKind>, text: String) -> impl IntoView {
    let session = use_session();
    let fields = Fields::new();
    filled_in(fields, text);
    let first = kinds.first().copied();
    let chosen = RwSignal::new(first.map_or("", OrganizationKind::key).to_owned());
    let kind = Memo::new(move |_| {
        let key = chosen.get();
        OrganizationKind::ALL.into_iter().find(|kind| kind.key() == key)
    });
    let prefecture = RwSignal::new(String::new());
    let opening = Ticked::all();
    let working = RwSignal::new(false);
    // The same content sent twice adds one organization.
    let sent = StoredValue::new(None::<(NewOrganizationRequest, Uuid)>);
    let parent_id = parent.id;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(kind) = kind.get_untracked().filter(|_| !working.get_untracked()) else { return };
        let opens = matches!(kind, OrganizationKind::Institution | OrganizationKind::FollowUpCenter);
        let code = fields.code.get_untracked();
        let has_code = kind == OrganizationKind::Institution && !code.trim().is_empty();
        let request = NewOrganizationRequest {
            kind,
            parent_id,
            name: fields.name.get_untracked(),
            kana: fields.kana.get_untracked(),
            institution_code: has_code.then_some(code),
            prefecture_code: (kind == OrganizationKind::Prefecture).then(|| prefecture.get_untracked()),
            address: fields.address.get_untracked(),
            telephone: fields.telephone.get_untracked(),
            open_on: opens.then(|| opening.days()),
            acknowledged_warnings: fields.acknowledged(),
        };
        if let Err(refusal) = check_new(&request, &parent) {
            return fields.refuse(refusal);
        }
        fields.mistakes.set(Vec::new());
        working.set(true);
        let key = match sent.get_value() {
            Some((before, key)) if before == request => key,
            _ => Uuid::new_v4(),
        };
        sent.set_value(Some((request.clone(), key)));
        spawn_local(async move {
            match session.call(api::client().create_organization(&key.to_string(), &request)).await {
                Ok(added) => {
                    let issues = session.view().is_some_and(|who| may(&who, Action::IssueAccount, &added));
                    let id = added.id;
                    router::go(&if issues {
                        format!("/accounts/new?organization={id}&added=1")
                    } else {
                        format!("/organizations/{id}?added=1")
                    });
                }
                Err(error) => fields.fail(&error),
            }
            working.set(false);
        });
    };
    let choices: Vec<_> = kinds.iter().map(|kind| (kind.key(), kind_word(*kind))).collect();
    let opens = Memo::new(move |_| {
        matches!(kind.get(), Some(OrganizationKind::Institution | OrganizationKind::FollowUpCenter))
    });
    let is_prefecture = Memo::new(move |_| kind.get() == Some(OrganizationKind::Prefecture));
    let hint: Signal<String> = words::PREFECTURE_CODE_HINT.into();
    view! {
        <section>
            <h2>{t(words::ADD_WHAT)}</h2>
            <form class="stack" novalidate on:submit=submit>
                <ErrorSummary mistakes=fields.mistakes />
                {move || fields.failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                {if choices.len() > 1 {
                    view! { <ChoiceField id="kind" label=words::KIND choices=choices value=chosen /> }.into_any()
                } else {
                    view! { <p>{t(words::KIND)} ": " {first.map(|kind| t(kind_word(kind)))}</p> }.into_any()
                }}
                <OrganizationFields fields=fields kind=kind />
                <Show when=move || is_prefecture.get()>
                    <TextField
                        id="prefecture_code"
                        label=words::PREFECTURE_CODE
                        value=prefecture
                        error=mistake_at(fields.mistakes, "prefecture_code")
                        hint=hint
                        inputmode="numeric"
                    />
                </Show>
                <Show when=move || opens.get()>
                    <OpeningBoxes id="open_on" ticked=opening error=mistake_at(fields.mistakes, "open_on") />
                </Show>
                <p class="actions">
                    <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                        {move || if working.get() { words::ADDING.get() } else { words::ADD_SUBMIT.get() }}
                    </button>
                </p>
            </form>
        </section>
    }
}

/// Says that an organization was added, where the address says so.
#[component]
pub fn Added(
    /// Its name.
    name: String,
) -> impl IntoView {
    let added = Memo::new(|_| router::parameter("added").is_some());
    let heading = Signal::derive(move || words::added(&name));
    view! {
        <Show when=move || added.get()>
            <Banner tone=Tone::Success heading=heading live=true />
        </Show>
    }
}
