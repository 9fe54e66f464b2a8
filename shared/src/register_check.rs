//! The rules of the register that need nothing but the request, the day and the organization above.

use crate::calendar::{KindOfDay, OpeningDays};
use crate::check::MAX_DAYS_AHEAD;
use crate::checked::Checked;
use crate::day::ReportingDay;
use crate::institution_code::{CodeCheck, InstitutionCode, TypedCode};
use crate::organization::{Organization, OrganizationKind};
use crate::problem::{Rule, Violation};
use crate::register::{NewOrganizationRequest, OrganizationChange, RegisterWarning};
use crate::text::{line, optional_line, reading, telephone};

/// How many characters a name has at the most. The longest in the field has 55.
const MAX_NAME_CHARS: usize = 100;
const MAX_KANA_CHARS: usize = 200;
const MAX_ADDRESS_CHARS: usize = 200;

/// Why an organization isn't accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Rules are broken: all of them, in the order of the fields.
    Violations(Vec<Violation>),
    /// Something is doubtful, and nobody said that it is right all the same.
    Unacknowledged(RegisterWarning),
}

/// An organization that fulfills every rule that needs no look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganization {
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its name.
    pub name: String,
    /// The name's reading in katakana.
    pub kana: String,
    /// Ten digits.
    pub institution_code: Option<String>,
    /// Two digits.
    pub prefecture_code: String,
    /// Its address.
    pub address: String,
    /// Its telephone number.
    pub telephone: String,
    /// When it is open; none where it isn't asked.
    pub opening: Option<OpeningDays>,
}

/// Whether an organization of a kind may stand below one of another.
#[must_use]
pub const fn may_stand_below(kind: OrganizationKind, parent: OrganizationKind) -> bool {
    use OrganizationKind::{FollowUpCenter, HealthCenter, Institution, Ministry, Prefecture};
    matches!(
        (kind, parent),
        (Prefecture, Ministry)
            | (HealthCenter, Prefecture)
            | (Institution, HealthCenter)
            | (FollowUpCenter, Prefecture | HealthCenter)
    )
}

/// Checks an organization to be added below another.
///
/// # Errors
/// Every rule that is broken; or what is doubtful.
pub fn check_new(request: &NewOrganizationRequest, parent: &Organization) -> Result<Checked<NewOrganization>, Refusal> {
    let mut checks = Checks::default();
    let kind = request.kind;
    if !may_stand_below(kind, parent.kind) {
        checks.broken("/parent_id", Rule::NotAllowed, "Nothing of this kind stands below it.");
    }
    let organization = NewOrganization {
        kind,
        name: checks.take(line(&request.name, MAX_NAME_CHARS, "/name")),
        kana: checks.take(reading(&request.kana, MAX_KANA_CHARS, "/kana")),
        institution_code: checks.code(request.institution_code.as_deref(), kind),
        prefecture_code: checks.prefecture(request.prefecture_code.as_deref(), kind, parent),
        address: checks.take(optional_line(&request.address, MAX_ADDRESS_CHARS, "/address")),
        telephone: checks.take(telephone(&request.telephone, "/telephone")),
        opening: request.open_on.as_deref().and_then(|open_on| checks.opening(open_on, kind)),
    };
    checks.end(organization, &request.acknowledged_warnings)
}

/// Checks a change of an organization of a kind.
///
/// # Errors
/// Every rule that is broken; or what is doubtful.
pub fn check_change(
    change: &OrganizationChange,
    kind: OrganizationKind,
) -> Result<Checked<OrganizationChange>, Refusal> {
    let mut checks = Checks::default();
    let removes_code = change.institution_code.as_deref().is_some_and(|code| code.trim().is_empty());
    let institution_code =
        if removes_code { Some(String::new()) } else { checks.code(change.institution_code.as_deref(), kind) };
    let mut field = |typed: &Option<String>, check: &dyn Fn(&str) -> Result<String, Violation>| {
        typed.as_deref().map(|typed| checks.take(check(typed)))
    };
    let changed = OrganizationChange {
        name: field(&change.name, &|typed| line(typed, MAX_NAME_CHARS, "/name")),
        kana: field(&change.kana, &|typed| reading(typed, MAX_KANA_CHARS, "/kana")),
        institution_code,
        address: field(&change.address, &|typed| optional_line(typed, MAX_ADDRESS_CHARS, "/address")),
        telephone: field(&change.telephone, &|typed| telephone(typed, "/telephone")),
        active: change.active,
        acknowledged_warnings: Vec::new(),
    };
    checks.end(changed, &change.acknowledged_warnings)
}

/// Checks opening days of an organization of a kind, from a day on.
///
/// # Errors
/// Every rule that is broken.
pub fn check_opening(
    open_on: &[KindOfDay],
    valid_from: ReportingDay,
    kind: OrganizationKind,
    today: ReportingDay,
) -> Result<Checked<OpeningDays>, Vec<Violation>> {
    let mut checks = Checks::default();
    checks.coming(valid_from, today);
    let opening = checks.opening(open_on, kind);
    match opening {
        Some(opening) if checks.violations.is_empty() => Ok(Checked::new(opening)),
        _ => Err(checks.violations),
    }
}

/// Checks a move of a unit to another organization from a day on.
///
/// # Errors
/// Every rule that is broken.
pub fn check_move(
    unit: &Organization,
    parent: &Organization,
    valid_from: ReportingDay,
    today: ReportingDay,
) -> Result<(), Vec<Violation>> {
    let mut checks = Checks::default();
    let is_unit = matches!(unit.kind, OrganizationKind::Institution | OrganizationKind::FollowUpCenter);
    // Receipts and login IDs carry the prefecture: in another one a unit is registered anew.
    let fits = is_unit && may_stand_below(unit.kind, parent.kind) && unit.prefecture_code == parent.prefecture_code;
    if !fits {
        checks.broken("/parent_id", Rule::NotAllowed, "It can't stand below this one, or lies in another prefecture.");
    }
    checks.coming(valid_from, today);
    if checks.violations.is_empty() { Ok(()) } else { Err(checks.violations) }
}

/// What has been found so far.
#[derive(Default)]
struct Checks {
    violations: Vec<Violation>,
    is_doubtful: bool,
}

impl Checks {
    fn broken(&mut self, pointer: &str, rule: Rule, message: &str) {
        self.violations.push(Violation::new(pointer, rule, message));
    }

    fn take(&mut self, read: Result<String, Violation>) -> String {
        read.map_err(|violation| self.violations.push(violation)).unwrap_or_default()
    }

    fn code(&mut self, typed: Option<&str>, kind: OrganizationKind) -> Option<String> {
        const POINTER: &str = "/institution_code";
        let typed = typed?;
        if kind != OrganizationKind::Institution {
            self.broken(POINTER, Rule::NotAllowed, "Only institutions have a code.");
            return None;
        }
        match InstitutionCode::read(typed) {
            Ok(TypedCode::Whole { code, check, .. }) => {
                self.is_doubtful |= check == CodeCheck::Doubtful;
                Some(code.to_string())
            }
            Ok(TypedCode::LastSeven(_)) | Err(_) => {
                self.broken(POINTER, Rule::Malformed, "expected ten digits");
                None
            }
        }
    }

    fn prefecture(&mut self, typed: Option<&str>, kind: OrganizationKind, parent: &Organization) -> String {
        const POINTER: &str = "/prefecture_code";
        match (typed, kind) {
            (Some(code), OrganizationKind::Prefecture) => {
                if code.len() == 2 && ("01"..="47").contains(&code) && code.bytes().all(|byte| byte.is_ascii_digit()) {
                    return code.to_owned();
                }
                self.broken(POINTER, Rule::OutOfRange, "expected 01 to 47");
            }
            (None, OrganizationKind::Prefecture) => self.broken(POINTER, Rule::Required, "expected 01 to 47"),
            (Some(_), _) => self.broken(POINTER, Rule::NotAllowed, "It is that of the organization above."),
            (None, _) => {}
        }
        parent.prefecture_code.clone().unwrap_or_default()
    }

    fn opening(&mut self, open_on: &[KindOfDay], kind: OrganizationKind) -> Option<OpeningDays> {
        const POINTER: &str = "/open_on";
        if !matches!(kind, OrganizationKind::Institution | OrganizationKind::FollowUpCenter) {
            self.broken(POINTER, Rule::NotAllowed, "It is never expected to report.");
        } else if open_on.is_empty() {
            self.broken(POINTER, Rule::Required, "Who is never open doesn't take part: say so by `active`.");
        } else {
            return Some(OpeningDays::on(open_on));
        }
        None
    }

    fn coming(&mut self, valid_from: ReportingDay, today: ReportingDay) {
        if !(1..=i64::from(MAX_DAYS_AHEAD)).contains(&valid_from.days_since(today)) {
            let message = format!("Tomorrow at the earliest, at most {MAX_DAYS_AHEAD} days ahead.");
            self.violations.push(Violation::new("/valid_from", Rule::TooEarlyOrLate, message));
        }
    }

    fn end<T>(self, value: T, acknowledged: &[RegisterWarning]) -> Result<Checked<T>, Refusal> {
        if !self.violations.is_empty() {
            return Err(Refusal::Violations(self.violations));
        }
        if self.is_doubtful && !acknowledged.contains(&RegisterWarning::DoubtfulCode) {
            return Err(Refusal::Unacknowledged(RegisterWarning::DoubtfulCode));
        }
        Ok(Checked::new(value))
    }
}

#[cfg(test)]
#[path = "register_check_tests.rs"]
mod tests;
