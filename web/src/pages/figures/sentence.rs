//! The sentence above the table: how many, against last week, and how much of it is there.

use leptos::prelude::*;
use shared::summary::{RowKind, SummaryState, SummaryView};

use crate::format;
use crate::words::figures::{sentence as says, state as state_words};
use crate::words::{Text, t};

/// The sentence, how far it can be relied on, and what it is compared with.
#[component]
pub fn Sentence(view: SummaryView) -> impl IntoView {
    let (day, figures) = (view.to, view.sentence);
    let total = view.rows.iter().find(|row| row.kind == RowKind::Total);
    // Of several days the rate is one of unit-days, which the table says.
    let coverage = total.filter(|_| view.from == view.to).map(|row| row.coverage);
    let line = move || {
        let (date, n) = (format::short_day(day), format::sum(figures.today));
        let d = format::change(figures.today - figures.same_weekday_last_week);
        match coverage.and_then(|coverage| coverage.percent().map(|percent| (coverage, percent))) {
            Some((coverage, percent)) => says::line(
                &format::count(coverage.covered().into()),
                &format::count(coverage.expected().into()),
                &d,
                &date,
                &n,
                &percent,
            ),
            None => says::line_bare(&d, &date, &n),
        }
    };
    let as_of = instant(&view.as_of);
    let deadline = view.deadline;
    let is_preliminary = view.state == SummaryState::Preliminary;
    let fact = |word: Text, value: String| {
        view! {
            <div>
                <dt>{t(word)}</dt>
                <dd class="number">{move || says::people(&value)}</dd>
            </div>
        }
    };
    view! {
        <section class="card sentence" data-state=view.state.key() aria-labelledby="sentence">
            <h2 id="sentence">{line}</h2>
            <p>
                <strong>{t(state_word(view.state))}</strong>
                " "
                {move || as_of.map(|as_of| says::as_of(&format::day_and_time(as_of)))}
                " "
                {is_preliminary.then(|| view! { <span>{move || says::deadline(&format::deadline(deadline, day))}</span> })}
            </p>
            <dl class="figure-facts">
                {fact(says::PREVIOUS, format::sum(figures.previous_day))}
                {fact(says::LAST_WEEK, format::sum(figures.same_weekday_last_week))}
                {fact(says::MEAN, mean(figures.seven_day_mean_tenths))}
                {figures.cumulative.map(|number| fact(says::CUMULATIVE, format::sum(number)))}
            </dl>
        </section>
    }
}

/// An instant as the service writes it, to the millisecond.
fn instant(text: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    shared::instant::read(serde_json::Value::from(text)).ok()
}

/// 62.1 for 621 tenths, with the real minus sign.
fn mean(tenths: i64) -> String {
    let digits = format::tenths(tenths.unsigned_abs());
    if tenths < 0 { format!("−{digits}") } else { digits }
}

fn state_word(state: SummaryState) -> Text {
    state_words::lookup(state.key()).unwrap_or(Text::MISSING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_and_a_mean_its_sign() {
        assert!(SummaryState::ALL.into_iter().all(|state| state_word(state) != Text::MISSING));
        assert_eq!((mean(621).as_str(), mean(-1).as_str(), mean(0).as_str()), ("62.1", "−0.1", "0.0"));
        assert!(instant("2026-11-22T09:20:00.123456Z").is_some());
    }
}
