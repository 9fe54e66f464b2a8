//! Which days are holidays in the demo: those of the table that the program carries.

use shared::ReportingDay;

/// Whether the day is a public holiday.
pub(super) fn is_holiday(day: ReportingDay) -> bool {
    shared::holidays::is_holiday(day)
}
