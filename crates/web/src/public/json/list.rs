//! Lists of a body: of texts, and of objects. A list replaces what was there.

use super::object::no_scalar;
use super::{Found, Members, Object, Reader, Scalar};
use model::text;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Reads a list of texts; null in it is passed over.
pub(crate) struct Texts<'r> {
    pub(crate) reader: &'r mut Reader,
    pub(crate) name: &'static str,
    pub(crate) into: &'r mut Vec<String>,
    /// Items allowed.
    pub(crate) items_max: usize,
    /// Characters of an item allowed.
    pub(crate) length_max: usize,
}

/// Reads a list of objects.
pub(crate) struct Objects<'r, T> {
    pub(crate) reader: &'r mut Reader,
    pub(crate) name: &'static str,
    pub(crate) into: &'r mut Vec<T>,
    /// Items allowed.
    pub(crate) items_max: usize,
}

fn wrong<E>(reader: &mut Reader, name: &str, shape: &str) -> Result<Found, E> {
    reader.fault(name, text!("is {shape}; must be a list", shape));
    Ok(Found::Wrong)
}

/// Passes over the rest of a list that is too long.
fn too_many<'de, A: SeqAccess<'de>>(
    reader: &mut Reader,
    name: &str,
    max: usize,
    mut list: A,
) -> Result<Found, A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    reader.fault(name, text!("has more than {max} items, the limit", max));
    Ok(Found::Wrong)
}

fn pass_over<'de, A: MapAccess<'de>>(mut object: A) -> Result<(), A::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl Texts<'_> {
    fn wrong<E>(self, shape: &str) -> Result<Found, E> {
        wrong(self.reader, self.name, shape)
    }
}

impl<'de> DeserializeSeed<'de> for Texts<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Texts<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    no_scalar!();

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Found, A::Error> {
        pass_over(object)?;
        self.wrong("an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        self.into.clear();
        let mut index = 0;
        while let Some(scalar) = list.next_element::<Scalar<'de>>()? {
            if index == self.items_max {
                return too_many(self.reader, self.name, self.items_max, list);
            }
            let step = format_args!("{}[{index}]", self.name);
            let text = self.reader.within(step, |reader| reader.text("", scalar, self.length_max));
            self.into.extend(text);
            index += 1;
        }
        Ok(Found::It)
    }
}

impl<T> Objects<'_, T> {
    fn wrong<E>(self, shape: &str) -> Result<Found, E> {
        wrong(self.reader, self.name, shape)
    }
}

impl<'de, T: Members<'de> + Default> DeserializeSeed<'de> for Objects<'_, T> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Members<'de> + Default> Visitor<'de> for Objects<'_, T> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    no_scalar!();

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Found, A::Error> {
        pass_over(object)?;
        self.wrong("an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        self.into.clear();
        loop {
            let index = self.into.len();
            if index == self.items_max {
                return match list.next_element::<IgnoredAny>()? {
                    Some(_) => too_many(self.reader, self.name, self.items_max, list),
                    None => Ok(Found::It),
                };
            }
            let mut item = T::default();
            let step = format_args!("{}[{index}].", self.name);
            let found = self.reader.within(step, |reader| {
                let object = Object { reader, name: "", into: &mut item };
                let found = list.next_element_seed(object)?;
                if found == Some(Found::Null) {
                    reader.fault("", text!("is null; must be an object"));
                }
                Ok(found)
            })?;
            match found {
                Some(_) => self.into.push(item),
                None => return Ok(Found::It),
            }
        }
    }
}
