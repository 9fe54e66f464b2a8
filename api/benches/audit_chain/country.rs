//! Units that have reported day after day, through the store's own writer.

use api::authorize::{SendReport, authorize};
use api::clock::Clock;
use api::store::register::{AccountRow, OrganizationRow, Registration};
use api::store::{NewReport, Store, SubmitOutcome};
use chrono::TimeDelta;
use futures_util::future::try_join_all;
use shared::age_band::BandCounts;
use shared::check::{Sender, check};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::permission::Target;
use shared::report::{Channel, EnteredBy, ReportRequest, WarningCode};
use shared::{Caller, ReportingDay, Role, reporting_day};
use uuid::Uuid;

use crate::Failure;

const UNITS: usize = 2_000;
const CENTERS: usize = 20;
/// How many reports wait for the writer together: enough for full batches, fewer than its queue holds.
const TOGETHER: usize = 1_000;

/// Registers the units and lets them report, from the clock's day on, until there are so many reports.
pub(crate) async fn make(store: &Store, clock: &Clock, reports: usize) -> Result<(), Failure> {
    let mut day = reporting_day(clock.now());
    let reporters = register(store, day).await?;
    let mut left = reports;
    while left > 0 {
        clock.set(day.start() + TimeDelta::hours(18));
        let of_day = left.min(reporters.len());
        for some in reporters[..of_day].chunks(TOGETHER) {
            let sent = some.iter().map(async |reporter| {
                let outcome = store.submit_report(reporter.report(day, clock)?).await?;
                let is_accepted = matches!(outcome, SubmitOutcome::Accepted { .. });
                if is_accepted { Ok::<_, Failure>(()) } else { Err(format!("not accepted: {outcome:?}").into()) }
            });
            try_join_all(sent).await?;
        }
        left -= of_day;
        day = day.plus(1);
    }
    Ok(())
}

/// A unit and who reports for it.
struct Reporter {
    caller: Caller,
    entered_by: EnteredBy,
    number: usize,
}

impl Reporter {
    fn of(number: usize, unit: &OrganizationRow, account: &AccountRow) -> Self {
        let organization = OrganizationRef { id: unit.id, kind: unit.kind, name: unit.name.clone() };
        let caller = Caller {
            account_id: account.id,
            role: Role::of(account.kind),
            is_manager: account.is_manager,
            organization_id: unit.id,
            organization_kind: unit.kind,
            client: None,
        };
        Self { caller, entered_by: EnteredBy { name: account.display_name.clone(), organization }, number }
    }

    /// A report of few patients.
    fn report(&self, day: ReportingDay, clock: &Clock) -> Result<NewReport, Failure> {
        let mut numbers = [0; 14];
        numbers[self.number % 14] = 1 + (self.number % 4) as u32;
        numbers[(self.number + 5) % 14] = 1;
        let request = ReportRequest {
            unit_id: None,
            entry_day: day,
            counts: BandCounts::new(numbers).unwrap_or_default(),
            total: None,
            adjustments: Vec::new(),
            channel: None,
            acknowledged_warnings: WarningCode::ALL.to_vec(),
        };
        Ok(NewReport {
            id: None,
            allowed: authorize(&self.caller, SendReport, &Target::own(&self.caller))?,
            checked: check(&request, day, Sender::Unit).map_err(|refusal| format!("{refusal:?}"))?,
            channel: Channel::Web,
            entered_by: self.entered_by.clone(),
            ip: None,
            arrived_at: clock.now(),
            late_until: None,
            idempotency: None,
        })
    }
}

async fn register(store: &Store, first: ReportingDay) -> Result<Vec<Reporter>, Failure> {
    let ministry = organization(OrganizationKind::Ministry, None);
    let prefecture = organization(OrganizationKind::Prefecture, Some(ministry.id));
    let centers: Vec<_> =
        (0..CENTERS).map(|_| organization(OrganizationKind::HealthCenter, Some(prefecture.id))).collect();
    let institutions: Vec<_> =
        (0..UNITS).map(|unit| organization(OrganizationKind::Institution, Some(centers[unit % CENTERS].id))).collect();
    let accounts: Vec<_> = institutions.iter().enumerate().map(|(number, unit)| account(number, unit)).collect();
    let of_all = institutions.iter().zip(&accounts).enumerate();
    let reporters = of_all.map(|(number, (unit, account))| Reporter::of(number, unit, account)).collect();
    let organizations = [ministry, prefecture].into_iter().chain(centers).chain(institutions).collect();
    store.register(Registration { organizations, accounts, valid_from: first.minus(400), is_demo: true }).await?;
    Ok(reporters)
}

fn organization(kind: OrganizationKind, parent: Option<Uuid>) -> OrganizationRow {
    OrganizationRow {
        id: Uuid::now_v7(),
        kind,
        name: "架空クリニック".to_owned(),
        kana: "カクウクリニック".to_owned(),
        institution_code: None,
        prefecture_code: (kind != OrganizationKind::Ministry).then(|| "13".to_owned()),
        address: String::new(),
        telephone: String::new(),
        parent,
        opening: None,
    }
}

fn account(number: usize, unit: &OrganizationRow) -> AccountRow {
    AccountRow {
        id: Uuid::now_v7(),
        login_id: format!("P13-{number:06}"),
        organization_id: unit.id,
        kind: unit.kind,
        is_manager: false,
        display_name: "青木 はるか".to_owned(),
        password_phc: String::new(),
        must_change_password: false,
    }
}
