//! The load: raw HTTP/1.1 over connections that stay open, on threads of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use memchr::memmem;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Failure;

/// A prime that no sensible number of units is a multiple of: its multiples meet every unit once a day.
const STRIDE: usize = 7919;

/// How much, and for how long.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) units: usize,
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
    pub(crate) runs: usize,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) others: u64,
}

/// What is sent, and when the next day begins.
pub(crate) trait Requests: Send + Sync + 'static {
    /// The status that counts.
    const EXPECTED: &'static [u8];
    /// Puts the request of a unit and day into the buffer.
    fn write(&self, unit: usize, day: usize, buffer: &mut Vec<u8>);
    /// All units have reported on the day before this one.
    fn begin(&self, day: usize);
}

struct Shared<R> {
    requests: R,
    units: usize,
    next: AtomicUsize,
    done: AtomicUsize,
    begun: AtomicUsize,
    measuring: AtomicBool,
    stop: AtomicBool,
    others: AtomicU64,
}

/// Runs the load and returns the median of its runs.
pub(crate) fn run<R: Requests>(address: SocketAddr, plan: &Plan, requests: R) -> Result<Figures, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let shared = Arc::new(Shared {
            requests,
            units: plan.units,
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            measuring: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            others: AtomicU64::new(0),
        });
        let mut runs = Vec::new();
        for _ in 0..plan.runs {
            runs.push(once(address, plan, &shared).await?);
        }
        runs.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
        let mut median = runs.get(runs.len() / 2).copied().unwrap_or_default();
        median.others = shared.others.load(Ordering::Relaxed);
        Ok(median)
    })
}

async fn once<R: Requests>(address: SocketAddr, plan: &Plan, shared: &Arc<Shared<R>>) -> Result<Figures, Failure> {
    shared.stop.store(false, Ordering::Relaxed);
    let connections: Vec<_> =
        (0..plan.connections).map(|_| tokio::spawn(connection(address, Arc::clone(shared)))).collect();
    tokio::time::sleep(plan.warm_up).await;
    shared.measuring.store(true, Ordering::Relaxed);
    let started = Instant::now();
    tokio::time::sleep(plan.measured).await;
    let elapsed = started.elapsed();
    shared.measuring.store(false, Ordering::Relaxed);
    shared.stop.store(true, Ordering::Relaxed);
    let mut micros = Vec::new();
    for connection in connections {
        micros.extend(connection.await??);
    }
    micros.sort_unstable();
    let at =
        |part: f64| micros.get((micros.len() as f64 * part) as usize).map_or(0.0, |&micros| f64::from(micros) / 1e3);
    Ok(Figures { per_second: micros.len() as f64 / elapsed.as_secs_f64(), p50: at(0.5), p99: at(0.99), others: 0 })
}

/// One connection, until the load ends: how long each answer that counts took.
async fn connection<R: Requests>(address: SocketAddr, shared: Arc<Shared<R>>) -> Result<Vec<u32>, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut micros, mut request, mut answer) = (Vec::new(), Vec::new(), Vec::with_capacity(8192));
    while !shared.stop.load(Ordering::Relaxed) {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        // Neighbors in the tables don't report one after the other.
        let (unit, day) = (number * STRIDE % shared.units, number / shared.units);
        wait_for(day, &shared).await;
        request.clear();
        shared.requests.write(unit, day, &mut request);
        let started = Instant::now();
        stream.write_all(&request).await?;
        read_answer(&mut stream, &mut answer).await?;
        shared.done.fetch_add(1, Ordering::Relaxed);
        if answer.get(9..12) != Some(R::EXPECTED) {
            if shared.others.fetch_add(1, Ordering::Relaxed) == 0 {
                eprintln!("the first other answer: {}", String::from_utf8_lossy(&answer));
            }
        } else if shared.measuring.load(Ordering::Relaxed) {
            micros.push(u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
    }
    Ok(micros)
}

/// A day begins when every unit has its answer of the day before.
async fn wait_for<R: Requests>(day: usize, shared: &Shared<R>) {
    while shared.done.load(Ordering::Relaxed) < day * shared.units {
        tokio::task::yield_now().await;
    }
    if shared.begun.fetch_max(day, Ordering::Relaxed) < day {
        shared.requests.begin(day);
    }
}

/// Reads one answer with a `Content-Length`.
async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<(), Failure> {
    answer.clear();
    let mut whole = None;
    while whole.is_none_or(|length| answer.len() < length) {
        if stream.read_buf(answer).await? == 0 {
            return Err("the server closed a connection".into());
        }
        whole = whole.or(length(answer)?);
    }
    Ok(())
}

/// How long an answer is, once its head is there. Both servers write the names of headers in small letters.
fn length(answer: &[u8]) -> Result<Option<usize>, Failure> {
    const LENGTH: &[u8] = b"content-length: ";
    let Some(head) = memmem::find(answer, b"\r\n\r\n") else { return Ok(None) };
    let place = memmem::find(&answer[..head], LENGTH).ok_or("no content-length")?;
    let digits = answer[place + LENGTH.len()..].iter().take_while(|byte| byte.is_ascii_digit());
    Ok(Some(head + 4 + digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))))
}
