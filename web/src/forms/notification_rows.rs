//! Numbers of notifications as they are pasted from a spreadsheet: which unit each row means, and what it says.

use shared::coverage::UnitCoverage;
use shared::institution_code::{InstitutionCode, TypedCode};
use shared::notification_count::{NotificationCountRow, check_row};
use shared::{ReportingDay, Rule, paste};
use uuid::Uuid;

use super::cell;

/// Why a row isn't entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No unit of the center has this code or name.
    NoUnit,
    /// Several units have it.
    SeveralUnits,
    /// The number breaks a rule, or the unit stands before.
    Rule(Rule),
}

/// A row, as it was pasted and as it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// The code or name that stands in it.
    pub unit: String,
    /// The number that stands in it.
    pub count: String,
    /// The name of the unit that it means.
    pub name: Option<String>,
    /// What is entered, or why it isn't.
    pub row: Result<NotificationCountRow, Why>,
}

/// The rows of a text: the first cell that isn't blank is a code or a name, the last one the number. Columns are separated
/// by tabs, or by commas where a row has no tab. Blank rows and a row of headings are none.
#[must_use]
pub fn read(text: &str, units: &[UnitCoverage], day: ReportingDay, today: ReportingDay) -> Vec<Pasted> {
    let rows = paste::rows(text).into_iter().map(cells).filter(|cells| !cells.is_empty());
    let mut pasted: Vec<Pasted> = Vec::new();
    let mut accepted: Vec<NotificationCountRow> = Vec::new();
    for (place, cells) in rows.enumerate() {
        let typed = cells.last().filter(|_| cells.len() > 1).cloned().unwrap_or_default();
        let unit = cells.into_iter().next().unwrap_or_default();
        let found = find(&unit, units);
        let number = cell::count(&typed).and_then(|number| number.ok_or(Rule::Required));
        if place == 0 && found == Err(Why::NoUnit) && number.is_err() {
            continue;
        }
        let row = found.and_then(|(unit_id, _)| {
            let count = number.map_err(Why::Rule)?;
            accepted.push(NotificationCountRow { unit_id, day, count });
            let checked = check_row(&accepted, accepted.len() - 1, today).map(|row| *row);
            checked.map_err(|broken| {
                accepted.pop();
                Why::Rule(broken.first().map_or(Rule::Malformed, |violation| violation.rule))
            })
        });
        let name = found.ok().map(|(_, name)| name.to_owned());
        pasted.push(Pasted { unit, count: typed, name, row });
    }
    pasted
}

/// The cells of a row that aren't blank.
fn cells(row: Vec<String>) -> Vec<String> {
    let cells = match row.as_slice() {
        [line] => line.split([',', '，']).map(str::to_owned).collect(),
        _ => row,
    };
    cells.into_iter().map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect()
}

/// The unit that has this code, its last seven digits, or exactly this name.
fn find<'u>(typed: &str, units: &'u [UnitCoverage]) -> Result<(Uuid, &'u str), Why> {
    let is_meant = |unit: &&UnitCoverage| {
        let code = unit.institution_code.as_deref();
        match InstitutionCode::read(typed) {
            Ok(TypedCode::Whole { code: read, .. }) => code == Some(read.as_str()),
            Ok(TypedCode::LastSeven(digits)) => code.is_some_and(|code| code.ends_with(&digits)),
            Err(_) => plain(&unit.name) == plain(typed),
        }
    };
    let mut found = units.iter().filter(is_meant);
    match (found.next(), found.next()) {
        (Some(unit), None) => Ok((unit.unit_id, &unit.name)),
        (None, _) => Err(Why::NoUnit),
        (Some(_), Some(_)) => Err(Why::SeveralUnits),
    }
}

/// A name without what only looks different.
fn plain(name: &str) -> String {
    shared::unicode::nfkc(name).split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use shared::history::DayState;
    use shared::organization::{OrganizationKind, OrganizationRef};

    use super::*;

    fn unit(number: u128, name: &str, code: Option<&str>) -> UnitCoverage {
        let area = OrganizationRef { id: Uuid::nil(), kind: OrganizationKind::HealthCenter, name: String::new() };
        UnitCoverage {
            unit_id: Uuid::from_u128(number),
            kind: OrganizationKind::Institution,
            name: name.to_owned(),
            kana: String::new(),
            institution_code: code.map(str::to_owned),
            telephone: String::new(),
            area,
            scheduled: true,
            state: DayState::Missing,
            channel: None,
            known_since: None,
            report_id: None,
            usual_tenths: None,
            silent_days: 0,
            missing_tenths: 0,
            pointed_out: false,
            waiting_arrivals: 0,
            last_note: None,
        }
    }

    fn units() -> Vec<UnitCoverage> {
        vec![
            unit(1, "青葉クリニック", Some("1310110049")),
            unit(2, "緑 医院", Some("1310110056")),
            unit(3, "同名医院", None),
            unit(4, "同名医院", None),
        ]
    }

    fn read_today(text: &str) -> Vec<Pasted> {
        let today = "2026-11-22".parse().expect("a day");
        read(text, &units(), today, today)
    }

    fn said(text: &str) -> Vec<Result<(u128, u32), Why>> {
        read_today(text).into_iter().map(|pasted| pasted.row.map(|row| (row.unit_id.as_u128(), row.count))).collect()
    }

    #[test]
    fn a_unit_is_named_by_code_by_its_last_seven_digits_or_by_name_and_numbers_are_read_as_people_type_them() {
        assert_eq!(
            said("1310110049\t３\r\n0110056\t4人\r\n青葉ｸﾘﾆｯｸ\t1"),
            [Ok((1, 3)), Ok((2, 4)), Err(Why::Rule(Rule::Duplicate))]
        );
        assert_eq!(said("緑医院,0\n\n青葉クリニック，12"), [Ok((2, 0)), Ok((1, 12))]);
        assert_eq!(said("1310110049\t青葉クリニック\t7"), [Ok((1, 7))], "a column between them is for people");
    }

    #[test]
    fn a_row_of_headings_is_none_but_a_row_that_nobody_understands_is_shown() {
        assert_eq!(said("機関\t人数\n青葉クリニック\t2"), [Ok((1, 2))]);
        assert_eq!(said("青葉クリニック\t人数\n知らない医院\t2"), [Err(Why::Rule(Rule::Malformed)), Err(Why::NoUnit)]);
        let shown = &read_today("知らない医院\t2")[0];
        assert_eq!((shown.unit.as_str(), shown.count.as_str(), &shown.name), ("知らない医院", "2", &None));
    }

    #[test]
    fn what_cannot_be_entered_says_why_and_stops_no_other_row() {
        assert_eq!(
            said("同名医院\t1\n青葉クリニック\t-1\n緑医院\t100000\n青葉クリニック\n青葉クリニック\t5"),
            [
                Err(Why::SeveralUnits),
                Err(Why::Rule(Rule::OutOfRange)),
                Err(Why::Rule(Rule::OutOfRange)),
                Err(Why::Rule(Rule::Required)),
                Ok((1, 5)),
            ]
        );
        assert_eq!(said(""), []);
        assert_eq!(said("\t\n \n"), []);
    }
}
