//! Events as a file, sent page by page, so that none is too long for the memory.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, web};
use futures_util::stream;
use shared::audit::{AuditEvent, AuditExportQuery, ExportFormat, check_audit};
use shared::day::jst;
use shared::organization::Page;
use shared::reporting_day;

use super::super::refusals::{Absent, Invalid};
use super::super::spreadsheet::{BYTE_ORDER_MARK, harmless, lines, written};
use super::permitted;
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::limits::exports::Exporting;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::audit::AuditSpan;
use crate::store::visible_to;

/// How many events are read at a time.
const PAGE: u32 = 500;

const HEADER: [&str; 12] = [
    "seq",
    "recorded_at",
    "actor_id",
    "actor_name",
    "organization_id",
    "organization_name",
    "action",
    "object_id",
    "outcome",
    "ip",
    "detail",
    "hash",
];

/// Export audit events
///
/// What the list has for the same caller and the same filters, as one file, the newest first. The export is itself recorded,
/// and holds what was there before. One at a time for everybody. Times of a CSV file are those of Japan; a text that a
/// spreadsheet would take for a formula begins with `'`.
#[utoipa::path(
    operation_id = "export_audit_events",
    tag = "audit",
    params(AuditExportQuery),
    responses(
        (status = 200, description = "The file.", content((String = "text/csv"), (Page<AuditEvent> = "application/json"))),
        Refusals, Absent, Invalid
    ),
    security(("session" = []))
)]
#[get("/audit-events/export")]
pub async fn export_audit_events(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<AuditExportQuery>,
) -> ApiResult<HttpResponse> {
    let (today, listed) = (reporting_day(arrival.at), query.listed());
    let asked = check_audit(&listed, today);
    let reading = state.store.reading().await?;
    let filter = permitted(&reading, &caller, &listed, today).await?;
    let mut span = reading.audit_span(visible_to(&caller, today), &asked?, filter).await?;
    reading.finish();
    let exporting = state.exports.begin(caller.account_id)?;
    let question = serde_json::to_value(&query).map_err(ApiError::internal)?;
    span.until = span.until.min(state.store.note_export(&caller, arrival.address, question).await?);
    let (media, disposition) = match query.format {
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"nippo-audit.csv\""),
        ExportFormat::Json => ("application/json", "attachment; filename=\"nippo-audit.json\""),
    };
    let file = File { state: state.into_inner(), span, format: query.format, next: Part::Begin, _exporting: exporting };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .streaming(stream::try_unfold(file, File::part)))
}

/// A file that is being sent.
struct File {
    state: Arc<AppState>,
    span: AuditSpan,
    format: ExportFormat,
    next: Part,
    /// Nobody else's: another export of the same account waits until this one is dropped.
    _exporting: Exporting,
}

/// What is sent next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Begin,
    /// A page; whether it is the first.
    Page(bool),
    Nothing,
}

impl File {
    /// The next part of the file. After a failure the connection is cut, so that no browser takes a part for the whole.
    async fn part(mut self) -> ApiResult<Option<(Bytes, Self)>> {
        let bytes = match self.next {
            Part::Begin => {
                self.next = Part::Page(true);
                begin(self.format)?
            }
            Part::Page(first) => self.page(first).await?,
            Part::Nothing => return Ok(None),
        };
        Ok(Some((bytes.into(), self)))
    }

    async fn page(&mut self, first: bool) -> ApiResult<Vec<u8>> {
        let reading = self.state.store.reading().await?;
        let events = reading.audit_events(&self.span, PAGE).await?;
        reading.finish();
        let last = events.len() < PAGE as usize;
        self.next = if last { Part::Nothing } else { Part::Page(false) };
        if let Some(event) = events.last() {
            self.span.until = event.seq;
        }
        match self.format {
            ExportFormat::Csv => rows(&events).map_err(ApiError::internal),
            ExportFormat::Json => objects(&events, first, last).map_err(ApiError::internal),
        }
    }
}

fn begin(format: ExportFormat) -> ApiResult<Vec<u8>> {
    let ExportFormat::Csv = format else { return Ok(b"{\"items\":[".to_vec()) };
    let mut writer = lines();
    writer.write_record(HEADER).map_err(ApiError::internal)?;
    Ok([BYTE_ORDER_MARK, &written(writer).map_err(ApiError::internal)?].concat())
}

fn rows(events: &[AuditEvent]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = lines();
    for event in events {
        let actor = event.actor.as_ref();
        let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        writer.write_record([
            event.seq.to_string(),
            event.recorded_at.with_timezone(&jst()).to_rfc3339_opts(chrono::SecondsFormat::Micros, false),
            text(actor.map(|actor| actor.id)),
            harmless(actor.map_or("", |actor| &actor.name)),
            text(actor.map(|actor| actor.organization.id)),
            harmless(actor.map_or("", |actor| &actor.organization.name)),
            event.action.clone(),
            text(event.object_id),
            event.outcome.clone(),
            event.ip.clone().unwrap_or_default(),
            harmless(&event.detail),
            event.hash.clone(),
        ])?;
    }
    written(writer)
}

/// Events as members of one array: `{"items": [ … ], "next_cursor": null}`.
fn objects(events: &[AuditEvent], first: bool, last: bool) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    for (place, event) in events.iter().enumerate() {
        if !(first && place == 0) {
            bytes.push(b',');
        }
        serde_json::to_writer(&mut bytes, event)?;
    }
    if last {
        bytes.extend_from_slice(b"],\"next_cursor\":null}");
    }
    Ok(bytes)
}
