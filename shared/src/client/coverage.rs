//! Coverage: by area and unit by unit.

use reqwest::Method;

use super::{Client, ClientError, answer};
use crate::coverage::{ContactNote, ContactNoteRequest, CoverageQuery, CoverageView, UnitCoverage, UnitCoverageQuery};
use crate::organization::Page;

impl Client {
    /// `GET /coverage`
    pub async fn coverage(&self, query: &CoverageQuery) -> Result<CoverageView, ClientError> {
        answer(self.request(Method::GET, "/coverage").query(query)).await
    }

    /// `GET /coverage/units`
    pub async fn unit_coverage(&self, query: &UnitCoverageQuery) -> Result<Page<UnitCoverage>, ClientError> {
        answer(self.request(Method::GET, "/coverage/units").query(query)).await
    }

    /// `POST /contact-notes`
    pub async fn note_contact(&self, request: &ContactNoteRequest) -> Result<ContactNote, ClientError> {
        answer(self.request(Method::POST, "/contact-notes").json(request)).await
    }
}
