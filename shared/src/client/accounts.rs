//! Accounts: handed out, reset, disabled, enabled, changed.

use reqwest::Method;
use uuid::Uuid;

use super::{Client, ClientError, answer};
use crate::issuance::{
    AccountBatch, AccountBatchRequest, AccountChange, AccountQuery, AccountView, DisableRequest, IssuedAccount,
    NewAccountRequest, SlipRequest,
};
use crate::organization::Page;

impl Client {
    /// `GET /accounts`
    pub async fn accounts(&self, query: &AccountQuery) -> Result<Page<AccountView>, ClientError> {
        answer(self.request(Method::GET, "/accounts").query(query)).await
    }

    /// `GET /accounts/{id}`
    pub async fn account(&self, id: Uuid) -> Result<AccountView, ClientError> {
        answer(self.request(Method::GET, &format!("/accounts/{id}"))).await
    }

    /// `POST /accounts`. Repeating it with the same key and content issues nothing again, and has no code.
    pub async fn issue_account(&self, key: &str, request: &NewAccountRequest) -> Result<IssuedAccount, ClientError> {
        answer(self.request(Method::POST, "/accounts").header("Idempotency-Key", key).json(request)).await
    }

    /// `POST /accounts/batches?dry_run=true`
    pub async fn preview_accounts(&self, request: &AccountBatchRequest) -> Result<AccountBatch, ClientError> {
        answer(self.request(Method::POST, "/accounts/batches?dry_run=true").json(request)).await
    }

    /// `POST /accounts/batches`. Repeating it with the same key and content issues nothing again, and has no codes.
    pub async fn issue_accounts(&self, key: &str, request: &AccountBatchRequest) -> Result<AccountBatch, ClientError> {
        answer(self.request(Method::POST, "/accounts/batches").header("Idempotency-Key", key).json(request)).await
    }

    /// `PATCH /accounts/{id}`
    pub async fn change_account(&self, id: Uuid, change: &AccountChange) -> Result<AccountView, ClientError> {
        answer(self.request(Method::PATCH, &format!("/accounts/{id}")).json(change)).await
    }

    /// `POST /accounts/{id}/activation-slip`
    pub async fn renew_slip(&self, id: Uuid, request: &SlipRequest) -> Result<IssuedAccount, ClientError> {
        answer(self.request(Method::POST, &format!("/accounts/{id}/activation-slip")).json(request)).await
    }

    /// `POST /accounts/{id}/disable`
    pub async fn disable_account(&self, id: Uuid, request: &DisableRequest) -> Result<AccountView, ClientError> {
        answer(self.request(Method::POST, &format!("/accounts/{id}/disable")).json(request)).await
    }

    /// `POST /accounts/{id}/enable`
    pub async fn enable_account(&self, id: Uuid) -> Result<AccountView, ClientError> {
        answer(self.request(Method::POST, &format!("/accounts/{id}/enable"))).await
    }
}
