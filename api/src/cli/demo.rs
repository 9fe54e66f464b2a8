//! `nippo demo`.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;
use shared::reporting_day;

use super::maintenance::location;
use super::{Failure, put_out};
use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::config::{Config, PasswordCost};
use crate::demo::DemoSignIn;
use crate::demo::scale::{self, Plan, Progress, Scale};

/// How often the state is told where nobody watches.
const EVERY: Duration = Duration::from_secs(10);

/// Makes a country for measuring whose last day is yesterday.
pub(super) async fn make(scale: Scale, days: u32) -> Result<(), Failure> {
    let url = Config::demo_database_url_from_env();
    let plan = Plan { scale, days, until: reporting_day(Clock::system().now()).minus(1) };
    let passwords = Passwords::new(PasswordCost::default())?;
    let mut told = Told::new(days);
    scale::seed(&location(url.expose_secret())?, plan, &passwords, |progress| told.tell(progress)).await?;
    told.end();
    println!("the country is complete; serve it with: nippo serve --demo");
    print(scale::sign_ins(scale))?;
    Ok(())
}

/// Lists sign-ins.
pub(super) fn print(sign_ins: Vec<DemoSignIn>) -> io::Result<()> {
    let mut list = String::new();
    for DemoSignIn { account, totp_secret } in sign_ins {
        let manager = if account.is_manager { "+" } else { "" };
        let role = account.role.key();
        let (login_id, password, name) = (account.login_id, account.password, account.organization_name);
        let _ = writeln!(list, "{login_id}  {password}  {totp_secret}  {role}{manager}  {name}");
    }
    put_out(&list)
}

/// Tells how far it has come: on a terminal in one line that is written over, elsewhere now and then in a new one.
struct Told {
    days: u32,
    reports: usize,
    begun: Option<Instant>,
    last: Option<Instant>,
    is_terminal: bool,
}

impl Told {
    fn new(days: u32) -> Self {
        Self { days, reports: 0, begun: None, last: None, is_terminal: io::stderr().is_terminal() }
    }

    fn tell(&mut self, progress: Progress) {
        let (line, is_last) = match progress {
            Progress::Registered { done, of } => (format!("{done} of {of} organizations and accounts"), done == of),
            Progress::Day { day, number, reports } => {
                (self.of_day(&day.to_string(), number, reports), number == self.days)
            }
            Progress::Settling => ("putting the database in order".to_owned(), true),
        };
        let is_due = self.last.is_none_or(|last| last.elapsed() >= EVERY);
        if !self.is_terminal && !is_due && !is_last {
            return;
        }
        self.last = Some(Instant::now());
        // Where nobody listens, it goes on all the same.
        let _ =
            if self.is_terminal { write!(io::stderr(), "\r\x1b[K{line}") } else { writeln!(io::stderr(), "{line}") };
        let _ = io::stderr().flush();
    }

    fn of_day(&mut self, day: &str, number: u32, reports: usize) -> String {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        // The first day only starts the clock.
        self.reports += if number == 1 { 0 } else { reports };
        let (passed, days) = (begun.elapsed().as_secs_f64(), self.days);
        let per_second = self.reports as f64 / passed.max(0.001);
        let left = passed / f64::from(number.max(2) - 1) * f64::from(days - number) / 60.0;
        format!("day {number} of {days}: {day}, {reports} reports; {per_second:.0} reports/s, {left:.1} min left")
    }

    fn end(&self) {
        if self.is_terminal {
            let _ = writeln!(io::stderr());
        }
    }
}
