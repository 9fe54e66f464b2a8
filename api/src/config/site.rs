//! What the site says of itself.

use shared::site::{HelpDesk, Notice};

use super::Reader;

// The demo's help desk: an address that no mail reaches (RFC 2606), and a number that nobody has.
const DEMO_EMAIL: &str = "help@nippo.invalid";
const DEMO_TELEPHONE: &str = "000-0000-0000";
const DEMO_HOURS_JA: &str = "月～金 9:00～18:00（祝日を除く）";
const DEMO_HOURS_EN: &str = "Mon–Fri 9:00–18:00, except holidays";

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
        let in_demo = |words: &'static str| if demo { words } else { "" };
        let demo_badge = || demo.then(|| Notice { ja: "デモ".to_owned(), en: "Demo".to_owned() });
        SiteWords {
            name_ja: or("NIPPO_SERVICE_NAME_JA", "日報"),
            name_en: or("NIPPO_SERVICE_NAME_EN", "nippo"),
            help_desk: HelpDesk {
                email: or("NIPPO_HELP_DESK_EMAIL", in_demo(DEMO_EMAIL)),
                telephone: or("NIPPO_HELP_DESK_TELEPHONE", in_demo(DEMO_TELEPHONE)),
                hours_ja: or("NIPPO_HELP_DESK_HOURS_JA", in_demo(DEMO_HOURS_JA)),
                hours_en: or("NIPPO_HELP_DESK_HOURS_EN", in_demo(DEMO_HOURS_EN)),
            },
            badge: pair("NIPPO_BADGE_JA", "NIPPO_BADGE_EN").or_else(demo_badge),
            notice: pair("NIPPO_NOTICE_JA", "NIPPO_NOTICE_EN"),
        }
    }
}
