//! Instants drawn from a seed, and how long things took.

use std::time::Duration;

/// SplitMix64: the same instants for the same seed.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// Begins with a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// The value below which 99 in 100 lie, of values that are put in order; zero of none.
pub(crate) fn percentile_99(values: &mut [Duration]) -> Duration {
    values.sort_unstable();
    let place = (values.len() * 99).div_ceil(100);
    values.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

/// The longest of some; zero of none.
pub(crate) fn longest(values: &[Duration]) -> Duration {
    values.iter().max().copied().unwrap_or_default()
}

/// Milliseconds with one decimal, for people.
pub(crate) fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

/// Seconds with two decimals, for people.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}
