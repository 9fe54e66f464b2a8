//! Accounts that a health center hands out, in the states in which nobody signs in: expired, disabled, issued.

use shared::Caller;
use shared::issuance::{BatchRow, DisableReason, check_person};
use shared::permission::Target;
use uuid::Uuid;

use super::country::{Place, id_of};
use super::seed::DemoError;
use super::{accounts, examples};
use crate::auth::activation::new_code;
use crate::auth::password::Passwords;
use crate::authorize::{DisableAccount, IssueAccount, authorize};
use crate::store::Store;
use crate::store::issuance::{Issuing, NewIssue};
use crate::store::standing::Disabling;

/// The center of the examples, issuing accounts for the unit of the examples.
pub(super) struct Desk<'a> {
    store: &'a Store,
    passwords: &'a Passwords,
    manager: Caller,
    unit: &'a Place,
}

impl<'a> Desk<'a> {
    /// Its manager at work.
    pub(super) fn new(
        store: &'a Store,
        passwords: &'a Passwords,
        places: &'a [Place],
        accounts: &[accounts::Account],
    ) -> Result<Self, DemoError> {
        let (unit_id, center_id) = (examples::unit_id(), examples::center_id());
        let absent = || DemoError::Refused("the center of the examples has no manager".to_owned());
        let manager = accounts.iter().find(|account| account.organization_id == center_id && account.is_manager);
        let unit = places.iter().find(|place| place.id == unit_id).ok_or_else(absent)?;
        Ok(Self { store, passwords, manager: manager.ok_or_else(absent)?.caller(), unit })
    }

    /// What was done when the history begins: one slip was never used, and one account was a mistake.
    pub(super) async fn open(&self) -> Result<(), DemoError> {
        self.issue(id_of(&[3, 10_001]), "見本 三郎").await?;
        let mistaken = id_of(&[3, 10_002]);
        self.issue(mistaken, "見本 四子").await?;
        let disabling = Disabling {
            allowed: authorize(&self.manager, DisableAccount, &self.target().of_account(mistaken))?,
            account_id: mistaken,
            reason: DisableReason::IssuedByMistake,
            ip: None,
        };
        self.store.disable_account(disabling, None).await?;
        Ok(())
    }

    /// What was done last: the account of the examples, whose slip waits.
    pub(super) async fn close(&self) -> Result<(), DemoError> {
        self.issue(examples::account_id(), "見本 五郎").await
    }

    fn target(&self) -> Target {
        Target::organization(self.unit.id, self.unit.kind, vec![self.manager.organization_id])
    }

    async fn issue(&self, id: Uuid, person: &str) -> Result<(), DemoError> {
        let refused = |why: String| DemoError::Refused(why);
        // Nobody has its slip: whoever wants one makes a new one.
        let code = new_code().map_err(|error| refused(error.to_string()))?;
        let code_phc = self.passwords.hash(code.as_str()).await.map_err(|error| refused(error.to_string()))?;
        let issue = NewIssue {
            id: Some(id),
            allowed: authorize(&self.manager, IssueAccount, &self.target())?,
            kind: self.unit.kind,
            prefecture_code: self.unit.prefecture_code.map(str::to_owned),
            display_name: check_person(person, "").map_err(|violation| refused(violation.message))?,
            is_manager: false,
            code_phc,
        };
        let row = BatchRow {
            organization: None,
            display_name: person.to_owned(),
            is_manager: false,
            same_name: false,
            account: None,
            code: None,
            qr_code: None,
            refusal: None,
        };
        let issuing = Issuing { rows: vec![row], issues: vec![(0, issue)], ip: None, idempotency: None };
        self.store.issue_accounts(issuing, None).await?;
        Ok(())
    }
}
