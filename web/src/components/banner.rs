//! A banner: icon, heading and text in one of four tones, never by colour alone.

use leptos::prelude::*;

use crate::words::{self, Text};

/// What a banner is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Information,
    /// Something went well.
    Success,
    /// Something to look at.
    Warning,
    /// Something went wrong.
    Error,
}

impl Tone {
    const fn key(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Information => "i",
            Self::Success => "✓",
            Self::Warning => "!",
            Self::Error => "×",
        }
    }

    const fn word(self) -> Text {
        match self {
            Self::Information => words::state::INFORMATION,
            Self::Success => words::state::SUCCESS,
            Self::Warning => words::state::WARNING,
            Self::Error => words::state::ERROR,
        }
    }
}

/// A banner. `live` makes it speak when it appears after the page has loaded: an error interrupts, the others wait.
#[component]
pub fn Banner(
    /// What it is about.
    tone: Tone,
    /// Its first line.
    #[prop(into)]
    heading: Signal<String>,
    /// Whether a screen reader announces it.
    #[prop(optional)]
    live: bool,
    /// What it says.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let role = live.then_some(if tone == Tone::Error { "alert" } else { "status" });
    view! {
        <div class="banner" data-tone=tone.key() role=role>
            <span class="banner-icon" aria-hidden="true">{tone.icon()}</span>
            <div class="banner-body">
                <p class="banner-heading">
                    <span class="visually-hidden">{words::t(tone.word())} ": "</span>
                    {heading}
                </p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
