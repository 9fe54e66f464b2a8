//! What a page shows, as a file for a spreadsheet.

use leptos::prelude::*;

use crate::words::figures::page as says;
use crate::words::t;

/// One link for each way of writing the characters: UTF-8 with a byte order mark, and CP932 for older Excel.
#[component]
pub fn CsvLinks(
    /// Where the service has it: a path with a query.
    #[prop(into)]
    address: Signal<String>,
) -> impl IntoView {
    let file = move |charset| move || format!("{}&format=csv&charset={charset}", address.get());
    view! {
        <a class="button quiet" download href=file("utf-8")>{t(says::CSV)}</a>
        <a class="button quiet" download href=file("cp932")>{t(says::CSV_EXCEL)}</a>
    }
}
