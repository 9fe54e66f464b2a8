//! What every file for a spreadsheet keeps to (RFC 4180), and who is answered with one.

use actix_web::http::header::{Accept, CONTENT_DISPOSITION, CONTENT_TYPE, Header as _};
use actix_web::{HttpRequest, HttpResponse};
use encoding_rs::{EncoderResult, SHIFT_JIS};
use serde::{Deserialize, Serialize};
use shared::{Rule, Violation};

use crate::error::ApiResult;

/// In which form an answer is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// A file for a spreadsheet.
    Csv,
}

/// How a file's characters are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Charset {
    /// UTF-8 with a byte order mark, by which Excel knows it.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows code page 932 (Windows-31J); what it lacks becomes 〓 and is counted.
    #[serde(rename = "cp932")]
    Cp932,
}

impl Charset {
    /// What the answer says of its body.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Utf8 => "text/csv; charset=utf-8; header=present",
            Self::Cp932 => "text/csv; charset=windows-31j; header=present",
        }
    }
}

/// A file, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many characters the charset could not write.
    pub replaced: usize,
}

/// Stands for a character that the code page lacks, as in print shops.
const REPLACEMENT: &str = "〓";

/// In which charset a file is asked for; none where the answer is to be JSON. What the query doesn't say, `Accept` does.
///
/// # Errors
/// `invalid-request` where JSON is to have a charset.
pub fn asked(request: &HttpRequest, format: Option<Format>, charset: Option<Charset>) -> ApiResult<Option<Charset>> {
    let accepted = if format.is_none() { accepted(request) } else { None };
    match (format.unwrap_or_default(), accepted) {
        (Format::Csv, _) => Ok(Some(charset.unwrap_or_default())),
        (Format::Json, Some(accepted)) => Ok(Some(charset.unwrap_or(accepted))),
        (Format::Json, None) if charset.is_some() => {
            Err(Violation::new("?charset", Rule::NotAllowed, "Only a CSV file has a charset.").into())
        }
        (Format::Json, None) => Ok(None),
    }
}

/// The charset in which the caller would rather have `text/csv` than anything else.
fn accepted(request: &HttpRequest) -> Option<Charset> {
    const NAMES_OF_CP932: [&str; 4] = ["windows-31j", "cp932", "shift_jis", "ms932"];
    let preferred = Accept::parse(request).ok()?.preference();
    let named = preferred.get_param("charset").map(|name| name.as_str().to_ascii_lowercase()).unwrap_or_default();
    let charset = if NAMES_OF_CP932.contains(&named.as_str()) { Charset::Cp932 } else { Charset::Utf8 };
    (preferred.essence_str() == "text/csv").then_some(charset)
}

/// A file as an answer, under a name that nothing of the request is in.
#[must_use]
pub fn answer(file: CsvFile, charset: Charset, name: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, charset.content_type()))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header(("X-Replaced-Characters", file.replaced.to_string()))
        .body(file.bytes)
}

/// Begins a file in UTF-8, by which Excel knows the charset.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A writer of lines into memory.
#[must_use]
pub fn lines() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new())
}

/// What was written.
///
/// # Errors
/// Only when the library can't write to memory.
pub fn written(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Text that a spreadsheet won't take for a formula. Numbers need no guard: their minus begins a number.
#[must_use]
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        return format!("'{text}");
    }
    text.to_owned()
}

/// A cell without a value is empty: nothing and zero are two things.
#[must_use]
pub fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A file of lines in a charset.
#[must_use]
pub fn encode(text: &str, charset: Charset) -> CsvFile {
    match charset {
        Charset::Utf8 => CsvFile { bytes: [BYTE_ORDER_MARK, text.as_bytes()].concat(), replaced: 0 },
        Charset::Cp932 => to_cp932(text),
    }
}

fn to_cp932(text: &str) -> CsvFile {
    let (replacement, ..) = SHIFT_JIS.encode(REPLACEMENT);
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut file = CsvFile { bytes: Vec::new(), replaced: 0 };
    let mut left = text;
    loop {
        let room = encoder.max_buffer_length_from_utf8_without_replacement(left.len()).unwrap_or(left.len() * 4 + 16);
        file.bytes.reserve(room);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(left, &mut file.bytes, true);
        left = &left[read..];
        match result {
            EncoderResult::InputEmpty => return file,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => {
                file.bytes.extend_from_slice(&replacement);
                file.replaced += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn who_would_rather_have_csv_gets_it_and_the_query_goes_before_the_header() {
        let of = |accept: &str, format, charset| {
            let request = TestRequest::default().insert_header(("Accept", accept)).to_http_request();
            asked(&request, format, charset).ok()
        };
        for (accept, expected) in [
            ("text/csv", Some(Charset::Utf8)),
            ("text/csv; charset=Windows-31J", Some(Charset::Cp932)),
            ("text/csv;charset=cp932, application/json;q=0.5", Some(Charset::Cp932)),
            ("application/json, text/csv;q=0.5", None),
            ("text/html, application/xhtml+xml, */*;q=0.8", None),
            ("*/*", None),
        ] {
            assert_eq!(of(accept, None, None), Some(expected), "{accept}");
        }
        assert_eq!(of("text/csv", Some(Format::Json), None), Some(None));
        assert_eq!(of("application/json", Some(Format::Csv), Some(Charset::Cp932)), Some(Some(Charset::Cp932)));
        assert_eq!(of("text/csv", None, Some(Charset::Cp932)), Some(Some(Charset::Cp932)));
        assert_eq!(of("application/json", None, Some(Charset::Cp932)), None, "JSON has no charset");
    }
}
