//! The log: lines go to standard output through a thread of their own, so that no request waits for a terminal.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::LogConfig;

/// Lines that may wait; further ones are dropped rather than holding up requests.
const QUEUE: usize = 16_384;

/// Starts logging for the whole process.
///
/// # Errors
///
/// When the filter can't be read, or when logging runs already.
pub fn start(config: &LogConfig) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let filter = EnvFilter::try_new(&config.filter).map_err(|error| format!("NIPPO_LOG can't be read: {error}"))?;
    let (sender, lines) = sync_channel(QUEUE);
    thread::Builder::new().name("log".to_owned()).spawn(move || write_lines(&lines))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Lines(sender))
        .with_ansi(io::stdout().is_terminal());
    if config.json {
        subscriber.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
    } else {
        subscriber.with_target(false).try_init()
    }
}

/// Writes what waits, and lets it out when nothing more does.
fn write_lines(lines: &Receiver<Vec<u8>>) {
    let mut out = BufWriter::with_capacity(64 * 1024, io::stdout());
    while let Ok(line) = lines.recv() {
        // A closed standard output is no reason to stop serving.
        let _ = out.write_all(&line);
        while let Ok(line) = lines.try_recv() {
            let _ = out.write_all(&line);
        }
        let _ = out.flush();
    }
}

#[derive(Debug, Clone)]
struct Lines(SyncSender<Vec<u8>>);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.0.try_send(line.to_vec()) {
            Ok(()) | Err(TrySendError::Full(_)) => Ok(line.len()),
            Err(TrySendError::Disconnected(_)) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
