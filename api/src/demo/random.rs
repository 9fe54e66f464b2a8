//! Numbers that look random and are the same on every machine.

use std::f64::consts::TAU;

/// A small generator (SplitMix64): its stream is fixed for ever, unlike that of a library that may change.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The stream that belongs to some words.
    pub(super) fn of(words: &[u64]) -> Self {
        let mut random = Self(0x6e69_7070_6f00_0001);
        for word in words {
            random.0 ^= word.wrapping_mul(STEP);
            random.0 = random.next();
        }
        random
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, but not including, 1.
    pub(super) fn unit(&mut self) -> f64 {
        let bits = u32::try_from(self.next() >> 32).unwrap_or(0);
        f64::from(bits) / 4_294_967_296.0
    }

    /// From 0 up to, but not including, `end`.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end.max(1))).unwrap_or(0)
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// The standard normal distribution (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }

    /// How many events happen where so many are usual (Knuth; sums of parts where many are usual).
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        const PART: f64 = 16.0;
        let mut left = mean;
        let mut events = 0;
        while left > 0.0 {
            let limit = (-left.min(PART)).exp();
            let mut product = self.unit();
            while product > limit {
                events += 1;
                product *= self.unit();
            }
            left -= PART;
        }
        events
    }

    /// A place in a list of weights.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_the_same_words_is_the_same_and_of_others_another() {
        assert_eq!(Random::of(&[1, 2]).next(), Random::of(&[1, 2]).next());
        assert_ne!(Random::of(&[1, 2]).next(), Random::of(&[2, 1]).next());
    }

    #[test]
    fn events_come_as_often_as_is_usual() {
        let mut random = Random::of(&[7]);
        for mean in [0.3, 3.0, 40.0] {
            let sum: u32 = (0..4_000).map(|_| random.poisson(mean)).sum();
            let found = f64::from(sum) / 4_000.0;
            assert!((found - mean).abs() < 0.1 * mean, "{found} instead of {mean}");
        }
    }
}
