//! The JSON body of a request: limited in size and time, read once, refused with a pointer to what is wrong.

use std::future::Future;
use std::pin::Pin;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest, dev};
use futures_util::{Stream, StreamExt as _};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use serde_path_to_error::Segment;
use shared::{ProblemKind, Rule, Violation};

use crate::app::AppState;
use crate::config::RequestLimits;
use crate::error::{ApiError, ApiResult};

/// A JSON body, with the bytes it came in (an `Idempotency-Key` belongs to them).
#[derive(Debug)]
pub struct JsonBody<T> {
    /// What the body says.
    pub value: T,
    /// The body as it was sent.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + Serialize + 'static> FromRequest for JsonBody<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let limits = limits(request);
        Box::pin(take(request, payload, limits, limits.body_bytes))
    }
}

/// The JSON body of a batch, or of what carries adjustments with their notes: as [`JsonBody`], but larger.
#[derive(Debug)]
pub struct LargeBody<T>(pub JsonBody<T>);

impl<T: DeserializeOwned + Serialize + 'static> FromRequest for LargeBody<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let limits = limits(request);
        let body = take(request, payload, limits, limits.batch_bytes);
        Box::pin(async move { body.await.map(Self) })
    }
}

/// Reads a body of at most so many bytes.
fn take<T: DeserializeOwned + Serialize>(
    request: &HttpRequest,
    payload: &mut dev::Payload,
    limits: RequestLimits,
    most: usize,
) -> impl Future<Output = ApiResult<JsonBody<T>>> + use<T> {
    let accepted = check_headers(request, most);
    let payload = payload.take();
    async move {
        accepted?;
        let bytes = read_within(payload, &limits, most).await?;
        Ok(JsonBody { value: parse(&bytes)?, bytes })
    }
}

/// Whether a `Content-Type` says JSON in UTF-8.
#[must_use]
pub fn is_json(content_type: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content_type) else { return false };
    let mut parts = text.split(';').map(str::trim);
    parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| {
            parameter.split_once('=').is_none_or(|(name, value)| {
                !name.trim().eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        })
}

fn limits(request: &HttpRequest) -> RequestLimits {
    request.app_data::<Data<AppState>>().map_or_else(RequestLimits::default, |state| state.config.limits)
}

fn check_headers(request: &HttpRequest, most: usize) -> ApiResult<()> {
    let headers = request.headers();
    if !headers.get(CONTENT_TYPE).is_some_and(|value| is_json(value.as_bytes())) {
        return Err(ProblemKind::UnsupportedMediaType.into());
    }
    if headers.contains_key("content-encoding") {
        return Err(ApiError::new(ProblemKind::UnsupportedMediaType).detail("Send the body without compression."));
    }
    let stated = headers.get("content-length").and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if stated.is_some_and(|length| length > most) {
        return Err(ProblemKind::BodyTooLarge.into());
    }
    Ok(())
}

/// Reads a body whole, within the limits of its size and time.
///
/// # Errors
///
/// `body-too-large`; `request-timeout`; `malformed-request` when it breaks off.
pub async fn read_body<E: std::fmt::Display>(
    payload: impl Stream<Item = Result<Bytes, E>> + Unpin,
    limits: &RequestLimits,
) -> ApiResult<Bytes> {
    read_within(payload, limits, limits.body_bytes).await
}

async fn read_within<E: std::fmt::Display>(
    payload: impl Stream<Item = Result<Bytes, E>> + Unpin,
    limits: &RequestLimits,
    most: usize,
) -> ApiResult<Bytes> {
    tokio::time::timeout(limits.body_wait, read(payload, most))
        .await
        .map_err(|_elapsed| ApiError::new(ProblemKind::RequestTimeout))?
}

async fn read<E: std::fmt::Display>(
    mut payload: impl Stream<Item = Result<Bytes, E>> + Unpin,
    most: usize,
) -> ApiResult<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| ApiError::new(ProblemKind::MalformedRequest).because(error.to_string()))?;
        if body.len() + chunk.len() > most {
            return Err(ProblemKind::BodyTooLarge.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Reads JSON: what isn't JSON is `malformed-request`; what is, but not as expected, is `invalid-request`.
fn parse<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> ApiResult<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let error = error.into_inner();
        // A wrong value may stand before the place where the JSON breaks off.
        if error.is_data() && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
            ApiError::from(violation(pointer, &error.to_string()))
        } else {
            ApiError::new(ProblemKind::MalformedRequest).detail(format!("The body is not JSON: {error}"))
        }
    })?;
    deserializer.end().map_err(|error| {
        ApiError::new(ProblemKind::MalformedRequest).detail(format!("The body goes on after its JSON: {error}"))
    })?;
    check_shape(bytes, &value)?;
    Ok(value)
}

/// Serde takes a list of values for an object too; the contract doesn't. Most bodies have no list at all.
fn check_shape(bytes: &[u8], value: &impl Serialize) -> ApiResult<()> {
    if !bytes.contains(&b'[') {
        return Ok(());
    }
    let sent: Value = serde_json::from_slice(bytes).map_err(ApiError::internal)?;
    let read = serde_json::to_value(value).map_err(ApiError::internal)?;
    match list_for_object(&sent, &read) {
        None => Ok(()),
        Some(pointer) => Err(Violation::new(pointer, Rule::Malformed, "expected an object").into()),
    }
}

/// Where a list was sent that was read as an object.
fn list_for_object(sent: &Value, read: &Value) -> Option<String> {
    let below = |(key, sent, read): (String, &Value, &Value)| {
        let mut pointer = String::new();
        push_key(&mut pointer, &key);
        list_for_object(sent, read).map(|rest| pointer + &rest)
    };
    match (sent, read) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Object(sent), Value::Object(read)) => {
            sent.iter().filter_map(|(key, value)| Some((key.clone(), value, read.get(key)?))).find_map(below)
        }
        (Value::Array(sent), Value::Array(read)) => sent
            .iter()
            .zip(read)
            .enumerate()
            .map(|(index, (sent, read))| (index.to_string(), sent, read))
            .find_map(below),
        _ => None,
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => push_key(&mut pointer, key),
            Segment::Unknown => {}
        }
    }
    pointer
}

fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}

/// The violation that serde describes. It says which rule only in its message, whose beginnings are fixed.
fn violation(mut pointer: String, message: &str) -> Violation {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let named = || message.split('`').nth(1).unwrap_or_default();
    let rule = if message.starts_with("missing field") {
        push_key(&mut pointer, named());
        Rule::Required
    } else if message.starts_with("unknown field") {
        if !pointer.ends_with(&format!("/{}", named())) {
            push_key(&mut pointer, named());
        }
        Rule::UnknownField
    } else if message.starts_with("duplicate field") {
        Rule::Duplicate
    } else if message.starts_with("invalid value: integer") || message.starts_with("invalid value: floating") {
        Rule::OutOfRange
    } else {
        Rule::Malformed
    };
    Violation::new(pointer, rule, message)
}

#[cfg(test)]
mod tests {
    use shared::report::ReportRequest;

    use super::*;

    fn refusal(body: &str) -> Violation {
        let error = parse::<ReportRequest>(body.as_bytes()).expect_err("refused");
        assert_eq!(error.kind(), ProblemKind::InvalidRequest, "{:?}", error.problem());
        error.problem().violations[0].clone()
    }

    fn body(band: &str, rest: &str) -> String {
        let counts: Vec<String> = shared::AgeBand::ALL
            .iter()
            .enumerate()
            .map(|(index, key)| format!("\"{}\":{}", key.key(), if index == 1 { band } else { "0" }))
            .collect();
        format!(r#"{{"entry_day":"2026-11-23","counts":{{{}}}{rest}}}"#, counts.join(","))
    }

    #[test]
    fn a_value_out_of_range_is_named_by_its_pointer() {
        let violation = refusal(&body("-1", ""));
        assert_eq!(violation.rule, Rule::OutOfRange);
        assert_eq!(violation.pointer, format!("/counts/{}", shared::AgeBand::ALL[1].key()));
        for number in ["100000", "18446744073709551615", "99999999999999999999", "-1e20"] {
            assert_eq!(refusal(&body(number, "")).rule, Rule::OutOfRange, "{number}");
        }
    }

    #[test]
    fn a_missing_field_and_an_unknown_one_are_named_by_their_pointers() {
        let missing = refusal(r#"{"entry_day":"2026-11-23"}"#);
        assert_eq!((missing.pointer.as_str(), missing.rule), ("/counts", Rule::Required));
        let unknown = refusal(&body("0", r#","role":"ministry""#));
        assert_eq!((unknown.pointer.as_str(), unknown.rule), ("/role", Rule::UnknownField));
    }

    #[test]
    fn a_list_in_an_objects_place_is_refused_wherever_it_stands() {
        let counts = body("1", "");
        let counts = counts.split_once("\"counts\":").expect("counts").1.trim_end_matches('}').to_owned() + "}";
        let whole = refusal(&format!(r#"[null,"2026-11-23",{counts},null,[],null,[]]"#));
        assert_eq!((whole.pointer.as_str(), whole.rule), ("", Rule::Malformed));
        let inner = format!(r#","adjustments":[["2026-11-22","found_late",null,{counts}]]"#);
        assert_eq!(refusal(&body("0", &inner)).pointer, "/adjustments/0");
        let fits = format!(r#","adjustments":[{{"target_day":"2026-11-22","reason":"found_late","deltas":{counts}}}]"#);
        assert!(parse::<ReportRequest>(body("0", &fits).as_bytes()).is_ok());
    }

    #[test]
    fn text_where_a_number_belongs_is_malformed() {
        for band in ["\"1\"", "1.5", "null", "[1]"] {
            let violation = refusal(&body(band, ""));
            assert_eq!(violation.rule, Rule::Malformed, "{band}");
            assert!(violation.message.ends_with("expected a whole number from 0 to 99999"), "{}", violation.message);
        }
    }

    #[test]
    fn what_is_not_json_is_a_malformed_request() {
        for body in ["", "{", "nonsense", "{} {}"] {
            let error = parse::<serde_json::Value>(body.as_bytes()).expect_err("refused");
            assert_eq!(error.kind(), ProblemKind::MalformedRequest, "{body}");
        }
    }

    #[test]
    fn only_json_in_utf_8_is_json() {
        assert!(is_json(b"application/json") && is_json(b"Application/JSON; charset=UTF-8"));
        assert!(!is_json(b"text/plain") && !is_json(b"application/json; charset=shift_jis"));
        assert!(!is_json(b"application/jsonp"));
    }
}
