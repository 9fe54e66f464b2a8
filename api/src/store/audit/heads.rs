//! The chain's heads, outside the database: after each commit the process that made it appends the new head to a file of
//! its own. Whoever changes the database behind the back of its triggers would have to change these files too, on
//! another disk or, where they are shipped away, on another machine.
//!
//! A line is an event's number and its hash in hex. A file is one process's, and a reporting day's.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{File, OpenOptions};
use std::future::Future;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use shared::{ReportingDay, reporting_day};

use super::chain::{Hash, Link};
use crate::clock::Clock;

const PREFIX: &str = "heads-";

/// The head file of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct HeadFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    clock: Clock,
    process: String,
    open: Mutex<Option<(ReportingDay, File)>>,
}

tokio::task_local! {
    /// The head file of the writer's task: what it needs at the one place at which a transaction ends.
    static OF_TASK: HeadFile;
}

impl HeadFile {
    /// A new file in a folder, which is made if it isn't there.
    pub(crate) fn begin(folder: &Path, clock: Clock) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let process = format!("{}-{}", clock.now().timestamp_micros(), std::process::id());
        let inner = Inner { folder: folder.to_owned(), clock, process, open: Mutex::new(None) };
        let file = Self(Arc::new(inner));
        // Opened at once: a folder that can't be written to is to be known at the start.
        file.write(None)?;
        Ok(file)
    }

    fn write(&self, head: Option<Link>) -> io::Result<()> {
        let today = reporting_day(self.0.clock.now());
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.as_ref().is_none_or(|(day, _)| *day != today) {
            let name = format!("{PREFIX}{today}-{}.log", self.0.process);
            let file = OpenOptions::new().create(true).append(true).open(self.0.folder.join(name))?;
            *open = Some((today, file));
        }
        match (head, open.as_mut()) {
            (Some(head), Some((_, file))) => {
                // One write, so that no line of another thread gets between.
                file.write_all(format!("{} {}\n", head.seq, HEXLOWER.encode(&head.hash)).as_bytes())
            }
            _ => Ok(()),
        }
    }
}

/// Runs the writer's task with a head file, if it has one.
pub(crate) async fn with<T>(file: Option<HeadFile>, task: impl Future<Output = T>) -> T {
    match file {
        Some(file) => OF_TASK.scope(file, task).await,
        None => task.await,
    }
}

/// Notes a head that has just been committed. What was committed stays so, whether the file takes it or not.
pub(crate) fn note(head: Option<Link>) {
    let written = OF_TASK.try_with(|file| file.write(head));
    if let Ok(Err(error)) = written {
        tracing::error!(%error, "the head of the audit chain could not be written to its file");
    }
}

/// A head that somebody kept, and where.
type Kept = (i64, Hash, usize);

/// What was kept of the chain outside the database: heads in the order of their numbers, from any number of files.
pub struct Witnesses {
    sources: Vec<Source>,
    next: BinaryHeap<Reverse<Kept>>,
    heads: u64,
}

struct Source {
    name: String,
    rest: Box<dyn Iterator<Item = io::Result<(i64, Hash)>> + Send>,
}

impl std::fmt::Debug for Witnesses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.sources.iter().map(|source| &source.name)).finish()
    }
}

impl Witnesses {
    /// Nothing was kept.
    #[must_use]
    pub fn none() -> Self {
        Self { sources: Vec::new(), next: BinaryHeap::new(), heads: 0 }
    }

    /// The head files of a folder; none where there is no such folder.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        let mut witnesses = Self::none();
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(witnesses),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(PREFIX) {
                witnesses.add(name, lines(File::open(entry.path())?))?;
            }
        }
        Ok(witnesses)
    }

    /// Adds heads that were kept elsewhere, in the order of their numbers.
    ///
    /// # Errors
    /// When the first of them can't be read.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        heads: impl Iterator<Item = io::Result<(i64, Hash)>> + Send + 'static,
    ) -> io::Result<()> {
        self.sources.push(Source { name: name.into(), rest: Box::new(heads) });
        self.advance(self.sources.len() - 1)
    }

    /// How many heads were compared.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.heads
    }

    fn advance(&mut self, source: usize) -> io::Result<()> {
        if let Some(next) = self.sources.get_mut(source).and_then(|source| source.rest.next()) {
            let (seq, hash) = next?;
            self.next.push(Reverse((seq, hash, source)));
        }
        Ok(())
    }

    /// Compares an event with what was kept of it and of those before it; what is wrong.
    pub(super) fn compare(&mut self, seq: i64, hash: &[u8]) -> io::Result<Option<String>> {
        while let Some(&Reverse((kept, kept_hash, source))) = self.next.peek().filter(|next| next.0.0 <= seq) {
            if kept != seq || kept_hash[..] != *hash {
                return Ok(Some(format!("{} has another head for {kept}", self.name(source))));
            }
            self.next.pop();
            self.heads += 1;
            self.advance(source)?;
        }
        Ok(None)
    }

    /// What was kept of events after the last: they are gone.
    pub(super) fn beyond(&self) -> Option<String> {
        let Reverse((kept, _, source)) = self.next.peek()?;
        Some(format!("the event is missing: {} has a head for {kept}", self.name(*source)))
    }

    fn name(&self, source: usize) -> &str {
        self.sources.get(source).map_or("", |source| &source.name)
    }
}

/// The heads of a file. A last line without its end was being written when the process was killed, and says nothing.
fn lines(file: File) -> impl Iterator<Item = io::Result<(i64, Hash)>> + Send {
    let mut reader = BufReader::new(file);
    std::iter::from_fn(move || {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Err(error) => Some(Err(error)),
            Ok(_) => {
                let line = line.strip_suffix('\n')?;
                Some(parse(line).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("no head: {line}"))))
            }
        }
    })
}

fn parse(line: &str) -> Option<(i64, Hash)> {
    let (seq, hash) = line.split_once(' ')?;
    Some((seq.parse().ok()?, HEXLOWER.decode(hash.as_bytes()).ok()?.try_into().ok()?))
}
