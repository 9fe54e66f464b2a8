//! S8: the receipt of a report under an address of its own; printed it is one A4 page.

use leptos::prelude::*;
use shared::client::ClientError;
use shared::organization::OrganizationKind;
use shared::problem::{Problem, ProblemKind};
use shared::report::ReportView;
use uuid::Uuid;

use crate::components::PageHeading;
use crate::load::Load;
use crate::words::{app, band_label, channel_word, reason_word, receipt, t, table, warning_title};
use crate::{api, file_address, format, reported};

/// The page.
#[component]
pub fn ReceiptPage(
    /// The id of the report, as the address has it.
    id: String,
) -> impl IntoView {
    let id = id.parse::<Uuid>().ok();
    let report = Load::new(move || {
        async move {
            match id {
                Some(id) => match reported::take(id) {
                    Some(report) => Ok(report),
                    None => api::client().report_to_print(id).await,
                },
                // What isn't an id is treated like an id that isn't there.
                None => Err(ClientError::Problem(Box::new(Problem::new(ProblemKind::NotFound)))),
            }
        }
    });
    view! {
        <PageHeading text=receipt::HEADING />
        {report.view(8, |report| view! { <ReceiptSheet report=report /> })}
    }
}

#[component]
fn ReceiptSheet(report: ReportView) -> impl IntoView {
    let print = |_| {
        // A browser that can't print leaves the page as it is.
        let _ = window().print();
    };
    view! {
        <article class="receipt">
            <div class="receipt-panel">
                <div>
                    <p class="receipt-done">"✓ " {t(receipt::DONE)}</p>
                    <p class="receipt-number">
                        <span>{t(receipt::NUMBER)}</span>
                        " "
                        <strong>{report.receipt.number.clone()}</strong>
                    </p>
                </div>
                {report
                    .receipt
                    .qr_code
                    .as_deref()
                    .map(|svg| view! { <img class="qr-code" src=file_address::of_svg(svg) alt=t(receipt::QR) /> })}
            </div>
            <div class="receipt-body">
                <Facts report=report.clone() />
                <Counts report=report.clone() />
            </div>
            <Adjustments report=report.clone() />
            <p class="receipt-policy">{t(if report.correctable { receipt::CORRECTABLE } else { receipt::FINAL })}</p>
            <section>
                <h2>{t(receipt::NEXT)}</h2>
                <ul>
                    <li>{t(receipt::NEXT_NONE)}</li>
                    <li>{t(receipt::NEXT_KEEP)}</li>
                    <li>{t(receipt::NEXT_FIX)}</li>
                </ul>
            </section>
            <p class="actions no-print">
                {(report.correctable || !report.revisions.is_empty())
                    .then(|| {
                        let words = if report.correctable { receipt::CORRECT } else { receipt::REVISIONS };
                        view! { <a class="button" href=format!("/corrections/{}", report.id)>{t(words)}</a> }
                    })}
                <button type="button" class="button" on:click=print>{t(app::PRINT)}</button>
                <a class="button quiet" href="/history">{t(app::HISTORY)}</a>
                <a class="button quiet" href="/">{t(app::BACK_HOME)}</a>
            </p>
        </article>
    }
}

#[component]
fn Facts(report: ReportView) -> impl IntoView {
    let (day, at) = (report.entry_day, report.receipt.accepted_at);
    let unit = match report.unit.kind {
        OrganizationKind::Institution => receipt::UNIT,
        _ => receipt::UNIT_CENTER,
    };
    let by = report.entered_by;
    view! {
        <dl class="summary-list">
            <div>
                <dt>{t(receipt::DAY)}</dt>
                <dd>{move || format::long_day(day)} " (" {move || format::era(day)} ")"</dd>
            </div>
            <div><dt>{t(unit)}</dt><dd>{report.unit.name}</dd></div>
            <div><dt>{t(receipt::ACCEPTED)}</dt><dd>{move || format::day_and_time(at)}</dd></div>
            <div>
                <dt>{t(receipt::BY)}</dt>
                <dd>
                    {by.name} " / " {by.organization.name} " · " {t(channel_word(report.channel))}
                    {report.by_proxy.then(|| view! { " · " {t(receipt::PROXY)} })}
                </dd>
            </div>
            <div><dt>{t(receipt::CHECK)}</dt><dd class="mono">{report.receipt.audit_hash}</dd></div>
            {(report.revision > 1)
                .then(|| view! { <div><dt>{t(table::STATE)}</dt><dd>{move || receipt::revision(&report.revision)}</dd></div> })}
        </dl>
    }
}

#[component]
fn Counts(report: ReportView) -> impl IntoView {
    let rows = report
        .counts
        .iter()
        .map(|(band, number)| {
            view! {
                <tr class:zero=number == 0>
                    <th scope="row">{t(band_label(band))}</th>
                    <td class="number">{format::count(number.into())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="receipt-counts">
            <caption>{t(receipt::COUNTS)}</caption>
            <thead>
                <tr><th scope="col">{t(table::BAND)}</th><th scope="col" class="number">{t(table::COUNT)}</th></tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{t(receipt::TOTAL)}</th>
                    <td class="number total">{format::count(report.total)}</td>
                </tr>
            </tfoot>
        </table>
    }
}

/// Changes to earlier days and warnings that were confirmed; nothing where there are none.
#[component]
fn Adjustments(report: ReportView) -> impl IntoView {
    let adjustments = report.adjustments;
    let warnings = report.acknowledged_warnings;
    let item = |adjustment: shared::report::Adjustment| {
        let day = adjustment.target_day;
        let reason = reason_word(adjustment.reason);
        let deltas = adjustment.deltas;
        let changes = move || format::changes(deltas.iter().map(|(band, delta)| (band, delta.into())));
        view! {
            <li>
                {move || receipt::adjustment_of(&format::short_day(day), &reason.get())} ": " {changes}
                {adjustment.note.map(|note| view! { " – " {note} })}
            </li>
        }
    };
    view! {
        {(!adjustments.is_empty())
            .then(|| {
                view! {
                    <section>
                        <h2>{t(receipt::ADJUSTMENTS)}</h2>
                        <ul>{adjustments.into_iter().map(item).collect_view()}</ul>
                    </section>
                }
            })}
        {(!warnings.is_empty())
            .then(|| {
                let words = warnings.into_iter().map(|code| view! { <li>{t(warning_title(code))}</li> }).collect_view();
                view! { <section><h2>{t(receipt::ACKNOWLEDGED)}</h2><ul>{words}</ul></section> }
            })}
    }
}
