//! What needs the tables of Unicode. The browser has them: in the bundle they would be a tenth of it.

/// A text in its compatibility form (NFKC): １ becomes 1, ㈱ becomes (株).
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn nfkc(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfkc().collect()
}

/// A text in its compatibility form (NFKC): １ becomes 1, ㈱ becomes (株).
#[cfg(target_arch = "wasm32")]
#[must_use]
pub fn nfkc(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFKC").into()
}

/// A text in small letters.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn lower_case(text: &str) -> String {
    text.to_lowercase()
}

/// A text in small letters.
#[cfg(target_arch = "wasm32")]
#[must_use]
pub fn lower_case(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_looks_different_becomes_the_same() {
        assert_eq!(nfkc("１２，３４５"), "12,345");
        assert_eq!(nfkc("ＡＢｃ　㈱"), "ABc (株)");
        assert_eq!(nfkc("ﾅｼ"), "ナシ");
    }
}
