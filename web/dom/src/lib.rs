//! Leptos with a small renderer.
//!
//! The screens are written in Leptos: its signals, its owners, its `view!` and `#[component]`. Leptos' own renderer gives
//! every element, attribute and closure of a page a type of its own, so that each page brings code of its own for
//! building, rebuilding and removing them; that made up half of the bundle. Here every view becomes a node of the document
//! as soon as it is made, every attribute goes through one function, and whatever follows signals is one boxed closure.
//!
//! `view!` and `#[component]` write paths that begin with `::leptos`. `web` depends on this crate by that name, and what
//! those paths mean is here: taken over from Leptos' parts where it is about signals, made anew where it is about the
//! document. The crate `leptos` itself is none of them: it brings server functions, whose streams a browser would load.
//!
//! Two things differ from Leptos' renderer: a part that follows signals is made anew when one changes, elements included,
//! so let a `Memo` stand between a signal and a part that holds the focus; and views can't be sent between threads.

extern crate self as leptos;

mod attribute;
pub mod children;
pub mod component;
mod effect;
mod element;
pub mod mount;
mod show;
pub mod task;
mod view;

pub use ::tachys::html::element as html;
pub use ::tachys::html::event as ev;
pub use reactive_graph as reactive;
pub use {leptos_dom, typed_builder, typed_builder_macro};

/// What `view!` names by the path of Leptos' own renderer.
pub mod tachys {
    /// Elements of HTML and their events.
    pub mod html {
        pub use crate::element::{InertElement, html as element};
        pub use ::tachys::html::event;
    }
    pub use crate::element::svg;
}

/// What a screen uses.
pub mod prelude {
    pub use ::tachys::reactive_graph::node_ref::NodeRef;
    pub use leptos_dom::helpers::*;
    pub use leptos_macro::{component, view};
    pub use reactive_graph::actions::Action;
    pub use reactive_graph::callback::{Callable, Callback};
    pub use reactive_graph::computed::Memo;
    pub use reactive_graph::graph::untrack;
    pub use reactive_graph::owner::{
        LocalStorage, Owner, StoredValue, expect_context, on_cleanup, provide_context, use_context,
    };
    pub use reactive_graph::prelude::*;
    pub use reactive_graph::signal::{ArcRwSignal, ReadSignal, RwSignal, signal};
    pub use reactive_graph::wrappers::read::Signal;

    pub use crate::attribute::IntoAttributeValue;
    pub use crate::children::{Children, ChildrenFn};
    pub use crate::effect::Effect;
    pub use crate::element::Element;
    pub use crate::show::*;
    pub use crate::view::{AnyView, CollectView, IntoRender, IntoView, View};
}
