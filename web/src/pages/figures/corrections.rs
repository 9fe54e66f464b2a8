//! The corrections of a day, listed under its table.

use leptos::prelude::*;
use shared::account::Role;
use shared::summary::{CorrectionKind, CorrectionList, CorrectionQuery, Level, ListedCorrection, SummaryView};

use crate::components::ListTable;
use crate::load::Load;
use crate::session::use_session;
use crate::words::figures::{corrections as says, table};
use crate::words::{Text, reason_word, t};
use crate::{api, format};

/// The section, for the figures of one day as of their instant.
#[component]
pub fn Corrections(view: SummaryView) -> impl IntoView {
    let session = use_session();
    let (level, day) = (view.level, view.to);
    let load = Load::new(move || {
        let role = session.view().map(|who| who.role);
        let query =
            CorrectionQuery { level: Some(whose(level, role)), day: Some(day), as_of: Some(view.as_of.clone()) };
        async move { api::client().corrections(&query).await }
    });
    view! {
        <section aria-labelledby="corrections-heading">
            <h2 id="corrections-heading">{t(says::HEADING)}</h2>
            {load.view(2, list)}
        </section>
    }
}

/// Whose corrections stand below a table: a center knows its units.
const fn whose(level: Level, role: Option<Role>) -> Level {
    match (level, role) {
        (Level::HealthCenter, Some(Role::HealthCenter)) => Level::Unit,
        (level, _) => level,
    }
}

fn list(list: CorrectionList) -> AnyView {
    let day = list.day;
    if list.items.is_empty() {
        return view! { <p>{move || says::none(&format::long_day(day))}</p> }.into_any();
    }
    let columns = vec![table::NAME, says::HOW, says::TARGET, says::ENTRY, says::DIFFERENCE, says::REASON];
    let rows = list.items.into_iter().map(row).collect_view();
    view! { <ListTable name=says::HEADING columns=columns numbers=&[says::DIFFERENCE]>{rows}</ListTable> }.into_any()
}

fn row(one: ListedCorrection) -> impl IntoView {
    let ListedCorrection { organization, kind, entry_day, target_day, reason, note, report_id, deltas, total, .. } =
        one;
    let sendings = one.sendings;
    let bands = move || format::changes(deltas.iter());
    view! {
        <tr>
            <th scope="row" class="sticky">{organization.name}</th>
            <td>
                {match report_id {
                    Some(id) => view! { <a href=format!("/reports/{id}")>{t(kind_word(kind))}</a> }.into_any(),
                    None => t(kind_word(kind)).into_any(),
                }}
                {(sendings > 1).then(|| view! { <span class="adjusted">{move || says::sendings(&sendings)}</span> })}
            </td>
            <td>{move || format::short_day(target_day)}</td>
            <td>{move || format::short_day(entry_day)}</td>
            <td class="number">{format::change(total)}<span class="adjusted">{bands}</span></td>
            <td>
                {reason.map(|reason| view! { {t(reason_word(reason))} })}
                {note.map(|note| view! { <span class="adjusted">{note}</span> })}
            </td>
        </tr>
    }
}

fn kind_word(kind: CorrectionKind) -> Text {
    says::kind::lookup(kind.key()).unwrap_or(Text::MISSING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_center_reads_of_its_units_and_others_of_the_rows_of_their_table() {
        for (level, role, expected) in [
            (Level::HealthCenter, Role::HealthCenter, Level::Unit),
            (Level::HealthCenter, Role::Prefecture, Level::HealthCenter),
            (Level::Unit, Role::Prefecture, Level::Unit),
            (Level::Prefecture, Role::Ministry, Level::Prefecture),
        ] {
            assert_eq!(whose(level, Some(role)), expected);
        }
        assert!(CorrectionKind::ALL.into_iter().all(|kind| kind_word(kind) != Text::MISSING));
    }
}
