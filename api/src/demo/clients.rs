//! The API clients of the first clinic: one that reports, and one that is there to be taken leave of.

use shared::api_client::{ApiClientRequest, KeyRequest, Scope, check_client};
use shared::permission::Target;

use super::accounts::Account;
use super::keys::{CLIENT_KID, CLIENT_PUBLIC_KEY, EXAMPLE_KEY, OTHER_KID, client_id, other_client_id};
use super::seed::{DemoError, staff_member};
use crate::auth::public_key;
use crate::authorize::{RegisterApiClient, authorize};
use crate::store::Store;
use crate::store::api_client::NewApiClient;

/// Registers them, as the clinic's manager.
pub(super) async fn register(store: &Store, accounts: &[Account]) -> Result<(), DemoError> {
    let clinic = accounts.first().map(|account| account.organization_id);
    let manager = accounts.iter().find(|account| account.is_manager && Some(account.organization_id) == clinic);
    let Some(manager) = manager else { return Ok(()) };
    let (caller, _) = staff_member(manager);
    for (id, name, kid, public_key) in [
        (client_id(), "青葉レセコン", CLIENT_KID, CLIENT_PUBLIC_KEY),
        (other_client_id(), "旧レセコン", OTHER_KID, EXAMPLE_KEY),
    ] {
        let request = request(name, kid, public_key);
        let refused = |what: String| DemoError::Refused(format!("the API client {id}: {what}"));
        let checked = check_client(&request).map_err(|violations| refused(format!("{violations:?}")))?;
        let key = public_key::read(&request.key, "/key").map_err(|violation| refused(violation.message))?;
        let allowed = authorize(&caller, RegisterApiClient, &Target::own(&caller))?;
        store.register_api_client(NewApiClient { id, allowed, checked, key, ip: None }, None).await?;
    }
    Ok(())
}

fn request(name: &str, kid: &str, public_key: &str) -> ApiClientRequest {
    let key = KeyRequest { public_key: public_key.to_owned(), alg: None, kid: Some(kid.to_owned()) };
    ApiClientRequest {
        name: name.to_owned(), vendor: "あおばシステム".to_owned(), scopes: Scope::ALL.to_vec(), key
    }
}
