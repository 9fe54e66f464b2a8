//! The contract, and Swagger UI over it, from the binary.

use std::sync::{Arc, LazyLock};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::Config;

use crate::app::AppState;
use crate::auth::Identity;
use crate::config::ApiDocs;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};

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

static JSON: LazyLock<web::Bytes> = LazyLock::new(|| {
    let document = crate::openapi::document();
    web::Bytes::from(document.to_pretty_json().unwrap_or_default())
});

/// The routes of the documentation; they are no part of the contract.
pub fn routes(config: &mut actix_web::web::ServiceConfig) -> &mut actix_web::web::ServiceConfig {
    config
        .route(DOCUMENT, web::get().to(document))
        .route("/api/docs", web::get().to(to_folder))
        .route("/api/docs/{file:.*}", web::get().to(file))
}

async fn document(request: HttpRequest, state: web::Data<AppState>, arrival: Arrival) -> ApiResult<HttpResponse> {
    admit(&request, &state, arrival).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(JSON.clone()))
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
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_SECURITY_POLICY, POLICY)).insert_header((header::CACHE_CONTROL, "no-cache"));
    if name.as_str() == "swagger-initializer.js" {
        return Ok(answer.content_type("text/javascript; charset=utf-8").body(INITIALIZER));
    }
    let found = utoipa_swagger_ui::serve(&name, Arc::new(Config::from(DOCUMENT)))
        .map_err(|error| ApiError::internal(error.to_string()))?
        .ok_or_else(ApiError::not_found)?;
    Ok(answer.content_type(found.content_type).body(found.bytes.into_owned()))
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
