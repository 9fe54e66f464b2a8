//! A file made in the browser, as an address for a link that downloads it: the content security policy forbids no download,
//! and nothing needs to be released.

use std::fmt::Write as _;

/// The address of a file with this content.
pub fn of(media_type: &str, bytes: impl Iterator<Item = u8>) -> String {
    let mut out = format!("data:{media_type},");
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The address of an image in SVG, in the browser's own escapes.
pub fn of_svg(svg: &str) -> String {
    format!("data:image/svg+xml,{}", js_sys::encode_uri_component(svg))
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_escapes_all_but_plain_characters() {
        assert_eq!(super::of("text/csv;charset=utf-8", "a,\r\n".bytes()), "data:text/csv;charset=utf-8,a%2C%0D%0A");
    }
}
