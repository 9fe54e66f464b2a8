//! The screens' files, from memory: prebuilt compressed forms, hashed names kept for ever, the pages that load the programs
//! asked for again each time.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header::{self, Encoding, EntityTag, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;
use shared::screens::Program;

use crate::error::{ApiError, ApiResult};
use crate::problem_pages;
use crate::representation::{self, takes};

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Bundle;

/// The page that loads a program; nothing else of the bundle has a name that never changes.
const fn page_of(program: Program) -> &'static str {
    match program {
        Program::Report => "index.html",
        Program::Access => "access.html",
        Program::Figures => "figures.html",
        Program::Office => "office.html",
        Program::Collect => "collect.html",
    }
}

const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>nippo</title>\n\
<h1>nippo</h1>\n<p>The API is running, but this build has no screens: the web bundle isn't built. \
Run <code>make run</code>.</p>\n<p><a href=\"/api/docs/\">API documentation</a></p>\n";

struct Asset {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    tag: EntityTag,
    media_type: &'static str,
    immutable: bool,
}

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(load);

/// Answers a `GET` outside the API: a file, or for the path of a screen the page that loads its program.
///
/// # Errors
///
/// `not-found`, also for everything below `/api`; `method-not-allowed` for another method on a file.
pub fn answer(request: &HttpRequest) -> ApiResult<HttpResponse> {
    let path = request.path();
    let within = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if within("/api") || within("/health") {
        return Err(ApiError::not_found());
    }
    let name = path.trim_start_matches('/');
    let asset = ASSETS.get(name).filter(|_| path.starts_with('/') && !name.is_empty());
    let reads = *request.method() == Method::GET;
    let html = accepts_html(request.headers());
    match asset {
        Some(asset) if reads => return Ok(file(asset, request)),
        Some(_) => return Err(ApiError::method_not_allowed("GET, HEAD".to_owned())),
        None if !reads => return Err(ApiError::not_found()),
        None => {}
    }
    if let Some(slug) = path.strip_prefix("/problems/").filter(|_| !html) {
        return problem_pages::explain(slug);
    }
    // Screens have plain paths: what has a dot names a file, and what is escaped is nobody's.
    let names_a_file = name.contains(['.', '%', '\\']);
    if path != "/" && (!html || names_a_file) {
        return Err(ApiError::not_found());
    }
    Ok(match ASSETS.get(page_of(Program::of(path))) {
        Some(index) => file(index, request),
        None => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .content_type("text/html; charset=utf-8")
            .body(NOT_BUILT),
    })
}

/// How many files the bundle has: 0 when it isn't built.
#[must_use]
pub fn count() -> usize {
    ASSETS.len()
}

/// The names of the bundle's files.
pub fn names() -> impl Iterator<Item = &'static str> {
    ASSETS.keys().map(String::as_str)
}

/// The version of the program with the screens in it: the package's, and after `+` what tells one bundle from another, as
/// build metadata of Semantic Versioning. A page that was loaded earlier learns by it that there is a newer one.
#[must_use]
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> =
        LazyLock::new(|| version_of(ASSETS.iter().map(|(name, asset)| (name.as_str(), &asset.tag))));
    &VERSION
}

fn version_of<'a>(files: impl Iterator<Item = (&'a str, &'a EntityTag)>) -> String {
    let mut files: Vec<String> = files.map(|(name, tag)| format!("{name} {tag}")).collect();
    files.sort_unstable();
    let bundle = representation::tag_of(files.concat().as_bytes());
    format!("{}+{}", env!("CARGO_PKG_VERSION"), bundle.tag().get(..12).unwrap_or_default())
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

fn file(asset: &Asset, request: &HttpRequest) -> HttpResponse {
    let caching = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let same = representation::has(request, &asset.tag);
    let mut answer = HttpResponse::build(if same { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    answer
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header(header::ETag(asset.tag.clone()))
        .insert_header((header::VARY, "Accept-Encoding"));
    if same {
        return answer.finish();
    }
    let (body, encoding) = best_form(asset, request);
    if let Some(encoding) = encoding {
        answer.insert_header((header::CONTENT_ENCODING, encoding));
    }
    answer.content_type(asset.media_type).body(body)
}

fn best_form(asset: &Asset, request: &HttpRequest) -> (Bytes, Option<&'static str>) {
    match (&asset.brotli, &asset.gzip) {
        (Some(brotli), _) if takes(request, &Encoding::brotli()) => (brotli.clone(), Some("br")),
        (_, Some(gzip)) if takes(request, &Encoding::gzip()) => (gzip.clone(), Some("gzip")),
        _ => (asset.plain.clone(), None),
    }
}

fn load() -> HashMap<String, Asset> {
    let bytes = |name: &str| Bundle::get(name).map(|file| Bytes::from(file.data.into_owned()));
    Bundle::iter()
        .filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"))
        .filter_map(|name| {
            let plain = bytes(&name)?;
            let asset = Asset {
                brotli: bytes(&format!("{name}.br")),
                gzip: bytes(&format!("{name}.gz")),
                tag: representation::tag_of(&plain),
                media_type: media_type(&name),
                immutable: has_hash(&name),
                plain,
            };
            Some((name.into_owned(), asset))
        })
        .collect()
}

/// Whether a file's name, or its folder's, carries the hash of the content (`app-0123456789abcdef.wasm`), so that it never
/// changes.
fn has_hash(name: &str) -> bool {
    name.split(['/', '-', '.', '_']).any(|part| {
        part.len() >= 8
            && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            && part.bytes().any(|byte| byte.is_ascii_digit())
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_bundle_is_another_version_whatever_the_order_of_its_files() {
        let (old, new) = (representation::tag_of(b"old"), representation::tag_of(b"new"));
        let version = version_of([("a", &old), ("b", &old)].into_iter());
        assert_eq!(version, version_of([("b", &old), ("a", &old)].into_iter()));
        assert_ne!(version, version_of([("a", &old), ("b", &new)].into_iter()));
        let (package, bundle) = version.split_once('+').expect("build metadata");
        assert_eq!((package, bundle.len()), (env!("CARGO_PKG_VERSION"), 12));
    }

    #[test]
    fn a_name_with_a_hash_is_kept_for_ever_and_one_without_is_not() {
        assert!(has_hash("app-0123456789abcdef.wasm") && has_hash("snippets/a-1b2c3d4e.js"));
        assert!(has_hash("assets/web-969d06fb4fa976bd/web.js"));
        assert!(!has_hash("index.html") && !has_hash("boot.js") && !has_hash("favicon.svg"));
    }
}
