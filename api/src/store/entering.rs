//! What a submission enters into the ledger, and by how much it raises the sums.

use shared::ReportingDay;
use shared::age_band::BandCounts;
use shared::organization::OrganizationKind;
use shared::report::Adjustment;
use shared::summary::Series;

use super::ledger::{Change, Common, Entries};
use super::rollup::Raises;
use super::unit::Area;

/// Entries and raises, gathered to be stored.
#[derive(Debug, Default)]
pub(crate) struct Entered {
    /// The entries of the ledger.
    pub(crate) entries: Entries,
    /// What they add to the sums.
    pub(crate) raises: Raises,
}

impl Entered {
    /// Enters a report with its adjustments. `area_of` tells in whose row the unit stands on a day.
    pub(crate) fn report<'a>(
        &mut self,
        common: &Common,
        area_of: impl Fn(ReportingDay) -> &'a Area,
        counts: &BandCounts,
        adjustments: &[Adjustment],
    ) {
        let (day, area) = (common.entry_day, area_of(common.entry_day));
        let numbers = counts.as_array().map(u32::cast_signed);
        let own =
            Change { target_day: day, target_day_area: area.id, kind: "report", reason: None, note: None, numbers };
        self.entries.push(common, 0, &own);
        for series in Series::ALL {
            let row = self.raises.row(area, kind(common), series, day);
            row.add(&numbers);
            row.count(counts.is_zero());
        }
        self.adjustments(common, area_of, adjustments);
    }

    /// Enters what a report or a supplement changes on earlier days, from line 1 on.
    pub(crate) fn adjustments<'a>(
        &mut self,
        common: &Common,
        area_of: impl Fn(ReportingDay) -> &'a Area,
        adjustments: &[Adjustment],
    ) {
        let (kind, entry_day) = (kind(common), common.entry_day);
        for (line, adjustment) in (1..).zip(adjustments) {
            let (target_day, target_area) = (adjustment.target_day, area_of(adjustment.target_day));
            let change = Change {
                target_day,
                target_day_area: target_area.id,
                kind: "adjustment",
                reason: Some(adjustment.reason),
                note: adjustment.note.as_deref(),
                numbers: *adjustment.deltas.as_array(),
            };
            self.entries.push(common, line, &change);
            self.raises.row(area_of(entry_day), kind, Series::AsEntered, entry_day).add(&change.numbers);
            self.raises.row(target_area, kind, Series::ByTargetDay, target_day).add(&change.numbers);
        }
    }
}

fn kind(common: &Common) -> &'static str {
    OrganizationKind::from(common.unit_kind).key()
}
