//! The base of the OpenAPI document, and the document itself.

mod examples;

pub use examples::{EXAMPLE_DAY, as_served};

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{License, OpenApi};
use utoipa::{Modify, OpenApi as _};
use utoipa_actix_web::AppExt as _;

use crate::routes;

/// The name of the session's security scheme.
pub const SESSION: &str = "session";
/// The name of the security scheme of API clients.
pub const CLIENT: &str = "client";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "nippo",
        description = "The daily report (日報): every clinic, health center and follow-up center says once a day how many patients tested positive, by age band.\n\nSign in with `POST /api/v1/auth/sign-in`; the answer sets the session cookie. A clinic's own system is an API client: it gets a token from `POST /oauth2/token` and sends it as `Authorization: Bearer`. A browser request that changes something carries `X-Requested-By: web` and a same-origin `Origin`. Every error is a problem document (RFC 9457) of a closed set of kinds, each with a page at `/problems/{kind}`.",
    ),
    components(schemas(shared::Problem)),
    modifiers(&Base),
    tags(
        (name = "site", description = "What everybody may know about this installation."),
        (name = "auth", description = "Signing in and out, one's own password and session."),
        (name = "reports", description = "The daily report: the form, the report, its receipt and the history."),
        (name = "drafts", description = "What was typed and not sent, kept by the server."),
        (name = "day statements", description = "Days on which a unit is closed or had no patients."),
        (name = "calendar", description = "Public holidays."),
        (name = "policies", description = "How reports of a jurisdiction can be corrected, and until when they count as in time."),
        (name = "coverage", description = "Of which units nothing is known: for those who telephone, and for whoever publishes figures."),
        (name = "summaries", description = "Figures, as entered or by the day of the patients, as of any moment."),
        (name = "collection", description = "What reaches a health center on paper, by telephone or mail: its inbox, many reports at once, supplements."),
        (name = "organizations", description = "The register of organizations: looked up, added to, changed."),
        (name = "accounts", description = "Accounts, handed out with an activation slip: for managers."),
        (name = "API clients", description = "The clinics' own systems that report for them, and their public keys."),
        (name = "tokens", description = "Access tokens for API clients."),
        (name = "audit", description = "Who did what, in a chain that can't be altered unnoticed."),
        (name = "demo", description = "What only the demo tells."),
        (name = "health", description = "Whether the service is alive and ready."),
    )
)]
struct Base;

impl Modify for Base {
    fn modify(&self, document: &mut OpenApi) {
        let mut license = License::new("MIT OR Apache-2.0");
        license.identifier = Some("MIT OR Apache-2.0".to_owned());
        document.info.license = Some(license);
        let scheme = ApiKey::Cookie(ApiKeyValue::with_description(
            crate::auth::cookie::SESSION,
            "The session, set by `POST /api/v1/auth/sign-in`.",
        ));
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "An API client's access token, from `POST /oauth2/token`. Where it is sent, the session is not looked at.",
            ))
            .build();
        let schemes = &mut document.components.get_or_insert_default().security_schemes;
        schemes.insert(SESSION.to_owned(), SecurityScheme::ApiKey(scheme).into());
        schemes.insert(CLIENT.to_owned(), SecurityScheme::Http(bearer).into());
    }
}

/// The problems that an operation may answer with, for the attribute of every handler.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "its variants are read by the macro alone")]
pub enum Refusals {
    /// The request can't be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(shared::Problem),
    /// Not signed in, or the sign-in failed.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(shared::Problem),
    /// Not allowed, or not from this service's own pages.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(shared::Problem),
    /// Too many requests; `Retry-After` says when to come again.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(shared::Problem),
    /// Our fault; the detail is in the log under the request id.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(shared::Problem),
    /// Busy; `Retry-After` says when to come again.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(shared::Problem),
}

/// The whole document, without a server or a database. Its examples speak of [`EXAMPLE_DAY`] and of the demo.
#[must_use]
pub fn document() -> OpenApi {
    let (_, document) =
        actix_web::App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes::configure).split_for_parts();
    document
}
