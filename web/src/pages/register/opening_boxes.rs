//! The days on which a unit is open, ticked.

use leptos::prelude::*;
use shared::calendar::KindOfDay;

use crate::words::office::{kind_of_day, register as words};
use crate::words::{Text, t};

/// Which kinds of day are ticked.
#[derive(Clone, Copy)]
pub struct Ticked(RwSignal<Vec<KindOfDay>>);

impl Ticked {
    /// Every day: a unit is rather asked on a day too many than forgotten.
    pub fn all() -> Self {
        Self::of(&KindOfDay::ALL)
    }

    /// These days.
    pub fn of(days: &[KindOfDay]) -> Self {
        Self(RwSignal::new(days.to_vec()))
    }

    /// The days, in the order of the week.
    pub fn days(self) -> Vec<KindOfDay> {
        KindOfDay::ALL.into_iter().filter(|day| self.0.with_untracked(|ticked| ticked.contains(day))).collect()
    }

    fn set(self, day: KindOfDay, on: bool) {
        self.0.update(|ticked| {
            ticked.retain(|other| *other != day);
            if on {
                ticked.push(day);
            }
        });
    }
}

/// The word for a kind of day.
pub fn day_word(day: KindOfDay) -> Text {
    kind_of_day::lookup(day.key()).unwrap_or(Text::MISSING)
}

/// A box a kind of day; the first has the id of the whole, so that a mistake leads to it.
#[component]
pub fn OpeningBoxes(
    /// Its id, unique on the page.
    id: &'static str,
    /// What is ticked.
    ticked: Ticked,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let one = move |day: KindOfDay| {
        let id = if day == KindOfDay::Monday { id.to_owned() } else { format!("{id}-{}", day.key()) };
        view! {
            <label class="box">
                <input
                    type="checkbox"
                    id=id
                    prop:checked=move || ticked.0.with(|ticked| ticked.contains(&day))
                    on:change=move |event| ticked.set(day, event_target_checked(&event))
                />
                {t(day_word(day))}
            </label>
        }
    };
    view! {
        <fieldset class="opening">
            <legend>{t(words::OPEN_ON)}</legend>
            <p class="field-hint">{t(words::OPEN_ON_HINT)}</p>
            <div class="boxes">{KindOfDay::ALL.map(one).into_iter().collect_view()}</div>
            {move || error.get().map(|words| view! { <p class="field-error">{words}</p> })}
        </fieldset>
    }
}
