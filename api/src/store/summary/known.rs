//! What every table is made of, read in two trips: what its questions depend on, and their answers. The nation's needs no
//! more; those of areas and units go on with their sums.

use chrono::{DateTime, Utc};
use shared::correction::PlacedPolicy;
use shared::holidays::Holidays;
use shared::summary::{CarriedForward, CheckedSummary, Level};

use super::places::{self, Place};
use super::{Moment, carried_forward, wide};
use crate::store::audit::Chain;
use crate::store::coverage::areas::{Asked, By, OfUnits};
use crate::store::organization::Sight;
use crate::store::{Days, Reading, StoreError, holidays, settings};

/// What the questions depend on.
pub(super) struct Before {
    pub(super) moment: Moment,
    pub(super) holidays: Holidays,
    /// Those that have begun by the last day.
    pub(super) policies: Vec<PlacedPolicy>,
}

/// What is known of a table, as far as its level has it.
pub(super) struct Known {
    pub(super) places: Vec<Place>,
    /// The sums of prefectures or the nation.
    pub(super) wide: Option<wide::Read>,
    /// How the units stood on the days of the table, now; none where it isn't counted, or what is counted is in doubt.
    pub(super) counted: Option<Vec<OfUnits>>,
    pub(super) carried: Vec<(Place, CarriedForward)>,
}

impl Reading {
    /// Asks for what the questions depend on.
    pub(super) async fn ask_first(&self, asked: &CheckedSummary, now: DateTime<Utc>) -> Result<Before, StoreError> {
        let mut questions = self.questions();
        let chain = Chain::ask(&mut questions);
        let holidays = holidays::ask(&mut questions, days(asked));
        let policies = settings::ask_policies(&mut questions, asked.to);
        let answers = self.answers(questions).await?;
        Ok(Before {
            moment: Moment::of(&Chain::read(&answers, &chain)?, asked.as_of, now),
            holidays: holidays::read(&answers, &holidays)?,
            policies: settings::read_policies(&answers, &policies)?,
        })
    }

    /// Asks the questions that every table of a level asks alike.
    pub(super) async fn ask_known(
        &self,
        sight: Sight,
        asked: &CheckedSummary,
        moment: Moment,
        holidays: &Holidays,
    ) -> Result<Known, StoreError> {
        let of_areas = asked.level != Level::Unit;
        let by = if asked.level == Level::HealthCenter { By::Area } else { By::Prefecture };
        let mut questions = self.questions();
        let places = places::ask(&mut questions, sight, asked.level, moment.as_of);
        let carried = of_areas.then(|| carried_forward::ask(&mut questions, sight, moment.as_of));
        let counted =
            (of_areas && !moment.is_past).then(|| Asked::ask(&mut questions, sight, days(asked), by, holidays));
        let wide = places::is_wide(sight, asked.level).then(|| wide::Asked::ask(&mut questions, asked));
        let answers = self.answers(questions).await?;
        Ok(Known {
            places: places::read(&answers, &places)?,
            wide: wide.map(|wide| wide.read(&answers)).transpose()?,
            counted: counted.map(|counted| counted.read(&answers)).transpose()?.flatten(),
            carried: carried.map(|carried| carried_forward::read(&answers, &carried)).transpose()?.unwrap_or_default(),
        })
    }
}

/// The days of a table.
fn days(asked: &CheckedSummary) -> Days {
    Days { from: asked.from, to: asked.to }
}
