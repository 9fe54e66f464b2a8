//! The fourteen columns, read from any row that has them.

pub(crate) use migrations::names::BANDS;
use sea_orm::{DbErr, QueryResult, TryGetable};

/// Reads the fourteen columns of a row, in the official order.
pub(crate) fn read<T: TryGetable + Default + Copy>(row: &QueryResult) -> Result<[T; BANDS.len()], DbErr> {
    let mut numbers = [T::default(); BANDS.len()];
    for (number, column) in numbers.iter_mut().zip(BANDS) {
        *number = row.try_get("", column)?;
    }
    Ok(numbers)
}
