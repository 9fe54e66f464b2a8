//! A disk that is full for a while.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::books::Books;
use crate::load::{Progress, Sender};
use crate::server::Server;
use crate::timing::{millis, percentile_99, seconds};
use crate::{Failure, Outcome, expect};

/// Within which time everything works again after an outage.
pub(crate) const RECOVERY: Duration = Duration::from_secs(10);
/// Within which time the process says that it is live, whatever else is the matter.
const PROMPT: Duration = Duration::from_millis(50);
/// How long the disk stays full.
const FULL: Duration = Duration::from_secs(2);

/// Whether the process is live, asked again and again.
#[derive(Debug)]
pub(crate) struct Watch {
    http: reqwest::Client,
    question: String,
    took: Vec<Duration>,
}

impl Watch {
    /// Begins to watch a server.
    pub(crate) fn new(server: &Server) -> Outcome<Self> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
        Ok(Self { http, question: format!("{}/health/live", server.address), took: Vec::new() })
    }

    /// Asks for so long.
    pub(crate) async fn during(&mut self, time: Duration) -> Outcome<()> {
        let begun = Instant::now();
        while begun.elapsed() < time {
            let asked = Instant::now();
            self.http.get(&self.question).send().await?.error_for_status()?;
            self.took.push(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// What was found, for people.
    pub(crate) fn figures(&mut self) -> String {
        let most = percentile_99(&mut self.took);
        format!("/health/live within {} ({} questions, 99th percentile)", millis(most), self.took.len())
    }

    /// Ends the run unless the answers came in time.
    pub(crate) fn expect_prompt(&mut self) -> Outcome<()> {
        let most = percentile_99(&mut self.took);
        expect(most <= PROMPT, || format!("/health/live took {}", millis(most)))
    }
}

/// Fills the disk of the database under load and makes room again; nippo is busy meanwhile, reads, and needs no restart.
pub(crate) async fn run(folder: &Path, sender: &Sender, books: &mut Books, server: &Server) -> Outcome<()> {
    let mut watch = Watch::new(server)?;
    let progress = Progress::default();
    let known = books.last()?.clone();
    let outage = async {
        progress.reaches(200).await;
        let ballast = Ballast::fill(folder)?;
        // What has room in the files that are there is still written.
        let mut before = progress.count();
        loop {
            watch.during(FULL / 4).await?;
            if progress.count() == before {
                break;
            }
            before = progress.count();
        }
        watch.during(FULL).await?;
        expect(progress.count() == before, || "the disk wasn't full".into())?;
        let read = sender.read(server, &known).await?.bytes().await?;
        expect(read == known.body, || "reads don't go on".into())?;
        drop(ballast);
        let freed = Instant::now();
        progress.reaches(before + 1).await;
        let recovery = freed.elapsed();
        progress.reaches(before + 200).await;
        progress.stop();
        Ok::<_, Failure>(recovery)
    };
    let (tally, recovery) = tokio::try_join!(sender.load(server, &progress), outage)?;
    let busy = tally.busy;
    let closed = books.close(tally, sender, server).await?;
    println!(
        "disk full: {} acknowledged before and after, {busy} answers 503 with Retry-After and none 500, reads went on, \
         lost: 0; first report {} after there was room; {}",
        closed.acknowledged,
        seconds(recovery),
        watch.figures()
    );
    expect(busy > 0, || "nobody was told that the disk was full".into())?;
    expect(recovery <= RECOVERY, || "nippo took too long to recover".into())?;
    watch.expect_prompt()
}

/// A file that takes all the room there is, until it is dropped.
struct Ballast(std::path::PathBuf);

impl Ballast {
    fn fill(folder: &Path) -> Outcome<Self> {
        let ballast = Self(folder.join("ballast"));
        let mut file = File::create(&ballast.0)?;
        for size in [1 << 20, 1 << 12, 1] {
            let zeros = vec![0; size];
            loop {
                match file.write_all(&zeros) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(ballast)
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
