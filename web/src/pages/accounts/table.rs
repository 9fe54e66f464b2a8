//! The table of accounts, and the chip that shows how far an account has come.

use leptos::prelude::*;
use shared::issuance::{AccountState, AccountView};

use crate::components::ListTable;
use crate::format;
use crate::words::office::{account_state, accounts as words};
use crate::words::{Text, t};

/// The word for a state.
pub fn state_word(of: AccountState) -> Text {
    account_state::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// Icon and word of a state.
#[component]
pub fn StateChip(state: AccountState) -> impl IntoView {
    let icon = match state {
        AccountState::Issued => "✉",
        AccountState::Activated => "…",
        AccountState::FactorSet => "✓",
        AccountState::Expired => "!",
        AccountState::Disabled => "×",
    };
    view! {
        <span class="tag" data-state=state.key()>
            <span class="tag-icon" aria-hidden="true">{icon}</span>
            {t(state_word(state))}
        </span>
    }
}

/// One row an account, in the order of the answer.
#[component]
pub fn AccountTable(items: RwSignal<Vec<AccountView>>) -> impl IntoView {
    let columns = [words::ID, words::PERSON, words::ORGANIZATION, words::STATE, words::MANAGER, words::UNTIL];
    view! {
        <ListTable name=words::HEADING columns=columns.to_vec()>
            {move || items.get().into_iter().map(row).collect_view()}
        </ListTable>
    }
}

fn row(item: AccountView) -> impl IntoView {
    let until = item.slip.map(|slip| slip.expires_at);
    view! {
        <tr>
            <th scope="row" class="sticky mono"><a href=format!("/accounts/{}", item.id)>{item.login_id}</a></th>
            <td>{item.display_name}</td>
            <td>{item.organization.name}</td>
            <td><StateChip state=item.state /></td>
            <td>{item.is_manager.then(|| view! { "✓ " {t(words::MANAGER)} })}</td>
            <td>{move || until.map(format::day_and_time)}</td>
        </tr>
    }
}
