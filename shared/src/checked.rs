//! Values that have passed their check.

use std::ops::Deref;

/// A value that its check has passed and put into its one form. Only checks build it, so that nothing unchecked can be
/// stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked<T>(T);

impl<T> Checked<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
