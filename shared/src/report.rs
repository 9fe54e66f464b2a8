//! Reports: what a unit says under one entry day, and what was accepted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::age_band::{AgeBand, BandCounts, BandDeltas};
use crate::day::ReportingDay;
use crate::organization::OrganizationRef;
use crate::receipt::Receipt;
use crate::revision::{Correction, Revision};

/// Through what a report or statement arrived. `web`, `api` and `file` are set by the server; the others are stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Typed by the unit itself in a browser.
    Web,
    /// Sent by the unit's own system.
    Api,
    /// Read from a file.
    File,
    /// A FAX.
    Fax,
    /// A telephone call.
    Telephone,
    /// A mail.
    Email,
    /// A letter.
    Post,
    /// In person.
    InPerson,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 8] =
        [Self::Web, Self::Api, Self::File, Self::Fax, Self::Telephone, Self::Email, Self::Post, Self::InPerson];

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::File => "file",
            Self::Fax => "fax",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Post => "post",
            Self::InPerson => "in_person",
        }
    }

    /// Whether a request may state it; the server sets the others.
    #[must_use]
    pub const fn may_be_stated(self) -> bool {
        !matches!(self, Self::Web | Self::Api | Self::File)
    }
}

/// Why an earlier day's numbers change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentReason {
    /// A patient was found after the report.
    FoundLate,
    /// A patient was counted twice.
    CountedTwice,
    /// A patient was counted in the wrong band.
    WrongBand,
    /// A patient was counted on the wrong day.
    WrongDay,
    /// Something else, said in the note.
    Other,
}

impl AdjustmentReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::FoundLate, Self::CountedTwice, Self::WrongBand, Self::WrongDay, Self::Other];

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::FoundLate => "found_late",
            Self::CountedTwice => "counted_twice",
            Self::WrongBand => "wrong_band",
            Self::WrongDay => "wrong_day",
            Self::Other => "other",
        }
    }
}

/// A change to an earlier day, carried by a later report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// The day whose patients change: 1 to 60 days before the entry day.
    pub target_day: ReportingDay,
    /// Why.
    pub reason: AdjustmentReason,
    /// What happened; required for `other`, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: Option<String>,
    /// The change of each band, not all 0.
    pub deltas: BandDeltas,
}

/// A report as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportRequest {
    /// The unit that reports; by default the caller's own organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<Uuid>,
    /// The day the report is for: today in Japan when the request arrives, else `day-changed`.
    pub entry_day: ReportingDay,
    /// Patients by age band.
    pub counts: BandCounts,
    /// The sum of the fourteen, where the sender has one: it is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Changes to earlier days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub adjustments: Vec<Adjustment>,
    /// Through what the numbers reached a health center that enters them for a unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The warnings that a person has looked at and confirmed; codes that aren't raised are ignored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub acknowledged_warnings: Vec<WarningCode>,
}

/// What is unusual about a report: a closed list. Unusual numbers are questioned, never refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// A band of 1,000 or more.
    BandVeryHigh,
    /// A total of 30 or more with 90 % in one band.
    AllOneBand,
    /// A total of 20 or more with half of unknown age.
    ManyUnknown,
    /// The total is above everything usual.
    TotalFarAbove,
    /// A band of 50 or more that was never above 5.
    BandFarAbove,
    /// All fourteen equal the last report's, with a total of 5 or more.
    SameAsLast,
    /// The numbers fit the usual profile better when moved by one band.
    ShiftedByOne,
    /// A band of 1,000 or more that is divisible by 1,000.
    RoundThousands,
    /// Zero, where the weekday's usual total is 5 or more.
    ZeroUnusual,
    /// Fewer patients of 65 and more than were notified individually.
    BelowNotifications,
}

impl WarningCode {
    /// Every code, in the order in which warnings are listed.
    pub const ALL: [Self; 10] = [
        Self::BandVeryHigh,
        Self::AllOneBand,
        Self::ManyUnknown,
        Self::TotalFarAbove,
        Self::BandFarAbove,
        Self::SameAsLast,
        Self::ShiftedByOne,
        Self::RoundThousands,
        Self::ZeroUnusual,
        Self::BelowNotifications,
    ];

    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::BandVeryHigh => "band_very_high",
            Self::AllOneBand => "all_one_band",
            Self::ManyUnknown => "many_unknown",
            Self::TotalFarAbove => "total_far_above",
            Self::BandFarAbove => "band_far_above",
            Self::SameAsLast => "same_as_last",
            Self::ShiftedByOne => "shifted_by_one",
            Self::RoundThousands => "round_thousands",
            Self::ZeroUnusual => "zero_unusual",
            Self::BelowNotifications => "below_notifications",
        }
    }
}

/// One warning, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warning {
    /// What is unusual.
    pub code: WarningCode,
    /// The bands it is about; empty where it is about the whole.
    pub bands: Vec<AgeBand>,
    /// The number in question.
    pub value: u64,
    /// The usual number, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<u64>,
}

/// What a report would lead to, without sending it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DryRun {
    /// The warnings that would need to be acknowledged.
    pub warnings: Vec<Warning>,
    /// The computed total.
    pub total: u64,
    /// The day the report would be filed under.
    pub entry_day: ReportingDay,
}

/// Who entered something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnteredBy {
    /// The person's name.
    pub name: String,
    /// The organization of that account.
    pub organization: OrganizationRef,
}

/// An accepted report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportView {
    /// Its id.
    pub id: Uuid,
    /// The unit it is for.
    pub unit: OrganizationRef,
    /// The day it is filed under.
    pub entry_day: ReportingDay,
    /// Patients by age band.
    pub counts: BandCounts,
    /// Their sum.
    pub total: u64,
    /// Changes to earlier days.
    pub adjustments: Vec<Adjustment>,
    /// Through what it arrived.
    pub channel: Channel,
    /// Whether somebody else entered it for the unit (代行入力).
    pub by_proxy: bool,
    /// Who entered it.
    pub entered_by: EnteredBy,
    /// The warnings that were acknowledged.
    pub acknowledged_warnings: Vec<WarningCode>,
    /// 1 for the report as first accepted.
    pub revision: u32,
    /// When it arrived.
    #[serde(deserialize_with = "crate::instant::read")]
    pub arrived_at: DateTime<Utc>,
    /// The proof of its acceptance.
    pub receipt: Receipt,
    /// Why it took the place of the revision before; none for a report as first accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// All revisions of the report, newest first, where the report itself was asked for and has more than one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<Revision>,
    /// Whether the caller may correct it now; said where the report itself was asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub correctable: bool,
}
