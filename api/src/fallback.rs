//! What no route takes: 405 with `Allow` where the path has other methods, the pages of the application, else 404.

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::SecurityRequirement;

use crate::error::{ApiError, ApiResult};
use crate::static_files;

/// An operation as the contract names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Whether it needs a session.
    pub needs_session: bool,
}

struct PathEntry {
    segments: Vec<Option<String>>,
    methods: Vec<(Method, Known)>,
}

static TABLE: LazyLock<Vec<PathEntry>> = LazyLock::new(|| table(&crate::openapi::document()));

/// The handler of everything that no route took.
///
/// # Errors
///
/// `method-not-allowed` or `not-found`.
pub async fn unmatched(request: HttpRequest) -> ApiResult<HttpResponse> {
    let mut allowed = Vec::new();
    for (method, _) in entry(request.path()).iter().flat_map(|entry| &entry.methods) {
        allowed.push(method.as_str());
        if *method == Method::GET {
            allowed.push(Method::HEAD.as_str());
        }
    }
    // What would echo a request, or open a tunnel, nothing offers: neither a route nor a page nor what isn't there.
    if allowed.is_empty() && matches!(*request.method(), Method::TRACE | Method::CONNECT) {
        allowed.extend([Method::GET.as_str(), Method::HEAD.as_str()]);
    }
    if !allowed.is_empty() {
        return Err(ApiError::method_not_allowed(allowed.join(", ")));
    }
    static_files::answer(&request)
}

/// The operation at a path and method, if the contract has one.
#[must_use]
pub fn operation(path: &str, method: &Method) -> Option<Known> {
    entry(path)?.methods.iter().find(|(known, _)| known == method).map(|(_, known)| *known)
}

/// What the contract has at a path: of several templates that it fits, the one with the fewest parameters.
fn entry(path: &str) -> Option<&'static PathEntry> {
    let segments: Vec<&str> = path.split('/').collect();
    let parameters = |entry: &&PathEntry| entry.segments.iter().filter(|segment| segment.is_none()).count();
    TABLE.iter().filter(|entry| fits(entry, &segments)).min_by_key(parameters)
}

fn fits(entry: &PathEntry, asked: &[&str]) -> bool {
    entry.segments.len() == asked.len()
        && entry.segments.iter().zip(asked).all(|(known, asked)| known.as_ref().is_none_or(|known| known == asked))
}

fn table(document: &OpenApi) -> Vec<PathEntry> {
    document
        .paths
        .paths
        .iter()
        .map(|(path, item)| PathEntry { segments: segments(path), methods: methods(item) })
        .collect()
}

/// The segments of a path template; `None` stands for a parameter.
fn segments(template: &str) -> Vec<Option<String>> {
    template.split('/').map(|segment| (!segment.starts_with('{')).then(|| segment.to_owned())).collect()
}

fn methods(item: &PathItem) -> Vec<(Method, Known)> {
    [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| {
        // An empty requirement stands for callers who show nothing.
        let open = SecurityRequirement::default();
        let needs_session = operation.as_ref()?.security.as_ref().is_some_and(|security| !security.contains(&open));
        Some((method, Known { needs_session }))
    })
    .collect()
}
