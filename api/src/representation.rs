//! In which form an answer travels: compressed where that is worth it, or not at all where the caller has it already.

use std::io::{self, Write as _};

use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, AcceptEncoding, Encoding, EntityTag, Header as _, HeaderValue, IfNoneMatch};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::error::{ApiError, ApiResult};

/// An answer is compressed for one reader: beyond this level it costs more time than it saves bytes.
const ONCE: Compression = Compression::new(4);

/// Below so many bytes an answer fits into a packet anyway.
const WORTH_IT: u64 = 1024;

/// Answers below this path speak of passwords and sessions. They are never compressed: the length of a compressed
/// answer tells who listens something about a secret beside chosen text (BREACH).
const SECRETS: &str = "/api/v1/auth/";

/// What is known to become much smaller.
const TEXTS: [&str; 2] = ["application/json", "text/csv"];

/// Whether a caller takes a coding.
#[must_use]
pub fn takes(request: &HttpRequest, coding: &Encoding) -> bool {
    let accepted = AcceptEncoding::parse(request).ok();
    accepted.and_then(|accepted| accepted.negotiate(std::iter::once(coding))).is_some_and(|chosen| chosen == *coding)
}

/// Bytes as gzip.
fn gzip(bytes: &[u8], level: Compression) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), level);
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}

/// An answer of the API, as gzip where its caller takes that, it is long enough, and no secret lies near it.
pub fn compressed<B: MessageBody + 'static>(
    mut answer: ServiceResponse<EitherBody<B>>,
) -> ServiceResponse<EitherBody<B>> {
    if !is_compressible(&answer) {
        return answer;
    }
    answer.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !takes(answer.request(), &Encoding::gzip()) {
        return answer;
    }
    answer.map_body(|head, body| match body.try_into_bytes() {
        Ok(plain) => match gzip(&plain, ONCE) {
            Ok(short) => {
                head.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                EitherBody::right(BoxBody::new(short))
            }
            Err(_) => EitherBody::right(BoxBody::new(plain)),
        },
        Err(body) => body,
    })
}

fn is_compressible<B: MessageBody + 'static>(answer: &ServiceResponse<B>) -> bool {
    let headers = answer.headers();
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    answer.status().is_success()
        && matches!(answer.response().body().size(), BodySize::Sized(length) if length >= WORTH_IT)
        && TEXTS.iter().any(|text| media.starts_with(text))
        && !headers.contains_key(header::CONTENT_ENCODING)
        && !headers.contains_key(header::SET_COOKIE)
        && !answer.request().path().starts_with(SECRETS)
}

/// A file in all its forms, ready to be sent again and again.
#[derive(Debug)]
pub struct Prepared {
    media_type: String,
    plain: Bytes,
    gzip: Bytes,
    tag: EntityTag,
}

impl Prepared {
    /// A file of this content.
    ///
    /// # Errors
    ///
    /// Never, as long as memory can be written to.
    pub fn new(media_type: impl Into<String>, plain: Bytes) -> io::Result<Self> {
        let gzip = gzip(&plain, Compression::best())?;
        Ok(Self { media_type: media_type.into(), tag: tag_of(&plain), plain, gzip })
    }

    /// The form that a caller takes; or none, where the caller has the file and only asks whether it still holds.
    #[must_use]
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let same = has(request, &self.tag);
        let mut answer = HttpResponse::build(if same { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        answer
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header((header::VARY, "Accept-Encoding"))
            .insert_header(header::ETag(self.tag.clone()));
        if same {
            return answer.finish();
        }
        answer.content_type(self.media_type.as_str());
        if takes(request, &Encoding::gzip()) {
            answer.insert_header((header::CONTENT_ENCODING, "gzip"));
            return answer.body(self.gzip.clone());
        }
        answer.body(self.plain.clone())
    }
}

/// The tag of some content. Weak, since it stands for what is said, in whatever coding and at whatever moment.
#[must_use]
pub fn tag_of(content: &[u8]) -> EntityTag {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content);
    EntityTag::new_weak(data_encoding::HEXLOWER.encode(digest.as_ref().get(..16).unwrap_or_default()))
}

/// Whether the caller has what a tag stands for.
#[must_use]
pub fn has(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// An answer that callers ask for again and again: with the tag of `content`, which is what matters of it, and only
/// that tag where the caller has it already.
///
/// # Errors
///
/// `internal-error` when the content can't be written.
pub fn polled(request: &HttpRequest, content: &impl Serialize, answer: &impl Serialize) -> ApiResult<HttpResponse> {
    let tag = tag_of(&serde_json::to_vec(content).map_err(ApiError::internal)?);
    if has(request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header(header::ETag(tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header(header::ETag(tag)).json(answer))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asking(name: header::HeaderName, value: &str) -> HttpRequest {
        TestRequest::default().insert_header((name, value)).to_http_request()
    }

    #[test]
    fn a_coding_is_taken_where_it_is_named_and_not_refused() {
        for (accepted, gzip) in [
            ("gzip", true),
            ("br, gzip;q=0.5", true),
            ("*", false),
            ("gzip;q=0", false),
            ("gzip;q=0.0", false),
            ("br", false),
            ("identity", false),
            ("", false),
        ] {
            assert_eq!(takes(&asking(header::ACCEPT_ENCODING, accepted), &Encoding::gzip()), gzip, "{accepted}");
        }
        assert!(!takes(&TestRequest::default().to_http_request(), &Encoding::gzip()));
    }

    #[test]
    fn a_tag_is_known_however_it_is_written() {
        let tag = tag_of(b"content");
        let text = tag.to_string();
        for known in [text.clone(), format!("\"other\", {text}"), text.trim_start_matches("W/").to_owned(), "*".into()]
        {
            assert!(has(&asking(header::IF_NONE_MATCH, &known), &tag), "{known}");
        }
        for known in ["\"other\"", "nonsense", ""] {
            assert!(!has(&asking(header::IF_NONE_MATCH, known), &tag), "{known}");
        }
    }
}
