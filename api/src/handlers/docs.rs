//! The contract, and Swagger UI over it, from the binary.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use shared::{ReportingDay, reporting_day};
use utoipa_swagger_ui::Config;

use crate::app::AppState;
use crate::auth::Identity;
use crate::config::ApiDocs;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::openapi;
use crate::representation::Prepared;

/// Where the contract is.
pub const DOCUMENT: &str = "/api/openapi.json";

/// Swagger UI writes style attributes; its script comes from here, and it may talk to nobody else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

/// What starts Swagger UI. Requests that change something carry our header, and the browser adds cookie and origin.
const INITIALIZER: &str = r##"window.onload = function () {
  window.ui = SwaggerUIBundle({
    url: "/api/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    validatorUrl: null,
    withCredentials: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: "BaseLayout",
    requestInterceptor: function (request) {
      request.headers["X-Requested-By"] = "web";
      return request;
    },
  });
};
"##;

/// The contract of the day, and of a demo or not, that was asked for last.
static CONTRACT: Mutex<Option<(ReportingDay, bool, Arc<Prepared>)>> = Mutex::new(None);

/// The files of Swagger UI that were asked for.
static FILES: Mutex<BTreeMap<String, Arc<Prepared>>> = Mutex::new(BTreeMap::new());

/// The contract as it is served on a day: made once, at its first request.
fn contract(today: ReportingDay, demo: bool) -> ApiResult<Arc<Prepared>> {
    let mut last = CONTRACT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((.., contract)) = last.as_ref().filter(|(day, of_demo, _)| (*day, *of_demo) == (today, demo)) {
        return Ok(Arc::clone(contract));
    }
    let document = openapi::as_served(&openapi::document(), today, demo);
    let json = Bytes::from(serde_json::to_vec(&document).map_err(ApiError::internal)?);
    let contract = Arc::new(Prepared::new("application/json", json).map_err(ApiError::internal)?);
    *last = Some((today, demo, Arc::clone(&contract)));
    Ok(contract)
}

/// A file of Swagger UI, if there is one of the name.
fn swagger_file(name: &str) -> ApiResult<Arc<Prepared>> {
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = files.get(name) {
        return Ok(Arc::clone(file));
    }
    let (media_type, bytes) = if name == "swagger-initializer.js" {
        ("text/javascript; charset=utf-8".to_owned(), Bytes::from_static(INITIALIZER.as_bytes()))
    } else {
        let found = utoipa_swagger_ui::serve(name, Arc::new(Config::from(DOCUMENT)))
            .map_err(|error| ApiError::internal(error.to_string()))?
            .ok_or_else(ApiError::not_found)?;
        (found.content_type, Bytes::from(found.bytes.into_owned()))
    };
    let file = Arc::new(Prepared::new(media_type, bytes).map_err(ApiError::internal)?);
    files.insert(name.to_owned(), Arc::clone(&file));
    Ok(file)
}

/// The routes of the documentation; they are no part of the contract.
pub fn routes(config: &mut actix_web::web::ServiceConfig) -> &mut actix_web::web::ServiceConfig {
    config
        .route(DOCUMENT, web::get().to(document))
        .route("/api/docs", web::get().to(to_folder))
        .route("/api/docs/{file:.*}", web::get().to(file))
}

async fn document(request: HttpRequest, state: web::Data<AppState>, arrival: Arrival) -> ApiResult<HttpResponse> {
    admit(&request, &state, arrival).await?;
    Ok(contract(reporting_day(arrival.at), state.config.demo)?.answer(&request))
}

async fn to_folder() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish()
}

async fn file(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
    arrival: Arrival,
) -> ApiResult<HttpResponse> {
    admit(&request, &state, arrival).await?;
    let mut answer = swagger_file(&name)?.answer(&request);
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(answer)
}

/// Lets those in whom the configuration names. To others the documentation doesn't exist.
async fn admit(request: &HttpRequest, state: &AppState, arrival: Arrival) -> ApiResult<()> {
    match state.config.api_docs {
        ApiDocs::Public => Ok(()),
        ApiDocs::Off => Err(ApiError::not_found()),
        ApiDocs::Authenticated => match crate::auth::identify(request, state, arrival).await? {
            Identity::SignedIn(_) => Ok(()),
            _ => Err(shared::ProblemKind::SignInRequired.into()),
        },
    }
}
