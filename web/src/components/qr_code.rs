//! A QR code as inline SVG, since the content security policy forbids everything that would need a library's markup.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode as Modules};

/// The light margin around a code that readers need.
const QUIET_ZONE: usize = 4;

/// A QR code of a text; nothing where the text is too long for one.
#[component]
pub fn QrCode(
    /// What it holds.
    text: String,
    /// What it is, for those who don't see it.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let modules = Modules::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let side = modules.width() + 2 * QUIET_ZONE;
    let path = dark_path(modules.width(), |x, y| modules[(x, y)] == Color::Dark);
    Some(view! {
        <svg class="qr-code" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
            <rect class="qr-light" width=side height=side />
            <path class="qr-dark" d=path />
        </svg>
    })
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
}
