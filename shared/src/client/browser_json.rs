//! JSON read by the browser, and taken over from its objects.
//!
//! A reader of JSON in the bundle, with the words of all its errors for each type, would be an eighth of it. Here an answer
//! that doesn't fit is unreadable, and that is all: whoever wants to know why has the browser's own tools.

use js_sys::{Array, JSON, Object, Reflect};
use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use wasm_bindgen::{JsCast, JsValue};

use crate::passkey::PasskeyOptions;

/// An answer that isn't JSON, or not of the type that was asked for.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("unreadable")]
pub struct Unreadable;

impl Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a text.
///
/// # Errors
/// Where it isn't JSON, or not of the type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Value(JSON::parse(text).map_err(|_| Unreadable)?))
}

/// A value of the browser.
struct Value(JsValue);

impl Value {
    /// A whole number, exact up to 2⁵³.
    fn whole(&self) -> Result<i64, Unreadable> {
        const MOST: f64 = 9_007_199_254_740_992.0;
        let number = self.0.as_f64().filter(|number| number.abs() <= MOST && number.trunc() == *number);
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the range")]
        number.map(|number| number as i64).ok_or(Unreadable)
    }

    fn text(&self) -> Result<String, Unreadable> {
        self.0.as_string().ok_or(Unreadable)
    }

    fn is_absent(&self) -> bool {
        self.0.is_null() || self.0.is_undefined()
    }
}

macro_rules! alike {
    ($read:ident: $($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            self.$read(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for Value {
    type Error = Unreadable;

    /// No type of the API is asked what it is.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.whole()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.is_absent() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if name == PasskeyOptions::AS_TEXT {
            return visitor.visit_string(JSON::stringify(&self.0).map_err(|_| Unreadable)?.into());
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let values: Array = self.0.dyn_into().map_err(|_| Unreadable)?;
        visitor.visit_seq(Values { values, next: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let object: Object = self.0.dyn_into().map_err(|_| Unreadable)?;
        visitor.visit_map(Entries { entries: Object::entries(&object), next: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if !self.0.is_object() {
            return Err(Unreadable);
        }
        visitor.visit_map(Fields { object: self.0, fields, next: 0, value: JsValue::UNDEFINED })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(Variant(place(variants, &self.text()?)?))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    alike!(deserialize_i64: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64);
    alike!(deserialize_string: deserialize_str deserialize_identifier);
    alike!(deserialize_any: deserialize_char deserialize_f32 deserialize_f64 deserialize_bytes deserialize_byte_buf
        deserialize_unit);

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_any(visitor)
    }
}

fn place(names: &[&str], name: &str) -> Result<u32, Unreadable> {
    names.iter().position(|known| *known == name).and_then(|place| u32::try_from(place).ok()).ok_or(Unreadable)
}

/// The values of an array.
struct Values {
    values: Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Values {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        if self.next >= self.values.length() {
            return Ok(None);
        }
        self.next += 1;
        seed.deserialize(Value(self.values.get(self.next - 1))).map(Some)
    }
}

/// The keys and values of an object, whatever they are.
struct Entries {
    entries: Array,
    next: u32,
}

impl Entries {
    /// The key (0) or the value (1) of the present entry.
    fn half(&self, which: u32) -> Value {
        Value(Reflect::get_u32(&self.entries.get(self.next), which).unwrap_or_default())
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        if self.next >= self.entries.length() {
            return Ok(None);
        }
        seed.deserialize(self.half(0)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        let value = self.half(1);
        self.next += 1;
        seed.deserialize(value)
    }
}

/// The fields of a type that an object has, by their places among all.
struct Fields {
    object: JsValue,
    fields: &'static [&'static str],
    next: u32,
    value: JsValue,
}

impl Fields {
    /// Goes to the next field that is there.
    fn advance(&mut self) -> Option<u32> {
        loop {
            let name = self.fields.get(usize::try_from(self.next).ok()?)?;
            self.value = Reflect::get(&self.object, &JsValue::from_str(name)).unwrap_or_default();
            self.next += 1;
            if !self.value.is_undefined() {
                return Some(self.next - 1);
            }
        }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        self.advance().map(|place| seed.deserialize(numbered(place))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(Value(self.value.clone()))
    }
}

/// A variant without content, by its place among all.
struct Variant(u32);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Unreadable> {
        seed.deserialize(numbered(self.0)).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, Unreadable> {
        Err(Unreadable)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }
}

/// What names a field or a variant by its place.
fn numbered(place: u32) -> U32Deserializer<Unreadable> {
    place.into_deserializer()
}
