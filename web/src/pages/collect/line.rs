//! The rows of the grid, and where each stands.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::arrival::Arrival;
use shared::coverage::UnitCoverage;
use shared::draft::{DraftCells, DraftContent, DraftRequest};
use shared::report::{Channel, ReportView, Warning, WarningCode};
use shared::reporting_day::Profile;
use shared::{AgeBand, ReportingDay, Rule};
use uuid::Uuid;

use crate::components::Failure;
use crate::forms::sending::ContentKey;

/// Where a row stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It is being typed.
    Open,
    /// It is on its way.
    Saving,
    /// It is stored, under this receipt number; none for a statement.
    Saved(String),
    /// Cells can't be read.
    Unreadable(Vec<(AgeBand, Rule)>),
    /// Something is unusual.
    Questioned(Vec<Warning>),
    /// The unit has a report, this one.
    Clash(Box<ReportView>),
    /// The time for reports of the day is over.
    Over,
    /// Something else went wrong; what was typed stays.
    Failed(Failure),
}

/// A row of the grid.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its unit, as the list of the day knows it.
    pub unit: UnitCoverage,
    /// What was typed.
    pub cells: DraftCells,
    /// Through what the numbers came.
    pub channel: Channel,
    /// The warnings that were ticked.
    pub ticked: Vec<WarningCode>,
    /// The arrival that has the numbers.
    pub arrival: Option<Uuid>,
    /// What is usual for the unit.
    pub profile: Profile,
    /// The version of the draft on the server, once that is known.
    pub(super) draft: Option<u32>,
    /// Whether the draft is on its way to the server: the next one waits for the version that this one leads to.
    pub(super) draft_is_sent: bool,
    /// Whether somebody else types for the unit: then what is typed here is kept on the screen alone.
    pub gives_way: bool,
    /// Where it stands.
    pub standing: Standing,
    /// The key of what it says.
    pub key: ContentKey,
    /// How often it was typed in: a draft is saved when that rests.
    pub(super) strokes: u32,
}

impl Row {
    /// A row in which nothing was typed yet.
    pub(super) fn new(unit: UnitCoverage, arrival: Option<&Arrival>) -> Self {
        Self {
            unit,
            cells: DraftCells::default(),
            channel: arrival.map_or(Channel::Telephone, |arrival| arrival.channel),
            ticked: Vec::new(),
            arrival: arrival.map(|arrival| arrival.id),
            profile: Profile::default(),
            draft: None,
            draft_is_sent: false,
            gives_way: false,
            standing: Standing::Open,
            key: ContentKey::default(),
            strokes: 0,
        }
    }

    /// Whether it can still be typed in.
    pub fn is_open(&self) -> bool {
        !matches!(self.standing, Standing::Saving | Standing::Saved(_) | Standing::Clash(_))
    }

    /// What is to be saved as the draft now, for which unit and after how many keys; it counts as sent.
    pub(super) fn next_draft(&mut self) -> Option<(Uuid, u32, DraftRequest)> {
        let base_version = self.draft.filter(|_| !self.gives_way && !self.draft_is_sent)?;
        self.draft_is_sent = true;
        let content = DraftContent { cells: self.cells.clone(), adjustments: Vec::new() };
        Some((self.unit.unit_id, self.strokes, DraftRequest { base_version, content }))
    }

    /// Whether something was typed that is stored nowhere as a report.
    pub(super) fn is_unsaved(&self) -> bool {
        self.is_open() && self.cells.iter().any(|cell| !cell.trim().is_empty())
    }
}

/// A row that others hold, too.
pub type Line = ArcRwSignal<Row>;

/// The rows of each day, kept while the user looks at other pages of the program.
#[derive(Clone, Copy)]
pub struct Kept(pub(super) StoredValue<BTreeMap<ReportingDay, Vec<Line>>>);

impl Default for Kept {
    fn default() -> Self {
        Self(StoredValue::new(BTreeMap::new()))
    }
}
