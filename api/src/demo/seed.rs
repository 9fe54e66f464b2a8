//! Playing the country into a database: whatever happened, in the order in which it happened, through the writer.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::try_join_all;
use shared::age_band::BandCounts;
use shared::check::{Sender, check, check_statement};
use shared::day_statement::{StatementKind, StatementRequest};
use shared::organization::OrganizationRef;
use shared::permission::Target;
use shared::report::{Adjustment, Channel, EnteredBy, ReportRequest, WarningCode};
use shared::{Caller, ReportingDay, reporting_day};
use uuid::Uuid;

use super::accounts::{Account, FIRST_PASSWORD, PASSWORD, accounts};
use super::activity::{Act, What, acts};
use super::clients;
use super::country::{Place, places};
use super::examples;
use super::inbox;
use super::issuance::Desk;
use super::notifications;
use super::policies;
use super::scale;
use super::second_factors::enroll;
use crate::auth::password::Passwords;
use crate::authorize::{Denied, MakeStatement, SendReport, authorize};
use crate::clock::Clock;
use crate::store::register::{AccountRow, OrganizationRow, Registration};
use crate::store::{Location, NewReport, NewStatement, Store, StoreError, Turn};

/// How many days of history a new demo has.
const HISTORY_DAYS: u32 = 35;
/// What is recorded together: everything of so many seconds.
const TOGETHER: i64 = 20 * 60;
/// How far a clock may lie behind what was recorded.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Up to which day everything has happened.
const COMPLETE_UNTIL: &str = "demo_complete_until";

/// Why the demo can't start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is other data.
    #[error("this database wasn't made by the demo; name another file or database in NIPPO_DATABASE_URL")]
    NotADemo,
    /// A country for measuring is made in an empty database only.
    #[error("this database isn't empty; name a new file, or an empty database, in NIPPO_DATABASE_URL")]
    NotEmpty,
    /// A country for measuring was begun and not completed.
    #[error("this database holds a country for measuring that was never completed; delete it, and make it anew")]
    Unfinished,
    /// The demo was used at a later time.
    #[error("this demo was used until {0}; choose a later --clock, or another database in NIPPO_DATABASE_URL")]
    UsedLater(DateTime<Utc>),
    /// The database can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A rule refused what the demo made up.
    #[error("the demo broke a rule: {0}")]
    Refused(String),
}

impl From<Denied> for DemoError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.to_string())
    }
}

/// Makes the country if the database is empty, and lets everything happen that happened until `now`. Processes that
/// start together on one database take turns.
///
/// # Errors
/// [`DemoError`].
pub async fn prepare(location: &Location, now: DateTime<Utc>, passwords: &Passwords) -> Result<(), DemoError> {
    let turn = Turn::to_play_demo(location).await?;
    play_until(location, now, passwords).await?;
    Ok(turn.end().await?)
}

async fn play_until(location: &Location, now: DateTime<Utc>, passwords: &Passwords) -> Result<(), DemoError> {
    let clock = Clock::fixed(now);
    let store = Store::open(location, clock.clone()).await?;
    let today = reporting_day(now);
    let places = places();
    let accounts = accounts(&places);
    let is_new = store.is_empty().await?;
    let complete = if is_new {
        let first = today.minus(HISTORY_DAYS);
        clock.set(first.start() - TimeDelta::hours(15));
        let hash =
            async |password| passwords.hash(password).await.map_err(|error| DemoError::Refused(error.to_string()));
        let phcs = (hash(PASSWORD).await?, hash(FIRST_PASSWORD).await?);
        store.register(registration(&places, &accounts, first, &phcs)).await?;
        Desk::new(&store, passwords, &places, &accounts)?.open().await?;
        policies::set(&store, &accounts, first).await?;
        first.minus(1)
    } else if scale::held(&store).await?.is_some() {
        // Nothing happens in a country for measuring but what is done by hand.
        return match store.last_recorded().await? {
            recorded if recorded > now + TOLERANCE => Err(DemoError::UsedLater(recorded)),
            _ => Ok(()),
        };
    } else if store.is_demo().await? {
        let text = store.fact(COMPLETE_UNTIL).await?.unwrap_or_default();
        text.parse().unwrap_or_else(|_| today.minus(HISTORY_DAYS + 1))
    } else {
        return Err(DemoError::NotADemo);
    };
    enroll(&store, passwords, &accounts).await?;
    let recorded = store.last_recorded().await?;
    if recorded > now + TOLERANCE {
        return Err(DemoError::UsedLater(recorded));
    }
    let mut player = Player::new(&store, &clock, &places, &accounts, recorded, now);
    let mut day = complete.plus(1).max(today.minus(HISTORY_DAYS));
    if is_new {
        player.name_examples(day, today);
    }
    while day <= today {
        player.play(day, today).await?;
        day = day.plus(1);
    }
    if is_new {
        clients::register(&store, &accounts).await?;
        player.look_ahead(today).await?;
        inbox::fill(&store, &places, &accounts, today, now).await?;
        notifications::enter(&store, &places, &accounts, today).await?;
        Desk::new(&store, passwords, &places, &accounts)?.close().await?;
    }
    store.state_fact(COMPLETE_UNTIL, &today.minus(1).to_string()).await?;
    Ok(())
}

pub(super) fn registration(
    places: &[Place],
    accounts: &[Account],
    from: ReportingDay,
    (phc, first_phc): &(String, String),
) -> Registration {
    let organizations = places.iter().map(|place| OrganizationRow {
        id: place.id,
        kind: place.kind,
        name: place.name.clone(),
        kana: place.kana.clone(),
        institution_code: place.institution_code.clone(),
        prefecture_code: place.prefecture_code.map(str::to_owned),
        address: place.address.clone(),
        telephone: place.telephone.clone(),
        parent: place.parent,
        opening: place.opening.map(|opening| (opening.weekdays, opening.holidays)),
    });
    let accounts = accounts.iter().map(|account| AccountRow {
        id: account.id,
        login_id: account.login_id.clone(),
        organization_id: account.organization_id,
        kind: account.kind,
        is_manager: account.is_manager,
        display_name: account.person.to_owned(),
        password_phc: if account.must_change_password { first_phc.clone() } else { phc.clone() },
        must_change_password: account.must_change_password,
    });
    // The tree holds from long ago, so that a clock set back a little still finds it.
    let valid_from = from.minus(400);
    Registration { organizations: organizations.collect(), accounts: accounts.collect(), valid_from, is_demo: true }
}

/// Lets days happen.
struct Player<'a> {
    store: &'a Store,
    clock: &'a Clock,
    places: &'a [Place],
    units: HashMap<Uuid, &'a Place>,
    staff: HashMap<Uuid, (Caller, EnteredBy)>,
    recorded: DateTime<Utc>,
    now: DateTime<Utc>,
    /// The ids of what examples name, while a new demo is made.
    named: HashMap<(Uuid, ReportingDay), Uuid>,
}

impl<'a> Player<'a> {
    fn new(
        store: &'a Store,
        clock: &'a Clock,
        places: &'a [Place],
        accounts: &[Account],
        recorded: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        let units = places.iter().map(|place| (place.id, place)).collect();
        // The last plain account of an organization does its daily work.
        let staff = accounts.iter().filter(|account| !account.is_manager && !account.must_change_password);
        let staff = staff.map(|account| (account.organization_id, staff_member(account))).collect();
        Self { store, clock, places, units, staff, recorded, now, named: HashMap::new() }
    }

    /// Names what the examples of the contract speak of: the first report of their unit, and a statement to come.
    fn name_examples(&mut self, first: ReportingDay, today: ReportingDay) {
        let unit_id = examples::unit_id();
        let reports = |act: &Act| act.unit_id == unit_id && matches!(act.what, What::Report { .. });
        let mut days = (0..HISTORY_DAYS).map(|days| first.plus(days));
        if let Some(day) = days.find(|day| acts(self.places, *day, today).iter().any(reports)) {
            self.named.insert((unit_id, day), examples::report_id());
        }
        self.named.insert((unit_id, examples::statement_day(today)), examples::statement_id());
    }

    /// Lets the unit of the examples say that it will be closed on a day far ahead.
    async fn look_ahead(&self, today: ReportingDay) -> Result<(), DemoError> {
        let (unit_id, day) = (examples::unit_id(), examples::statement_day(today));
        let what = What::Statement(StatementKind::Closed);
        self.clock.set(self.now.max(self.recorded));
        self.perform(&Act { unit_id, day, at: self.now, entered_by: unit_id, channel: Channel::Web, what }).await
    }

    async fn play(&self, day: ReportingDay, today: ReportingDay) -> Result<(), DemoError> {
        let mut acts = acts(self.places, day, today);
        if day == today {
            for act in &mut acts {
                act.at = compressed(act.at, day, self.now);
            }
        }
        let group = |act: &Act| act.at.timestamp() / TOGETHER;
        for acts in acts.chunk_by(|one, next| group(one) == group(next)) {
            let last = acts.last().map_or(self.now, |act| act.at);
            self.clock.set(last.max(self.recorded));
            try_join_all(acts.iter().map(|act| self.perform(act))).await?;
        }
        Ok(())
    }

    async fn perform(&self, act: &Act) -> Result<(), DemoError> {
        let unknown = || DemoError::Refused("somebody unknown acted".to_owned());
        let (caller, entered_by) = self.staff.get(&act.entered_by).ok_or_else(unknown)?;
        let unit = self.units.get(&act.unit_id).ok_or_else(unknown)?;
        let target = if caller.organization_id == act.unit_id {
            Target::own(caller)
        } else {
            Target::organization(act.unit_id, unit.kind, unit.parent.into_iter().collect::<Vec<_>>())
        };
        let id = self.named.get(&(act.unit_id, act.day)).copied();
        // Where somebody has reported or made a statement by hand, that stays: such outcomes are none of ours.
        match &act.what {
            What::Statement(kind) => {
                self.store.make_statement(statement(act, *kind, (caller, entered_by), &target, id)?).await?;
            }
            What::Report { counts, adjustments } => {
                let report = report(act, counts, adjustments, (caller, entered_by), &target, id)?;
                self.store.submit_report(report).await?;
            }
        }
        Ok(())
    }
}

fn statement(
    act: &Act,
    kind: StatementKind,
    (caller, stated_by): (&Caller, &EnteredBy),
    target: &Target,
    id: Option<Uuid>,
) -> Result<NewStatement, DemoError> {
    let channel = act.channel.may_be_stated().then_some(act.channel);
    let request = StatementRequest { unit_id: Some(act.unit_id), day: act.day, kind, channel };
    let checked = check_statement(&request, act.day, Sender::of(caller, act.unit_id))
        .map_err(|violations| DemoError::Refused(format!("{violations:?}")))?;
    let allowed = authorize(caller, MakeStatement, target)?;
    let stated_by = stated_by.clone();
    Ok(NewStatement { id, allowed, checked, stated_by, arrived_at: act.at, ip: None, idempotency: None })
}

fn report(
    act: &Act,
    counts: &BandCounts,
    adjustments: &[Adjustment],
    (caller, entered_by): (&Caller, &EnteredBy),
    target: &Target,
    id: Option<Uuid>,
) -> Result<NewReport, DemoError> {
    let request = ReportRequest {
        unit_id: Some(act.unit_id),
        entry_day: act.day,
        counts: *counts,
        total: None,
        adjustments: adjustments.to_vec(),
        channel: act.channel.may_be_stated().then_some(act.channel),
        acknowledged_warnings: WarningCode::ALL.to_vec(),
    };
    let checked = check(&request, act.day, Sender::of(caller, act.unit_id))
        .map_err(|refusal| DemoError::Refused(format!("{refusal:?}")))?;
    Ok(NewReport {
        id,
        allowed: authorize(caller, SendReport, target)?,
        checked,
        channel: Channel::Web,
        entered_by: entered_by.clone(),
        ip: None,
        arrived_at: act.at,
        late_until: None,
        idempotency: None,
    })
}

pub(super) fn staff_member(account: &Account) -> (Caller, EnteredBy) {
    let caller = account.caller();
    let organization =
        OrganizationRef { id: account.organization_id, kind: account.kind, name: account.organization_name.clone() };
    (caller, EnteredBy { name: account.person.to_owned(), organization })
}

/// The same place in the part of the day that has passed as `at` has in the whole.
fn compressed(at: DateTime<Utc>, day: ReportingDay, now: DateTime<Utc>) -> DateTime<Utc> {
    const DAY_SECONDS: i64 = 86_400;
    let passed = (now - day.start()).num_milliseconds();
    let seconds = (at - day.start()).num_seconds();
    day.start() + TimeDelta::milliseconds(passed * seconds / DAY_SECONDS)
}
