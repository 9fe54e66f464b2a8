//! Everything that can be asked for, by name.

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $key:literal;)+) => {
        /// Everything that a caller can ask to do. One operation of the API is one action.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $($(#[doc = $doc])+ $name,)+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name in snake case, for audit events and the truth table.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }
        }
    };
}

actions! {
    /// Send the report of a unit's day, or try it without sending.
    SendReport = "send_report";
    /// State that a unit's day was closed or had no patients.
    MakeStatement = "make_statement";
    /// Withdraw such a statement.
    WithdrawStatement = "withdraw_statement";
    /// Save or discard the draft of a unit's day.
    WriteDraft = "write_draft";
    /// Send adjustments that belong to no report of the day.
    SendSupplement = "send_supplement";
    /// Replace or correct a sent report, where the policy allows it.
    CorrectReport = "correct_report";
    /// Open a unit's reporting day.
    ReadReportingDay = "read_reporting_day";
    /// Read a report and its receipt.
    ReadReport = "read_report";
    /// Read a unit's history.
    ReadHistory = "read_history";
    /// Read a unit's day statements.
    ReadStatements = "read_statements";
    /// Set when a unit is open.
    SetOpeningDays = "set_opening_days";
    /// Read coverage by center.
    ReadCoverage = "read_coverage";
    /// Read the list of units with what is known of each.
    ReadUnitCoverage = "read_unit_coverage";
    /// Note how a call about a missing report ended.
    NoteContact = "note_contact";
    /// Read a health center's inbox.
    ReadArrivals = "read_arrivals";
    /// Log what reached a health center, and say what has become of it.
    WriteArrivals = "write_arrivals";
    /// Read how many patients of units were notified one by one.
    ReadNotificationCounts = "read_notification_counts";
    /// Enter how many patients of a unit were notified one by one.
    EnterNotificationCounts = "enter_notification_counts";
    /// Read figures of units.
    ReadUnitSummaries = "read_unit_summaries";
    /// Read figures of health centers.
    ReadCenterSummaries = "read_center_summaries";
    /// Read figures of prefectures and the nation.
    ReadNationSummaries = "read_nation_summaries";
    /// Set what is carried forward into an organization's cumulative numbers.
    SetCarriedForward = "set_carried_forward";
    /// Look up the register.
    ReadOrganizations = "read_organizations";
    /// Add an organization; the target is the one to be, with the ancestors that it will have.
    CreateOrganization = "create_organization";
    /// Change an organization.
    EditOrganization = "edit_organization";
    /// Move a unit to another center; asked for the unit, and again for where it goes.
    MoveUnit = "move_unit";
    /// List the accounts of an organization.
    ReadAccounts = "read_accounts";
    /// Issue an account.
    IssueAccount = "issue_account";
    /// Disable an account.
    DisableAccount = "disable_account";
    /// Enable a disabled account.
    EnableAccount = "enable_account";
    /// Change the name of an account's person, or whether it is a manager.
    EditAccount = "edit_account";
    /// Reset an account: a new activation slip.
    ResetAccount = "reset_account";
    /// List the API clients of an organization.
    ReadApiClients = "read_api_clients";
    /// Register an API client or add a key to one.
    RegisterApiClient = "register_api_client";
    /// Disable an API client or one of its keys.
    DisableApiClient = "disable_api_client";
    /// Read audit events.
    ReadAuditEvents = "read_audit_events";
    /// Read the policies that bear on an organization.
    ReadPolicies = "read_policies";
    /// Set a policy.
    SetPolicy = "set_policy";
    /// Read the public holidays.
    ReadHolidays = "read_holidays";
}
