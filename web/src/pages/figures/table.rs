//! The table: organizations, 小計, follow-up centers, 合計; fourteen bands, and beside each total the coverage.

use leptos::prelude::*;
use shared::AgeBand;
use shared::coverage::Coverage;
use shared::summary::{Level, RowKind, SummaryRow, SummaryView};

use super::search::series_word;
use crate::components::ChoiceField;
use crate::format;
use crate::words::figures::table as says;
use crate::words::{Text, band_label, t};

/// In which order the organizations stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Official,
    Total,
    Coverage,
}

impl Order {
    const ALL: [(Self, &'static str, Text); 3] = [
        (Self::Official, "official", says::ORDER_OFFICIAL),
        (Self::Total, "total", says::ORDER_TOTAL),
        (Self::Coverage, "coverage", says::ORDER_COVERAGE),
    ];

    fn of(key: &str) -> Self {
        Self::ALL.into_iter().find(|(_, known, _)| *known == key).map_or(Self::Official, |(order, ..)| order)
    }

    /// Whether a row stands before another, both of which stand in the official order.
    fn before(self, one: &SummaryRow, other: &SummaryRow) -> bool {
        match self {
            Self::Official => false,
            Self::Total => one.total > other.total,
            // Where nobody is expected, nobody is late.
            Self::Coverage => one.percent.unwrap_or(100) < other.percent.unwrap_or(100),
        }
    }
}

/// The rows with those of organizations before 小計 in an order; equal ones stay as they are.
fn ordered(rows: &[SummaryRow], order: Order) -> Vec<SummaryRow> {
    let first_sum = rows.iter().position(|row| row.kind != RowKind::Organization).unwrap_or(rows.len());
    let mut placed = Vec::<SummaryRow>::with_capacity(rows.len());
    for row in &rows[..first_sum] {
        let place = placed.iter().position(|other| order.before(row, other)).unwrap_or(placed.len());
        placed.insert(place, row.clone());
    }
    placed.extend_from_slice(&rows[first_sum..]);
    placed
}

/// The table, with the choice of its order where there are rows to put in order.
#[component]
pub fn FiguresTable(view: SummaryView) -> impl IntoView {
    let (from, to, series) = (view.from, view.to, view.series);
    let caption = move || {
        let series = series_word(series).get();
        if from == to {
            says::one_day(&format::long_day(to), &series)
        } else {
            says::days(&format::short_day(from), &series, &format::short_day(to))
        }
    };
    let columns = Columns { follow_up: view.level == Level::Prefecture, cumulative: view.level != Level::Unit };
    let many = super::named(&view.rows).count() > 2;
    let negative = view.rows.iter().any(|row| row.counts.iter().any(|(_, number)| number < 0));
    let order = RwSignal::new("official".to_owned());
    let rows = StoredValue::new(view.rows);
    let sorted = move || {
        let order = order.with(|key| Order::of(key));
        rows.with_value(|rows| ordered(rows, order))
            .into_iter()
            .map(|row| view! { <Row row=row columns=columns /> })
            .collect_view()
    };
    let orders = Order::ALL.map(|(_, key, word)| (key, word)).to_vec();
    view! {
        {many.then(|| view! { <div class="no-print figure-order"><ChoiceField id="order" label=says::ORDER choices=orders value=order /></div> })}
        // A box that scrolls must be reachable by keyboard, and say what it is.
        <div class="table-box" role="region" tabindex="0" aria-label=caption>
            <table class="day-table figure-table">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="sticky">{t(says::NAME)}</th>
                        {AgeBand::ALL.map(|band| head(band_label(band))).into_iter().collect_view()}
                        {head(says::TOTAL)}
                        {columns.follow_up.then(|| head(says::FOLLOW_UP))}
                        {head(says::COVERAGE)}
                        {columns.cumulative.then(|| head(says::CUMULATIVE))}
                    </tr>
                </thead>
                <tbody>{sorted}</tbody>
            </table>
        </div>
        <p class="small">
            {t(says::NOTE)}
            {(from != to).then(|| view! { " " <span>{t(says::UNIT_DAYS)}</span> })}
            {negative.then(|| view! { " " <span>{t(says::NEGATIVE)}</span> })}
        </p>
    }
}

/// Which columns a table has beside those that every one has.
#[derive(Debug, Clone, Copy)]
struct Columns {
    follow_up: bool,
    cumulative: bool,
}

fn head(word: Text) -> impl IntoView {
    view! { <th scope="col" class="number">{t(word)}</th> }
}

#[component]
fn Row(row: SummaryRow, columns: Columns) -> impl IntoView {
    let sum = match row.kind {
        RowKind::Organization => None,
        RowKind::Subtotal => Some(says::SUBTOTAL),
        RowKind::FollowUpCenters => Some(says::FOLLOW_UP_CENTERS),
        RowKind::Total => Some(says::SUM),
    };
    let name = row.organization.map(|organization| organization.name);
    let coverage = row.coverage;
    let cell = |number: i64| view! { <td class="number" class:zero=number == 0>{format::sum(number)}</td> };
    view! {
        <tr class:figure-sum=sum.is_some()>
            <th scope="row" class="sticky">{name} {sum.map(|word| view! { <span>{t(word)}</span> })}</th>
            {row.counts.iter().map(|(_, number)| cell(number)).collect::<Vec<_>>().into_iter().collect_view()}
            <td class="number total">{format::sum(row.total)}</td>
            {columns.follow_up.then(|| cell(row.follow_up_total))}
            <td class="number">{move || covered(&coverage)}</td>
            {columns.cumulative.then(|| view! { <td class="number">{row.cumulative.map(format::sum)}</td> })}
        </tr>
    }
}

/// 12/13（92%）
pub fn covered(coverage: &Coverage) -> String {
    match coverage.percent() {
        Some(percent) => says::covered(
            &format::count(coverage.covered().into()),
            &format::count(coverage.expected().into()),
            &percent,
        ),
        None => says::NONE_EXPECTED.get().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use shared::age_band::BandSums;

    use super::*;

    fn row(kind: RowKind, total: i64, percent: Option<u32>) -> SummaryRow {
        SummaryRow {
            kind,
            organization: None,
            prefecture_code: None,
            counts: BandSums::ZERO,
            total,
            follow_up_total: 0,
            coverage: Coverage::default(),
            percent,
            cumulative: None,
            trend: Vec::new(),
        }
    }

    #[test]
    fn organizations_are_put_in_order_and_sums_stay_below() {
        let rows = [
            row(RowKind::Organization, 3, Some(90)),
            row(RowKind::Organization, 9, None),
            row(RowKind::Organization, 3, Some(40)),
            row(RowKind::Subtotal, 15, Some(1)),
            row(RowKind::Total, 99, Some(1)),
        ];
        let facts = |key| {
            let placed = ordered(&rows, Order::of(key));
            placed.iter().map(|row| (row.total, row.percent)).collect::<Vec<_>>()
        };
        let sums = [(15, Some(1)), (99, Some(1))];
        assert_eq!(facts("official")[..3], [(3, Some(90)), (9, None), (3, Some(40))]);
        assert_eq!(facts("total")[..3], [(9, None), (3, Some(90)), (3, Some(40))]);
        assert_eq!(facts("coverage")[..3], [(3, Some(40)), (3, Some(90)), (9, None)]);
        for key in ["official", "total", "coverage"] {
            assert_eq!(facts(key)[3..], sums, "{key}");
        }
    }
}
