//! What the contract's examples name: an account, a unit, a report and a statement that every demo has.

use serde_json::{Value, json};
use shared::ReportingDay;
use shared::organization::OrganizationKind;
use uuid::Uuid;

use super::accounts::{PASSWORD, accounts};
use super::country::{id_of, places};
use super::keys;

/// How many days after the demo is made the statement of the examples is about: as far ahead as may be, so that it
/// disturbs nobody's day and can be withdrawn for a year.
pub(super) const STATEMENT_AHEAD: u32 = shared::check::MAX_DAYS_AHEAD;

/// A password that the policy takes.
const OTHER_PASSWORD: &str = "mikan-hotaru-yamabiko-73";

/// What somebody sees in the examples who isn't to try the demo's: no account is called so, no password is so short.
const NO_LOGIN_ID: &str = "P00-0000-0";
const NO_PASSWORD: &str = "your own";

/// The unit of the examples: the first that the sign-in page lists. It has never reported today when the demo starts.
#[must_use]
pub fn unit_id() -> Uuid {
    accounts(&places()).first().map(|account| account.organization_id).unwrap_or_default()
}

/// The id of that unit's first report.
#[must_use]
pub fn report_id() -> Uuid {
    id_of(&[4, 0])
}

/// The id of a statement of that unit about a day to come.
#[must_use]
pub fn statement_id() -> Uuid {
    id_of(&[4, 1])
}

/// The account of that unit which the demo issues and nobody has activated.
#[must_use]
pub fn account_id() -> Uuid {
    id_of(&[3, 10_000])
}

/// The center of that unit.
#[must_use]
pub fn center_id() -> Uuid {
    let places = places();
    places.iter().find(|place| place.id == unit_id()).and_then(|unit| unit.parent).unwrap_or_default()
}

/// The batch of that center that is open when the demo is made, about the day on which it is made.
#[must_use]
pub fn batch_id() -> Uuid {
    id_of(&[4, 2])
}

/// The batch of that center of the day before, to which nothing came.
#[must_use]
pub fn balanced_batch_id() -> Uuid {
    id_of(&[4, 3])
}

/// An arrival of that open batch, from that unit.
#[must_use]
pub fn arrival_id() -> Uuid {
    id_of(&[4, 4])
}

/// A report that the center enters for another unit.
#[must_use]
pub fn proxy_report() -> Value {
    let counts =
        shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(u32::from(band.index() % 3 == 1))));
    let counts: serde_json::Map<String, Value> = counts.collect();
    json!({ "unit_id": moving_unit_id(), "entry_day": "2026-11-22", "counts": counts, "channel": "fax" })
}

/// What the center found for that unit's day before.
#[must_use]
pub fn supplement() -> Value {
    let deltas = shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(u32::from(band.index() == 4))));
    let deltas: serde_json::Map<String, Value> = deltas.collect();
    json!({
        "unit_id": unit_id(),
        "entry_day": "2026-11-22",
        "adjustments": [{ "target_day": "2026-11-21", "reason": "found_late", "deltas": deltas }],
        "channel": "fax",
    })
}

/// Another center of the same prefecture.
#[must_use]
pub fn other_center_id() -> Uuid {
    let (places, center_id) = (places(), center_id());
    let above = |id: Uuid| places.iter().find(|place| place.id == id).and_then(|place| place.parent);
    let prefecture = above(center_id);
    let beside = |place: &&super::country::Place| {
        place.kind == OrganizationKind::HealthCenter && place.parent == prefecture && place.id != center_id
    };
    places.iter().find(beside).map(|place| place.id).unwrap_or_default()
}

/// The last institution of that center.
#[must_use]
pub fn moving_unit_id() -> Uuid {
    let (places, center_id) = (places(), center_id());
    let below =
        |place: &&super::country::Place| place.kind == OrganizationKind::Institution && place.parent == Some(center_id);
    places.iter().rfind(below).map(|place| place.id).unwrap_or_default()
}

/// Fourteen numbers to be carried forward.
#[must_use]
pub fn carried_forward() -> Value {
    let counts = [310, 1_720, 3_560, 5_010, 3_670, 4_790, 5_510, 3_680, 1_600, 1_080, 2_100, 1_330, 590, 0];
    shared::AgeBand::ALL.into_iter().zip(counts).map(|(band, count)| (band.key().to_owned(), json!(count))).collect()
}

/// An institution to be added below that center.
#[must_use]
pub fn new_organization() -> Value {
    json!({
        "kind": "institution",
        "parent_id": center_id(),
        "name": "みほん内科",
        "kana": "みほんないか",
        "address": "見本市1-2-3",
        "telephone": "03-5550-0100",
        "open_on": ["monday", "tuesday", "wednesday", "friday", "saturday"],
    })
}

/// An account to be issued for that unit.
#[must_use]
pub fn new_account() -> Value {
    json!({ "organization_id": unit_id(), "display_name": "見本 太郎" })
}

/// Accounts to be issued for that unit and for the caller's own organization.
#[must_use]
pub fn account_batch() -> Value {
    json!({ "rows": [
        { "organization_id": unit_id(), "display_name": "見本 一子" },
        { "display_name": "見本 二郎", "is_manager": true },
    ] })
}

/// How somebody of that unit signs in.
#[must_use]
pub fn sign_in() -> Value {
    let login_id = accounts(&places()).first().map(|account| account.login_id.clone()).unwrap_or_default();
    json!({ "login_id": login_id, "password": PASSWORD })
}

/// How that account shows its second factor, with a code as they look.
#[must_use]
pub fn second_factor() -> Value {
    json!({ "method": "totp", "code": "123456" })
}

/// How a code is sent to a telephone.
#[must_use]
pub fn challenge() -> Value {
    json!({ "method": "sms", "factor_id": "0199f3c0-0000-7000-8000-000000000000", "language": "ja" })
}

/// How that password is changed.
#[must_use]
pub fn password_change() -> Value {
    json!({ "current_password": PASSWORD, "new_password": OTHER_PASSWORD })
}

/// The API client of that unit.
#[must_use]
pub fn api_client_id() -> Uuid {
    keys::client_id()
}

/// Another API client of that unit, which is there to be disabled.
#[must_use]
pub fn other_api_client_id() -> Uuid {
    keys::other_client_id()
}

/// The name of its key.
#[must_use]
pub fn other_key_name() -> &'static str {
    keys::OTHER_KID
}

/// How another client of the unit is registered.
#[must_use]
pub fn api_client() -> Value {
    json!({
        "name": "電子カルテ",
        "vendor": "あおばシステム",
        "scopes": ["reports:read", "reports:write"],
        "key": { "public_key": keys::EXAMPLE_KEY },
    })
}

/// How a key is added to a client.
#[must_use]
pub fn next_key() -> Value {
    json!({ "public_key": keys::EXAMPLE_KEY, "kid": "2027-1" })
}

/// What an example says where there is no demo, in place of its secrets.
pub(crate) fn without_secrets(text: &str) -> Option<&'static str> {
    if text == PASSWORD || text == OTHER_PASSWORD {
        return Some(NO_PASSWORD);
    }
    (sign_in()["login_id"] == text).then_some(NO_LOGIN_ID)
}

/// The day of that statement, in a demo made on a day.
pub(super) fn statement_day(made_on: ReportingDay) -> ReportingDay {
    made_on.plus(STATEMENT_AHEAD)
}
