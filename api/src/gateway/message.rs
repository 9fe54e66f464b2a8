//! The words of what is sent.

use std::time::Duration;

use shared::second_factor::CodeLanguage;
use shared::telephone::Telephone;
use uuid::Uuid;

use super::{Channel, Message};
use crate::config::SiteWords;

/// For how long a code is taken.
pub const CODE_LIFE: Duration = Duration::from_secs(5 * 60);
/// For how long it is worth telling that a number was changed.
const NOTICE_LIFE: Duration = Duration::from_secs(60 * 60);

/// What happened to a telephone number, as its owner is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberChange {
    /// Codes go to another number, or to this one now.
    Added,
    /// Codes don't go to it any more.
    Removed,
}

/// The message with a code.
#[must_use]
pub fn of_code(
    words: &SiteWords,
    language: CodeLanguage,
    request_id: Uuid,
    channel: Channel,
    to: Telephone,
    code: &str,
) -> Message {
    let spoken = spoken(code, language);
    let text = match (language, channel) {
        (CodeLanguage::Ja, Channel::Sms) => {
            format!(
                "【{}】確認コードは {code} です。5分以内に入力してください。だれにも教えないでください。",
                words.name_ja
            )
        }
        (CodeLanguage::Ja, Channel::Voice) => {
            format!(
                "{}です。確認コードは、{spoken}。繰り返します。{spoken}。だれにも教えないでください。",
                words.name_ja
            )
        }
        (CodeLanguage::En, Channel::Sms) => {
            format!("{}: your code is {code}. Enter it within 5 minutes. Tell it to nobody.", words.name_en)
        }
        (CodeLanguage::En, Channel::Voice) => {
            format!("This is {}. Your code is {spoken}. Again: {spoken}. Tell it to nobody.", words.name_en)
        }
    };
    Message { request_id, channel, to, locale: language, text, expires_in: CODE_LIFE }
}

/// The message that tells a number of a change.
#[must_use]
pub fn of_change(words: &SiteWords, change: NumberChange, to: Telephone) -> Message {
    let what = match change {
        NumberChange::Added => "二段階認証の電話番号が登録されました",
        NumberChange::Removed => "二段階認証の電話番号が削除されました",
    };
    let channel = if to.takes_text() { Channel::Sms } else { Channel::Voice };
    let text = format!("【{}】{what}。心当たりがないときは、すぐに保健所に連絡してください。", words.name_ja);
    Message { request_id: Uuid::now_v7(), channel, to, locale: CodeLanguage::Ja, text, expires_in: NOTICE_LIFE }
}

/// A code digit by digit, since a voice would read a number.
fn spoken(code: &str, language: CodeLanguage) -> String {
    let between = match language {
        CodeLanguage::Ja => "、",
        CodeLanguage::En => ", ",
    };
    code.chars().map(String::from).collect::<Vec<_>>().join(between)
}
