//! What every file for a spreadsheet keeps to (RFC 4180).

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
