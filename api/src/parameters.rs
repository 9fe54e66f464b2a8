//! The parameters of a request's query, refused with the name of the one that can't be read.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use serde::de::DeserializeOwned;
use shared::ProblemKind;

use crate::error::{ApiError, ApiResult};

/// What the query of a request says.
#[derive(Debug)]
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Parameters<T> {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

/// Reads a query string; what doesn't fit is `malformed-request`.
fn parse<T: DeserializeOwned>(query: &str) -> ApiResult<T> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let name = error.path().to_string();
        let reason = error.into_inner();
        // The path of a parameter that is missing or unknown is the whole query; the reason names it then.
        let detail = if name == "." { reason.to_string() } else { format!("{name}: {reason}") };
        ApiError::new(ProblemKind::MalformedRequest).detail(detail)
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Query {
        days: u8,
        name: Option<String>,
    }

    fn refusal(query: &str) -> String {
        let error = parse::<Query>(query).expect_err("refused");
        assert_eq!(error.kind(), ProblemKind::MalformedRequest, "{query}");
        error.problem().detail.clone().unwrap_or_default()
    }

    #[test]
    fn what_fits_is_read() {
        let read = parse::<Query>("days=7&name=%E6%9D%B1+%E4%BA%AC").expect("fits");
        assert_eq!(read, Query { days: 7, name: Some("東 京".to_owned()) });
    }

    #[test]
    fn a_parameter_that_cannot_be_read_is_named() {
        assert_eq!(refusal("days=seven"), "days: invalid digit found in string");
        assert_eq!(refusal("name=x"), "missing field `days`");
        assert!(refusal("days=7&limit=3").contains("unknown field `limit`"));
    }
}
