//! What was counted before the first day of this service, so that cumulative numbers go on.

use serde::{Deserialize, Serialize};

use crate::age_band::BandSums;
use crate::checked::Checked;
use crate::day::ReportingDay;
use crate::organization::{OrganizationKind, OrganizationRef};
use crate::problem::{Rule, Violation};
use crate::text::line;

/// How long the words of a source may be.
const MAX_SOURCE_CHARS: usize = 200;

/// What is carried forward for an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CarriedForwardRequest {
    /// The last day that it counts, before today.
    pub until: ReportingDay,
    /// Where the numbers come from, such as a publication: 1 to 200 characters.
    pub source: String,
    /// The fourteen numbers, none below 0.
    pub counts: BandSums,
}

/// What is on record as carried forward for an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CarriedForward {
    /// The organization: a health center, a follow-up center, or a prefecture for what its centers don't carry
    /// themselves.
    pub organization: OrganizationRef,
    /// The last day that it counts.
    pub until: ReportingDay,
    /// Where the numbers come from.
    pub source: String,
    /// The fourteen numbers.
    pub counts: BandSums,
    /// Their sum.
    pub total: i64,
}

/// Checks what is to be carried forward for an organization of a kind, as of today.
///
/// # Errors
/// Every rule that it breaks.
pub fn check_carried_forward(
    request: &CarriedForwardRequest,
    kind: OrganizationKind,
    today: ReportingDay,
) -> Result<Checked<CarriedForwardRequest>, Vec<Violation>> {
    let mut violations = Vec::new();
    if matches!(kind, OrganizationKind::Institution | OrganizationKind::Ministry) {
        let message = "Only for health centers, follow-up centers and prefectures.";
        violations.push(Violation::new("", Rule::NotAllowed, message));
    }
    if request.until >= today {
        violations.push(Violation::new("/until", Rule::DayOutOfRange, "Before today."));
    }
    for band in request.counts.below_zero() {
        violations.push(Violation::new(format!("/counts/{band}"), Rule::OutOfRange, "0 or more."));
    }
    match line(&request.source, MAX_SOURCE_CHARS, "/source") {
        Ok(source) if violations.is_empty() => Ok(Checked::new(CarriedForwardRequest { source, ..request.clone() })),
        Ok(_) => Err(violations),
        Err(violation) => {
            violations.push(violation);
            Err(violations)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(until: &str, source: &str, first: i64) -> CarriedForwardRequest {
        let mut counts = [0; 14];
        counts[0] = first;
        CarriedForwardRequest {
            until: until.parse().expect("a day"),
            source: source.to_owned(),
            counts: BandSums::new(counts).expect("in range"),
        }
    }

    #[test]
    fn each_rule_is_named_with_its_place() {
        let today: ReportingDay = "2026-11-22".parse().expect("a day");
        let check = |request: &CarriedForwardRequest, kind| {
            check_carried_forward(request, kind, today)
                .map(|checked| checked.source.clone())
                .map_err(|all| all.into_iter().map(|one| (one.pointer, one.rule)).collect::<Vec<_>>())
        };
        let center = OrganizationKind::HealthCenter;
        assert_eq!(check(&request("2026-11-21", " 県報道資料 ", 5), center), Ok("県報道資料".to_owned()));
        let broken = request("2026-11-22", " ", -1);
        let expected = [
            ("/until".to_owned(), Rule::DayOutOfRange),
            ("/counts/age_0".to_owned(), Rule::OutOfRange),
            ("/source".to_owned(), Rule::Required),
        ];
        assert_eq!(check(&broken, center), Err(expected.to_vec()));
        for (kind, fits) in [
            (OrganizationKind::Prefecture, true),
            (OrganizationKind::FollowUpCenter, true),
            (OrganizationKind::Institution, false),
            (OrganizationKind::Ministry, false),
        ] {
            assert_eq!(check(&request("2026-09-25", "x", 0), kind).is_ok(), fits, "{kind:?}");
        }
    }
}
