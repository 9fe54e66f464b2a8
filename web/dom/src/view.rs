//! What can stand in a document: every kind becomes a node, or text that is about to become one.

use std::borrow::Cow;

use reactive_graph::computed::Memo;
use reactive_graph::effect::RenderEffect;
use reactive_graph::owner::StoredValue;
use reactive_graph::traits::Get as _;
use reactive_graph::wrappers::read::Signal;
use wasm_bindgen::JsCast as _;
use web_sys::{Document, Node};

/// The document of the page.
pub(crate) fn document() -> Document {
    leptos_dom::helpers::document()
}

/// What a view amounts to.
pub enum Content {
    /// Nothing.
    Nothing,
    /// A text.
    Text(Cow<'static, str>),
    /// An element, or a fragment with whatever there is.
    Node(Node),
}

impl Content {
    fn into_node(self) -> Option<Node> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some(document().create_text_node(&text).into()),
            Self::Node(node) => Some(node),
        }
    }
}

/// What can stand in a document.
pub trait IntoView: Sized {
    /// What it amounts to.
    fn into_content(self) -> Content;

    /// Puts it at the end of a node.
    fn append_to(self, parent: &Node) {
        append(parent, self.into_content());
    }

    /// As the one type of all views: for branches that differ.
    fn into_any(self) -> View {
        View(self.into_content())
    }

    /// As the one type of all views.
    fn into_view(self) -> View {
        self.into_any()
    }
}

/// Puts content at the end of a node.
fn append(parent: &Node, content: Content) {
    if let Some(node) = content.into_node() {
        // It fails only for a document that is being torn down.
        let _ = parent.append_child(&node);
    }
}

/// The one type of all views.
pub struct View(Content);

/// The one type of all views, by the name that Leptos gives it.
pub type AnyView = View;

impl View {
    /// For `view!`.
    pub fn new(view: impl IntoView) -> Self {
        view.into_any()
    }

    /// For `view!`: where in the sources it stands is of no use here.
    #[must_use]
    pub fn with_view_marker(self, _: &'static str) -> Self {
        self
    }
}

/// For `view!`: leaves every child as it is.
pub trait IntoRender: Sized {
    /// Itself.
    #[must_use]
    fn into_render(self) -> Self {
        self
    }
}

impl<T> IntoRender for T {}

/// Several views as one.
pub trait CollectView {
    /// All of them, one after the other.
    fn collect_view(self) -> View;
}

impl<I: IntoIterator<Item: IntoView>> CollectView for I {
    fn collect_view(self) -> View {
        let all = fragment();
        self.into_iter().for_each(|view| view.append_to(&all));
        View(Content::Node(all))
    }
}

fn fragment() -> Node {
    document().create_document_fragment().into()
}

impl IntoView for View {
    fn into_content(self) -> Content {
        self.0
    }
}

impl IntoView for Node {
    fn into_content(self) -> Content {
        Content::Node(self)
    }
}

impl IntoView for () {
    fn into_content(self) -> Content {
        Content::Nothing
    }
}

impl IntoView for &'static str {
    fn into_content(self) -> Content {
        Content::Text(Cow::Borrowed(self))
    }
}

impl IntoView for String {
    fn into_content(self) -> Content {
        Content::Text(Cow::Owned(self))
    }
}

impl<V: IntoView> IntoView for Option<V> {
    fn into_content(self) -> Content {
        self.map_or(Content::Nothing, IntoView::into_content)
    }
}

impl<V: IntoView> IntoView for Vec<V> {
    fn into_content(self) -> Content {
        self.collect_view().0
    }
}

impl<F: Fn() -> V + 'static, V: IntoView> IntoView for F {
    fn into_content(self) -> Content {
        Content::Node(following(Box::new(move || self().into_content())))
    }
}

impl IntoView for Signal<String> {
    fn into_content(self) -> Content {
        (move || self.get()).into_content()
    }
}

impl IntoView for Memo<String> {
    fn into_content(self) -> Content {
        (move || self.get()).into_content()
    }
}

macro_rules! several {
    ($($view:ident)+) => {
        impl<$($view: IntoView),+> IntoView for ($($view,)+) {
            fn into_content(self) -> Content {
                let all = fragment();
                self.append_to(&all);
                Content::Node(all)
            }

            #[expect(non_snake_case, reason = "the names of the types serve as names of the parts")]
            fn append_to(self, parent: &Node) {
                let ($($view,)+) = self;
                $($view.append_to(parent);)+
            }
        }
    };
}

several!(A);
several!(A B);
several!(A B C);
several!(A B C D);
several!(A B C D E);
several!(A B C D E F);
several!(A B C D E F G);
several!(A B C D E F G H);
several!(A B C D E F G H I);
several!(A B C D E F G H I J);
several!(A B C D E F G H I J K);
several!(A B C D E F G H I J K L);
several!(A B C D E F G H I J K L M);
several!(A B C D E F G H I J K L M N);
several!(A B C D E F G H I J K L M N O);
several!(A B C D E F G H I J K L M N O P);

/// Runs at once, and again whenever a signal that it reads changes, for as long as the present owner lives.
pub(crate) fn follow(mut run: Box<dyn FnMut()>) {
    // The owner keeps what is stored, and ends it with itself.
    let _ = StoredValue::new_local(RenderEffect::new(move |_| run()));
}

/// Where content that follows signals stands.
enum Place {
    /// A text, rewritten in place.
    Text(web_sys::Text, Cow<'static, str>),
    /// Whatever is between two marks.
    Between(Node, Node),
}

/// A fragment whose content is made anew when a signal changes.
fn following(make: Box<dyn Fn() -> Content>) -> Node {
    let all = fragment();
    let first = all.clone();
    let mut place = None;
    follow(Box::new(move || {
        let content = make();
        place = Some(match place.take() {
            None => placed(&first, content),
            Some(before) => replaced(before, content),
        });
    }));
    all
}

/// Puts the first content into its fragment.
fn placed(parent: &Node, content: Content) -> Place {
    match content {
        Content::Text(text) => {
            let node = document().create_text_node(&text);
            append(parent, Content::Node(node.clone().into()));
            Place::Text(node, text)
        }
        other => {
            let (start, end) = (mark(), mark());
            append(parent, Content::Node(start.clone()));
            append(parent, other);
            append(parent, Content::Node(end.clone()));
            Place::Between(start, end)
        }
    }
}

/// Puts other content in the place of what stands there.
fn replaced(place: Place, content: Content) -> Place {
    match (place, content) {
        (Place::Text(node, before), Content::Text(text)) => {
            if before != text {
                node.set_data(&text);
            }
            Place::Text(node, text)
        }
        (Place::Text(node, _), content) => {
            let (start, end) = (mark(), mark());
            if let Some(parent) = node.parent_node() {
                let _ = parent.insert_before(&start, Some(&node));
                let _ = parent.replace_child(&end, &node);
            }
            replaced(Place::Between(start, end), content)
        }
        (Place::Between(start, end), content) => {
            if let Some(parent) = end.parent_node() {
                while let Some(old) = end.previous_sibling().filter(|old| *old != start) {
                    let _ = parent.remove_child(&old);
                }
                if let Some(node) = content.into_node() {
                    let _ = parent.insert_before(&node, Some(&end));
                }
            }
            Place::Between(start, end)
        }
    }
}

fn mark() -> Node {
    document().create_comment("").unchecked_into()
}
