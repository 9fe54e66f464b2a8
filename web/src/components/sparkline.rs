//! A small line of totals with the same numbers in words beside it.

use leptos::prelude::*;

// All in tenths, which are whole numbers: writing fractions takes more code than the rest of the line.
const WIDTH: i64 = 3200;
const HEIGHT: i64 = 560;
const MARGIN: i64 = 40;

/// A line through the totals of days, oldest first; a day without a number breaks it.
#[component]
pub fn Sparkline(
    /// The totals.
    values: Vec<Option<i64>>,
    /// The same in words.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let (path, dots) = drawn(&values);
    let base = HEIGHT - MARGIN;
    view! {
        <svg class="sparkline" viewBox=format!("0 0 {} {}", tenths(WIDTH), tenths(HEIGHT)) role="img" aria-label=label>
            <line class="sparkline-base" x1="0" x2=tenths(WIDTH) y1=tenths(base) y2=tenths(base) />
            <path class="sparkline-line" d=path />
            {dots
                .into_iter()
                .map(|(x, y)| view! { <circle class="sparkline-dot" cx=tenths(x) cy=tenths(y) r="2.5" /> })
                .collect_view()}
        </svg>
    }
}

/// The line, and dots where a single day stands between days without a number or the line is short enough for them.
fn drawn(values: &[Option<i64>]) -> (String, Vec<(i64, i64)>) {
    use std::fmt::Write as _;
    let highest = values.iter().flatten().copied().max().unwrap_or(0).max(1);
    let lowest = values.iter().flatten().copied().min().unwrap_or(0).min(0);
    let steps = i64::try_from(values.len()).unwrap_or(i64::MAX).saturating_sub(1).max(1);
    let mut path = String::new();
    let mut dots = Vec::new();
    let mut pen_down = false;
    for (step, (place, value)) in (0_i64..).zip(values.iter().enumerate()) {
        let Some(value) = *value else {
            pen_down = false;
            continue;
        };
        let x = MARGIN + rounded((WIDTH - 2 * MARGIN) * step, steps);
        let y = HEIGHT - MARGIN - rounded((HEIGHT - 2 * MARGIN) * (value - lowest), highest - lowest);
        // Writing to a string can't fail.
        let _ = write!(path, "{}{} {}", if pen_down { "L" } else { "M" }, tenths(x), tenths(y));
        let alone = !pen_down && values.get(place + 1).is_none_or(Option::is_none);
        if alone || values.len() <= 31 {
            dots.push((x, y));
        }
        pen_down = true;
    }
    (path, dots)
}

/// A quotient of numbers that are not negative, rounded.
const fn rounded(number: i64, by: i64) -> i64 {
    (number + by / 2) / by
}

/// 3.5 for 35 tenths.
fn tenths(number: i64) -> String {
    format!("{}.{}", number / 10, number % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_without_a_number_breaks_the_line() {
        let (path, dots) = drawn(&[Some(0), Some(10), None, Some(5)]);
        assert_eq!(path.matches('M').count(), 2);
        assert_eq!(path.matches('L').count(), 1);
        assert_eq!(dots.len(), 3);
    }

    #[test]
    fn the_highest_total_touches_the_top_and_zero_the_base() {
        let (_, dots) = drawn(&[Some(0), Some(10)]);
        assert_eq!(dots[0].1, HEIGHT - MARGIN);
        assert_eq!(dots[1].1, MARGIN);
    }
}
