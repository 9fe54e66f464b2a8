//! What a health center has before it in the evening: the units of a day, its inbox, and the rows that it enters.

use std::pin::Pin;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::ReportingDay;
use shared::arrival::{Arrival, ArrivalBatch, ArrivalBatchQuery, ArrivalCounts, ArrivalQuery, ArrivalState};
use shared::client::ClientError;
use shared::coverage::{UnitCoverage, UnitCoverageQuery};
use shared::draft::{Draft, DraftQuery, UnitDraft, is_taken};
use shared::reporting_day::UnitQuery;
use uuid::Uuid;

use super::line::{Kept, Line, Row, Standing};
use crate::api;
use crate::components::focus_on;
use crate::forms::grid_keys::Place;
use crate::session::{Session, use_session};

/// How long after the last key a draft is saved.
const RESTED: Duration = Duration::from_secs(2);
/// How many items a page of a list has.
const PAGE: u32 = 200;

/// What was loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    units: Vec<UnitCoverage>,
    batch: Option<ArrivalBatch>,
    arrivals: Vec<Arrival>,
    drafts: Vec<UnitDraft>,
}

/// The evening of a day.
#[derive(Clone, Copy)]
pub struct Evening {
    pub session: Session,
    pub day: ReportingDay,
    pub units: RwSignal<Vec<UnitCoverage>>,
    pub batch: RwSignal<Option<ArrivalBatch>>,
    pub arrivals: RwSignal<Vec<Arrival>>,
    pub rows: RwSignal<Vec<Line>>,
    /// The cell that Tab comes to.
    pub active: RwSignal<Place>,
    /// What was done last, for those who hear the page.
    pub said: RwSignal<String>,
    /// What was typed and not sent, as it was when the page was opened.
    drafts: StoredValue<Vec<UnitDraft>>,
    kept: Kept,
}

impl Evening {
    /// The evening of a day, with the rows that were typed before.
    pub fn new(day: ReportingDay) -> Self {
        let kept = expect_context::<Kept>();
        let rows = kept.0.with_value(|days| days.get(&day).cloned().unwrap_or_default());
        let evening = Self {
            session: use_session(),
            day,
            units: RwSignal::new(Vec::new()),
            batch: RwSignal::new(None),
            arrivals: RwSignal::new(Vec::new()),
            rows: RwSignal::new(rows),
            active: RwSignal::new(Place::default()),
            said: RwSignal::new(String::new()),
            drafts: StoredValue::default(),
            kept,
        };
        let leaving = window_event_listener(leptos::ev::beforeunload, move |event| {
            if evening.rows.with_untracked(|rows| rows.iter().any(|row| row.with_untracked(Row::is_unsaved))) {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
        evening
    }

    /// Loads all that is known of a day.
    pub async fn load(day: ReportingDay) -> Result<Opened, ClientError> {
        let units = units_of(day).await?;
        let batch = open_batch(day).await?;
        let arrivals = match &batch {
            Some(batch) => arrivals_of(batch.id).await?,
            None => Vec::new(),
        };
        // No more rows than that are sent together.
        let query = DraftQuery { day: Some(day), cursor: None, limit: Some(PAGE) };
        let drafts = api::client().drafts(&query).await?.items;
        Ok(Opened { units, batch, arrivals, drafts })
    }

    /// Takes up what was loaded: a row for each arrival of a registered unit that is open, for each unit for which something
    /// was typed here and not sent, and for the unit of the address.
    pub fn take(self, opened: Opened, asked: Option<Uuid>) {
        self.units.set(opened.units);
        self.batch.set(opened.batch);
        self.arrivals.set(opened.arrivals.clone());
        let typed: Vec<Uuid> = opened.drafts.iter().filter(|typed| typed.by_proxy).map(|typed| typed.unit_id).collect();
        self.drafts.set_value(opened.drafts);
        for arrival in opened.arrivals.iter().filter(|arrival| arrival.state == ArrivalState::Open) {
            if let Some(unit) = &arrival.unit {
                self.add(unit.id, Some(arrival));
            }
        }
        for unit in typed {
            self.add(unit, None);
        }
        if let Some(place) = asked.and_then(|unit| self.add(unit, None)) {
            self.go(Place { row: place, column: 0 });
        }
    }

    /// Makes a row for a unit, or finds the one that is there; its place.
    pub fn add(self, unit_id: Uuid, arrival: Option<&Arrival>) -> Option<usize> {
        let there = self
            .rows
            .with_untracked(|rows| rows.iter().position(|row| row.with_untracked(|row| row.unit.unit_id == unit_id)));
        if let (Some(place), Some(arrival)) = (there, arrival) {
            let row = self.rows.with_untracked(|rows| rows.get(place).cloned())?;
            if row.with_untracked(|row| row.arrival.is_none()) {
                row.update(|row| row.arrival = Some(arrival.id));
            }
        }
        if there.is_some() {
            return there;
        }
        let unit = self.units.with_untracked(|units| units.iter().find(|unit| unit.unit_id == unit_id).cloned())?;
        let line = ArcRwSignal::new(Row::new(unit, arrival));
        self.rows.update(|rows| rows.push(line.clone()));
        let rows = self.rows.get_untracked();
        let place = rows.len() - 1;
        self.kept.0.update_value(|days| drop(days.insert(self.day, rows)));
        self.prepare(line);
        Some(place)
    }

    /// Asks what is usual for the unit, whether it has reported, and what was typed for it before.
    fn prepare(self, line: Line) {
        let (unit_id, report_id) = line.with_untracked(|row| (row.unit.unit_id, row.unit.report_id));
        spawn_local(async move {
            let query = UnitQuery { unit_id: Some(unit_id) };
            let Ok(view) = self.session.call(api::client().reporting_day(&query)).await else { return };
            let of_today = view.day == self.day;
            let draft = match of_today {
                true => view.draft,
                false => self.typed_before(unit_id),
            };
            let is_kept = is_taken(self.day, view.day, true);
            let existing = match report_id.filter(|_| !of_today) {
                Some(id) => self.session.call(api::client().report(id)).await.ok().map(Box::new),
                None => view.report.filter(|_| of_today),
            };
            line.update(|row| {
                row.profile = view.profile;
                if let Some(report) = existing.filter(|_| row.is_open()) {
                    row.standing = Standing::Clash(report);
                }
                if is_kept {
                    row.draft = Some(draft.as_ref().map_or(0, |draft| draft.version));
                    match draft {
                        Some(draft) if row.strokes == 0 => row.cells = draft.content.cells,
                        there => row.gives_way = there.is_some(),
                    }
                }
            });
            // Keys may have rested before the draft's version was known.
            if line.with_untracked(|row| row.strokes > 0 && row.is_open()) {
                self.save_draft(line);
            }
        });
    }

    /// What was typed for a unit and not sent, as it was when the page was opened.
    fn typed_before(self, unit_id: Uuid) -> Option<Draft> {
        self.drafts
            .with_value(|drafts| drafts.iter().find(|typed| typed.unit_id == unit_id).map(|typed| typed.draft.clone()))
    }

    /// Takes what was typed into a cell, and saves the draft when typing rests.
    pub fn type_into(self, line: &Line, column: usize, typed: String) {
        line.update(|row| {
            if let Some(cell) = row.cells.get_mut(column) {
                *cell = typed;
            }
            row.standing = Standing::Open;
            row.strokes += 1;
        });
        let (line, strokes) = (line.clone(), line.with_untracked(|row| row.strokes));
        set_timeout(
            move || {
                if line.with_untracked(|row| row.strokes == strokes && row.is_open()) {
                    self.save_draft(line);
                }
            },
            RESTED,
        );
    }

    /// Saves the draft of a row, unless somebody else types for the unit; one request after the other.
    fn save_draft(self, line: Line) {
        let Some((unit_id, strokes, request)) = line.write_untracked().next_draft() else { return };
        spawn_local(async move {
            let answer = self.session.call(api::client().put_draft(unit_id, self.day, &request)).await;
            let is_behind = line.try_update(|row| {
                row.draft_is_sent = false;
                match answer {
                    Ok(draft) => row.draft = Some(draft.version),
                    Err(error) if api::kind(&error) == Some(ProblemKind::DraftChanged) => row.gives_way = true,
                    // It is tried again after the next key; what was typed is on the screen.
                    Err(_) => return false,
                }
                row.is_open() && row.strokes != strokes
            });
            if is_behind == Some(true) {
                self.save_draft(line);
            }
        });
    }

    /// Goes to a cell, once the rows are drawn.
    pub fn go(self, place: Place) {
        self.active.set(place);
        request_animation_frame(move || focus_on(&cell_id(place)));
    }

    /// The row that the active cell is in.
    pub fn active_row(self) -> Option<Line> {
        self.rows.with(|rows| rows.get(self.active.get().row).cloned())
    }

    /// How many arrivals the batch has, by what has become of them.
    pub fn counts(self) -> ArrivalCounts {
        let mut counts = ArrivalCounts::default();
        self.arrivals.with(|arrivals| arrivals.iter().for_each(|arrival| counts.add(arrival.state)));
        counts
    }

    /// Puts an arrival as it is now in the place of what it was.
    pub fn settled(self, arrival: Arrival) {
        self.arrivals.update(|arrivals| {
            if let Some(known) = arrivals.iter_mut().find(|known| known.id == arrival.id) {
                *known = arrival;
            }
        });
    }
}

/// The id of a cell.
pub fn cell_id(place: Place) -> String {
    format!("cell-{}-{}", place.row, place.column)
}

/// The open batch of a day.
pub async fn open_batch(day: ReportingDay) -> Result<Option<ArrivalBatch>, ClientError> {
    let query = ArrivalBatchQuery { day: Some(day), open: Some(true), ..ArrivalBatchQuery::default() };
    Ok(api::client().arrival_batches(&query).await?.items.into_iter().next())
}

/// All arrivals of a batch.
pub async fn arrivals_of(batch_id: Uuid) -> Result<Vec<Arrival>, ClientError> {
    let mut query = ArrivalQuery { batch_id, cursor: None, limit: Some(PAGE) };
    let mut arrivals = Vec::new();
    loop {
        let page = api::client().arrivals(&query).await?;
        arrivals.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return Ok(arrivals);
        }
    }
}

/// The units of the center, with what is known of their day. Boxed, since two pages load them.
pub fn units_of(day: ReportingDay) -> Pin<Box<dyn Future<Output = Result<Vec<UnitCoverage>, ClientError>>>> {
    Box::pin(async move {
        let mut units = Vec::new();
        let mut query = UnitCoverageQuery { day: Some(day), limit: Some(PAGE), ..UnitCoverageQuery::default() };
        loop {
            let page = api::client().unit_coverage(&query).await?;
            units.extend(page.items);
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                return Ok(units);
            }
        }
    })
}
