//! The contract, and Swagger UI over it, from the binary.

use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::http::header::{self, Encoding, EntityTag};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::Compression;
use shared::{ReportingDay, reporting_day};
use utoipa_swagger_ui::Config;

use crate::app::AppState;
use crate::auth::Identity;
use crate::config::ApiDocs;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::{openapi, representation};

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

/// The contract as it is served on a day, ready to be sent.
struct Contract {
    today: ReportingDay,
    demo: bool,
    plain: Bytes,
    gzip: Bytes,
    tag: EntityTag,
}

/// The contract of the day that was asked for last.
static CONTRACT: Mutex<Option<Arc<Contract>>> = Mutex::new(None);

impl Contract {
    /// The contract of a day: made once, at its first request.
    fn of(today: ReportingDay, demo: bool) -> ApiResult<Arc<Self>> {
        let mut last = CONTRACT.lock().map_err(|_| ApiError::internal("the contract could not be made before"))?;
        if let Some(contract) = last.as_ref().filter(|last| last.today == today && last.demo == demo) {
            return Ok(Arc::clone(contract));
        }
        let document = openapi::as_served(&openapi::document(), today, demo);
        let plain = Bytes::from(serde_json::to_vec(&document).map_err(ApiError::internal)?);
        let gzip = representation::gzip(&plain, Compression::best()).map_err(ApiError::internal)?;
        let tag = representation::tag_of(&plain);
        let contract = Arc::new(Self { today, demo, plain, gzip, tag });
        *last = Some(Arc::clone(&contract));
        Ok(contract)
    }
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
    let contract = Contract::of(reporting_day(arrival.at), state.config.demo)?;
    let same = representation::has(&request, &contract.tag);
    let mut answer = HttpResponse::build(if same { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    answer
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header(header::ETag(contract.tag.clone()));
    if same {
        return Ok(answer.finish());
    }
    answer.content_type("application/json");
    if representation::takes(&request, &Encoding::gzip()) {
        answer.insert_header((header::CONTENT_ENCODING, "gzip"));
        return Ok(answer.body(contract.gzip.clone()));
    }
    Ok(answer.body(contract.plain.clone()))
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
