//! `kill -9` for nippo, again and again.

use std::time::Duration;

use crate::books::{Books, Closed};
use crate::load::{Progress, Sender};
use crate::server::Server;
use crate::timing::{Random, longest, seconds};
use crate::{Options, Outcome};

/// Kills the server under load and starts it anew on its database, as often as the options say.
pub(crate) async fn run(
    options: &Options,
    database: &str,
    random: &mut Random,
    sender: &Sender,
    books: &mut Books,
    server: &mut Server,
) -> Outcome<()> {
    let (mut all, mut starts) = (Closed::default(), Vec::new());
    for _ in 0..options.kills {
        let progress = Progress::default();
        // Some reports into the load, and anywhere within the commits of the next milliseconds.
        let (reports, later) = (50 + random.below(300) as usize, Duration::from_micros(random.below(5_000)));
        let killing = async {
            progress.reaches(reports).await;
            tokio::time::sleep(later).await;
            progress.stop();
            server.signal_kill()
        };
        let (tally, ()) = tokio::try_join!(sender.load(server, &progress), killing)?;
        server.restart(&options.nippo, database).await?;
        starts.push(server.until_ready);
        all.add(books.close(tally, sender, server).await?);
    }
    let Closed { acknowledged, open, replayed, new } = all;
    println!(
        "nippo killed {} times: {acknowledged} acknowledged, {open} in flight at a kill and repeated \
         ({replayed} had been stored, {new} had not), lost: 0; start to ready {} at the most",
        options.kills,
        seconds(longest(&starts))
    );
    Ok(())
}
