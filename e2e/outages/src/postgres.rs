//! `kill -9` for PostgreSQL, while nippo goes on.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::books::{Books, Closed};
use crate::load::{Progress, Sender};
use crate::server::Server;
use crate::timing::{Random, longest, seconds};
use crate::{Failure, Options, Outcome, disk, expect};

/// How long the database stays away.
const AWAY: Duration = Duration::from_secs(2);

/// Kills the cluster under load and starts it anew; nippo is busy meanwhile and needs no restart.
pub(crate) async fn run(
    options: &Options,
    cluster: &Path,
    random: &mut Random,
    sender: &Sender,
    books: &mut Books,
    server: &Server,
) -> Outcome<()> {
    let (mut all, mut busy, mut recoveries) = (Closed::default(), 0, Vec::new());
    let mut watch = disk::Watch::new(server)?;
    for _ in 0..options.cluster_kills {
        let progress = Progress::default();
        let reports = 50 + random.below(300) as usize;
        let outage = async {
            progress.reaches(reports).await;
            script("kill", cluster).await?;
            watch.during(AWAY).await?;
            let before = progress.count();
            script("restart", cluster).await?;
            let up = Instant::now();
            progress.reaches(before + 1).await;
            let recovery = up.elapsed();
            progress.reaches(before + 100).await;
            progress.stop();
            Ok::<_, Failure>(recovery)
        };
        let (tally, recovery) = tokio::try_join!(sender.load(server, &progress), outage)?;
        busy += tally.busy;
        recoveries.push(recovery);
        all.add(books.close(tally, sender, server).await?);
    }
    let recovery = longest(&recoveries);
    println!(
        "PostgreSQL killed {} times: {} acknowledged, {busy} answers 503 with Retry-After and none 500, lost: 0; \
         first report {} after the restart at the most; {}",
        options.cluster_kills,
        all.acknowledged,
        seconds(recovery),
        watch.figures()
    );
    expect(busy > 0, || "nobody was told that PostgreSQL was away".into())?;
    expect(recovery <= disk::RECOVERY, || "nippo took too long to recover".into())?;
    watch.expect_prompt()
}

async fn script(act: &str, cluster: &Path) -> Outcome<()> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres.sh");
    let status = Command::new(script).arg(act).arg(cluster).status().await?;
    expect(status.success(), || format!("scripts/postgres.sh {act}: {status}"))
}
