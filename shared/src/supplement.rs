//! Supplements: what a health center finds for a unit's earlier days, beside the unit's one report a day (rule R8).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check::{Sender, check_adjustments, check_channel, with_trimmed_note};
use crate::checked::Checked;
use crate::day::ReportingDay;
use crate::organization::OrganizationRef;
use crate::problem::{Rule, Violation};
use crate::report::{Adjustment, Channel, EnteredBy};

/// A supplement as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SupplementRequest {
    /// The unit whose earlier days change; by default the caller's own organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<Uuid>,
    /// The day it is filed under: today in Japan when the request arrives, else `day-changed`.
    pub entry_day: ReportingDay,
    /// The changes, at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 60))]
    pub adjustments: Vec<Adjustment>,
    /// Through what the health center was told; required for another unit than itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

/// A supplement that fulfills every rule that needs no look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedSupplement {
    /// The day it is filed under; that it is today is asked by the writer.
    pub entry_day: ReportingDay,
    /// The changes, their notes trimmed.
    pub adjustments: Vec<Adjustment>,
    /// The channel, where it was stated; otherwise the server sets it.
    pub stated_channel: Option<Channel>,
}

/// Checks a supplement as of the day that it states.
///
/// # Errors
/// Every rule that is broken, in the order of the fields.
pub fn check_supplement(
    request: &SupplementRequest,
    sender: Sender,
) -> Result<Checked<CheckedSupplement>, Vec<Violation>> {
    let mut violations = Vec::new();
    if request.adjustments.is_empty() {
        violations.push(Violation::new("/adjustments", Rule::Required, "At least one."));
    }
    check_adjustments(&request.adjustments, request.entry_day, &mut violations);
    check_channel(request.channel, sender, &mut violations);
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(Checked::new(CheckedSupplement {
        entry_day: request.entry_day,
        adjustments: request.adjustments.iter().map(with_trimmed_note).collect(),
        stated_channel: request.channel,
    }))
}

/// An accepted supplement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Supplement {
    /// Its id.
    pub id: Uuid,
    /// The unit whose earlier days changed.
    pub unit: OrganizationRef,
    /// The day it is filed under.
    pub entry_day: ReportingDay,
    /// The changes.
    pub adjustments: Vec<Adjustment>,
    /// Through what the health center was told.
    pub channel: Channel,
    /// Who entered it.
    pub entered_by: EnteredBy,
    /// When it was recorded.
    #[serde(deserialize_with = "crate::instant::read")]
    pub recorded_at: DateTime<Utc>,
    /// Its receipt number, of the same series as those of reports.
    pub receipt_number: String,
    /// The first twelve hex digits of its event's hash in the audit chain.
    pub audit_hash: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::age_band::{AgeBand, BandDeltas};
    use crate::report::AdjustmentReason;

    fn supplement(adjustments: Vec<Adjustment>, channel: Option<Channel>) -> SupplementRequest {
        let entry_day = "2026-11-22".parse().expect("a day");
        SupplementRequest { unit_id: None, entry_day, adjustments, channel }
    }

    fn found_late(delta: i32) -> Adjustment {
        let mut deltas = [0; AgeBand::COUNT];
        deltas[4] = delta;
        Adjustment {
            target_day: "2026-11-21".parse().expect("a day"),
            reason: AdjustmentReason::FoundLate,
            note: Some(" FAX ".to_owned()),
            deltas: BandDeltas::new(deltas).expect("in range"),
        }
    }

    #[test]
    fn a_supplement_has_adjustments_and_a_proxy_says_through_what_it_was_told() {
        let sound = supplement(vec![found_late(2)], Some(Channel::Fax));
        let checked = check_supplement(&sound, Sender::Proxy).expect("sound");
        assert_eq!(checked.adjustments[0].note.as_deref(), Some("FAX"));
        let broken = |request: &SupplementRequest, sender| {
            let violations = check_supplement(request, sender).expect_err("refused");
            violations.into_iter().map(|violation| (violation.pointer, violation.rule)).collect::<Vec<_>>()
        };
        let nothing = supplement(Vec::new(), None);
        let expected = [("/adjustments".to_owned(), Rule::Required), ("/channel".to_owned(), Rule::Required)];
        assert_eq!(broken(&nothing, Sender::Proxy), expected);
        assert_eq!(broken(&nothing, Sender::Center), expected[..1]);
        let zero = supplement(vec![found_late(0)], Some(Channel::Fax));
        assert_eq!(broken(&zero, Sender::Proxy), [("/adjustments/0/deltas".to_owned(), Rule::AllZero)]);
    }
}
