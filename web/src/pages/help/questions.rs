//! The questions in the order in which people ask them.

use crate::words::{Text, help};

/// For whom a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody.
    Everybody,
    /// Who reports for an institution or a follow-up center.
    Reporter,
    /// Who works at a health center.
    Center,
}

impl Audience {
    /// Whether a question for `self` is shown to `reader`.
    pub fn is_for(self, reader: Self) -> bool {
        self == Self::Everybody || reader == Self::Everybody || self == reader
    }
}

/// A question and its answer.
pub struct Question {
    /// Its place on the page, for links.
    pub id: &'static str,
    /// For whom it is.
    pub audience: Audience,
    /// What is asked.
    pub question: Text,
    /// The answer.
    pub answer: Text,
}

const fn ask(id: &'static str, audience: Audience, question: Text, answer: Text) -> Question {
    Question { id, audience, question, answer }
}

/// Every question.
pub const QUESTIONS: &[Question] = &[
    ask("cannot-sign-in", Audience::Everybody, help::CANNOT_SIGN_IN_Q, help::CANNOT_SIGN_IN_A),
    ask("no-code", Audience::Everybody, help::NO_CODE_Q, help::NO_CODE_A),
    ask("wrong-number", Audience::Everybody, help::WRONG_NUMBER_Q, help::WRONG_NUMBER_A),
    ask("forgot", Audience::Reporter, help::FORGOT_Q, help::FORGOT_A),
    ask("zero", Audience::Everybody, help::ZERO_Q, help::ZERO_A),
    ask("count", Audience::Reporter, help::COUNT_Q, help::COUNT_A),
    ask("deadline", Audience::Everybody, help::DEADLINE_Q, help::DEADLINE_A),
    ask("draft", Audience::Everybody, help::DRAFT_Q, help::DRAFT_A),
    ask("fullwidth", Audience::Everybody, help::FULLWIDTH_Q, help::FULLWIDTH_A),
    ask("paste", Audience::Everybody, help::PASTE_Q, help::PASTE_A),
    ask("warning", Audience::Everybody, help::WARNING_Q, help::WARNING_A),
    ask("signed-out", Audience::Everybody, help::SIGNED_OUT_Q, help::SIGNED_OUT_A),
    ask("proxy", Audience::Reporter, help::PROXY_Q, help::PROXY_A),
    ask("center-own", Audience::Center, help::CENTER_OWN_Q, help::CENTER_OWN_A),
    ask("night", Audience::Everybody, help::NIGHT_Q, help::NIGHT_A),
    ask("api", Audience::Everybody, help::API_Q, help::API_A),
];
