//! The blank sheet for the FAX: one A4 page, for when nothing else works.

use leptos::prelude::*;
use shared::AgeBand;

use crate::components::PageHeading;
use crate::words::{Text, app, band_label, help, help::fax, receipt, t, table};

/// The sheet.
#[component]
pub fn FaxForm() -> impl IntoView {
    let print = |_| {
        // A browser that can't print leaves the page as it is.
        let _ = window().print();
    };
    let line = |word: Text, value: Option<Text>| {
        view! { <tr><th scope="row">{t(word)}</th><td>{value.map(t)}</td></tr> }
    };
    let bands = AgeBand::ALL.map(|band| view! { <tr><th scope="row">{t(band_label(band))}</th><td></td></tr> });
    view! {
        <p class="actions no-print">
            <button type="button" class="button primary" on:click=print>{t(app::PRINT)}</button>
            <a href="/help">{t(fax::BACK)}</a>
        </p>
        <article class="fax-form">
            <PageHeading text=fax::HEADING />
            <p>{t(fax::TO)}</p>
            <table class="fax-facts">
                <tbody>
                    {line(fax::UNIT, None)} {line(fax::CODE, None)} {line(fax::DAY, Some(fax::YEAR_MONTH_DAY))}
                    {line(fax::NAME, None)} {line(fax::TELEPHONE, None)}
                </tbody>
            </table>
            <p>{t(fax::NOTE)}</p>
            <table class="fax-counts">
                <thead>
                    <tr><th scope="col">{t(table::BAND)}</th><th scope="col">{t(table::COUNT)}</th></tr>
                </thead>
                <tbody>{bands.into_iter().collect_view()}</tbody>
                <tfoot><tr><th scope="row">{t(receipt::TOTAL)}</th><td></td></tr></tfoot>
            </table>
            <p>{t(fax::CLOSED)}</p>
            <p>{t(help::fax::ADJUSTMENT)}</p>
            <div class="fax-lines"></div>
        </article>
    }
}
