//! What is typed about an organization: the same fields for a new one and for a change.

use leptos::prelude::*;
use shared::client::ClientError;
use shared::organization::{Organization, OrganizationKind};
use shared::problem::{ProblemKind, Violation};
use shared::register::RegisterWarning;
use shared::register_check::Refusal;

use crate::api;
use crate::components::{Failure, Mistake, TextField, mistake_at};
use crate::words::office::register as words;
use crate::words::{Text, problem_advice, problem_title, t};

const CODE: &str = "institution_code";
const SURE: &str = "code_is_right";

/// What is typed, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Fields {
    /// Its name.
    pub name: RwSignal<String>,
    /// The name's reading.
    pub kana: RwSignal<String>,
    /// Ten digits, or nothing.
    pub code: RwSignal<String>,
    /// Where it is.
    pub address: RwSignal<String>,
    /// Its telephone number.
    pub telephone: RwSignal<String>,
    /// What is wrong, each with its field.
    pub mistakes: RwSignal<Vec<Mistake>>,
    /// Why nothing was recorded, where no field is to blame.
    pub failure: RwSignal<Option<Failure>>,
    /// The code that fails its check digit, as it was typed.
    doubted: RwSignal<Option<String>>,
    /// Whether a person says that it is right all the same.
    sure: RwSignal<bool>,
}

impl Fields {
    /// Nothing typed yet.
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            name: text(),
            kana: text(),
            code: text(),
            address: text(),
            telephone: text(),
            mistakes: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            doubted: RwSignal::new(None),
            sure: RwSignal::new(false),
        }
    }

    /// What the register says.
    pub fn of(organization: &Organization) -> Self {
        let fields = Self::new();
        fields.name.set(organization.name.clone());
        fields.kana.set(organization.kana.clone());
        fields.code.set(organization.institution_code.clone().unwrap_or_default());
        fields.address.set(organization.address.clone());
        fields.telephone.set(organization.telephone.clone());
        fields
    }

    /// What a person said is right although it is doubtful: only of the code that was questioned.
    pub fn acknowledged(self) -> Vec<RegisterWarning> {
        let code = self.code.get_untracked();
        let said = self.sure.get_untracked() && self.doubted.with_untracked(|doubted| doubted.as_ref() == Some(&code));
        said.then_some(RegisterWarning::DoubtfulCode).into_iter().collect()
    }

    /// Shows why the rules refuse it.
    pub fn refuse(self, refusal: Refusal) {
        self.failure.set(None);
        match refusal {
            Refusal::Violations(violations) => self.mistakes.set(violations.iter().map(mistake).collect()),
            Refusal::Unacknowledged(_) => self.doubt(),
        }
    }

    /// Shows why the service refused it.
    pub fn fail(self, error: &ClientError) {
        self.mistakes.set(Vec::new());
        match (api::kind(error), error) {
            (Some(ProblemKind::DoubtfulCode), _) => self.doubt(),
            (Some(ProblemKind::CodeTaken), _) => {
                let words = format!(
                    "{} {}",
                    problem_title(ProblemKind::CodeTaken).get(),
                    problem_advice(ProblemKind::CodeTaken).get()
                );
                self.mistakes.set(vec![Mistake { field: CODE.to_owned(), words }]);
            }
            (_, ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                self.mistakes.set(problem.violations.iter().map(mistake).collect());
            }
            _ => self.failure.set(Some(Failure::from(error))),
        }
    }

    fn doubt(self) {
        self.doubted.set(Some(self.code.get_untracked()));
        self.sure.set(false);
        self.mistakes.set(vec![Mistake { field: SURE.to_owned(), words: words::CODE_DOUBTED.get().to_owned() }]);
    }
}

/// A violation at its field, whose id is the name that it has in the request.
fn mistake(violation: &Violation) -> Mistake {
    let field = violation.pointer.trim_start_matches('/');
    let label = match field {
        "name" => words::NAME,
        "kana" => words::KANA,
        CODE => words::CODE,
        "prefecture_code" => words::PREFECTURE_CODE,
        "address" => words::PLACE,
        "telephone" => words::TELEPHONE,
        "open_on" => words::OPEN_ON,
        _ => words::KIND,
    };
    Mistake::at(field, label, violation)
}

/// The fields; only institutions have a code.
#[component]
pub fn OrganizationFields(fields: Fields, #[prop(into)] kind: Signal<Option<OrganizationKind>>) -> impl IntoView {
    let at = |field| mistake_at(fields.mistakes, field);
    let hint = |text: Text| -> Signal<String> { text.into() };
    let has_code = Memo::new(move |_| kind.get() == Some(OrganizationKind::Institution));
    view! {
        <TextField id="name" label=words::NAME value=fields.name error=at("name") />
        <TextField id="kana" label=words::KANA value=fields.kana error=at("kana") hint=hint(words::KANA_HINT) />
        <Show when=move || has_code.get()>
            <TextField
                id=CODE
                label=words::CODE
                value=fields.code
                error=mistake_at(fields.mistakes, CODE)
                hint=hint(words::CODE_HINT)
                inputmode="numeric"
            />
            <Doubt fields=fields />
        </Show>
        <TextField id="address" label=words::PLACE value=fields.address error=at("address") />
        <TextField
            id="telephone"
            label=words::TELEPHONE
            value=fields.telephone
            error=at("telephone")
            hint=hint(words::TELEPHONE_HINT)
            inputmode="tel"
        />
    }
}

/// The question about a code that fails its check digit, for as long as it is the one that was typed.
#[component]
fn Doubt(fields: Fields) -> impl IntoView {
    let doubts = Memo::new(move |_| {
        fields.doubted.with(|doubted| doubted.as_ref().is_some_and(|doubted| fields.code.with(|code| code == doubted)))
    });
    view! {
        <Show when=move || doubts.get()>
            <p class="check-row">
                <input
                    type="checkbox"
                    id=SURE
                    aria-describedby="code_is_right-hint"
                    prop:checked=move || fields.sure.get()
                    on:change=move |event| fields.sure.set(event_target_checked(&event))
                />
                <label for=SURE>{t(words::CODE_SURE)}</label>
                <span id="code_is_right-hint" class="field-hint">{t(words::CODE_DOUBTED)}</span>
            </p>
        </Show>
    }
}
