//! The words for what the chain's events say.

use shared::audit::{AuditAction, AuditOutcome};

use crate::words::Text;
use crate::words::access::{audit as says, audit_did, audit_outcome};

/// What somebody did, as the rest of a sentence that begins with who it was.
pub fn did_word(of: AuditAction) -> Text {
    audit_did::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// How it ended.
pub fn outcome_word(of: AuditOutcome) -> Text {
    audit_outcome::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// What an event says was done; the name on the wire where a later version knows more. Tracked by language.
pub fn did(action: &str, outcome: &str) -> String {
    let word = if action != AuditAction::SignIn.key() || outcome == AuditOutcome::Ok.key() {
        audit_did::lookup(action)
    } else if outcome == AuditOutcome::Failed.key() {
        Some(says::SIGN_IN_FAILED)
    } else {
        Some(says::SIGN_IN_PARTLY)
    };
    word.map_or_else(|| action.to_owned(), |word| word.get().to_owned())
}

/// How an event says it ended; the name on the wire where a later version knows more. Tracked by language.
pub fn outcome(outcome: &str) -> String {
    audit_outcome::lookup(outcome).map_or_else(|| outcome.to_owned(), |word| word.get().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn every_kind_of_event_and_every_outcome_has_words_in_both_languages() {
        let actions = AuditAction::ALL.iter().map(|action| (action.key(), did_word(*action)));
        let outcomes = AuditOutcome::ALL.iter().map(|outcome| (outcome.key(), outcome_word(*outcome)));
        for (key, word) in actions.chain(outcomes) {
            for language in [Language::Japanese, Language::English] {
                assert_ne!(word.of(language), "–", "{key}");
            }
        }
    }

    #[test]
    fn a_sign_in_that_failed_or_is_not_finished_is_not_called_one() {
        let of = |outcome: AuditOutcome| did("sign_in", outcome.key());
        assert_eq!(of(AuditOutcome::Ok), "サインインしました");
        assert_eq!(of(AuditOutcome::Failed), "サインインに失敗しました");
        assert_eq!(of(AuditOutcome::SecondFactor), "サインインの途中まで進みました");
        assert_eq!(did("of_a_later_version", "ok"), "of_a_later_version");
    }
}
