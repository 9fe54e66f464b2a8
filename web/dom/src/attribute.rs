//! What an attribute, a class or a property can be: known, or following signals.

use std::borrow::Cow;

use reactive_graph::computed::Memo;
use reactive_graph::traits::Get as _;
use reactive_graph::wrappers::read::Signal;

/// What an attribute says at a moment.
pub enum Said {
    /// It is not there.
    Absent,
    /// It is there and says nothing more, such as `open`.
    Present,
    /// A text.
    Text(Cow<'static, str>),
}

impl Said {
    /// Whether a class or a property that is on or off is on.
    pub(crate) const fn is_on(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// The value of an attribute.
pub enum Value {
    /// Known.
    Known(Said),
    /// Asked again when a signal changes.
    Following(Box<dyn Fn() -> Said>),
}

/// What can be said at a moment.
pub trait IntoSaid {
    /// As one type.
    fn into_said(self) -> Said;
}

/// What can be the value of an attribute.
pub trait IntoAttributeValue {
    /// As one type.
    fn into_attribute_value(self) -> Value;
}

impl IntoAttributeValue for Value {
    fn into_attribute_value(self) -> Value {
        self
    }
}

macro_rules! said {
    ($($kind:ty: $one:ident => $said:expr;)+) => {$(
        impl IntoSaid for $kind {
            fn into_said(self) -> Said {
                let $one = self;
                $said
            }
        }

        impl IntoAttributeValue for $kind {
            fn into_attribute_value(self) -> Value {
                Value::Known(self.into_said())
            }
        }

        impl IntoSaid for Option<$kind> {
            fn into_said(self) -> Said {
                self.map_or(Said::Absent, IntoSaid::into_said)
            }
        }

        impl IntoAttributeValue for Option<$kind> {
            fn into_attribute_value(self) -> Value {
                Value::Known(self.into_said())
            }
        }
    )+};
}

said! {
    &'static str: text => Said::Text(Cow::Borrowed(text));
    String: text => Said::Text(Cow::Owned(text));
    bool: on => if on { Said::Present } else { Said::Absent };
    usize: number => number.to_string().into_said();
}

impl<F: Fn() -> S + 'static, S: IntoSaid> IntoAttributeValue for F {
    fn into_attribute_value(self) -> Value {
        Value::Following(Box::new(move || self().into_said()))
    }
}

impl IntoAttributeValue for Signal<String> {
    fn into_attribute_value(self) -> Value {
        (move || self.get()).into_attribute_value()
    }
}

impl IntoAttributeValue for Memo<String> {
    fn into_attribute_value(self) -> Value {
        (move || self.get()).into_attribute_value()
    }
}

impl IntoAttributeValue for Memo<bool> {
    fn into_attribute_value(self) -> Value {
        (move || self.get()).into_attribute_value()
    }
}
