//! The lines around the cells: deadline, total, draft, remarks, and the choice between two windows' drafts.

use std::time::Duration;

use chrono::{DateTime, Timelike, Utc};
use leptos::prelude::*;
use shared::ReportingDay;

use super::desk::{Remark, use_desk};
use crate::components::{Banner, Tone};
use crate::forms::draft_sync::Standing;
use crate::forms::report_form::live_total;
use crate::words::{form, t};
use crate::{clock, format};

/// Until when, by the minute.
#[component]
pub fn Deadline(
    /// The day of the form.
    day: ReportingDay,
    /// Until when its report counts as in time.
    deadline: DateTime<Utc>,
) -> impl IntoView {
    let minute = Memo::new(|_| clock::now().with_second(0).and_then(|now| now.with_nanosecond(0)).unwrap_or_default());
    let left = move || {
        let left = deadline - minute.get();
        (left > chrono::TimeDelta::zero()).then(|| form::left(&format::duration(left)))
    };
    view! {
        <p class="form-deadline">
            <strong>{move || form::deadline(&format::deadline(deadline, day))}</strong>
            {left}
        </p>
    }
}

/// The total as it is typed; read out when typing rests.
#[component]
pub fn LiveTotal(
    /// The usual total, in tenths.
    #[prop(optional_no_strip)]
    average: Option<u64>,
) -> impl IntoView {
    const RESTED: Duration = Duration::from_millis(600);
    let desk = use_desk();
    let total = Memo::new(move |_| desk.content.with(|content| live_total(&content.cells)));
    let spoken = RwSignal::new(None::<u64>);
    Effect::new(move |first: Option<()>| {
        let now = total.get();
        if first.is_some() {
            let rested = move || {
                if total.try_get_untracked() == Some(now) {
                    let _ = spoken.try_set(Some(now));
                }
            };
            set_timeout(rested, RESTED);
        }
    });
    view! {
        <div class="total-row">
            <span class="total-name" id="total-name">{t(form::TOTAL)}</span>
            <strong class="total-number" aria-labelledby="total-name" id="live-total">
                {move || format::count(total.get())}
            </strong>
            {average
                .map(|tenths| {
                    view! { <span class="average">{t(form::AVERAGE)} " " {format::tenths(tenths)}</span> }
                })}
            <output class="visually-hidden" aria-live="polite" aria-labelledby="total-name">
                {move || spoken.get().map(|total| form::total_live(&format::count(total)))}
            </output>
        </div>
    }
}

/// Whether the draft is safe.
#[component]
pub fn DraftLine() -> impl IntoView {
    let desk = use_desk();
    let line = move || match (desk.sync.with(|sync| sync.standing().clone()), desk.saved_at.get()) {
        (Standing::Failed, _) => form::DRAFT_FAILED.get().to_owned(),
        (Standing::Saved, Some(at)) => form::draft_saved(&format::time(at)),
        (Standing::Quiet, Some(at)) => form::draft_restored(&format::time(at)),
        _ => String::new(),
    };
    view! { <p class="small draft-line" role="status">{line}</p> }
}

/// The last remark.
#[component]
pub fn RemarkLine() -> impl IntoView {
    let desk = use_desk();
    let line = move || {
        desk.remark.get().map(|remark| match remark {
            Remark::Folded => form::FIXED.get().to_owned(),
            Remark::MadeZero(text) => form::fixed_zero(&text),
            Remark::PasteRefused => form::PASTE_REFUSED.get().to_owned(),
            Remark::Pasted => form::PASTED.get().to_owned(),
            Remark::Undone => form::UNDONE.get().to_owned(),
        })
    };
    view! { <p class="small remark" role="status">{line}</p> }
}

/// Another window saved a draft: one of the two is to be chosen.
#[component]
pub fn DraftChoice() -> impl IntoView {
    let desk = use_desk();
    let theirs = Memo::new(move |_| {
        desk.sync.with(|sync| match sync.standing() {
            Standing::Choosing(draft) => {
                Some((draft.saved_at, draft.saved_by.clone(), live_total(&draft.content.cells)))
            }
            _ => None,
        })
    });
    let mine = move || desk.content.with(|content| live_total(&content.cells));
    move || {
        theirs.get().map(|(at, who, total)| {
            let what = move || {
                let (mine, theirs) = (format::count(mine()), format::count(total));
                form::other_what(&mine, &theirs, &format::time(at), &who)
            };
            view! {
                <Banner tone=Tone::Warning heading=form::OTHER_HEADING live=true>
                    <p>{what}</p>
                    <p class="actions">
                        <button type="button" class="button" on:click=move |_| desk.take_theirs()>
                            {t(form::OTHER_THEIRS)}
                        </button>
                        <button type="button" class="button" on:click=move |_| desk.keep_mine()>
                            {t(form::OTHER_MINE)}
                        </button>
                    </p>
                </Banner>
            }
        })
    }
}
