//! Which program shows which address: the screens are several programs, so that whoever only reports loads no more than
//! that.

/// A program that browsers load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Signing in, reporting, the unit's own history, help.
    Report,
    /// One's own access: from a slip to an account, password, second factors, sessions; what is seldom looked at: the audit
    /// log, and policies of corrections. In the demo also what it sent to telephones.
    Access,
    /// Figures, for health centers, prefectures and the ministry; what is missing of them, and what is corrected.
    Figures,
    /// What managers, health centers, prefectures and the ministry do at a desk.
    Office,
    /// A health center's evening: its inbox, what it enters for others, and how many patients were notified one by one.
    Collect,
}

impl Program {
    /// The program that shows a path, such as `/organizations/0190`. What nobody shows is the first program's, which says so.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path.split('/').nth(1).unwrap_or_default() {
            "activate" | "audit" | "demo" | "password" | "policies" | "security" => Self::Access,
            "corrections" | "figures" | "missing" => Self::Figures,
            "accounts" | "clients" | "organizations" => Self::Office,
            "collect" | "notifications" => Self::Collect,
            _ => Self::Report,
        }
    }
}

/// The place within the screens that a text names, such as the one to return to after signing in: a path that begins with
/// one slash. Anything else could lead to another site and is none.
#[must_use]
pub fn place_within(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    let within = characters.next() == Some('/') && !matches!(characters.next(), Some('/' | '\\'));
    // Browsers leave out control characters, after which the second slash would be there.
    (within && !text.contains(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_the_program_of_its_first_segment() {
        assert_eq!(Program::of("/organizations"), Program::Office);
        assert_eq!(Program::of("/organizations/0190"), Program::Office);
        assert_eq!(Program::of("/figures"), Program::Figures);
        assert_eq!(Program::of("/security"), Program::Access);
        assert_eq!(Program::of("/audit"), Program::Access);
        assert_eq!(Program::of("/missing"), Program::Figures);
        assert_eq!(Program::of("/collect"), Program::Collect);
        assert_eq!(Program::of("/notifications"), Program::Collect);
        for path in ["/", "/report", "/organizations-of-others", "/help/organizations", "organizations", ""] {
            assert_eq!(Program::of(path), Program::Report, "{path}");
        }
    }

    #[test]
    fn only_a_place_on_this_site_is_one_to_return_to() {
        for text in ["/", "/organizations?text=a", "/reports/0190#top"] {
            assert_eq!(place_within(text), Some(text));
        }
        for text in
            ["", "report", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example", "https://a.example"]
        {
            assert_eq!(place_within(text), None, "{text}");
        }
    }
}
