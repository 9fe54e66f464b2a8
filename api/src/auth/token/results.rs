//! What requests of API clients came to, on its way into the database: a moment's results are written together.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shared::api_client::{ApiClientResult, RESULTS_KEPT};
use uuid::Uuid;

use crate::store::Store;

/// The most clients whose results are held at once.
const MOST: usize = 10_000;

/// Results that aren't in the database yet.
#[derive(Debug, Default)]
pub struct ClientResults(Mutex<HashMap<Uuid, Vec<ApiClientResult>>>);

impl ClientResults {
    /// Notes one. Where too many wait, the oldest of the client is forgotten.
    pub fn note(&self, client_id: Uuid, result: ApiClientResult) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST && !held.contains_key(&client_id) {
            tracing::warn!("too many API clients at once; the result of one request is not kept");
            return;
        }
        let results = held.entry(client_id).or_default();
        if results.len() >= RESULTS_KEPT {
            results.remove(0);
        }
        results.push(result);
    }

    /// Writes down what is held. What the database doesn't take is lost: it is no record, only a help.
    pub async fn write_down(&self, store: &Store) {
        let held = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if held.is_empty() {
            return;
        }
        if let Err(error) = store.note_client_results(held).await {
            tracing::warn!(%error, "what requests of API clients came to could not be written down");
        }
    }
}
