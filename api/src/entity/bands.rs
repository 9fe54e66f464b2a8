//! The fourteen columns that every table of numbers has: named by the bands' keys, here and nowhere else in this crate.

use sea_orm::{DbErr, QueryResult, TryGetable};
use shared::AgeBand;

/// The columns' names, in the official order.
pub(crate) const BANDS: [&str; AgeBand::COUNT] = between([], []);

/// The names of columns before the fourteen, theirs, and those after them.
pub(crate) const fn between<const BEFORE: usize, const AFTER: usize, const ALL: usize>(
    before: [&'static str; BEFORE],
    after: [&'static str; AFTER],
) -> [&'static str; ALL] {
    assert!(ALL == BEFORE + AgeBand::COUNT + AFTER, "the names and the fourteen are all the columns");
    let mut all = [""; ALL];
    let mut place = 0;
    while place < ALL {
        all[place] = if place < BEFORE {
            before[place]
        } else if place < BEFORE + AgeBand::COUNT {
            AgeBand::ALL[place - BEFORE].key()
        } else {
            after[place - BEFORE - AgeBand::COUNT]
        };
        place += 1;
    }
    all
}

/// Reads the fourteen columns of a row, in the official order.
pub(crate) fn read<T: TryGetable + Default + Copy>(row: &QueryResult) -> Result<[T; AgeBand::COUNT], DbErr> {
    let mut numbers = [T::default(); AgeBand::COUNT];
    for (number, column) in numbers.iter_mut().zip(BANDS) {
        *number = row.try_get("", column)?;
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use sea_orm::{EntityTrait, Iterable};

    use super::*;
    use crate::entity::{carried_forward, daily_rollup, ledger_entry};

    #[test]
    fn migrations_and_models_name_the_columns_as_the_bands_are_called() {
        assert_eq!(BANDS, migrations::names::BANDS);
        assert_eq!(names::<ledger_entry::Entity>(), BANDS);
        assert_eq!(names::<daily_rollup::Entity>(), BANDS);
        assert_eq!(names::<carried_forward::Entity>(), BANDS);
    }

    /// The columns of a model that are bands, in its order.
    fn names<E: EntityTrait>() -> Vec<String> {
        let columns = E::Column::iter().map(|column| sea_orm::IdenStatic::as_str(&column).to_owned());
        columns.filter(|name| AgeBand::from_key(name).is_some()).collect()
    }

    #[test]
    fn columns_stand_before_and_after_the_fourteen() {
        let all: [&str; 17] = between(["a", "b"], ["z"]);
        assert_eq!((all[1], all[2], all[15], all[16]), ("b", "age_0", "unknown", "z"));
    }
}
