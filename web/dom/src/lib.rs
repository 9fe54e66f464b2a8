//! Leptos with a small renderer.
//!
//! The screens are written in Leptos: its signals, its owners, its `view!` and `#[component]`. Leptos' own renderer gives
//! every element, attribute and closure of a page a type of its own, so that each page brings code of its own for
//! building, rebuilding and removing them; that made up half of the bundle. Here every view becomes a node of the document
//! as soon as it is made, every attribute goes through one function, and whatever follows signals is one boxed closure.
//!
//! `view!` and `#[component]` write paths that begin with `::leptos`. `web` depends on this crate by that name, and what
//! those paths mean is here: taken over from Leptos where it is about signals, made anew where it is about the document.

extern crate self as leptos;

mod attribute;
pub mod children;
mod element;
pub mod mount;
mod show;
mod view;

pub use framework::{component, context, ev, html, leptos_dom, reactive, task, typed_builder, typed_builder_macro};

/// What `view!` names by the path of Leptos' own renderer.
pub mod tachys {
    /// Elements of HTML and their events.
    pub mod html {
        pub use crate::element::{InertElement, html as element};
        pub use framework::tachys::html::event;
    }
    pub use crate::element::svg;
}

/// What a screen uses.
pub mod prelude {
    pub use framework::callback::{Callable, Callback};
    pub use framework::leptos_dom::helpers::*;
    pub use framework::prelude::{
        Action, Effect, IntoReactiveValue, LocalStorage, Memo, NodeRef, Owner, RwSignal, Signal, StoredValue, component,
        expect_context, on_cleanup, provide_context, untrack, use_context, view,
    };
    pub use framework::reactive::prelude::*;
    pub use framework::reactive::signal::{ArcRwSignal, ReadSignal, signal};

    pub use crate::attribute::IntoAttributeValue;
    pub use crate::children::{Children, ChildrenFn};
    pub use crate::element::Element;
    pub use crate::show::*;
    pub use crate::view::{AnyView, CollectView, IntoRender, IntoView, View};
}
