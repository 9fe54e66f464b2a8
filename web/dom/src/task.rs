//! What happens later.

use std::future::Future;

use any_spawner::Executor;

/// Carries out a future, in no owner's time.
pub fn spawn_local(future: impl Future<Output = ()> + 'static) {
    // Boxed here, so that everything behind it exists once.
    let boxed: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    Executor::spawn_local(boxed);
}
