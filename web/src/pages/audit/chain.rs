//! How the chain was found when it was last verified.

use leptos::prelude::*;
use shared::audit::ChainState;

use crate::components::{Banner, Tone};
use crate::format;
use crate::words::access::audit as says;

/// The state in words, with the head that can be compared with printed receipts.
#[component]
pub fn Chain(state: Option<ChainState>) -> impl IntoView {
    let (tone, heading) = match &state {
        None => (Tone::Information, says::UNCHECKED),
        Some(state) if state.intact => (Tone::Success, says::OK),
        Some(_) => (Tone::Error, says::BROKEN),
    };
    let what = move || match &state {
        None => says::UNCHECKED_WHAT.get().to_owned(),
        Some(found) => {
            let (time, n) = (format::day_and_time(found.verified_at), format::sum(found.seq));
            if found.intact { says::ok_what(&short(&found.hash), &n, &time) } else { says::broken_what(&n, &time) }
        }
    };
    view! {
        <Banner tone=tone heading=heading>
            <p>{what}</p>
        </Banner>
    }
}

/// The first twelve digits in groups of four, as a receipt prints them.
pub fn short(hash: &str) -> String {
    [0..4, 4..8, 8..12].into_iter().filter_map(|part| hash.get(part)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_twelve_digits_in_groups_of_four() {
        assert_eq!(short("3f9a1c0277beffff"), "3f9a 1c02 77be");
        assert_eq!(short(""), "");
    }
}
