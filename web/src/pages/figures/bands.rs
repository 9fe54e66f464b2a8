//! Patients by age: a bar and its number for each band.

use leptos::prelude::*;
use shared::summary::SummaryRow;

use crate::format;
use crate::words::figures::chart as says;
use crate::words::{band_label, t};

/// The width of a bar's picture; bars are as wide as the page lets them.
const WIDTH: i64 = 1_000;

/// A table whose middle column draws what its last says.
#[component]
pub fn Bands(total: SummaryRow) -> impl IntoView {
    let highest = total.counts.iter().map(|(_, number)| number).max().unwrap_or(0).max(1);
    let all = total.total;
    let rows = total.counts.iter().map(|(band, number)| {
        let width = WIDTH * number.max(0) / highest;
        view! {
            <tr>
                <th scope="row">{t(band_label(band))}</th>
                <td class="bar-cell">
                    <svg class="bar" viewBox=format!("0 0 {WIDTH} 10") preserveAspectRatio="none" aria-hidden="true">
                        <rect class="bar-fill" x="0" y="0" width=width.to_string() height="10" />
                    </svg>
                </td>
                <td class="number">{format::sum(number)}</td>
                <td class="number">{share(number, all)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <figure class="chart bands">
            <figcaption id="bands">{t(says::BANDS)}</figcaption>
            <table aria-labelledby="bands">
                <thead class="visually-hidden">
                    <tr>
                        <th scope="col">{t(says::BAND)}</th>
                        <td></td>
                        <th scope="col">{t(says::COUNT)}</th>
                        <th scope="col">{t(says::SHARE)}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().collect_view()}</tbody>
            </table>
        </figure>
    }
}

/// 12.3% of a sum that isn't negative; a dash where there is none.
fn share(number: i64, all: i64) -> String {
    if all <= 0 || number < 0 {
        return "–".to_owned();
    }
    let tenths = (number * 2_000 / all + 1) / 2;
    format!("{}%", format::tenths(tenths.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_to_a_tenth_of_a_percent() {
        assert_eq!(share(1, 3), "33.3%");
        assert_eq!(share(2, 3), "66.7%");
        assert_eq!(share(7, 7), "100.0%");
        assert_eq!((share(0, 0).as_str(), share(-1, 5).as_str()), ("–", "–"));
    }
}
