//! Who is signed in, until when, and what happens when that ends while something is on the screen.

use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::account::{
    CeremonyStep, NextStep, PasswordChangeReason, PasswordChangeRequest, SessionView, SignInRequest,
};
use shared::client::ClientError;
use shared::problem::ProblemKind;
use shared::screens::place_within;
use shared::second_factor::SecondFactorRequest;
use shared::site::Site;

use crate::session_end::Ends;
use crate::{api, clock, preference, router};

/// Where the instant of the last request is kept, so that a second window keeps this one signed in.
const LAST_SEEN: &str = "nippo.seen";
/// The parameter of the sign-in page that says where to go afterwards.
const NEXT: &str = "next";
/// The parameter of the password page that says why the password must be changed.
const BECAUSE: &str = "because";
/// How long before the end the warning comes (WCAG 2.2.1 asks for 20 seconds at least).
const WARNING: TimeDelta = TimeDelta::minutes(2);

/// Who is in front of the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// Not asked yet.
    Unknown,
    /// Nobody.
    Nobody,
    /// Somebody who must change the password before anything else, and why where this program was told.
    MustChangePassword(Option<PasswordChangeReason>),
    /// Somebody.
    Somebody(Arc<SessionView>),
    /// Somebody whose session has ended while a page was open: the page stays, behind a sign-in.
    Expired(Arc<SessionView>),
    /// Somebody else signed in over the page of the one before.
    Other(Arc<SessionView>),
}

/// The session of this browser, as a context.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    who: RwSignal<Who>,
    ends: RwSignal<Option<Ends>>,
    site: RwSignal<Option<Site>>,
    sign_ins: RwSignal<u32>,
    /// Whether the one before has left for good: whoever comes next begins at home, not on that user's page.
    left: RwSignal<bool>,
}

/// The session of this page.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// A session about which nothing is known yet.
    pub fn new() -> Self {
        Self {
            who: RwSignal::new(Who::Unknown),
            ends: RwSignal::new(None),
            site: RwSignal::new(None),
            sign_ins: RwSignal::new(0),
            left: RwSignal::new(false),
        }
    }

    /// Asks the service about itself and about the caller, and watches the clock from then on.
    pub fn start(self) {
        self.load_site();
        spawn_local(async move {
            match api::client().session().await {
                Ok(view) => self.enter(view),
                Err(error) if must_change_password(&error) => self.who.set(Who::MustChangePassword(None)),
                Err(_) => self.who.set(Who::Nobody),
            }
        });
        Effect::new(move || self.watch(clock::local_now()));
    }

    /// Asks for notices, help desk and version, once more every ten minutes.
    fn load_site(self) {
        spawn_local(async move {
            if let Ok(site) = api::client().site().await {
                clock::synchronize(site.now);
                self.site.set(Some(site));
            }
        });
        set_timeout(move || self.load_site(), std::time::Duration::from_secs(600));
    }

    /// What everybody may know of the installation, once it is known; tracked.
    pub fn site(self) -> Option<Site> {
        self.site.get()
    }

    /// Who is in front of the screen, tracked.
    pub fn who(self) -> Who {
        self.who.get()
    }

    /// Who is signed in, or was when the page was opened; tracked.
    pub fn view(self) -> Option<Arc<SessionView>> {
        match self.who.get() {
            Who::Somebody(view) | Who::Expired(view) | Who::Other(view) => Some(view),
            Who::Unknown | Who::Nobody | Who::MustChangePassword(_) => None,
        }
    }

    /// The same, for what is made anew anyway when somebody else signs in.
    pub fn view_untracked(self) -> Option<Arc<SessionView>> {
        untrack(|| self.view())
    }

    /// How often somebody signed in: a page that failed for want of a session loads again when this changes.
    pub fn sign_ins(self) -> u32 {
        self.sign_ins.get()
    }

    /// How long until the session ends, when that is soon; tracked, to the second.
    pub fn soon_over(self) -> Option<TimeDelta> {
        let Who::Somebody(_) = self.who.get() else { return None };
        let left = self.ends.get()?.at() - clock::local_now();
        (left <= WARNING).then_some(left.max(TimeDelta::zero()))
    }

    /// Whether a request would make the session longer; tracked.
    pub fn can_extend(self) -> bool {
        self.ends.get().is_some_and(|ends| ends.in_any_case() - clock::local_now() > WARNING)
    }

    /// Carries out a call of a signed-in user: a success keeps the session alive, a refusal for want of one opens the
    /// sign-in over the page.
    ///
    /// # Errors
    /// As the call.
    pub async fn call<T>(self, answer: impl Future<Output = Result<T, ClientError>>) -> Result<T, ClientError> {
        let answer = answer.await;
        match &answer {
            Ok(_) => self.touched(),
            Err(error) if must_change_password(error) => self.who.set(Who::MustChangePassword(None)),
            Err(error) if api::kind(error) == Some(ProblemKind::SignInRequired) => self.expire(),
            Err(_) => {}
        }
        answer
    }

    /// Makes the session longer by a request.
    pub fn extend(self) {
        spawn_local(async move {
            if let Ok(view) = self.call(api::client().session()).await {
                self.enter(view);
            }
        });
    }

    /// Opens the sign-in over the page before the session has ended: the next one begins with all its hours.
    pub fn sign_in_again(self) {
        self.expire();
    }

    /// The first step of signing in.
    ///
    /// # Errors
    /// As the client.
    pub async fn sign_in(self, request: SignInRequest) -> Result<CeremonyStep, ClientError> {
        Ok(self.take(api::client().sign_in(&request).await?))
    }

    /// The second step; over a page whose session ended, only the same account gets that page back.
    ///
    /// # Errors
    /// As the client.
    pub async fn second_factor(self, request: SecondFactorRequest) -> Result<CeremonyStep, ClientError> {
        Ok(self.take(api::client().second_factor(&request).await?))
    }

    /// Changes the password.
    ///
    /// # Errors
    /// As the client.
    pub async fn change_password(self, request: PasswordChangeRequest) -> Result<CeremonyStep, ClientError> {
        let step = self.call(api::client().change_password(&request)).await?;
        Ok(self.take(step))
    }

    /// Signs out. The screen forgets the user even where the service can't be reached; its session then ends by itself.
    pub async fn sign_out(self) {
        let _ = api::client().sign_out().await;
        preference::keep();
        self.forget();
    }

    /// Leaves the sign-in over a page for the sign-in page: what was on the page is given up.
    pub fn forget(self) {
        self.left.set(true);
        self.ends.set(None);
        self.who.set(Who::Nobody);
    }

    /// Goes on as the other user.
    pub fn accept_other(self) {
        if let Who::Other(view) = self.who.get_untracked() {
            self.who.set(Who::Somebody(view));
        }
    }

    /// Leads to the sign-in page, and from there back to the present one unless somebody has just left it.
    pub fn ask_to_sign_in(self) {
        let to = if self.left.get_untracked() { "/".to_owned() } else { router::address() };
        let next = if to == "/" { String::new() } else { format!("?{NEXT}={}", js_sys::encode_uri_component(&to)) };
        router::replace(&format!("/sign-in{next}"));
    }

    /// Where the address of the sign-in page says to go after signing in; tracked.
    pub fn destination() -> String {
        router::parameter(NEXT).as_deref().and_then(place_within).unwrap_or("/").to_owned()
    }

    fn take(self, mut step: CeremonyStep) -> CeremonyStep {
        match (step.next, step.session.take()) {
            (NextStep::Done, Some(view)) => {
                self.enter(view);
                self.sign_ins.update(|times| *times += 1);
            }
            (NextStep::Done, None) => self.extend(),
            (NextStep::ChangePassword, _) => self.who.set(Who::MustChangePassword(step.change_reason)),
            // The form asks for it.
            (NextStep::SecondFactor, _) => {}
            // An account that isn't set up, or not to the end.
            (NextStep::EnrollSecondFactor | NextStep::KeepRecoveryCodes, _) => router::go("/activate"),
        }
        step
    }

    fn enter(self, view: SessionView) {
        clock::synchronize(view.now);
        let now = clock::local_instant();
        self.ends.set(Some(Ends::of(&view, now)));
        preference::store(LAST_SEEN, &now.timestamp().to_string());
        let view = Arc::new(view);
        self.left.set(false);
        self.who.update(|who| {
            *who = match who {
                Who::Expired(before) if before.account_id != view.account_id => Who::Other(view),
                _ => Who::Somebody(view),
            }
        });
    }

    fn touched(self) {
        let now = clock::local_instant();
        self.ends.update(|ends| *ends = ends.map(|ends| ends.after_request(now)));
        preference::store(LAST_SEEN, &now.timestamp().to_string());
    }

    fn expire(self) {
        match self.who.get_untracked() {
            Who::Somebody(view) => self.who.set(Who::Expired(view)),
            Who::Unknown | Who::MustChangePassword(_) => self.who.set(Who::Nobody),
            Who::Nobody | Who::Expired(_) | Who::Other(_) => {}
        }
    }

    /// Once a second: takes up what other windows did, and ends the session on the screen when its time is over.
    fn watch(self, now: DateTime<Utc>) {
        let Some(ends) = self.ends.get_untracked() else { return };
        if ends.at() - now > WARNING {
            return;
        }
        let elsewhere = preference::stored(LAST_SEEN)
            .and_then(|seconds| seconds.parse().ok())
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let ends = elsewhere.map_or(ends, |seen| ends.after_request(seen));
        if Some(ends) != self.ends.get_untracked() {
            self.ends.set(Some(ends));
        }
        if ends.at() <= now && matches!(self.who.get_untracked(), Who::Somebody(_)) {
            self.expire();
        }
    }
}

/// The address at which a password is changed that must be. It says why: the page may be another program's, which is told
/// no more than that it must.
pub const fn forced_change(because: Option<PasswordChangeReason>) -> &'static str {
    match because {
        Some(PasswordChangeReason::First) => "/password?because=first",
        Some(PasswordChangeReason::Expired) => "/password?because=expired",
        None => "/password",
    }
}

/// Why the address says that the password must be changed; tracked.
pub fn said_reason() -> Option<PasswordChangeReason> {
    reason_of(&router::parameter(BECAUSE)?)
}

fn reason_of(said: &str) -> Option<PasswordChangeReason> {
    match said {
        "first" => Some(PasswordChangeReason::First),
        "expired" => Some(PasswordChangeReason::Expired),
        _ => None,
    }
}

/// Whether the sign-in waits for a new password.
fn must_change_password(error: &ClientError) -> bool {
    matches!(error, ClientError::Problem(problem) if problem.next == Some(NextStep::ChangePassword))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_password_page_says_why_and_is_read_back() {
        for because in [PasswordChangeReason::First, PasswordChangeReason::Expired] {
            let (page, said) = forced_change(Some(because)).split_once("?because=").expect("a reason");
            assert_eq!((page, reason_of(said)), (forced_change(None), Some(because)));
        }
        assert_eq!(reason_of("whatever"), None);
    }
}
