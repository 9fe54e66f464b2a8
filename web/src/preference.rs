//! What a user chose for this browser: language, size of text, single-character keys. Nothing else is ever stored there.

use std::sync::LazyLock;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::words::{self, Language};

/// `boot.js` reads it too.
const LANGUAGE: &str = "nippo.language";
const TEXT_SIZE: &str = "nippo.text-size";
const SINGLE_KEYS: &str = "nippo.single-keys";

/// The size of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextSize {
    /// As the browser has it.
    Standard,
    /// A quarter larger.
    Large,
    /// Half as large again.
    Largest,
}

impl TextSize {
    /// Every size.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Large, Self::Largest];

    /// The value of `<html data-text>`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Large => "large",
            Self::Largest => "largest",
        }
    }
}

static SIZE: LazyLock<ArcRwSignal<TextSize>> = LazyLock::new(|| ArcRwSignal::new(TextSize::Standard));
/// Whether the last choice of a language failed.
static WITHOUT_WORDS: LazyLock<ArcRwSignal<bool>> = LazyLock::new(|| ArcRwSignal::new(false));
static SINGLE: LazyLock<ArcRwSignal<bool>> = LazyLock::new(|| ArcRwSignal::new(true));

/// Takes up what was chosen earlier and keeps `<html>` in step with it. The language is read by `boot.js`, which loads its
/// words; a first visit is Japanese, whatever the browser's language: so are the forms and letters that send people here.
pub fn start() {
    words::set_language(words::start());
    if let Some(size) = stored(TEXT_SIZE).and_then(|key| TextSize::ALL.into_iter().find(|size| size.key() == key)) {
        SIZE.set(size);
    }
    SINGLE.set(stored(SINGLE_KEYS).is_none_or(|value| value != "off"));
    Effect::new(|| on_root("lang", words::language().tag()));
    Effect::new(|| on_root("data-text", text_size().key()));
}

/// Chooses the language: the screens change when its words are there.
pub fn choose_language(language: Language) {
    spawn_local(async move {
        let loaded = words::load(language).await.is_ok();
        WITHOUT_WORDS.set(!loaded);
        if loaded {
            store(LANGUAGE, language.tag());
            words::set_language(language);
        }
    });
}

/// Whether the words of the language that was chosen could not be loaded, tracked.
pub fn is_without_words() -> bool {
    WITHOUT_WORDS.get()
}

/// The size of text, tracked.
pub fn text_size() -> TextSize {
    SIZE.get()
}

/// Chooses the size of text.
pub fn choose_text_size(size: TextSize) {
    store(TEXT_SIZE, size.key());
    SIZE.set(size);
}

/// Whether keys without Ctrl or Alt are shortcuts outside input fields, tracked.
pub fn single_keys() -> bool {
    SINGLE.get()
}

/// The same at this moment.
pub fn single_keys_untracked() -> bool {
    SINGLE.get_untracked()
}

/// Switches single-character shortcuts on or off (WCAG 2.1.4).
pub fn choose_single_keys(on: bool) {
    store(SINGLE_KEYS, if on { "on" } else { "off" });
    SINGLE.set(on);
}

/// Stores all choices again: signing out clears the browser's storage, and they are the browser's, not the user's.
pub fn keep() {
    store(LANGUAGE, words::language_untracked().tag());
    store(TEXT_SIZE, SIZE.get_untracked().key());
    choose_single_keys(single_keys_untracked());
}

/// A value of the browser's storage; none where the browser refuses it.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Stores a value; a browser that refuses it forgets the choice, and no more.
pub fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

fn on_root(attribute: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(attribute, value);
    }
}
