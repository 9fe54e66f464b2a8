//! In the demo: the codes that its accounts' authenticator apps show next, kept fresh while they are on the screen.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::second_factor::DemoCode;

use crate::session::use_session;
use crate::words::signin;
use crate::{api, clock, format};

/// After how many seconds it is asked again where no answer came.
const PATIENCE: i64 = 30;

/// The codes, of all accounts by one request. Outside the demo nothing is asked, and nothing is there.
#[derive(Clone, Copy)]
pub struct DemoCodes {
    /// The seconds of each count from when the first of all changes.
    told: RwSignal<Vec<DemoCode>>,
    /// The second of the browser's clock at which that is.
    due: RwSignal<i64>,
    /// Before which second nothing is asked: an answer is waited for.
    patience: StoredValue<i64>,
}

impl DemoCodes {
    /// The codes for as long as the part of a page is there that asks for them: they are asked for again when one changes.
    pub fn new() -> Self {
        let session = use_session();
        let codes = Self { told: RwSignal::new(Vec::new()), due: RwSignal::new(0), patience: StoredValue::new(0) };
        let is_demo = Memo::new(move |_| session.site().is_some_and(|site| site.demo));
        Effect::new(move || {
            if !is_demo.get() {
                return;
            }
            let now = clock::local_now().timestamp();
            if now >= codes.due.get_untracked().max(codes.patience.get_value()) {
                codes.patience.set_value(now + PATIENCE);
                spawn_local(codes.ask());
            }
        });
        codes
    }

    /// Asks now: a code may have been used up since.
    pub async fn ask(self) {
        if let Ok(mut told) = api::client().demo_codes().await {
            let first = told.items.iter().map(|code| code.seconds).min().unwrap_or_default();
            told.items.iter_mut().for_each(|code| code.seconds -= first);
            // The page may be gone by now.
            let _ = self.due.try_set(clock::local_instant().timestamp() + i64::from(first));
            let _ = self.told.try_set(told.items);
            let _ = self.patience.try_set_value(0);
        }
    }

    /// Whether there are codes of an account, now or in a while; tracked.
    pub fn is_listed(self, login_id: &str) -> bool {
        self.of(login_id).is_some()
    }

    /// The code of an account; none while it has to wait for one, or isn't listed. Tracked.
    pub fn code(self, login_id: &str) -> Option<String> {
        self.of(login_id)?.code
    }

    /// How many seconds the code of an account is good for, or how many it has to wait for one; none where it isn't listed.
    /// Tracked, to the second.
    pub fn seconds(self, login_id: &str) -> Option<String> {
        let beyond = self.of(login_id)?.seconds;
        let left = self.due.get() - clock::local_now().timestamp();
        Some(format::count(u64::from(beyond) + u64::try_from(left).unwrap_or(0)))
    }

    /// The code of an account, or how long it has to wait for one, as a list shows it; tracked.
    pub fn shown(self, login_id: &str) -> String {
        self.code(login_id).or_else(|| self.seconds(login_id).map(|n| signin::demo_after(&n))).unwrap_or_default()
    }

    fn of(self, login_id: &str) -> Option<DemoCode> {
        let is_it = |code: &&DemoCode| code.login_id.eq_ignore_ascii_case(login_id.trim());
        self.told.try_with(|told| told.iter().find(is_it).cloned()).flatten()
    }
}
