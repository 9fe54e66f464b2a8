//! The Cabinet Office's file of public holidays, `syukujitsu.csv`: a header, then a line a holiday from 1955 on, such as
//! `2027/1/1,元日`, without zeros before digits.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use crate::day::ReportingDay;

/// The first line of the file.
const HEADER: &str = "国民の祝日・休日月日,国民の祝日・休日名称";
/// How many characters a name has at the most. The longest so far is `休日（祝日扱い）` with 8.
const MAX_NAME_CHARS: usize = 40;
/// The month in which a year has its last holidays, as every year since 1948: a list that ends earlier was cut off.
const LAST_MONTH: u32 = 11;

/// The holidays of such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// At least one.
    names: BTreeMap<ReportingDay, String>,
}

/// Why a file can't be taken. Lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// It begins otherwise.
    #[error("line 1 isn't `{HEADER}`: this isn't the Cabinet Office's syukujitsu.csv")]
    AnotherFile,
    /// It has the header and nothing else.
    #[error("the file has a header and no holidays")]
    NoHolidays,
    /// A line isn't a day and a name.
    #[error("line {line}: expected a day, a comma and a name, such as 2027/1/1,元日")]
    Columns {
        /// Where.
        line: usize,
    },
    /// The first column isn't a day.
    #[error("line {line}: `{text}` isn't a day of the calendar such as 2027/1/1")]
    NotADay {
        /// Where.
        line: usize,
        /// What is there, at most 20 characters.
        text: String,
    },
    /// The second column isn't a name.
    #[error("line {line}: a name has 1 to {MAX_NAME_CHARS} characters, none of which controls a terminal")]
    NotAName {
        /// Where.
        line: usize,
    },
    /// A day has two lines.
    #[error("line {line}: {day} has line {before} already")]
    Twice {
        /// Where.
        line: usize,
        /// Which day.
        day: ReportingDay,
        /// Where it stood first.
        before: usize,
    },
    /// A year is incomplete. The file would withdraw what it lacks.
    #[error("{year} has no holiday after October: the file was cut off, or a part of it is missing")]
    CutOff {
        /// Which year.
        year: i32,
    },
    /// All that it says is past.
    #[error("the file ends on {last}: it says nothing of coming days")]
    Past {
        /// Its last day.
        last: ReportingDay,
    },
}

impl Published {
    /// Reads a file, with or without a byte order mark, as of today.
    ///
    /// # Errors
    /// The first reason for which it can't be taken.
    pub fn read(text: &str, today: ReportingDay) -> Result<Self, Unreadable> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        // `lines` takes CRLF and LF for what they are.
        let mut lines = (1..).zip(text.lines());
        if lines.next().is_none_or(|(_, header)| header.trim() != HEADER) {
            return Err(Unreadable::AnotherFile);
        }
        let mut found = BTreeMap::<ReportingDay, (usize, String)>::new();
        for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
            let (day, name) = row(line, text)?;
            if let Some((before, _)) = found.get(&day) {
                return Err(Unreadable::Twice { line, day, before: *before });
            }
            found.insert(day, (line, name));
        }
        let published = Self { names: found.into_iter().map(|(day, (_, name))| (day, name)).collect() };
        published.check(today)?;
        Ok(published)
    }

    /// Whether something comes, and every year from this one on is complete.
    fn check(&self, today: ReportingDay) -> Result<(), Unreadable> {
        let last = *self.names.keys().next_back().ok_or(Unreadable::NoHolidays)?;
        if last <= today {
            return Err(Unreadable::Past { last });
        }
        let complete: BTreeSet<i32> =
            self.names.keys().filter(|day| day.0.month() >= LAST_MONTH).map(|day| day.0.year()).collect();
        let incomplete = self.years().find(|year| *year >= today.0.year() && !complete.contains(year));
        incomplete.map_or(Ok(()), |year| Err(Unreadable::CutOff { year }))
    }

    /// The years that it covers, from its first to its last.
    pub fn years(&self) -> impl Iterator<Item = i32> + use<> {
        let year = |day: Option<&ReportingDay>| day.map(|day| day.0.year());
        let (first, last) = (year(self.names.keys().next()), year(self.names.keys().next_back()));
        first.zip(last).into_iter().flat_map(|(first, last)| first..=last)
    }

    /// The name of the holiday that a day is; none where it is none.
    #[must_use]
    pub fn name(&self, day: ReportingDay) -> Option<&str> {
        self.names.get(&day).map(String::as_str)
    }
}

/// A line that isn't the header.
fn row(line: usize, text: &str) -> Result<(ReportingDay, String), Unreadable> {
    let (first, name) =
        text.split_once(',').filter(|(_, name)| !name.contains(',')).ok_or(Unreadable::Columns { line })?;
    let shown = || first.trim().chars().filter(|each| !each.is_control()).take(20).collect();
    let day = day(first.trim()).ok_or_else(|| Unreadable::NotADay { line, text: shown() })?;
    let name = name.trim();
    let is_name = (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if is_name { Ok((day, name.to_owned())) } else { Err(Unreadable::NotAName { line }) }
}

/// A day such as 2027/1/1, of four digits and twice one or two.
fn day(text: &str) -> Option<ReportingDay> {
    let mut parts = text.split('/');
    let mut number = |fewest: usize, most: usize| {
        let digits = parts.next().filter(|digits| (fewest..=most).contains(&digits.len()))?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok()).flatten()
    };
    let (year, month, day) = (number(4, 4)?, number(1, 2)?, number(1, 2)?);
    let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).map(ReportingDay);
    day.filter(|_| parts.next().is_none())
}

#[cfg(test)]
#[path = "published_tests.rs"]
mod tests;
