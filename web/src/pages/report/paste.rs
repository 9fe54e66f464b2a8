//! Several values from a table: shown first, pasted when agreed to.

use leptos::prelude::*;
use shared::AgeBand;

use super::cells::{Offered, take};
use super::desk::use_desk;
use crate::components::Dialog;
use crate::format;
use crate::words::{band_label, form, t};

/// Shows what a paste would do and asks.
#[component]
pub fn PasteDialog(
    /// The paste that waits for an answer.
    offered: RwSignal<Option<Offered>>,
) -> impl IntoView {
    let desk = use_desk();
    let open = Memo::new(move |_| offered.with(Option::is_some));
    let count = move || offered.with(|offered| offered.as_ref().map_or(0, |offered| offered.preview.values));
    let agree = move |_| {
        if let Some(agreed) = offered.try_update(Option::take).flatten() {
            take(desk, agreed);
        }
    };
    view! {
        <Dialog
            id="paste-heading"
            open=open
            heading=Signal::derive(move || form::paste_heading(&count()))
            on_close=move |()| offered.set(None)
        >
            {move || offered.get().map(|offered| view! { <PreviewTable offered=offered /> })}
            <p class="actions">
                <button type="button" class="button primary" on:click=agree>{t(form::PASTE_DO)}</button>
                <button type="button" class="button quiet" on:click=move |_| offered.set(None)>
                    {t(form::PASTE_CANCEL)}
                </button>
            </p>
        </Dialog>
    }
}

#[component]
fn PreviewTable(offered: Offered) -> impl IntoView {
    let preview = offered.preview;
    let rows = AgeBand::ALL
        .into_iter()
        .zip(preview.cells)
        .skip(preview.from)
        .take(preview.values)
        .map(|(band, cell)| {
            view! { <tr><th scope="row">{t(band_label(band))}</th><td class="number">{cell}</td></tr> }
        })
        .collect_view();
    let total = preview.total.map(|(stated, sum)| {
        let words = move || {
            let n = format::count(stated);
            if stated == sum { form::paste_total_fits(&n) } else { form::paste_total_differs(&format::count(sum), &n) }
        };
        view! { <p class:field-error=stated != sum>{words}</p> }
    });
    view! {
        <div class="table-box preview">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t(form::BAND)}</th>
                        <th scope="col" class="number">{t(form::NUMBER)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {total}
    }
}
