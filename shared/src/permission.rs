//! Who may do what: **the** rule, one pure function over pure data.
//!
//! The matrix below is the design's, row by row. Export has no row of its own: it is exactly what the same caller may
//! read, and therefore the same action as the read. Whether a sent report may be corrected *now* is a matter of
//! policy; this rule says who may at all.

mod action;

use uuid::Uuid;

use crate::account::{Caller, Role};
use crate::api_client::{ClientAccess, Scope};
use crate::organization::OrganizationKind;

pub use action::Action;

/// What an action is about: pure data that a look-up fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    place: Place,
    /// The account that the thing belongs to: whose account it is, whose acts.
    account_id: Option<Uuid>,
    /// The organization that entered the report: the unit itself, unless said otherwise.
    entered_by: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Nation,
    Organization { id: Uuid, kind: OrganizationKind, ancestors: Vec<Uuid>, holds_caller: bool },
}

impl Target {
    /// The nation as a whole: nobody's organization, and in everybody's sight.
    #[must_use]
    pub const fn nation() -> Self {
        Self { place: Place::Nation, account_id: None, entered_by: None }
    }

    /// An organization, or something that belongs to it. `ancestors` are those above it today, nearest first.
    #[must_use]
    pub fn organization(id: Uuid, kind: OrganizationKind, ancestors: impl Into<Vec<Uuid>>) -> Self {
        let place = Place::Organization { id, kind, ancestors: ancestors.into(), holds_caller: false };
        Self { place, account_id: None, entered_by: None }
    }

    /// The caller's own organization, for which nothing needs to be looked up.
    #[must_use]
    pub fn own(caller: &Caller) -> Self {
        Self::organization(caller.organization_id, caller.organization_kind, Vec::new())
    }

    /// The organization that it is, or belongs to; none for the nation.
    #[must_use]
    pub const fn organization_id(&self) -> Option<Uuid> {
        match &self.place {
            Place::Nation => None,
            Place::Organization { id, .. } => Some(*id),
        }
    }

    /// Says which account it is about: whose account is to be changed, or whose acts are to be read.
    #[must_use]
    pub const fn of_account(mut self, account_id: Uuid) -> Self {
        self.account_id = Some(account_id);
        self
    }

    /// Says which organization entered the report that it is about.
    #[must_use]
    pub const fn entered_by(mut self, organization_id: Uuid) -> Self {
        self.entered_by = Some(organization_id);
        self
    }

    /// Says what stands above the caller, which decides about figures of the caller's own prefecture.
    #[must_use]
    pub fn seen_from_below(mut self, above_caller: &[Uuid]) -> Self {
        if let Place::Organization { id, holds_caller, .. } = &mut self.place {
            *holds_caller = above_caller.contains(id);
        }
        self
    }
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The caller may.
    Allowed,
    /// The caller sees it and may not: 403.
    Forbidden,
    /// It lies outside the caller's jurisdiction and therefore does not exist for it: 404.
    OutOfSight,
}

/// Decides whether the caller may do this to that.
#[must_use]
pub fn decide(caller: &Caller, action: Action, target: &Target) -> Verdict {
    let may = match &caller.client {
        Some(client) => client_may(caller, client, action, target),
        None => {
            row(action)[column(caller.role, caller.is_manager)].holds(caller, target)
                && !against_oneself(caller, action, target)
        }
    };
    if may {
        Verdict::Allowed
    } else if in_sight(caller, target) {
        Verdict::Forbidden
    } else {
        Verdict::OutOfSight
    }
}

/// Nobody disables or resets their own account.
fn against_oneself(caller: &Caller, action: Action, target: &Target) -> bool {
    matches!(action, Action::DisableAccount | Action::ResetAccount) && target.account_id == Some(caller.account_id)
}

/// The matrix's last column: an API client acts for its units, as far as its scopes go.
fn client_may(caller: &Caller, client: &ClientAccess, action: Action, target: &Target) -> bool {
    use Action as A;
    let by_scope = match action {
        A::SendReport | A::MakeStatement | A::WithdrawStatement => client.scopes.contains(Scope::ReportsWrite),
        // Only what it sent itself.
        A::CorrectReport => client.scopes.contains(Scope::ReportsWrite) && target.account_id == Some(caller.account_id),
        A::ReadReportingDay | A::ReadReport | A::ReadHistory | A::ReadStatements => {
            client.scopes.contains(Scope::ReportsRead)
        }
        A::ReadOrganizations => !client.scopes.is_empty(),
        _ => false,
    };
    by_scope && target.organization_id().is_some_and(|id| client.units.contains(&id))
}

/// The organizations whose accounts a caller reads, for a question to the database about all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountReach {
    /// Those directly below the caller's own, which is always among them.
    pub directly_below: bool,
    /// The institutions of its jurisdiction, however far below.
    pub institutions: bool,
}

/// Which organizations' accounts a caller reads; none where it reads none. It says the same as [`decide`] about
/// [`Action::ReadAccounts`].
#[must_use]
pub const fn account_reach(caller: &Caller) -> Option<AccountReach> {
    if caller.client.is_some() {
        return None;
    }
    match row(Action::ReadAccounts)[column(caller.role, caller.is_manager)] {
        Reach::Own => Some(AccountReach { directly_below: false, institutions: false }),
        Reach::OwnAndDirectlyBelow => Some(AccountReach { directly_below: true, institutions: false }),
        Reach::OwnDirectlyBelowAndInstitutions => Some(AccountReach { directly_below: true, institutions: true }),
        _ => None,
    }
}

fn in_sight(caller: &Caller, target: &Target) -> bool {
    match &target.place {
        Place::Nation => true,
        Place::Organization { id, .. } if caller.client.is_some() => {
            caller.client.as_ref().is_some_and(|client| client.units.contains(id))
        }
        Place::Organization { id, ancestors, .. } => {
            // The ministry's jurisdiction is the nation, whether a look-up lists it among the ancestors or not.
            caller.role == Role::Ministry
                || *id == caller.organization_id
                || ancestors.contains(&caller.organization_id)
        }
    }
}

/// A cell of the matrix: what a role may reach with an action.
#[derive(Debug, Clone, Copy)]
enum Reach {
    /// –
    Never,
    /// own
    Own,
    /// what the organization itself entered: its own reports, and as a center its proxy reports
    Entered,
    /// the units of its jurisdiction
    Units,
    /// jur
    Jurisdiction,
    /// all
    Nation,
    /// what is the nation's as a whole and no organization's
    WholeNation,
    /// own prefecture and nation
    PrefectureAndNation,
    /// institutions and follow-up centers directly below
    UnitsDirectlyBelow,
    /// centers and follow-up centers directly below, institutions below its centers
    CentersAndInstitutions,
    /// everything below the ministry
    AllOrganizations,
    /// own; directly below
    OwnAndDirectlyBelow,
    /// own; directly below; institutions
    OwnDirectlyBelowAndInstitutions,
    /// own acts
    OwnActs,
}

/// A column of the matrix.
const fn column(role: Role, is_manager: bool) -> usize {
    let plain = match role {
        Role::Institution => 0,
        Role::HealthCenter => 2,
        Role::Prefecture => 4,
        Role::Ministry => 6,
    };
    if is_manager { plain + 1 } else { plain }
}

/// The matrix: institution, institution +, health center, health center +, prefecture, prefecture +, ministry,
/// ministry +. A manager (+) has all that the plain role has.
#[rustfmt::skip]
const fn row(action: Action) -> [Reach; 8] {
    use Action as A;
    use Reach::{
        AllOrganizations, CentersAndInstitutions, Entered, Jurisdiction, Nation, Never, Own, OwnActs,
        OwnAndDirectlyBelow, OwnDirectlyBelowAndInstitutions, PrefectureAndNation, Units, UnitsDirectlyBelow, WholeNation,
    };
    match action {
        A::SendReport | A::MakeStatement | A::WithdrawStatement | A::WriteDraft =>
            [Own, Own, Units, Units, Never, Never, Never, Never],
        A::SendSupplement | A::EnterNotificationCounts =>
            [Never, Never, Units, Units, Never, Never, Never, Never],
        A::CorrectReport =>
            [Entered, Entered, Entered, Entered, Never, Units, Never, Never],
        A::ReadReportingDay | A::ReadReport | A::ReadHistory | A::ReadStatements =>
            [Own, Own, Units, Units, Units, Units, Never, Never],
        A::SetOpeningDays =>
            [Never, Own, Never, Units, Never, Units, Never, Never],
        A::ReadCoverage | A::ReadCenterSummaries =>
            [Never, Never, Own, Own, Jurisdiction, Jurisdiction, Nation, Nation],
        A::ReadUnitCoverage | A::ReadNotificationCounts =>
            [Never, Never, Jurisdiction, Jurisdiction, Jurisdiction, Jurisdiction, Never, Never],
        A::NoteContact =>
            [Never, Never, Units, Units, Units, Units, Never, Never],
        A::ReadArrivals | A::WriteArrivals =>
            [Never, Never, Own, Own, Never, Never, Never, Never],
        A::ReadUnitSummaries =>
            [Own, Own, Jurisdiction, Jurisdiction, Jurisdiction, Jurisdiction, Never, Never],
        A::ReadNationSummaries =>
            [Never, Never, PrefectureAndNation, PrefectureAndNation,
             PrefectureAndNation, PrefectureAndNation, Nation, Nation],
        A::SetCarriedForward =>
            [Never, Never, Never, Never, Never, Jurisdiction, Never, Never],
        A::ReadOrganizations =>
            [Own, Own, Jurisdiction, Jurisdiction, Jurisdiction, Jurisdiction, Never, Nation],
        A::CreateOrganization | A::EditOrganization =>
            [Never, Never, Never, UnitsDirectlyBelow, Never, CentersAndInstitutions, Never, AllOrganizations],
        A::ReadHolidays =>
            [WholeNation; 8],
        A::ReadPolicies =>
            [Own, Own, Jurisdiction, Jurisdiction, Jurisdiction, Jurisdiction, Nation, Nation],
        A::MoveUnit | A::SetPolicy =>
            [Never, Never, Never, Never, Never, Jurisdiction, Never, Nation],
        A::ReadAccounts | A::IssueAccount | A::EditAccount | A::DisableAccount | A::EnableAccount | A::ResetAccount =>
            [Never, Own, Never, OwnAndDirectlyBelow,
             Never, OwnDirectlyBelowAndInstitutions, Never, OwnAndDirectlyBelow],
        A::RegisterApiClient =>
            [Never, Own, Never, Never, Never, Never, Never, Never],
        A::ReadApiClients | A::DisableApiClient =>
            [Never, Own, Never, Jurisdiction, Never, Jurisdiction, Never, Nation],
        A::ReadAuditEvents =>
            [OwnActs, Own, OwnActs, Jurisdiction, OwnActs, Jurisdiction, OwnActs, Nation],
    }
}

impl Reach {
    fn holds(self, caller: &Caller, target: &Target) -> bool {
        let Place::Organization { id, kind, ancestors, holds_caller } = &target.place else {
            return matches!(self, Self::Nation | Self::WholeNation | Self::PrefectureAndNation);
        };
        let own = *id == caller.organization_id;
        let in_jurisdiction = in_sight(caller, target);
        let directly_below = ancestors.first() == Some(&caller.organization_id);
        let entered_here = target.entered_by.unwrap_or(*id) == caller.organization_id;
        match self {
            Self::Never | Self::WholeNation => false,
            Self::Own => own,
            Self::Entered => in_jurisdiction && kind.reports() && entered_here,
            Self::Units => in_jurisdiction && kind.reports(),
            Self::Jurisdiction => in_jurisdiction,
            Self::Nation => true,
            Self::PrefectureAndNation => *kind == OrganizationKind::Prefecture && (own || *holds_caller),
            Self::UnitsDirectlyBelow => {
                directly_below && matches!(kind, OrganizationKind::Institution | OrganizationKind::FollowUpCenter)
            }
            Self::CentersAndInstitutions => match kind {
                OrganizationKind::HealthCenter | OrganizationKind::FollowUpCenter => directly_below,
                OrganizationKind::Institution => ancestors.get(1) == Some(&caller.organization_id),
                OrganizationKind::Ministry | OrganizationKind::Prefecture => false,
            },
            Self::AllOrganizations => *kind != OrganizationKind::Ministry,
            Self::OwnAndDirectlyBelow => own || directly_below,
            Self::OwnDirectlyBelowAndInstitutions => {
                own || directly_below || (in_jurisdiction && *kind == OrganizationKind::Institution)
            }
            Self::OwnActs => own && target.account_id == Some(caller.account_id),
        }
    }
}

#[cfg(test)]
#[path = "permission_tests.rs"]
mod tests;
