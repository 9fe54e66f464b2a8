//! Columns that hold one of a closed set of words, each tied to its `shared` type by exhaustive matches.

use sea_orm::{DeriveActiveEnum, EnumIter};
use shared::account::{NextStep, Role};
use shared::arrival::{ArrivalState, RejectReason};
use shared::correction::Authority;
use shared::coverage::ContactOutcome;
use shared::day_statement::StatementKind;
use shared::issuance::SlipReason;
use shared::notification_count::CountSource;
use shared::organization::OrganizationKind;
use shared::report::{AdjustmentReason, Channel};
use shared::reporting_day::CorrectionRule;
use shared::second_factor::FactorKind;

macro_rules! words {
    ($(#[doc = $doc:literal])+ $column:ident for $shared:ident { $($word:ident = $text:literal),+ $(,)? }) => {
        words!(@column $(#[doc = $doc])+ $column { $($word = $text),+ });

        impl From<$shared> for $column {
            fn from(value: $shared) -> Self {
                match value { $($shared::$word => Self::$word),+ }
            }
        }

        impl From<$column> for $shared {
            fn from(value: $column) -> Self {
                match value { $($column::$word => Self::$word),+ }
            }
        }
    };
    (@column $(#[doc = $doc:literal])+ $column:ident { $($word:ident = $text:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $column {
            $(
                #[doc = $text]
                #[sea_orm(string_value = $text)]
                $word
            ),+
        }
    };
}

words! {
    /// What an organization is.
    KindWord for OrganizationKind {
        Ministry = "ministry",
        Prefecture = "prefecture",
        HealthCenter = "health_center",
        Institution = "institution",
        FollowUpCenter = "follow_up_center",
    }
}

words! {
    /// What an account may do.
    RoleWord for Role {
        Institution = "institution",
        HealthCenter = "health_center",
        Prefecture = "prefecture",
        Ministry = "ministry",
    }
}

words! {
    /// Through what something arrived.
    ChannelWord for Channel {
        Web = "web",
        Api = "api",
        File = "file",
        Fax = "fax",
        Telephone = "telephone",
        Email = "email",
        Post = "post",
        InPerson = "in_person",
    }
}

words! {
    /// How a call about a missing report ended.
    OutcomeWord for ContactOutcome {
        WillReport = "will_report",
        NoAnswer = "no_answer",
        CallBack = "call_back",
        Other = "other",
    }
}

words! {
    /// What has become of an arrival.
    ArrivalStateWord for ArrivalState {
        Open = "open",
        Entered = "entered",
        Rejected = "rejected",
    }
}

words! {
    /// Why an arrival isn't entered.
    RejectWord for RejectReason {
        Unreadable = "unreadable",
        NotOurs = "not_ours",
        Duplicate = "duplicate",
        NoCounts = "no_counts",
        Other = "other",
    }
}

words! {
    /// How a count came in.
    CountSourceWord for CountSource { Typed = "typed", Imported = "imported" }
}

words! {
    /// What is said of a day.
    StatementWord for StatementKind {
        Closed = "closed",
        NoPatients = "no_patients",
    }
}

words! {
    /// Why an earlier day changed.
    ReasonWord for AdjustmentReason {
        FoundLate = "found_late",
        CountedTwice = "counted_twice",
        WrongBand = "wrong_band",
        WrongDay = "wrong_day",
        Other = "other",
    }
}

words! {
    /// How a sent report can be corrected.
    CorrectionWord for CorrectionRule {
        Final = "final",
        SameDayReplacement = "same_day_replacement",
    }
}

words! {
    /// Why a slip was made.
    SlipReasonWord for SlipReason {
        NewAccount = "new_account",
        Reprint = "reprint",
        SlipExpired = "slip_expired",
        LostFactor = "lost_factor",
        ForgottenPassword = "forgotten_password",
        SuspectedMisuse = "suspected_misuse",
        Other = "other",
    }
}

words! {
    /// Who may correct after the day.
    AuthorityWord for Authority { Prefecture = "prefecture", HealthCenter = "health_center" }
}

words! {
    @column
    /// A report, or adjustments alone.
    SubmissionWord { Report = "report", Supplement = "supplement" }
}

words! {
    @column
    /// What a ledger entry is.
    EntryWord { Report = "report", Replacement = "replacement", Adjustment = "adjustment" }
}

words! {
    @column
    /// The two series that follow from the ledger.
    SeriesWord { AsEntered = "as_entered", ByTargetDay = "by_target_day" }
}

words! {
    /// What a session is good for.
    NextStepWord for NextStep {
        SecondFactor = "second_factor",
        EnrollSecondFactor = "enroll_second_factor",
        ChangePassword = "change_password",
        KeepRecoveryCodes = "keep_recovery_codes",
        Done = "done",
    }
}

words! {
    /// What a second factor is.
    FactorWord for FactorKind { Totp = "totp", Sms = "sms", Voice = "voice", Passkey = "passkey" }
}
