//! The words for what comes over the wire: bands, states, channels, problems, rules, warnings.

use shared::Role;
use shared::age_band::AgeBand;
use shared::history::DayState;
use shared::organization::OrganizationKind;
use shared::problem::{ProblemKind, Rule};
use shared::report::{AdjustmentReason, Channel, Warning, WarningCode};

use super::{Language, Text, band, channel, day_state, language, org, problems, reason, role, rule, warn};
use crate::format;

/// The label of an age band.
pub fn band_label(of: AgeBand) -> Text {
    band::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// The word for what is known of a day.
pub fn day_state_word(of: DayState) -> Text {
    day_state::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// The word for what is known of a unit's day: a health center's own report is never expected, and it has no working days.
pub fn unit_day_word(kind: OrganizationKind, state: DayState) -> Text {
    match (kind, state) {
        (OrganizationKind::HealthCenter, DayState::NotScheduled | DayState::Missing) => day_state::NO_REPORT,
        _ => day_state_word(state),
    }
}

/// The word for a channel.
pub fn channel_word(of: Channel) -> Text {
    channel::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// The word for the reason of an adjustment.
pub fn reason_word(of: AdjustmentReason) -> Text {
    reason::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// The word for a role.
pub fn role_word(of: Role) -> Text {
    role::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// The word for a kind of organization.
pub fn kind_word(of: OrganizationKind) -> Text {
    org::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// What a kind of problem is called.
pub fn problem_title(of: ProblemKind) -> Text {
    problems::title::lookup(of.slug()).unwrap_or(Text::MISSING)
}

/// What to do about a kind of problem.
pub fn problem_advice(of: ProblemKind) -> Text {
    problems::advice::lookup(of.slug()).unwrap_or(Text::MISSING)
}

/// What a rule asks for.
pub fn rule_text(of: Rule) -> Text {
    rule::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// The short name of a warning.
pub fn warning_title(of: WarningCode) -> Text {
    warn::title::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// A warning as a sentence with its numbers, tracked.
pub fn warning_sentence(of: &Warning) -> String {
    let separator = match language() {
        Language::Japanese => "、",
        Language::English => ", ",
    };
    let bands = of.bands.iter().map(|band| band_label(*band).get()).collect::<Vec<_>>().join(separator);
    let n = format::count(of.value);
    let m = of.usual.map_or_else(|| "–".to_owned(), format::count);
    match of.code {
        WarningCode::BandVeryHigh => warn::band_very_high(&bands, &n),
        WarningCode::AllOneBand => warn::all_one_band(&bands, &n),
        WarningCode::ManyUnknown => warn::many_unknown(&n),
        WarningCode::TotalFarAbove => warn::total_far_above(&m, &n),
        WarningCode::BandFarAbove => warn::band_far_above(&bands, &n),
        WarningCode::SameAsLast => warn::same_as_last(&n),
        WarningCode::ShiftedByOne => warn::shifted_by_one(&n),
        WarningCode::RoundThousands => warn::round_thousands(&bands, &n),
        WarningCode::ZeroUnusual => warn::zero_unusual(&m),
        WarningCode::BelowNotifications => warn::below_notifications(&m, &n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_problem_has_a_title_and_advice() {
        for &kind in ProblemKind::ALL {
            assert_ne!(problem_title(kind), Text::MISSING, "{}", kind.slug());
            assert_ne!(problem_advice(kind), Text::MISSING, "{}", kind.slug());
        }
    }

    #[test]
    fn every_rule_and_every_warning_has_words() {
        for rule in Rule::ALL {
            assert_ne!(rule_text(rule), Text::MISSING, "{}", rule.key());
        }
        for code in WarningCode::ALL {
            assert_ne!(warning_title(code), Text::MISSING, "{}", code.key());
            let warning = Warning { code, bands: vec![AgeBand::Age10To19], value: 10_000, usual: Some(3) };
            let sentence = warning_sentence(&warning);
            assert!(!sentence.contains(['{', '}']), "{sentence}");
        }
    }

    #[test]
    fn every_key_of_the_wire_has_a_word() {
        use DayState::{Closed, Late, Missing, NotScheduled, Reported, Zero};
        let words = AgeBand::ALL
            .map(band_label)
            .into_iter()
            .chain([Reported, Zero, Closed, Late, Missing, NotScheduled].map(day_state_word))
            .chain(Channel::ALL.map(channel_word))
            .chain(AdjustmentReason::ALL.map(reason_word))
            .chain(Role::ALL.map(role_word))
            .chain(OrganizationKind::ALL.map(kind_word));
        for word in words {
            assert_ne!(word, Text::MISSING);
        }
    }
}
