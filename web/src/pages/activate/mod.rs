//! S3: from a slip to one's own account, in four steps: the code, a second factor, a password, recovery codes.

mod code;
mod factor;
mod password;
mod recovery;
mod reset;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::account::{CeremonyStep, NextStep};
use shared::client::ClientError;

use crate::api;
use crate::components::{Banner, Loading, PageHeading, Tone};
use crate::words::access::activate as words;
use crate::words::{Text, app, t};
use code::CodeStep;
use factor::FactorStep;
use password::PasswordStep;
pub use recovery::RecoveryCodes;
use recovery::RecoveryStep;
use reset::ResetNotice;

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The service is asked how far this browser has come.
    Unknown,
    Code,
    Factor,
    Password,
    Recovery,
    /// Whoever is here is signed in already.
    Done,
}

impl Stage {
    /// The four that are counted, with their words.
    const STEPS: [(Self, Text); 4] = [
        (Self::Code, words::STEP_CODE),
        (Self::Factor, words::STEP_FACTOR),
        (Self::Password, words::STEP_PASSWORD),
        (Self::Recovery, words::STEP_RECOVERY),
    ];

    /// What the ceremony asks for next. A second factor that is there already is asked for by the page of signing in.
    const fn of(next: NextStep) -> Self {
        match next {
            NextStep::EnrollSecondFactor => Self::Factor,
            NextStep::ChangePassword => Self::Password,
            NextStep::KeepRecoveryCodes => Self::Recovery,
            NextStep::SecondFactor => Self::Code,
            NextStep::Done => Self::Done,
        }
    }
}

/// What the steps hand on to each other. Nothing of it outlives the page.
#[derive(Debug, Clone, Copy)]
struct Progress {
    stage: RwSignal<Stage>,
    /// The login ID as it was typed; blank for those who left midway.
    id: RwSignal<String>,
    /// The slip's code, which is also the present password until there is one.
    code: RwSignal<String>,
}

impl Progress {
    /// Goes on to what the ceremony asks for.
    fn follow(self, step: &CeremonyStep) {
        self.stage.set(Stage::of(step.next));
    }

    /// Begins anew where the attempt is over: it takes minutes only.
    fn restart(self) {
        self.stage.set(Stage::Code);
    }
}

/// The page. Whoever left midway goes on at the step where the ceremony stands.
#[component]
pub fn Activate() -> impl IntoView {
    let blank = || RwSignal::new(String::new());
    let progress = Progress { stage: RwSignal::new(Stage::Unknown), id: blank(), code: blank() };
    spawn_local(async move {
        progress.stage.set(match api::client().session().await {
            Ok(_) => Stage::Done,
            Err(ClientError::Problem(problem)) => problem.next.map_or(Stage::Code, Stage::of),
            Err(_) => Stage::Code,
        });
    });
    // Asked once, when the code was right: what is shown stays until the account is set up.
    let has_shown_code =
        Memo::new(move |_| matches!(progress.stage.get(), Stage::Factor | Stage::Password | Stage::Recovery));
    view! {
        <div class="narrow">
            <PageHeading text=words::HEADING />
            <Steps stage=progress.stage />
            <Show when=move || has_shown_code.get()>
                <ResetNotice />
            </Show>
            {move || match progress.stage.get() {
                Stage::Unknown => view! { <Loading /> }.into_any(),
                Stage::Code => view! { <CodeStep progress=progress /> }.into_any(),
                Stage::Factor => view! { <FactorStep progress=progress /> }.into_any(),
                Stage::Password => view! { <PasswordStep progress=progress /> }.into_any(),
                Stage::Recovery => view! { <RecoveryStep /> }.into_any(),
                Stage::Done => view! { <Finished /> }.into_any(),
            }}
        </div>
    }
}

/// Which of the four steps this is.
#[component]
fn Steps(stage: RwSignal<Stage>) -> impl IntoView {
    let step = move |(of, word): (Stage, Text)| {
        view! { <li aria-current=move || (stage.get() == of).then_some("step")>{t(word)}</li> }
    };
    view! { <ol class="steps" aria-label=t(words::STEPS)>{Stage::STEPS.into_iter().map(step).collect_view()}</ol> }
}

#[component]
fn Finished() -> impl IntoView {
    view! {
        <Banner tone=Tone::Success heading=words::FINISHED live=true />
        <p><a class="button primary" href="/">{t(app::BACK_HOME)}</a></p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceremony_says_at_which_step_somebody_is() {
        for (next, stage) in [
            (NextStep::EnrollSecondFactor, Stage::Factor),
            (NextStep::ChangePassword, Stage::Password),
            (NextStep::KeepRecoveryCodes, Stage::Recovery),
            (NextStep::Done, Stage::Done),
        ] {
            assert_eq!(Stage::of(next), stage);
        }
    }
}
