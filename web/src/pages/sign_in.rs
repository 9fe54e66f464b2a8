//! S1: sign-in. One message for every failure; the ID stays, the password goes.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::account::{CeremonyStep, NextStep, SignInRequest};
use shared::client::ClientError;
use shared::second_factor::SecondFactorOption;
use shared::site::DemoAccount;

use crate::components::{
    Banner, ErrorSummary, Failure, Mistake, PageHeading, PasswordField, TextField, Tone, Trouble, mistake_at,
};
use crate::demo_codes::DemoCodes;
use crate::pages::show_factor::{Asker, ShowFactor};
use crate::session::{Session, Who, forced_change, use_session};
use crate::words::{self, signin, t};
use crate::{api, format, router};

/// The page.
#[component]
pub fn SignIn() -> impl IntoView {
    let session = use_session();
    // Read once: the address that names it is left with it.
    let destination = untrack(Session::destination);
    Effect::new(move || match session.who() {
        Who::Somebody(_) => router::replace(&destination),
        Who::MustChangePassword(because) => router::replace(forced_change(because)),
        Who::Unknown | Who::Nobody | Who::Expired(_) | Who::Other(_) => {}
    });
    view! {
        <div class="narrow">
            <PageHeading text=signin::HEADING />
            <SignInForm />
            <section class="lost">
                <h2>{t(signin::TROUBLE)}</h2>
                <p>{t(signin::LOST)}</p>
                <p><a href="/help#cannot-sign-in">{t(words::app::HELP)}</a></p>
            </section>
        </div>
    }
}

/// The form: on its page, and over a page whose session has ended.
#[component]
pub fn SignInForm(
    /// Who is expected.
    #[prop(optional)]
    login_id: String,
    /// What sets its ids apart from those of another form on the page.
    #[prop(default = "sign-in")]
    prefix: &'static str,
) -> impl IntoView {
    let login_id = RwSignal::new(login_id);
    let asked = RwSignal::new(None::<Vec<SecondFactorOption>>);
    let over = RwSignal::new(false);
    move || match asked.get() {
        None => view! { <PasswordForm login_id=login_id asked=asked over=over prefix=prefix /> },
        Some(methods) => view! { <SecondStep methods=methods login_id=login_id asked=asked over=over /> },
    }
}

/// The second step: the second factor.
#[component]
fn SecondStep(
    methods: Vec<SecondFactorOption>,
    login_id: RwSignal<String>,
    /// None leads back to the first step.
    asked: RwSignal<Option<Vec<SecondFactorOption>>>,
    over: RwSignal<bool>,
) -> impl IntoView {
    let asker = Asker {
        send: |session, request| Box::pin(session.second_factor(request)),
        // The session leads on.
        done: Callback::new(|_: CeremonyStep| {}),
        over: Callback::new(move |()| {
            over.set(true);
            asked.set(None);
        }),
        login_id: login_id.into(),
        submit: signin::SUBMIT,
        field: "second-factor",
    };
    view! {
        <div class="stack">
            <h2>{t(signin::CODE_HEADING)}</h2>
            <ShowFactor methods=methods asker=asker />
            <p class="actions">
                <button type="button" class="link-button" on:click=move |_| asked.set(None)>{t(signin::CODE_BACK)}</button>
            </p>
        </div>
    }
}

/// The first step.
#[component]
fn PasswordForm(
    login_id: RwSignal<String>,
    /// How the second factor can be shown, once the password was right.
    asked: RwSignal<Option<Vec<SecondFactorOption>>>,
    /// Whether an attempt has ended.
    over: RwSignal<bool>,
    prefix: &'static str,
) -> impl IntoView {
    let session = use_session();
    let (id_field, password_field) = field_ids(prefix);
    let password = RwSignal::new(String::new());
    let shown = RwSignal::new(false);
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let password_input = NodeRef::<html::Input>::new();
    let refusal = RwSignal::new(None::<Refusal>);
    let working = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        let request =
            SignInRequest { login_id: login_id.get_untracked().trim().to_owned(), password: password.get_untracked() };
        let found = blank(&request, id_field, password_field);
        over.set(false);
        let ready = found.is_empty();
        mistakes.set(found);
        if !ready {
            return;
        }
        working.set(true);
        spawn_local(async move {
            let answer = session.sign_in(request).await;
            working.set(false);
            password.set(String::new());
            refusal.set(answer.as_ref().err().map(Refusal::of));
            match answer {
                Ok(step) if step.next == NextStep::SecondFactor => asked.set(Some(step.methods)),
                Ok(_) => {}
                Err(_) => drop(password_input.get_untracked().map(|input| input.focus())),
            }
        });
    };
    let at = |field| mistake_at(mistakes, field);
    view! {
        <form class="stack" novalidate on:submit=submit>
            <ErrorSummary mistakes=mistakes />
            {move || over.get().then(|| view! { <Banner tone=Tone::Error heading=signin::OVER live=true /> })}
            {move || refusal.get().map(|refusal| refusal.shown())}
            <TextField id=id_field label=signin::ID value=login_id error=at(id_field) autocomplete="username" />
            <PasswordField
                id=password_field
                label=signin::PASSWORD
                value=password
                shown=shown
                error=at(password_field)
                autocomplete="current-password"
                input=password_input
            />
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                    {move || if working.get() { signin::WORKING.get() } else { signin::SUBMIT.get() }}
                </button>
            </p>
            <DemoAccounts login_id=login_id password=password folded=prefix == "again" />
        </form>
    }
}

/// Why a sign-in was refused, as it is shown.
#[derive(Debug, Clone)]
enum Refusal {
    Failed,
    TooMany,
    Trouble(Failure),
}

impl Refusal {
    fn of(error: &ClientError) -> Self {
        match api::kind(error) {
            Some(ProblemKind::SignInFailed | ProblemKind::InvalidRequest) => Self::Failed,
            Some(ProblemKind::TooManyRequests) => Self::TooMany,
            _ => Self::Trouble(error.into()),
        }
    }

    fn shown(&self) -> AnyView {
        match self {
            Self::Failed => view! { <Banner tone=Tone::Error heading=signin::FAILED live=true /> }.into_any(),
            Self::TooMany => view! { <Banner tone=Tone::Error heading=signin::TOO_MANY live=true /> }.into_any(),
            Self::Trouble(failure) => view! { <Trouble failure=failure.clone() /> }.into_any(),
        }
    }
}

/// The ids of the two fields; a form over a page has others than the page of sign-in.
fn field_ids(prefix: &str) -> (&'static str, &'static str) {
    if prefix == "again" { ("again-login-id", "again-password") } else { ("login-id", "password") }
}

fn blank(request: &SignInRequest, id_field: &str, password_field: &str) -> Vec<Mistake> {
    let mut found = Vec::new();
    if request.login_id.is_empty() {
        found.push(Mistake { field: id_field.to_owned(), words: signin::ID_MISSING.get().to_owned() });
    }
    if request.password.is_empty() {
        found.push(Mistake { field: password_field.to_owned(), words: signin::PASSWORD_MISSING.get().to_owned() });
    }
    found
}

/// The sign-ins of the demo, each filled in by one press. Nothing of it is there outside the demo.
#[component]
fn DemoAccounts(login_id: RwSignal<String>, password: RwSignal<String>, folded: bool) -> impl IntoView {
    /// So many are shown at once; the rest opens.
    const FIRST: usize = 10;
    let session = use_session();
    let filled = RwSignal::new(None::<String>);
    let codes = DemoCodes::new();
    let first = if folded { 0 } else { FIRST };
    let accounts = Memo::new(move |_| session.site().map(|site| varied(site.demo_accounts, first)).unwrap_or_default());
    let row = move |account: DemoAccount| {
        let kind = words::kind_word(account.organization_kind);
        let manager = account.is_manager.then(|| view! { " · " {t(words::role::MANAGER)} });
        let (name, id) = (account.organization_name.clone(), account.login_id.clone());
        let of = id.clone();
        let fill = move |_| {
            login_id.set(account.login_id.clone());
            password.set(account.password.clone());
            filled.set(Some(account.login_id.clone()));
        };
        view! {
            <li>
                <button type="button" class="demo-account" on:click=fill>
                    <span class="demo-id">{id}</span>
                    <span class="demo-name">{name}</span>
                    <span class="demo-kind">{t(kind)}{manager}</span>
                </button>
                <span class="demo-code">{move || codes.shown(&of)}</span>
            </li>
        }
    };
    let lists = move || {
        let (first, more) = accounts.get();
        (!first.is_empty() || !more.is_empty()).then(|| {
            let count = format::count(more.len() as u64);
            view! {
                <section class="demo-accounts">
                    <h2>{t(signin::DEMO_HEADING)}</h2>
                    <p>{t(signin::DEMO_WHAT)}</p>
                    <p><a href="/demo/gateway" target="_blank">{t(signin::DEMO_MESSAGES)}</a></p>
                    <ul>{first.into_iter().map(row).collect_view()}</ul>
                    {(!more.is_empty())
                        .then(|| {
                            view! {
                                <details>
                                    <summary>{move || signin::demo_more(&count)}</summary>
                                    <ul>{more.into_iter().map(row).collect_view()}</ul>
                                </details>
                            }
                        })}
                </section>
            }
        })
    };
    view! {
        {lists}
        <p role="status" class="small">{move || filled.get().map(|id| signin::demo_filled(&id))}</p>
    }
}

/// A few accounts of every kind first, then the others in their order.
fn varied(accounts: Vec<DemoAccount>, first: usize) -> (Vec<DemoAccount>, Vec<DemoAccount>) {
    let (mut chosen, mut rest) = (Vec::<DemoAccount>::new(), Vec::new());
    for account in accounts {
        let alike = chosen.iter().filter(|one| one.organization_kind == account.organization_kind).count();
        if alike < 2 && chosen.len() < first { chosen.push(account) } else { rest.push(account) }
    }
    (chosen, rest)
}
