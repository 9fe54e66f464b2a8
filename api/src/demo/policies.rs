//! How the demo's prefectures let reports be corrected: each otherwise, so that every policy can be tried.

use shared::ReportingDay;
use shared::correction::Authority;
use shared::organization::OrganizationKind;
use shared::permission::Target;
use shared::policy::{PolicyRequest, check_policy};
use shared::reporting_day::CorrectionRule;

use super::accounts::Account;
use super::seed::{DemoError, staff_member};
use crate::authorize::{SetPolicy, authorize};
use crate::store::Store;
use crate::store::policy::NewPolicy;

/// What the prefectures have set, in their order; a third has set nothing. The first corrects itself for as long as the
/// demo's history goes back; in the second whoever sent a report may replace it on the same day.
const SET: [(CorrectionRule, u16); 2] = [(CorrectionRule::Final, 60), (CorrectionRule::SameDayReplacement, 7)];

/// Sets them from a day on, as the prefectures' managers, on the day before.
pub(super) async fn set(store: &Store, accounts: &[Account], valid_from: ReportingDay) -> Result<(), DemoError> {
    let managers = accounts.iter().filter(|account| account.is_manager && account.kind == OrganizationKind::Prefecture);
    for (manager, (correction, authority_correction_days)) in managers.zip(SET) {
        let (caller, _) = staff_member(manager);
        let request = PolicyRequest {
            organization_id: None,
            correction,
            authority: Authority::Prefecture,
            authority_correction_days,
            proxy_until_minute: Some(600),
            deadline_minute: 0,
            valid_from,
        };
        let checked = check_policy(&request, valid_from.minus(1))
            .map_err(|violations| DemoError::Refused(format!("a policy: {violations:?}")))?;
        let allowed = authorize(&caller, SetPolicy, &Target::own(&caller))?;
        store.set_policy(NewPolicy { allowed, checked, is_history: true, ip: None }).await?;
    }
    Ok(())
}
