//! The tables of texts: the page begins with that of its language, and another is loaded when it is wanted.

use std::sync::OnceLock;

use shared::client::ClientError;

use super::Language;

static JAPANESE: OnceLock<Vec<String>> = OnceLock::new();
static ENGLISH: OnceLock<Vec<String>> = OnceLock::new();

const fn place(language: Language) -> &'static OnceLock<Vec<String>> {
    match language {
        Language::Japanese => &JAPANESE,
        Language::English => &ENGLISH,
    }
}

/// The texts of a language by their numbers, if they are there.
#[cfg(target_arch = "wasm32")]
pub fn table(language: Language) -> Option<&'static [String]> {
    place(language).get().map(Vec::as_slice)
}

/// The texts of a language by their numbers: outside a browser as they were when this was built.
#[cfg(not(target_arch = "wasm32"))]
pub fn table(language: Language) -> Option<&'static [String]> {
    let built = match language {
        Language::Japanese => include_str!(concat!(env!("OUT_DIR"), "/ja.json")),
        Language::English => include_str!(concat!(env!("OUT_DIR"), "/en.json")),
    };
    Some(place(language).get_or_init(|| serde_json::from_str(built).unwrap_or_default()))
}

/// Takes over what `boot.js` loaded while the program was on its way: the language and its table.
pub fn start() -> Language {
    let language = boot("language").and_then(|tag| Language::from_tag(&tag)).unwrap_or(Language::Japanese);
    if let Some(texts) = boot("words").and_then(|words| shared::client::read(&words)) {
        // Nothing was there before.
        let _ = place(language).set(texts);
    }
    language
}

/// Sees to it that the texts of a language are there.
///
/// # Errors
/// Where they are not, and can't be loaded.
pub async fn load(language: Language) -> Result<(), ClientError> {
    if table(language).is_none() {
        let texts = crate::api::client().file(&boot(language.tag()).unwrap_or_default()).await?;
        // Two that load at once bring the same.
        let _ = place(language).set(texts);
    }
    Ok(())
}

/// What `boot.js` says under a name: `language`, `words`, or the address of a language's table under its tag.
fn boot(name: &str) -> Option<String> {
    let boot = js_sys::Reflect::get(&js_sys::global(), &"nippo".into()).ok()?;
    js_sys::Reflect::get(&boot, &name.into()).ok()?.as_string()
}
