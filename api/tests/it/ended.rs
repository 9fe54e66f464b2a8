//! What ends a session in one process has ended it in the other: nothing about sessions is remembered between requests.

use api::auth::password::Passwords;
use api::clock::Clock;
use api::config::PasswordCost;
use shared::ProblemKind;
use shared::account::PasswordChangeRequest;
use shared::client::Client;
use shared::issuance::{AccountChange, DisableReason, DisableRequest, SlipReason, SlipRequest};
use shared::organization::OrganizationKind;

use crate::database::{self, Place, number};
use crate::harness::PASSWORD;
use crate::program::{self, Program, browser};
use crate::reports::refused;
use crate::together::Clinic;

/// What somebody, or their manager, may do about an account's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Disabling,
    Reset,
    ManagerFlag,
    Password,
}

const ENDS: [End; 4] = [End::Disabling, End::Reset, End::ManagerFlag, End::Password];

impl End {
    /// Does it at one process: as the manager, or as the person in another browser.
    async fn carry_out(self, manager: &Client, own: &Client, person: &Clinic) {
        let id = person.account_id;
        match self {
            Self::Disabling => {
                let request = DisableRequest { reason: DisableReason::PersonLeft };
                manager.disable_account(id, &request).await.map(drop)
            }
            Self::Reset => manager.renew_slip(id, &SlipRequest { reason: SlipReason::LostFactor }).await.map(drop),
            Self::ManagerFlag => {
                let change = AccountChange { is_manager: Some(true), ..AccountChange::default() };
                manager.change_account(id, &change).await.map(drop)
            }
            Self::Password => {
                let (current_password, new_password) = (PASSWORD.to_owned(), "seven cranes mend old nets".to_owned());
                own.change_password(&PasswordChangeRequest { current_password, new_password }).await.map(drop)
            }
        }
        .unwrap_or_else(|error| panic!("{self:?}: {error}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_ends_a_session_in_one_process_ends_it_in_the_other() {
    let place = Place::new().await;
    let store = place.store(&Clock::system()).await;
    let (url, db) = (place.url(), place.connection().await);
    let prefecture = database::organization(&db, OrganizationKind::Prefecture, None).await;
    let center = database::organization(&db, OrganizationKind::HealthCenter, Some(prefecture.id)).await;
    let unit = database::organization(&db, OrganizationKind::Institution, Some(center.id)).await;
    let phc = Passwords::new(PasswordCost::default()).expect("a cost").hash(PASSWORD).await.expect("a hash");
    let manager = Clinic::person(&store, &unit, true, &phc).await;
    let mut people = Vec::new();
    for end in ENDS {
        for acting in [0, 1] {
            people.push((end, acting, Clinic::person(&store, &unit, false, &phc).await));
        }
    }
    drop(store);
    let processes = if place.is_postgres() { 2 } else { 1 };
    let programs: Vec<Program> = (0..processes).map(|_| Program::serve(&url)).collect();
    let at = |place: usize| &programs[place % programs.len()];
    manager.sign_in(at(0), &db).await;
    for (end, acting, person) in &people {
        let (here, there) = (at(*acting), at(acting + 1));
        person.sign_in(there, &db).await;
        let session = || async { there.client(&person.http).session().await };
        session().await.unwrap_or_else(|error| panic!("{end:?}: {error}"));
        here.client(&person.http).session().await.expect("one session is good in both");
        let elsewhere = Clinic { http: browser(), login_id: person.login_id.clone(), ..*person };
        let own = elsewhere.sign_in(here, &db).await;
        let mine = format!(
            "SELECT count(*) FROM session WHERE account_id = (SELECT id FROM account WHERE login_id = '{}')",
            person.login_id
        );
        assert_eq!(number(&db, &mine).await, 2);
        end.carry_out(&here.client(&manager.http), &own, person).await;
        assert_eq!(refused(session().await).0, ProblemKind::SignInRequired, "{end:?}");
        // Whoever changes the own password goes on where that was done; everything else ends everywhere.
        let goes_on = own.session().await.is_ok();
        assert_eq!(goes_on, *end == End::Password, "{end:?}");
        at(0).client(&manager.http).session().await.expect("the manager's own session goes on");
    }
    drop(programs);
    program::assert_sound(&url);
}
