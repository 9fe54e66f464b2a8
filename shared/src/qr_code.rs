//! QR codes as one path of SVG: drawn by the server for a receipt, and by a screen for what the server mustn't hear of.

use qrcode::{Color, EcLevel};

/// The light margin around a code that readers need.
const QUIET_ZONE: usize = 4;

/// A QR code, drawn in modules with its margin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// Modules from one side to the other.
    pub side: usize,
    /// The dark ones, as the `d` of a path.
    pub dark: String,
}

impl QrCode {
    /// The code of a text; none where the text is too long for one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let modules = qrcode::QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
        let dark = dark_path(modules.width(), |x, y| modules[(x, y)] == Color::Dark);
        Some(Self { side: modules.width() + 2 * QUIET_ZONE, dark })
    }

    /// The code as a file of SVG.
    #[must_use]
    pub fn svg(&self) -> String {
        let Self { side, dark } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{dark}\"/></svg>"
        )
    }
}

/// One path of horizontal runs: a few hundred bytes instead of a node for each module.
fn dark_path(width: usize, dark: impl Fn(usize, usize) -> bool) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    for y in 0..width {
        let mut x = 0;
        while x < width {
            let run = (x..width).take_while(|&x| dark(x, y)).count();
            if run > 0 {
                // Writing to a string can't fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_joins_neighbours_and_leaves_the_quiet_zone() {
        let square = ["##.", "...", ".##"];
        let path = dark_path(3, |x, y| square[y].as_bytes()[x] == b'#');
        assert_eq!(path, "M4 4h2v1h-2zM5 6h2v1h-2z");
    }

    #[test]
    fn a_code_is_square_with_its_margin_and_begins_with_a_finder() {
        let code = QrCode::of("261122-35-00217-I 3f9a1c0277be").expect("a code");
        // Version 3 has 29 modules.
        assert_eq!(code.side, 29 + 8);
        assert!(code.dark.starts_with("M4 4h7v1h-7z"));
        assert!(code.svg().contains("viewBox=\"0 0 37 37\""));
        assert_eq!(QrCode::of(&"x".repeat(5_000)), None);
    }
}
