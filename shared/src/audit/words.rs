//! What the chain's events are called: closed lists, so that each has words on the screens and can be asked for.

use serde::{Deserialize, Serialize};

use crate::account::NextStep;

macro_rules! keys {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $of:literal])+ $variant:ident = $key:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[doc = $of])+ $variant,)+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in snake case, as it is stored, hashed and sent.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }
        }
    };
}

keys! {
    /// What was done.
    AuditAction {
        /// A report was sent.
        SubmitReport = "submit_report",
        /// A sent report was replaced or corrected.
        CorrectReport = "correct_report",
        /// A day was stated to be closed or without patients.
        MakeStatement = "make_statement",
        /// Such a statement was withdrawn.
        WithdrawStatement = "withdraw_statement",
        /// How a call about a missing report ended was noted.
        NoteContact = "note_contact",
        /// How many patients were notified one by one was entered, of one unit or of many.
        EnterNotificationCounts = "enter_notification_counts",
        /// A supplement was sent.
        SendSupplement = "send_supplement",
        /// A batch of what reaches a health center was opened.
        OpenArrivalBatch = "open_arrival_batch",
        /// Such a batch was closed.
        CloseArrivalBatch = "close_arrival_batch",
        /// What reached a health center was logged.
        LogArrival = "log_arrival",
        /// It was entered.
        EnterArrival = "enter_arrival",
        /// It was rejected.
        RejectArrival = "reject_arrival",
        /// A step of a sign-in; its outcome says what it led to.
        SignIn = "sign_in",
        /// Somebody signed out.
        SignOut = "sign_out",
        /// Somebody ended another session of the own account.
        EndSession = "end_session",
        /// The second factor was shown again before something sensitive.
        StepUp = "step_up",
        /// A passkey was refused since its counter ran back: there may be a copy of it.
        SuspectPasskey = "suspect_passkey",
        /// The own password was changed.
        ChangePassword = "change_password",
        /// A code was sent by text message or telephone, or a passkey asked for.
        BeginChallenge = "begin_challenge",
        /// Somebody began to register a second factor.
        BeginEnrollment = "begin_enrollment",
        /// A second factor was registered.
        EnrollSecondFactor = "enroll_second_factor",
        /// A second factor was removed.
        RemoveSecondFactor = "remove_second_factor",
        /// New recovery codes were made.
        MakeRecoveryCodes = "make_recovery_codes",
        /// An account was created on the command line or with the demo's data.
        CreateAccount = "create_account",
        /// An account was issued with a slip.
        IssueAccount = "issue_account",
        /// The name of an account's person, or whether it is a manager, was changed.
        EditAccount = "edit_account",
        /// An account got a new slip.
        ResetAccount = "reset_account",
        /// An account was disabled.
        DisableAccount = "disable_account",
        /// An account was enabled again.
        EnableAccount = "enable_account",
        /// An organization was added to the register.
        CreateOrganization = "create_organization",
        /// An organization's entry in the register was changed.
        EditOrganization = "edit_organization",
        /// What is carried forward into an organization's cumulative numbers was set.
        SetCarriedForward = "set_carried_forward",
        /// When a unit is open was set.
        SetOpeningDays = "set_opening_days",
        /// A unit was put below another center, from a day on.
        MoveUnit = "move_unit",
        /// How reports can be corrected was set for a jurisdiction, from a day on.
        SetPolicy = "set_policy",
        /// Public holidays were imported on the command line.
        ImportHolidays = "import_holidays",
        /// A clinic's own system was registered.
        RegisterApiClient = "register_api_client",
        /// A clinic's own system was disabled.
        DisableApiClient = "disable_api_client",
        /// A clinic's own system got another key.
        AddApiClientKey = "add_api_client_key",
        /// A key of a clinic's own system was removed.
        RemoveApiClientKey = "remove_api_client_key",
        /// A clinic's own system got an access token.
        IssueToken = "issue_token",
        /// Audit events were exported.
        ExportAuditEvents = "export_audit_events",
        /// The stored sums were computed anew on the command line.
        RebuildRollup = "rebuild_rollup",
        /// A day of the country for measuring was written in bulk.
        SeedDay = "seed_day",
        /// Something about the service itself was written down, such as that it is a demo.
        StateFact = "state_fact",
        /// A clock that had run back was accepted on the command line.
        AcceptClock = "accept_clock",
    }
}

keys! {
    /// How it ended.
    AuditOutcome {
        /// Done.
        Ok = "ok",
        /// Refused: a wrong ID, password or code.
        Failed = "failed",
        /// The password was right, and the second factor is asked for.
        SecondFactor = "second_factor",
        /// The code of a slip was right, and a second factor is to be registered.
        EnrollSecondFactor = "enroll_second_factor",
        /// Signed in as far as that the password must be changed.
        ChangePassword = "change_password",
        /// Signed in as far as that recovery codes must be kept.
        KeepRecoveryCodes = "keep_recovery_codes",
    }
}

/// What a step of a sign-in led to.
impl From<NextStep> for AuditOutcome {
    fn from(next: NextStep) -> Self {
        match next {
            NextStep::Done => Self::Ok,
            NextStep::SecondFactor => Self::SecondFactor,
            NextStep::EnrollSecondFactor => Self::EnrollSecondFactor,
            NextStep::ChangePassword => Self::ChangePassword,
            NextStep::KeepRecoveryCodes => Self::KeepRecoveryCodes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_has_a_name_of_its_own_in_snake_case() {
        let actions = AuditAction::ALL.iter().map(|action| action.key());
        let outcomes = AuditOutcome::ALL.iter().map(|outcome| outcome.key());
        for keys in [actions.collect::<Vec<_>>(), outcomes.collect()] {
            assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
            for key in keys {
                assert!(key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_')), "{key}");
            }
        }
    }

    #[test]
    fn each_is_sent_as_it_is_stored() {
        let sent = |value: serde_json::Value| value.as_str().map(str::to_owned);
        for action in AuditAction::ALL {
            assert_eq!(sent(serde_json::json!(action)).as_deref(), Some(action.key()));
        }
        for outcome in AuditOutcome::ALL {
            assert_eq!(sent(serde_json::json!(outcome)).as_deref(), Some(outcome.key()));
        }
    }

    #[test]
    fn a_step_of_a_sign_in_is_called_what_it_leads_to() {
        for next in NextStep::ALL.into_iter().filter(|next| *next != NextStep::Done) {
            assert_eq!(AuditOutcome::from(next).key(), next.key());
        }
    }
}
