//! What everybody may know.

use actix_web::{get, web};
use shared::password::{MAX_LENGTH, MIN_LENGTH};
use shared::site::{PasswordPolicy, SignInMethod, Site};

use crate::app::AppState;
use crate::auth::ceremony;
use crate::envelope::Arrival;
use crate::openapi::Refusals;

/// About this installation
///
/// The service's name, where to ask for help, notices, the password policy, the ways to sign in and the second factors. In the demo also
/// the accounts that everybody may use.
#[utoipa::path(
    operation_id = "get_site",
    tag = "site",
    responses((status = 200, description = "About this installation.", body = Site), Refusals),
    security(())
)]
#[get("/site")]
pub async fn get_site(state: web::Data<AppState>, arrival: Arrival) -> web::Json<Site> {
    let words = &state.config.site;
    web::Json(Site {
        service_name_ja: words.name_ja.clone(),
        service_name_en: words.name_en.clone(),
        version: state.version.to_owned(),
        demo: state.config.demo,
        badge: words.badge.clone(),
        help_desk: words.help_desk.clone(),
        notices: words.notice.iter().cloned().collect(),
        password_policy: PasswordPolicy { min_length: MIN_LENGTH, max_length: MAX_LENGTH },
        sign_in_methods: vec![SignInMethod::Password],
        second_factors: ceremony::enrollable(state.means()),
        now: arrival.at,
        demo_accounts: state.demo_accounts.clone(),
    })
}
