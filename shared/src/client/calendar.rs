//! The calendar.

use reqwest::Method;

use super::{Client, ClientError, answer};
use crate::holidays::{HolidayList, HolidayQuery};

impl Client {
    /// `GET /holidays`
    pub async fn holidays(&self, query: &HolidayQuery) -> Result<HolidayList, ClientError> {
        answer(self.request(Method::GET, "/holidays").query(query)).await
    }
}
