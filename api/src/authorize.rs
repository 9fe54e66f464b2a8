//! Authorization: the one place where a permission is asked for, and the proof that it was given.
//!
//! [`Allowed`] has private fields and only [`authorize`] builds it. What the store writes on somebody's behalf takes
//! one, so that a handler that forgets to authorize does not compile.

use std::marker::PhantomData;

use shared::Caller;
use shared::permission::{Action, Target, Verdict, decide};
use uuid::Uuid;

/// An act that needs a proof, as a type.
pub trait Act {
    /// What it is called in the matrix.
    const ACTION: Action;
}

macro_rules! acts {
    ($($name:ident),+ $(,)?) => {
        $(
            #[doc = concat!("The act of [`Action::", stringify!($name), "`].")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub struct $name;

            impl Act for $name {
                const ACTION: Action = Action::$name;
            }
        )+
    };
}

acts! {
    SendReport, CorrectReport, MakeStatement, WithdrawStatement, WriteDraft, ReadReportingDay, ReadReport, ReadHistory, ReadStatements,
    ReadOrganizations, CreateOrganization, EditOrganization, SetOpeningDays, MoveUnit,
    ReadApiClients, RegisterApiClient, DisableApiClient, ReadAccounts, IssueAccount, EditAccount, DisableAccount, EnableAccount, ResetAccount, ReadAuditEvents,
    ReadCoverage, ReadUnitCoverage, NoteContact, ReadPolicies, SetPolicy, ReadHolidays,
    ReadUnitSummaries, ReadCenterSummaries, ReadNationSummaries, SetCarriedForward,
    ReadArrivals, WriteArrivals, SendSupplement, ReadNotificationCounts, EnterNotificationCounts,
}

/// The proof that a caller may do something to an organization's things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed<A> {
    caller: Caller,
    organization_id: Uuid,
    act: PhantomData<A>,
}

/// Why there is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The caller sees it and may not.
    #[error("the caller may not do this")]
    Forbidden,
    /// It lies outside the caller's jurisdiction and does not exist for it.
    #[error("there is nothing of the kind in the caller's sight")]
    OutOfSight,
}

impl<A> Allowed<A> {
    /// Who may.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// On whose things: the unit, for reports, statements and drafts.
    #[must_use]
    pub const fn organization_id(&self) -> Uuid {
        self.organization_id
    }

    /// Whether it is done for another organization than the caller's own.
    #[must_use]
    pub fn is_by_proxy(&self) -> bool {
        self.organization_id != self.caller.organization_id
    }
}

/// Asks whether the caller may do this to that.
///
/// # Errors
/// [`Denied`], which says whether the caller may know that the thing exists.
pub fn authorize<A: Act>(caller: &Caller, _act: A, target: &Target) -> Result<Allowed<A>, Denied> {
    match decide(caller, A::ACTION, target) {
        Verdict::Allowed => Ok(Allowed {
            caller: caller.clone(),
            organization_id: target.organization_id().unwrap_or(caller.organization_id),
            act: PhantomData,
        }),
        Verdict::Forbidden => Err(Denied::Forbidden),
        Verdict::OutOfSight => Err(Denied::OutOfSight),
    }
}

#[cfg(test)]
mod tests {
    use shared::Role;
    use shared::organization::OrganizationKind;

    use super::*;

    fn center() -> Caller {
        Caller {
            account_id: Uuid::from_u128(1),
            role: Role::HealthCenter,
            is_manager: false,
            organization_id: Uuid::from_u128(2),
            organization_kind: OrganizationKind::HealthCenter,
            client: None,
        }
    }

    #[test]
    fn a_proof_names_the_caller_and_the_unit() {
        let unit = Uuid::from_u128(3);
        let target = Target::organization(unit, OrganizationKind::Institution, vec![center().organization_id]);
        let allowed = authorize(&center(), SendReport, &target).expect("its own institution");
        assert_eq!((allowed.organization_id(), allowed.is_by_proxy()), (unit, true));
        let own = authorize(&center(), SendReport, &Target::own(&center())).expect("its own report");
        assert!(!own.is_by_proxy());
    }

    #[test]
    fn what_lies_outside_the_jurisdiction_is_out_of_sight() {
        let elsewhere = Target::organization(Uuid::from_u128(4), OrganizationKind::Institution, vec![]);
        assert_eq!(authorize(&center(), SendReport, &elsewhere).err(), Some(Denied::OutOfSight));
    }
}
