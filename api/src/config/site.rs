//! What the site says of itself.

use shared::site::{HelpDesk, Notice};

use super::Reader;

/// The words that the site shows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteWords {
    /// The service's name in Japanese.
    pub name_ja: String,
    /// The service's name in English.
    pub name_en: String,
    /// Where to ask for help.
    pub help_desk: HelpDesk,
    /// A word on every page.
    pub badge: Option<Notice>,
    /// A notice on every page.
    pub notice: Option<Notice>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn site(&self, demo: bool) -> SiteWords {
        let or = |name: &str, default: &str| self.text(name).unwrap_or_else(|| default.to_owned());
        let pair = |ja: &str, en: &str| {
            let (ja, en) = (self.text(ja), self.text(en));
            let either = ja.clone().or_else(|| en.clone())?;
            Some(Notice { ja: ja.unwrap_or_else(|| either.clone()), en: en.unwrap_or(either) })
        };
        let demo_badge = || demo.then(|| Notice { ja: "デモ".to_owned(), en: "Demo".to_owned() });
        SiteWords {
            name_ja: or("NIPPO_SERVICE_NAME_JA", "日報"),
            name_en: or("NIPPO_SERVICE_NAME_EN", "nippo"),
            help_desk: HelpDesk {
                email: or("NIPPO_HELP_DESK_EMAIL", ""),
                telephone: or("NIPPO_HELP_DESK_TELEPHONE", ""),
                hours_ja: or("NIPPO_HELP_DESK_HOURS_JA", ""),
                hours_en: or("NIPPO_HELP_DESK_HOURS_EN", ""),
            },
            badge: pair("NIPPO_BADGE_JA", "NIPPO_BADGE_EN").or_else(demo_badge),
            notice: pair("NIPPO_NOTICE_JA", "NIPPO_NOTICE_EN"),
        }
    }
}
