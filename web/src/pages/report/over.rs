//! 24:00: the form of yesterday can't be sent any more; what was typed stays to be seen.

use std::sync::Arc;

use leptos::prelude::*;
use shared::reporting_day::ReportingDayView;

use super::desk::{Day, use_desk};
use crate::components::{Banner, Tone};
use crate::words::{form, t};
use crate::{clock, format};

/// The two choices after midnight; nothing before it.
#[component]
pub fn DayOver(
    /// The day that the form is for.
    view: Arc<ReportingDayView>,
) -> impl IntoView {
    let desk = use_desk();
    let over = Memo::new(move |_| desk.is_over());
    let day = view.day;
    let today = clock::today();
    let heading = move || {
        let today = today.get().max(day.plus(1));
        form::changed(&format::short_day(day), &format::short_day(today))
    };
    let who = view.center_name.clone();
    let telephone = view.center_telephone.clone();
    let contact = move || {
        let who = who.clone().unwrap_or_else(|| form::YOUR_CENTER.get().to_owned());
        let date = format::short_day(day);
        match &telephone {
            Some(number) => form::changed_contact_tel(&date, number, &who),
            None => form::changed_contact(&date, &who),
        }
    };
    let anew = move |_| {
        desk.day.set(Day::Loading);
        desk.load();
        desk.go("/report");
    };
    let contact = StoredValue::new(contact);
    view! {
        <Show when=move || over.get()>
            <Banner tone=Tone::Error heading=Signal::derive(heading) live=true>
                <p>{t(form::CHANGED_WHAT)}</p>
                <ul>
                    <li>
                        <button type="button" class="link-button" on:click=anew>
                            {move || form::changed_new(&format::short_day(today.get().max(day.plus(1))))}
                        </button>
                    </li>
                    <li>{move || contact.with_value(|contact| contact())}</li>
                </ul>
            </Banner>
        </Show>
    }
}
