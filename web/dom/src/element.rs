//! Elements: one type for all, made in the document at once.

use ::tachys::html::element::ElementType;
use ::tachys::html::event::EventDescriptor;
use ::tachys::html::node_ref::NodeRefContainer;
use ::tachys::reactive_graph::node_ref::NodeRef;
use reactive_graph::owner::StoredValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Event;

use crate::attribute::{IntoAttributeValue, Said, Value};
use crate::view::{Content, IntoView, document, follow};

/// An element of the document.
#[must_use]
#[derive(Clone)]
pub struct Element(web_sys::Element);

/// How a value reaches an element.
type Put = fn(&web_sys::Element, &'static str, Said);

#[expect(clippy::expect_used, reason = "the names are those of elements, known when this is compiled")]
impl Element {
    fn html(name: &'static str) -> Self {
        Self(document().create_element(name).expect("the name of an element"))
    }

    fn svg(name: &'static str) -> Self {
        const SVG: &str = "http://www.w3.org/2000/svg";
        Self(document().create_element_ns(Some(SVG), name).expect("the name of an element"))
    }
}

impl Element {
    /// Puts a view, or several, at its end.
    pub fn child(self, child: impl IntoView) -> Self {
        child.append_to(&self.0);
        self
    }

    /// Sets an attribute.
    pub fn attr(self, name: &'static str, value: impl IntoAttributeValue) -> Self {
        self.put(put_attribute, name, value.into_attribute_value())
    }

    /// Sets a property, which unlike an attribute is what the element is at the moment.
    pub fn prop(self, name: &'static str, value: impl IntoAttributeValue) -> Self {
        self.put(put_property, name, value.into_attribute_value())
    }

    /// Sets its classes, or one of them by whether a value is on.
    pub fn class<C: Class>(self, class: C) -> Self {
        class.put_on(self)
    }

    /// Calls a function at each event of a kind, until the present owner ends.
    pub fn on<E: EventDescriptor>(self, event: E, mut handler: impl FnMut(E::EventType) + 'static) -> Self
    where
        E::EventType: wasm_bindgen::JsCast,
    {
        self.listen(&event.name(), Box::new(move |event| handler(event.unchecked_into())));
        self
    }

    /// Hands the element to who refers to it.
    pub fn node_ref(self, reference: impl ElementRef) -> Self {
        reference.refer_to(&self.0);
        self
    }

    fn put(self, put: Put, name: &'static str, value: Value) -> Self {
        match value {
            Value::Known(said) => put(&self.0, name, said),
            Value::Following(say) => {
                let element = self.0.clone();
                follow(Box::new(move || put(&element, name, say())));
            }
        }
        self
    }

    fn listen(&self, event: &str, handler: Box<dyn FnMut(Event)>) {
        // A handler reads signals once and follows none: debug builds must not warn of that.
        #[cfg(debug_assertions)]
        let handler: Box<dyn FnMut(Event)> = {
            let mut handler = handler;
            Box::new(move |event| {
                let _zone = reactive_graph::diagnostics::SpecialNonReactiveZone::enter();
                handler(event);
            })
        };
        let listener = Listener { element: self.0.clone(), event: event.to_owned(), closure: Closure::wrap(handler) };
        // It fails for no element.
        let _ = self.0.add_event_listener_with_callback(event, listener.closure.as_ref().unchecked_ref());
        StoredValue::new_local(listener);
    }
}

/// Setting an attribute to what it says already costs nothing and tells nobody.
fn put_attribute(element: &web_sys::Element, name: &'static str, said: Said) {
    // A name that `view!` accepts is the name of an attribute.
    let _ = match said {
        Said::Absent => element.remove_attribute(name),
        Said::Present => element.set_attribute(name, ""),
        Said::Text(text) if element.get_attribute(name).as_deref() == Some(&*text) => Ok(()),
        Said::Text(text) => element.set_attribute(name, &text),
    };
}

fn put_property(element: &web_sys::Element, name: &'static str, said: Said) {
    let value = match said {
        Said::Absent => JsValue::FALSE,
        Said::Present => JsValue::TRUE,
        Said::Text(text) => JsValue::from_str(&text),
    };
    // Of the properties that `view!` sets here none can be refused.
    let _ = js_sys::Reflect::set(element, &JsValue::from_str(name), &value);
}

fn put_class(element: &web_sys::Element, name: &'static str, said: Said) {
    // A class that `view!` accepts is one token.
    let _ = element.class_list().toggle_with_force(name, said.is_on());
}

/// What the class of an element can be.
pub trait Class {
    /// Puts it on.
    fn put_on(self, element: Element) -> Element;
}

impl Class for &'static str {
    fn put_on(self, element: Element) -> Element {
        element.attr("class", self)
    }
}

impl<V: IntoAttributeValue> Class for (&'static str, V) {
    fn put_on(self, element: Element) -> Element {
        element.put(put_class, self.0, self.1.into_attribute_value())
    }
}

/// What can refer to an element.
pub trait ElementRef {
    /// Takes the element.
    fn refer_to(self, element: &web_sys::Element);
}

impl<E> ElementRef for NodeRef<E>
where
    E: ElementType<Output: wasm_bindgen::JsCast + Clone + 'static>,
{
    fn refer_to(self, element: &web_sys::Element) {
        NodeRefContainer::<E>::load(self, element);
    }
}

/// A function that waits for an event of an element.
struct Listener {
    element: web_sys::Element,
    event: String,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        let _ = self.element.remove_event_listener_with_callback(&self.event, function);
    }
}

impl IntoView for Element {
    fn into_content(self) -> Content {
        Content::Node(self.0.into())
    }
}

/// A part of a page that never changes, as `view!` writes it out.
pub struct InertElement(&'static str);

impl InertElement {
    /// Of its HTML, which has one element at its top.
    #[must_use]
    pub const fn new(html: &'static str) -> Self {
        Self(html)
    }
}

impl IntoView for InertElement {
    fn into_content(self) -> Content {
        let template: web_sys::HtmlTemplateElement = Element::html("template").0.unchecked_into();
        template.set_inner_html(self.0);
        template.content().first_child().map_or(Content::Nothing, Content::Node)
    }
}

macro_rules! attributes {
    ($($method:ident $name:literal)+) => {
        impl Element {$(
            #[doc = concat!("Sets the attribute `", $name, "`.")]
            pub fn $method(self, value: impl IntoAttributeValue) -> Self {
                self.attr($name, value)
            }
        )+}
    };
}

attributes! {
    alt "alt" aria_activedescendant "aria-activedescendant" aria_autocomplete "aria-autocomplete" aria_busy "aria-busy"
    aria_controls "aria-controls" aria_current "aria-current" aria_describedby "aria-describedby"
    aria_disabled "aria-disabled" aria_expanded "aria-expanded" aria_hidden "aria-hidden" aria_invalid "aria-invalid"
    aria_keyshortcuts "aria-keyshortcuts" aria_label "aria-label" aria_labelledby "aria-labelledby" aria_live "aria-live"
    aria_pressed "aria-pressed" aria_selected "aria-selected" autocapitalize "autocapitalize" autocomplete "autocomplete" disabled "disabled"
    download "download" href "href" id "id" inputmode "inputmode" lang "lang" max "max" maxlength "maxlength" min "min"
    name "name" novalidate "novalidate" open "open" r#for "for" r#type "type" readonly "readonly" rel "rel" role "role" rows "rows" scope "scope"
    selected "selected" spellcheck "spellcheck" src "src" tabindex "tabindex" target "target" title "title" value "value"
}

macro_rules! elements {
    ($module:ident $make:ident $about:literal: $($name:ident)+) => {
        #[doc = $about]
        pub mod $module {
            use super::Element;
            $(
                #[doc = concat!("A new `<", stringify!($name), ">`.")]
                pub fn $name() -> Element {
                    Element::$make(stringify!($name))
                }
            )+
        }
    };
}

elements! { html html "Elements of HTML.":
    a article button caption dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 header img input kbd label
    legend li main nav ol option output p pre section select span strong summary table tbody td textarea tfoot th thead tr ul
}

elements! { svg svg "Elements of SVG.": circle g line path rect svg text }
