//! A small line of totals with the same numbers in words beside it.

use leptos::prelude::*;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 56.0;
const MARGIN: f64 = 4.0;

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
    view! {
        <svg class="sparkline" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            <line class="sparkline-base" x1="0" x2=WIDTH y1=HEIGHT - MARGIN y2=HEIGHT - MARGIN />
            <path class="sparkline-line" d=path />
            {dots.into_iter().map(|(x, y)| view! { <circle class="sparkline-dot" cx=x cy=y r="2.5" /> }).collect_view()}
        </svg>
    }
}

/// The line, and dots where a single day stands between days without a number or the line is short enough for them.
fn drawn(values: &[Option<i64>]) -> (String, Vec<(f64, f64)>) {
    use std::fmt::Write as _;
    let highest = values.iter().flatten().copied().max().unwrap_or(0).max(1);
    let lowest = values.iter().flatten().copied().min().unwrap_or(0).min(0);
    let steps = values.len().saturating_sub(1).max(1);
    let mut path = String::new();
    let mut dots = Vec::new();
    let mut pen_down = false;
    for (place, value) in values.iter().enumerate() {
        let Some(value) = *value else {
            pen_down = false;
            continue;
        };
        let x = MARGIN + (WIDTH - 2.0 * MARGIN) * as_f64(place) / as_f64(steps);
        let share = (value - lowest) as f64 / (highest - lowest) as f64;
        let y = HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * share;
        // Writing to a string can't fail.
        let _ = write!(path, "{}{x:.1} {y:.1}", if pen_down { "L" } else { "M" });
        let alone = !pen_down && values.get(place + 1).is_none_or(Option::is_none);
        if alone || values.len() <= 31 {
            dots.push((x, y));
        }
        pen_down = true;
    }
    (path, dots)
}

#[expect(clippy::cast_precision_loss, reason = "at most 92 days")]
fn as_f64(number: usize) -> f64 {
    number as f64
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
