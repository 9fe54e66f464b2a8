//! A QR code as inline SVG, since the content security policy forbids everything that would need a library's markup.

use leptos::prelude::*;

/// A QR code of a text; nothing where the text is too long for one.
#[component]
pub fn QrCode(
    /// What it holds.
    text: String,
    /// What it is, for those who don't see it.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let shared::qr_code::QrCode { side, dark } = shared::qr_code::QrCode::of(&text)?;
    Some(view! {
        <svg class="qr-code" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
            <rect class="qr-light" width=side height=side />
            <path class="qr-dark" d=dark />
        </svg>
    })
}
