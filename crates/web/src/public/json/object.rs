//! An object of a body: each member is handed, with its name in lower case, to what is being read.

use super::Reader;
use model::text;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use std::fmt;

/// What an object is read into.
pub(crate) trait Members<'de> {
    /// Takes one member; [`skip`] passes over what is not known. `name` is in lower case.
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error>;
}

/// Passes over a member's value.
pub(crate) fn skip<'de, A: MapAccess<'de>>(object: &mut A) -> Result<(), A::Error> {
    object.next_value::<IgnoredAny>().map(|_| ())
}

/// What stood where an object or a list was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing.
    Null,
    /// It.
    It,
    /// Something else, which has been noted as a fault.
    Wrong,
}

/// Reads one object; `name` is its place in the object around it.
pub(crate) struct Object<'r, T> {
    pub(crate) reader: &'r mut Reader,
    pub(crate) name: &'r str,
    pub(crate) into: &'r mut T,
}

impl<T> Object<'_, T> {
    fn wrong<E>(self, shape: &str) -> Result<Found, E> {
        self.reader.fault(self.name, text!("is {shape}; must be an object", shape));
        Ok(Found::Wrong)
    }
}

impl<'de, T: Members<'de>> DeserializeSeed<'de> for Object<'_, T> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// The scalars that may stand where an object or a list is expected: null is nothing, the others are faults.
macro_rules! no_scalar {
    () => {
        fn visit_unit<E: Error>(self) -> Result<Found, E> {
            Ok(Found::Null)
        }

        fn visit_bool<E: Error>(self, _: bool) -> Result<Found, E> {
            self.wrong("a boolean")
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<Found, E> {
            self.wrong("a number")
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<Found, E> {
            self.wrong("a number")
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<Found, E> {
            self.wrong("a number")
        }

        fn visit_str<E: Error>(self, _: &str) -> Result<Found, E> {
            self.wrong("a text")
        }
    };
}
pub(super) use no_scalar;

impl<'de, T: Members<'de>> Visitor<'de> for Object<'_, T> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    no_scalar!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.wrong("a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Found, A::Error> {
        let Object { reader, name, into } = self;
        let mut members = |reader: &mut Reader| {
            while let Some(name) = object.next_key::<Name>()? {
                into.member(name.as_str(), reader, &mut object)?;
            }
            Ok(Found::It)
        };
        match name {
            "" => members(reader),
            name => reader.within(format_args!("{name}."), members),
        }
    }
}

/// Bytes of the longest name that is known.
const NAME_MAX: usize = 32;

/// A member's name in lower case, without an allocation. What is longer than every known name is none.
struct Name {
    bytes: [u8; NAME_MAX],
    length: usize,
}

impl Name {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
        let mut name = Name { bytes: [0; NAME_MAX], length: 0 };
        if let Some(place) = name.bytes.get_mut(..text.len()) {
            place.copy_from_slice(text.as_bytes());
            place.make_ascii_lowercase();
            name.length = text.len();
        }
        Ok(name)
    }
}
