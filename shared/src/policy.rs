//! Policies as they are set and read: how reports of a jurisdiction can be corrected, from a day on.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::checked::Checked;
use crate::correction::{Authority, CorrectionPolicy};
use crate::day::ReportingDay;
use crate::organization::OrganizationRef;
use crate::problem::Violation;
use crate::reporting_day::CorrectionRule;

/// A policy to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyRequest {
    /// For whose jurisdiction; by default the caller's own organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// Whether whoever sent a report may replace it on the same day.
    pub correction: CorrectionRule,
    /// Who may correct the counts of earlier days.
    pub authority: Authority,
    /// How many days back the authority may correct, 0 to 366; 0 = not at all.
    #[cfg_attr(feature = "openapi", schema(maximum = 366))]
    pub authority_correction_days: u16,
    /// Until how many minutes after its entry day has ended a proxy report may be filed under it, 0 to 1,440 (600 =
    /// 10:00 of the next day); absent = not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 1440))]
    pub proxy_until_minute: Option<u16>,
    /// Until how many minutes after its entry day has ended a report counts as in time, 0 to 600 (540 = 9:00 of the next
    /// day).
    #[cfg_attr(feature = "openapi", schema(maximum = 600))]
    pub deadline_minute: u16,
    /// The first day on which it holds: tomorrow at the earliest. Another policy of the same organization for the same day
    /// gives way to it.
    pub valid_from: ReportingDay,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyView {
    /// For whose jurisdiction it was set; none for what holds where nobody has set anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationRef>,
    /// Whether whoever sent a report may replace it on the same day.
    pub correction: CorrectionRule,
    /// Who may correct the counts of earlier days.
    pub authority: Authority,
    /// How many days back the authority may correct; 0 = not at all.
    pub authority_correction_days: u16,
    /// Until how many minutes after its entry day has ended a proxy report may be filed under it; absent = not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_until_minute: Option<u16>,
    /// Until how many minutes after its entry day has ended a report counts as in time.
    pub deadline_minute: u16,
    /// The first day on which it holds; none for what holds where nobody has set anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<ReportingDay>,
}

/// The policies that bear on an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policies {
    /// The one that holds for it today.
    pub in_force: PolicyView,
    /// All that were set for it and for those above it: the nearest organization first, the newest first.
    pub items: Vec<PolicyView>,
    /// Always none: there are few.
    #[serde(default)]
    pub next_cursor: Option<String>,
}

/// Whose policies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct PolicyQuery {
    /// The organization; by default the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
}

impl PolicyView {
    /// A policy as it is shown.
    #[must_use]
    pub const fn new(policy: &CorrectionPolicy, organization: Option<OrganizationRef>) -> Self {
        Self {
            valid_from: if organization.is_some() { Some(policy.valid_from) } else { None },
            organization,
            correction: policy.correction,
            authority: policy.authority,
            authority_correction_days: policy.authority_correction_days,
            proxy_until_minute: policy.proxy_until_minute,
            deadline_minute: policy.deadline_minute,
        }
    }
}

/// Checks a policy that is set today.
///
/// # Errors
/// Every rule that is broken: see [`CorrectionPolicy::violations`].
pub fn check_policy(request: &PolicyRequest, today: ReportingDay) -> Result<Checked<CorrectionPolicy>, Vec<Violation>> {
    let policy = CorrectionPolicy {
        correction: request.correction,
        authority: request.authority,
        authority_correction_days: request.authority_correction_days,
        proxy_until_minute: request.proxy_until_minute,
        deadline_minute: request.deadline_minute,
        valid_from: request.valid_from,
    };
    let violations = policy.violations(today);
    if violations.is_empty() { Ok(Checked::new(policy)) } else { Err(violations) }
}
