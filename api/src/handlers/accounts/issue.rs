//! Issuing accounts, one by one or many together. Each answer carries the plain codes, which nothing else ever does.

use std::collections::HashSet;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, post, web};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use shared::activation_code::ActivationCode;
use shared::checked::Checked;
use shared::institution_code::{InstitutionCode, TypedCode};
use shared::issuance::{
    AccountBatch, AccountBatchRequest, BatchRow, BatchRowRequest, IssuedAccount, MAX_BATCH, NewAccountRequest,
    activation_address, check_person,
};
use shared::permission::Target;
use shared::qr_code::QrCode;
use shared::{Caller, ProblemKind, ReportingDay, Rule, Violation, reporting_day};
use uuid::Uuid;

use super::super::refusals::{Absent, Conflicting, Unacceptable};
use super::super::{idempotency, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::auth::activation::new_code;
use crate::authorize::{Allowed, IssueAccount, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::{JsonBody, LargeBody};
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::issuance::{Issued, Issuing, NewIssue};
use crate::store::{InSight, Reading, visible_to};

/// How many codes of a batch are hashed at once: others sign in meanwhile.
const AT_ONCE: usize = 2;

/// Issue an account
///
/// For managers: for their own organization or one directly below; a prefecture's also for its institutions. The answer
/// carries the slip's code, once: it is kept nowhere, and a repetition of the request has none.
#[utoipa::path(
    operation_id = "issue_account",
    tag = "accounts",
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."
    )),
    request_body(content = NewAccountRequest, example = json!(examples::new_account())),
    responses(
        (status = 201, description = "Issued; its code can be used for 14 days.", body = IssuedAccount,
            headers(
                ("Location" = String, description = "Where it is: `/api/v1/accounts/{id}`."),
                ("Idempotency-Replayed" = String, description = "`true` when this answer was given before."),
            )),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/accounts")]
pub async fn issue_account(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    body: JsonBody<NewAccountRequest>,
) -> ApiResult<HttpResponse> {
    let idempotency = idempotency::of_request(&request, &caller, &body.bytes)?;
    let NewAccountRequest { organization_id, display_name, is_manager } = body.value;
    let reading = state.store.reading().await?;
    let id = organization_id.unwrap_or(caller.organization_id);
    let (allowed, found) = unit::allow_seen(&reading, &caller, IssueAccount, id, reporting_day(arrival.at)).await?;
    reading.finish();
    let display_name = check_person(&display_name, "/display_name")?;
    let (code, code_phc) = coded(&state).await?;
    let row = row(Some(&found), &display_name, is_manager);
    let issue = new_issue(allowed, &found, display_name, is_manager, code_phc);
    let issuing = Issuing { rows: vec![row], issues: vec![(0, issue)], ip: Some(arrival.address), idempotency };
    let (rows, replayed) = issued(state.store.issue_accounts(issuing, caller.holder()).await?)?;
    let account = rows.into_iter().next().and_then(|row| row.account);
    let account = account.ok_or_else(|| ApiError::internal("an account was issued that isn't there"))?;
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, format!("/api/v1/accounts/{}", account.id)));
    if replayed {
        answer.insert_header((idempotency::REPLAYED, "true"));
    }
    let code = (!replayed).then_some(code);
    let qr_code = code.as_ref().and_then(|code| drawn(&state, &account.login_id, code));
    Ok(answer.json(IssuedAccount { account, code, qr_code }))
}

/// How a batch is to be taken.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BatchQuery {
    /// Only says what would become of each row.
    #[serde(default)]
    dry_run: bool,
}

/// Issue many accounts
///
/// Up to 200 rows, each issued or refused alone. With `dry_run` nothing is issued, and each row says what would become of
/// it. For the organizations of `POST /accounts`, named by id or by ten-digit code (or its last seven digits).
#[utoipa::path(
    operation_id = "issue_accounts",
    tag = "accounts",
    params(
        BatchQuery,
        (
            "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
            description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."
        )
    ),
    request_body(content = AccountBatchRequest, example = json!(examples::account_batch())),
    responses(
        (status = 200, description = "What became of each row.", body = AccountBatch,
            headers(("Idempotency-Replayed" = String, description = "`true` when this answer was given before."))),
        Refusals, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/accounts/batches")]
pub async fn issue_accounts(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    Parameters(query): Parameters<BatchQuery>,
    body: LargeBody<AccountBatchRequest>,
) -> ApiResult<HttpResponse> {
    let idempotency = idempotency::of_request(&request, &caller, &body.0.bytes)?;
    authorize(&caller, IssueAccount, &Target::own(&caller))?;
    let asked = body.0.value.rows;
    if !(1..=MAX_BATCH).contains(&asked.len()) {
        return Err(Violation::new("/rows", Rule::OutOfRange, format!("1 to {MAX_BATCH} rows.")).into());
    }
    let (rows, ready) = judged(&state, &caller, &asked, reporting_day(arrival.at)).await?;
    if query.dry_run {
        return Ok(HttpResponse::Ok().json(AccountBatch { rows }));
    }
    let codes: Vec<_> =
        futures_util::stream::iter(&ready).map(|_| coded(&state)).buffered(AT_ONCE).try_collect().await?;
    let (issues, codes): (Vec<_>, Vec<_>) = ready
        .into_iter()
        .zip(codes)
        .map(|(ready, (code, phc))| {
            let Ready { place, allowed, found, name } = ready;
            let is_manager = asked[place].is_manager;
            ((place, new_issue(allowed, &found, name, is_manager, phc)), (place, code))
        })
        .unzip();
    let issuing = Issuing { rows, issues, ip: Some(arrival.address), idempotency };
    let (mut rows, replayed) = issued(state.store.issue_accounts(issuing, caller.holder()).await?)?;
    let mut answer = HttpResponse::Ok();
    if replayed {
        answer.insert_header((idempotency::REPLAYED, "true"));
    } else {
        for (place, code) in codes {
            let row = &mut rows[place];
            row.qr_code = row.account.as_ref().and_then(|account| drawn(&state, &account.login_id, &code));
            row.code = Some(code);
        }
    }
    Ok(answer.json(AccountBatch { rows }))
}

/// A row that can be issued.
struct Ready {
    place: usize,
    allowed: Allowed<IssueAccount>,
    found: InSight,
    name: Checked<String>,
}

/// What becomes of each row, and those that can be issued.
async fn judged(
    state: &AppState,
    caller: &Caller,
    asked: &[BatchRowRequest],
    today: ReportingDay,
) -> ApiResult<(Vec<BatchRow>, Vec<Ready>)> {
    let reading = state.store.reading().await?;
    let (mut rows, mut ready) = (Vec::with_capacity(asked.len()), Vec::with_capacity(asked.len()));
    for (place, row) in asked.iter().enumerate() {
        let found = named(&reading, caller, row, place, today).await;
        let name = check_person(&row.display_name, &format!("/rows/{place}/display_name"));
        let typed = name.as_ref().map_or(row.display_name.trim(), |name| name.as_str()).to_owned();
        let mut result = self::row(found.as_ref().ok(), &typed, row.is_manager);
        let allowed = found.and_then(|found| Ok((authorize(caller, IssueAccount, &unit::target(&found))?, found)));
        match allowed.and_then(|(allowed, found)| Ok(Ready { place, allowed, found, name: name? })) {
            Ok(fits) => ready.push(fits),
            // That the database doesn't answer is no fault of the row.
            Err(error) if error.kind().status() >= 500 => return Err(error),
            Err(error) => result.refusal = Some(error.problem().clone()),
        }
        rows.push(result);
    }
    note_same_names(&reading, &mut rows).await?;
    reading.finish();
    Ok((rows, ready))
}

/// The organization that a row names.
async fn named(
    reading: &Reading,
    caller: &Caller,
    row: &BatchRowRequest,
    place: usize,
    today: ReportingDay,
) -> ApiResult<InSight> {
    let sight = visible_to(caller, today);
    let pointer = format!("/rows/{place}/institution_code");
    let id = match (row.organization_id, row.institution_code.as_deref()) {
        (Some(_), Some(_)) => {
            return Err(Violation::new(pointer, Rule::NotAllowed, "Name it by id or by code, not by both.").into());
        }
        (None, Some(typed)) => {
            let code = match InstitutionCode::read(typed) {
                Ok(TypedCode::Whole { code, .. }) => code.to_string(),
                Ok(TypedCode::LastSeven(digits)) => digits,
                Err(rule) => return Err(Violation::new(pointer, rule, "expected ten digits, or the last seven").into()),
            };
            let mut found = reading.organizations_by_code(sight, &code).await?;
            return match (found.pop(), found.is_empty()) {
                (Some(found), true) => Ok(found),
                (Some(_), false) => Err(Violation::new(pointer, Rule::Duplicate, "Several end so.").into()),
                (None, _) => Err(ApiError::not_found()),
            };
        }
        (id, None) => id.unwrap_or(caller.organization_id),
    };
    reading.organization(sight, id).await?.ok_or_else(ApiError::not_found)
}

/// Notes which rows ask for somebody who seems to have an account.
async fn note_same_names(reading: &Reading, rows: &mut [BatchRow]) -> ApiResult<()> {
    let organizations: HashSet<Uuid> =
        rows.iter().filter_map(|row| row.organization.as_ref()).map(|organization| organization.id).collect();
    let organizations: Vec<Uuid> = organizations.into_iter().collect();
    let mut known: HashSet<(Uuid, String)> = reading.names_of_accounts(&organizations).await?.into_iter().collect();
    for row in rows {
        if let Some(organization) = &row.organization {
            row.same_name = !known.insert((organization.id, row.display_name.clone()));
        }
    }
    Ok(())
}

fn row(found: Option<&InSight>, display_name: &str, is_manager: bool) -> BatchRow {
    BatchRow {
        organization: found.map(InSight::reference),
        display_name: display_name.to_owned(),
        is_manager,
        same_name: false,
        account: None,
        code: None,
        qr_code: None,
        refusal: None,
    }
}

fn new_issue(
    allowed: Allowed<IssueAccount>,
    found: &InSight,
    display_name: Checked<String>,
    is_manager: bool,
    code_phc: String,
) -> NewIssue {
    let prefecture_code = found.organization.prefecture_code.clone();
    NewIssue { id: None, allowed, kind: found.organization.kind, prefecture_code, display_name, is_manager, code_phc }
}

/// A new code with its hash.
pub(super) async fn coded(state: &AppState) -> ApiResult<(ActivationCode, String)> {
    let code = new_code()?;
    let phc = state.passwords.hash(code.as_str()).await?;
    Ok((code, phc))
}

/// The QR code of a slip.
pub(super) fn drawn(state: &AppState, login_id: &str, code: &ActivationCode) -> Option<String> {
    let address = activation_address(state.config.issuer(), login_id, code);
    QrCode::of(&address).map(|drawn| drawn.svg())
}

fn issued(outcome: Option<Issued>) -> ApiResult<(Vec<BatchRow>, bool)> {
    match outcome.ok_or(ProblemKind::SignInRequired)? {
        Issued::Rows { rows, replayed } => Ok((rows, replayed)),
        Issued::KeyReused => Err(ProblemKind::KeyReused.into()),
    }
}
