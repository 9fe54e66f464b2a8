//! Questions put together with their parameters.

use sea_orm::Value;

use super::organization::{BELOW, Sight};

/// A question whose parameters are numbered as they come.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

impl Sql {
    /// A question that begins with what lies at or below the organization in sight; where that is the nation, with nothing.
    pub(crate) fn below(sight: Sight) -> Self {
        let mut sql = Self::default();
        sql.begin_below(sight);
        sql
    }

    /// Begins with what lies at or below the organization in sight. Questions that are asked together are about one sight,
    /// and the first begins so: its parameters are those of all.
    pub(crate) fn begin_below(&mut self, sight: Sight) {
        if sight.everything {
            return;
        }
        let parameters: [Value; 2] = [sight.organization_id.into(), sight.day.0.into()];
        if self.values.is_empty() {
            self.values.extend(parameters);
        } else {
            debug_assert_eq!(
                self.values.get(..2),
                Some(&parameters[..]),
                "questions asked together are about one sight"
            );
        }
        self.push(BELOW);
    }

    /// A parameter.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Goes on.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// That a column is an id in sight, after another condition.
    pub(crate) fn and_below(&mut self, sight: Sight, column: &str) {
        if !sight.everything {
            self.push(&format!(" AND {column} IN (SELECT id FROM below)"));
        }
    }
}
