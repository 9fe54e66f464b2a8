//! Known devices: a cookie in which we signed the accounts that were signed in to with this browser.
//!
//! It lets nobody in. It only says whose tries a wrong password counts to, so that strangers can't use up the owner's
//! (see [`crate::guesses`]). It names accounts by their ids, which are no login IDs.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::cookie::{Cookie, time};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::cookie;
use super::seal::Seals;
use crate::app::AppState;
use crate::envelope::Arrival;

/// The most accounts of one browser: a reception's computer is shared by few.
const MOST: usize = 5;
/// How many days a device is known after its last sign-in.
const DAYS: u32 = 180;
/// What is signed begins with this, so that no other signature of ours can stand in its place.
const PURPOSE: &[u8] = b"nippo: known device\0";
/// An account's id, and the day of its last sign-in.
const ENTRY: usize = 16 + 4;

/// The accounts that were signed in to with a browser, the last one first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device(Vec<Known>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    account_id: Uuid,
    /// Days since 1970 in UTC.
    day: u32,
}

impl Device {
    /// Whether an account was signed in to with this browser.
    #[must_use]
    pub fn knows(&self, account_id: Uuid) -> bool {
        self.0.iter().any(|known| known.account_id == account_id)
    }

    /// The cookie of the browser after an account was signed in to with it.
    #[must_use]
    pub fn with(&self, account_id: Uuid, now: DateTime<Utc>, seals: &Seals) -> Cookie<'static> {
        let others = self.0.iter().copied().filter(|known| known.account_id != account_id);
        let all = std::iter::once(Known { account_id, day: day_of(now) }).chain(others).take(MOST);
        let mut text = PURPOSE.to_vec();
        for known in all {
            text.extend(known.account_id.as_bytes());
            text.extend(known.day.to_be_bytes());
        }
        let signature = seals.sign(&text);
        text.extend(signature);
        let value = BASE64URL_NOPAD.encode(text.get(PURPOSE.len()..).unwrap_or_default());
        let mut cookie = cookie::set(cookie::DEVICE, value);
        cookie.set_max_age(time::Duration::days(DAYS.into()));
        cookie
    }

    fn read(value: &str, now: DateTime<Utc>, seals: &Seals) -> Option<Self> {
        const SIGNATURE: usize = 32;
        let bytes = BASE64URL_NOPAD.decode(value.as_bytes()).ok()?;
        let (entries, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        if !seals.is_signed(&[PURPOSE, entries].concat(), signature) {
            return None;
        }
        let good_since = day_of(now - TimeDelta::days(DAYS.into()));
        let known = entries.chunks_exact(ENTRY).filter_map(Known::read).filter(|known| known.day >= good_since);
        Some(Self(known.collect()))
    }
}

impl Known {
    fn read(entry: &[u8]) -> Option<Self> {
        let (id, day) = entry.split_first_chunk()?;
        Some(Self { account_id: Uuid::from_bytes(*id), day: u32::from_be_bytes(day.try_into().ok()?) })
    }
}

/// A browser that shows no cookie, or none of ours, is known to nobody.
impl FromRequest for Device {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let device = request.cookie(cookie::DEVICE).and_then(|cookie| {
            let state = request.app_data::<web::Data<AppState>>()?;
            let arrival = request.extensions().get::<Arrival>().copied()?;
            Self::read(cookie.value(), arrival.at, &state.seals)
        });
        ready(Ok(device.unwrap_or_default()))
    }
}

fn day_of(instant: DateTime<Utc>) -> u32 {
    u32::try_from(instant.timestamp() / 86_400).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DataKey;

    fn seals(byte: u8) -> Seals {
        Seals::new(&[DataKey::new("k", [byte; 32])]).expect("seals")
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:20:00Z".parse().expect("an instant")
    }

    fn account(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn read(cookie: &Cookie<'_>, at: DateTime<Utc>) -> Option<Device> {
        Device::read(cookie.value(), at, &seals(1))
    }

    #[test]
    fn a_browser_knows_the_last_five_accounts_for_half_a_year() {
        let mut device = Device::default();
        for number in [1, 2, 3, 4, 5, 6, 3] {
            device = read(&device.with(account(number), now(), &seals(1)), now()).expect("ours");
        }
        let known: Vec<u128> = (0..10).filter(|number| device.knows(account(*number))).collect();
        assert_eq!(known, [2, 3, 4, 5, 6]);
        let cookie = device.with(account(7), now() + TimeDelta::days(100), &seals(1));
        let later = |days| read(&cookie, now() + TimeDelta::days(days)).expect("ours");
        assert!(later(180).knows(account(3)) && later(180).knows(account(7)));
        assert!(!later(181).knows(account(3)) && later(181).knows(account(7)) && !later(281).knows(account(7)));
    }

    #[test]
    fn what_we_did_not_sign_is_known_to_nobody() {
        let cookie = Device::default().with(account(1), now(), &seals(1));
        assert!(read(&cookie, now()).is_some());
        assert_eq!(Device::read(cookie.value(), now(), &seals(2)), None);
        for place in 0..cookie.value().len() {
            let mut altered = cookie.value().as_bytes().to_vec();
            altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("text");
            assert_eq!(Device::read(&altered, now(), &seals(1)), None, "{altered}");
        }
        for nonsense in ["", "AA", "not base 64!", &"A".repeat(1_000)] {
            assert_eq!(Device::read(nonsense, now(), &seals(1)), None, "{nonsense}");
        }
    }
}
