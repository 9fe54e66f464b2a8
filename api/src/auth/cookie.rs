//! The cookies of a sign-in.

use actix_web::cookie::{Cookie, SameSite, time};

/// The cookie of a session.
pub const SESSION: &str = "__Host-sid";

/// The cookie of somebody whose sign-in isn't finished.
pub const PRE_SESSION: &str = "__Host-pre";

/// The cookie by which a browser is known, in which somebody signed in before.
pub const DEVICE: &str = "__Host-device";

/// A cookie that lasts as long as the browser runs; the server decides when the session ends.
#[must_use]
pub fn set(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Strict).finish()
}

/// Makes the browser forget a cookie.
#[must_use]
pub fn clear(name: &'static str) -> Cookie<'static> {
    let mut cookie = set(name, String::new());
    cookie.set_max_age(time::Duration::ZERO);
    cookie
}
