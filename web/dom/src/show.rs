//! Showing one thing or another.

use crate::children::ChildrenFn;
use crate::prelude::*;

/// A view that is made when it is needed.
#[derive(Clone, Default)]
pub struct ViewFn(Option<ChildrenFn>);

impl<F: Fn() -> V + Send + Sync + 'static, V: IntoView> From<F> for ViewFn {
    fn from(make: F) -> Self {
        Self(Some(std::sync::Arc::new(move || make().into_any())))
    }
}

/// Its children while a condition holds; made anew each time it begins to.
#[component]
pub fn Show(
    /// The condition.
    #[prop(into)]
    when: Signal<bool>,
    /// What is shown while it holds.
    children: ChildrenFn,
    /// What is shown while it doesn't.
    #[prop(optional, into)]
    fallback: ViewFn,
) -> impl IntoView {
    let holds = Memo::new(move |_| when.get());
    move || if holds.get() { Some(children()) } else { fallback.0.as_ref().map(|make| make()) }
}
