//! The URL table.

use actix_web::middleware::from_fn;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::gate::gate;
use crate::handlers::{auth, docs, health, site};

/// Every route of the API. The contract is collected from here.
pub fn configure(routes: &mut ServiceConfig) {
    routes.service(health::live).service(health::ready);
    routes.map(docs::routes);
    routes.service(scope::scope("/api/v1").wrap(from_fn(gate)).configure(version_1));
}

fn version_1(routes: &mut ServiceConfig) {
    routes
        .service(site::get_site)
        .service(auth::sign_in)
        .service(auth::change_password)
        .service(auth::sign_out)
        .service(auth::get_session);
}
