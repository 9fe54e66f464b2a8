//! What stands between the tags of a component.

use std::sync::Arc;

use crate::view::{IntoView, View};

/// Children that are made once.
pub type Children = Box<dyn FnOnce() -> View>;

/// Children that are made as often as they are shown.
pub type ChildrenFn = Arc<dyn Fn() -> View + Send + Sync>;

/// For `view!`: makes children of what stands between the tags.
pub trait ToChildren<F> {
    /// As the type that the component wants.
    fn to_children(make: F) -> Self;
}

impl<F: FnOnce() -> V + 'static, V: IntoView> ToChildren<F> for Children {
    fn to_children(make: F) -> Self {
        Box::new(move || make().into_any())
    }
}

impl<F: Fn() -> V + Send + Sync + 'static, V: IntoView> ToChildren<F> for ChildrenFn {
    fn to_children(make: F) -> Self {
        Arc::new(move || make().into_any())
    }
}

/// For `view!`: children that are there already.
pub struct ChildrenOptContainer<T>(
    /// The children.
    pub T,
);

impl<V: IntoView + 'static> ToChildren<ChildrenOptContainer<V>> for Children {
    fn to_children(there: ChildrenOptContainer<V>) -> Self {
        Box::new(move || there.0.into_any())
    }
}

impl<V: IntoView + Clone + Send + Sync + 'static> ToChildren<ChildrenOptContainer<V>> for ChildrenFn {
    fn to_children(there: ChildrenOptContainer<V>) -> Self {
        Arc::new(move || there.0.clone().into_any())
    }
}
