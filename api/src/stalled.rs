//! Connections that make no progress.
//!
//! The HTTP library limits how long the first head of a connection may take. What it doesn't limit, and what would
//! hold a connection for ever: a later head that breaks off, a body that nobody reads, an answer that nobody fetches.
//! So every connection has an instant by which it must have brought its next request whole; past that it is cut.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::body::BodySize;
use actix_web::dev::Extensions;

use crate::config::RequestLimits;

/// Bytes a second that the slowest browser is expected to fetch.
const SLOWEST: u64 = 4 * 1024;
/// What is allowed for an answer of unknown length.
const UNKNOWN: u64 = 1024 * 1024;
/// How often a connection is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// What is known of a connection for as long as it lives.
#[derive(Debug)]
struct Connection {
    /// The socket, once more: to cut it.
    stream: TcpStream,
    /// By when the next request must have come; none while one is under way, and before the first.
    due: Mutex<Option<Instant>>,
}

impl Connection {
    fn due(&self) -> Option<Instant> {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_due(&self, due: Option<Instant>) {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) = due;
    }
}

/// Begins to watch a new connection.
pub(crate) fn watch(io: &dyn Any, extensions: &mut Extensions) {
    let Some(io) = io.downcast_ref::<actix_web::rt::net::TcpStream>() else { return };
    let stream = match io.as_fd().try_clone_to_owned() {
        Ok(socket) => TcpStream::from(socket),
        Err(error) => return tracing::warn!(%error, "a connection can't be watched"),
    };
    let connection = Arc::new(Connection { stream, due: Mutex::new(None) });
    actix_web::rt::spawn(cut_when_due(Arc::downgrade(&connection)));
    extensions.insert(connection);
}

async fn cut_when_due(connection: Weak<Connection>) {
    while let Some(connection) = connection.upgrade() {
        let now = Instant::now();
        let due = connection.due();
        if due.is_some_and(|due| due <= now) {
            // Whatever fails here has ended already.
            let _ = connection.stream.shutdown(Shutdown::Both);
            return;
        }
        drop(connection);
        tokio::time::sleep_until(due.unwrap_or(now + LOOK).min(now + LOOK).into()).await;
    }
}

/// A request under way on a connection; when it has ended, the next one is waited for.
pub(crate) struct UnderWay {
    connection: Option<Arc<Connection>>,
    limits: RequestLimits,
    bytes: u64,
}

impl UnderWay {
    /// Begins a request.
    pub(crate) fn begin(request: &HttpRequest, limits: RequestLimits) -> Self {
        let connection = request.conn_data::<Arc<Connection>>().cloned();
        if let Some(connection) = &connection {
            connection.set_due(None);
        }
        Self { connection, limits, bytes: 0 }
    }

    /// Ends it with an answer whose body has a size.
    pub(crate) fn end(mut self, size: BodySize) {
        self.bytes = match size {
            BodySize::None => 0,
            BodySize::Sized(bytes) => bytes,
            BodySize::Stream => UNKNOWN,
        };
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            let fetching = Duration::from_secs(self.bytes / SLOWEST);
            let allowed = self.limits.keep_alive + self.limits.head_wait + fetching;
            connection.set_due(Some(Instant::now() + allowed));
        }
    }
}
