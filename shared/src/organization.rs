//! Organizations: the ministry, prefectures, health centers, and the institutions and follow-up centers below them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an organization is. Ministry > prefecture > health center > institution; a follow-up center stands below a
/// prefecture or a health center; nothing stands below the last two kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrganizationKind {
    /// 厚生労働省
    Ministry,
    /// 都道府県
    Prefecture,
    /// 保健所
    HealthCenter,
    /// 外来医療機関
    Institution,
    /// 健康フォローアップセンター
    FollowUpCenter,
}

impl OrganizationKind {
    /// Every kind, from the top of the tree to its leaves.
    pub const ALL: [Self; 5] =
        [Self::Ministry, Self::Prefecture, Self::HealthCenter, Self::Institution, Self::FollowUpCenter];

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ministry => "ministry",
            Self::Prefecture => "prefecture",
            Self::HealthCenter => "health_center",
            Self::Institution => "institution",
            Self::FollowUpCenter => "follow_up_center",
        }
    }

    /// Whether an organization of this kind reports: whether it is a reporting unit.
    #[must_use]
    pub const fn reports(self) -> bool {
        matches!(self, Self::HealthCenter | Self::Institution | Self::FollowUpCenter)
    }
}

/// An organization as other answers name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationRef {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its official name.
    pub name: String,
}

/// An organization of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organization {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its official name.
    pub name: String,
    /// The name's reading in katakana.
    pub kana: String,
    /// The ten-digit medical-institution code (医療機関コード), where it has one.
    pub institution_code: Option<String>,
    /// The prefecture's two-digit code (JIS X 0401); none for the ministry.
    pub prefecture_code: Option<String>,
    /// Postal address.
    pub address: String,
    /// Telephone number as printed.
    pub telephone: String,
    /// The organization above it today; none for the ministry.
    pub parent: Option<OrganizationRef>,
    /// Whether it takes part at present.
    pub active: bool,
}

impl Organization {
    /// How other answers name it.
    #[must_use]
    pub fn reference(&self) -> OrganizationRef {
        OrganizationRef { id: self.id, kind: self.kind, name: self.name.clone() }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Where the next page begins: to be sent back as `cursor`. None on the last page.
    pub next_cursor: Option<String>,
}

/// What to look for in the register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct OrganizationQuery {
    /// Part of the name, kana, code, address or telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrganizationKind>,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
