//! What became of the sending, said above the button. Never "failed" before that is known.

use leptos::prelude::*;
use shared::problem::Problem;

use super::desk::use_desk;
use super::send::Held;
use crate::components::{Banner, Tone};
use crate::connection;
use crate::format;
use crate::forms::sending::Sending;
use crate::words::{check, problem_advice, problem_title, state, t};

/// The words about the sending.
#[component]
pub fn Outcome(
    /// Why the button did not send.
    held: RwSignal<Option<Held>>,
) -> impl IntoView {
    let desk = use_desk();
    let sending = Memo::new(move |_| desk.sending.get());
    let why_held = move || match held.get() {
        Some(Held::Ticks(missing)) => {
            let heading = Signal::derive(move || check::tick_missing(&missing));
            view! { <Banner tone=Tone::Warning heading=heading live=true /> }.into_any()
        }
        Some(Held::Offline) if !connection::online() => {
            view! { <Banner tone=Tone::Warning heading=check::OFFLINE live=true /> }.into_any()
        }
        Some(Held::Offline) | None => ().into_any(),
    };
    view! {
        {why_held}
        {move || standing(sending.get())}
    }
}

fn standing(sending: Sending) -> AnyView {
    match sending {
        Sending::Unknown => view! {
            <Banner tone=Tone::Warning heading=check::UNKNOWN live=true>
                <p>{t(check::UNKNOWN_WHAT)}</p>
            </Banner>
        }
        .into_any(),
        Sending::NotArrived => view! {
            <Banner tone=Tone::Warning heading=check::NOT_ARRIVED live=true>
                <p>{t(check::NOT_ARRIVED_WHAT)}</p>
            </Banner>
        }
        .into_any(),
        Sending::Busy(left) => view! { <Waiting left=left /> }.into_any(),
        Sending::Questioned(_) => {
            view! { <Banner tone=Tone::Warning heading=check::MORE_WARNINGS live=true /> }.into_any()
        }
        Sending::Invalid(_) => view! { <Banner tone=Tone::Error heading=check::INVALID live=true /> }.into_any(),
        Sending::SignedOut => view! { <Banner tone=Tone::Warning heading=check::SIGNED_OUT live=true /> }.into_any(),
        Sending::Failed(problem) => view! { <Failed problem=*problem /> }.into_any(),
        Sending::Ready
        | Sending::UnderWay
        | Sending::DayChanged(_)
        | Sending::Existing(_)
        | Sending::Accepted(_)
        | Sending::AcceptedEarlier(_) => ().into_any(),
    }
}

/// The countdown is seen, and read out only when it is over.
#[component]
fn Waiting(left: u32) -> impl IntoView {
    if left == 0 {
        return view! { <Banner tone=Tone::Information heading=check::BUSY_OVER live=true /> }.into_any();
    }
    let heading = Signal::derive(move || check::busy(&format::count(left.into())));
    view! { <Banner tone=Tone::Warning heading=heading /> }.into_any()
}

#[component]
fn Failed(problem: Problem) -> impl IntoView {
    let kind = problem.kind();
    let why = kind.map(|kind| {
        view! { <p>{t(problem_title(kind))} " – " {t(problem_advice(kind))}</p> }
    });
    view! {
        <Banner tone=Tone::Error heading=check::FAILED live=true>
            {why}
            {problem.instance.map(|id| view! { <p class="small">{move || state::request_id(&id)}</p> })}
        </Banner>
    }
}
