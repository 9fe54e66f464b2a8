//! What happens later.

use std::future::Future;
use std::pin::Pin;

use any_spawner::Executor;

/// Carries out a future, in no owner's time.
pub fn spawn_local(future: impl Future<Output = ()> + 'static) {
    // Boxed here, so that everything behind it exists once.
    let boxed: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    // It reads signals once and follows none: debug builds must not warn of that.
    #[cfg(debug_assertions)]
    let boxed = {
        let mut inner = boxed;
        std::future::poll_fn(move |context| {
            let _zone = reactive_graph::diagnostics::SpecialNonReactiveZone::enter();
            inner.as_mut().poll(context)
        })
    };
    Executor::spawn_local(boxed);
}
