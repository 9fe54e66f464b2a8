//! What whoever is signed in may do, by the service's own rule: screens offer only what will be accepted.

use shared::account::{Caller, SessionView};
use shared::coverage::UnitCoverage;
use shared::organization::{Organization, OrganizationKind, OrganizationRef};
use shared::permission::{Action, Target, Verdict, decide};
use shared::register_check::may_stand_below;
use uuid::Uuid;

/// Whether somebody may do this to an organization of the register.
pub fn may(who: &SessionView, action: Action, organization: &Organization) -> bool {
    let above = above(who, organization.id, organization.parent.as_ref());
    allowed(who, action, &Target::organization(organization.id, organization.kind, above))
}

/// Whether somebody may do this about a unit of the list of a day.
pub fn may_for_unit(who: &SessionView, action: Action, unit: &UnitCoverage) -> bool {
    let above = above(who, unit.unit_id, Some(&unit.area));
    allowed(who, action, &Target::organization(unit.unit_id, unit.kind, above))
}

/// Whether somebody may read what others of the own organization did.
pub fn reads_acts_of_others(who: &SessionView) -> bool {
    may_for_own(who, Action::ReadAuditEvents)
}

/// Whether somebody may do this to the own organization.
pub fn may_for_own(who: &SessionView, action: Action) -> bool {
    allowed(who, action, &Target::organization(who.organization.id, who.organization.kind, Vec::new()))
}

/// The kinds that somebody may add below an organization, of which `parent` is the one above.
pub fn kinds_to_add(
    who: &SessionView,
    below: &OrganizationRef,
    parent: Option<&OrganizationRef>,
) -> Vec<OrganizationKind> {
    let mut ancestors = above(who, below.id, parent);
    ancestors.insert(0, below.id);
    let addable = |kind: &OrganizationKind| {
        let new = Target::organization(Uuid::nil(), *kind, ancestors.clone());
        may_stand_below(*kind, below.kind) && allowed(who, Action::CreateOrganization, &new)
    };
    OrganizationKind::ALL.into_iter().filter(addable).collect()
}

/// Those above an organization that is in somebody's sight, as far as the rule asks for them: its parent, and the
/// organization of whoever sees it, one step above that.
fn above(who: &SessionView, id: Uuid, parent: Option<&OrganizationRef>) -> Vec<Uuid> {
    let own = who.organization.id;
    let parent = parent.map(|parent| parent.id).filter(|_| id != own);
    parent.into_iter().chain((id != own && parent != Some(own)).then_some(own)).collect()
}

fn allowed(who: &SessionView, action: Action, target: &Target) -> bool {
    let caller = Caller {
        account_id: who.account_id,
        role: who.role,
        is_manager: who.is_manager,
        organization_id: who.organization.id,
        organization_kind: who.organization.kind,
        client: None,
    };
    decide(&caller, action, target) == Verdict::Allowed
}

#[cfg(test)]
mod tests {
    use OrganizationKind::{FollowUpCenter, HealthCenter, Institution, Ministry, Prefecture};
    use shared::Role;

    use super::*;

    fn organization(number: u128, kind: OrganizationKind) -> OrganizationRef {
        OrganizationRef { id: Uuid::from_u128(number), kind, name: String::new() }
    }

    fn manager(organization: OrganizationRef) -> SessionView {
        let at = chrono::DateTime::UNIX_EPOCH;
        SessionView {
            account_id: Uuid::from_u128(99),
            login_id: String::new(),
            display_name: String::new(),
            role: Role::of(organization.kind),
            is_manager: true,
            organization,
            now: at,
            idle_ends_at: at,
            ends_at: at,
        }
    }

    #[test]
    fn each_manager_is_offered_the_kinds_that_the_rule_allows_below() {
        let [ministry, prefecture, center, clinic] =
            [(1, Ministry), (2, Prefecture), (3, HealthCenter), (4, Institution)]
                .map(|(id, kind)| organization(id, kind));
        let offered =
            |who: &OrganizationRef, below: &OrganizationRef, parent| kinds_to_add(&manager(who.clone()), below, parent);
        assert_eq!(offered(&ministry, &ministry, None), [Prefecture]);
        assert_eq!(offered(&ministry, &center, Some(&prefecture)), [Institution, FollowUpCenter]);
        assert_eq!(offered(&prefecture, &prefecture, Some(&ministry)), [HealthCenter, FollowUpCenter]);
        assert_eq!(offered(&prefecture, &center, Some(&prefecture)), [Institution]);
        assert_eq!(offered(&center, &center, Some(&prefecture)), [Institution, FollowUpCenter]);
        assert_eq!(offered(&clinic, &clinic, Some(&center)), []);
        let plain = SessionView { is_manager: false, ..manager(center.clone()) };
        assert_eq!(kinds_to_add(&plain, &center, Some(&prefecture)), []);
    }

    #[test]
    fn a_unit_is_moved_by_its_prefecture_and_not_by_its_center() {
        let [prefecture, center, unit] =
            [(2, Prefecture), (3, HealthCenter), (4, Institution)].map(|(id, kind)| organization(id, kind));
        let unit = Organization {
            id: unit.id,
            kind: unit.kind,
            name: String::new(),
            kana: String::new(),
            institution_code: None,
            prefecture_code: None,
            address: String::new(),
            telephone: String::new(),
            parent: Some(center.clone()),
            active: true,
        };
        assert!(may(&manager(prefecture), Action::MoveUnit, &unit));
        assert!(!may(&manager(center.clone()), Action::MoveUnit, &unit));
        assert!(may(&manager(center), Action::SetOpeningDays, &unit));
    }
}
