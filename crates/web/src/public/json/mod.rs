//! Bodies of the public API, read once and straight from their bytes: names match without case, scalars are taken in
//! the forms that real clients send, and every fault is noted with its path. Faults of syntax alone end the reading.
//! Not here: what the members mean (`public::tickets`, `public::persons`).

mod list;
mod object;
mod scalar;

use crate::body::syntax;
use crate::error::Failure;
use model::fault::Fault;
use model::text;
use model::time::Timestamp;
use model::wording::Text;
use std::borrow::Cow;

pub(crate) use list::{Objects, Texts};
pub(crate) use object::{Found, Members, Object, skip};
pub(crate) use scalar::Scalar;

/// Notes faults where they stand.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    faults: Vec<Fault>,
    /// Where the reading is, such as `actions[0].`; empty or ending in a dot.
    path: String,
}

impl Reader {
    /// Notes a fault of a member of the object being read.
    pub(crate) fn fault(&mut self, name: &str, message: Text) {
        let field = format!("{}{name}", self.path);
        self.faults.push(Fault { field: field.trim_end_matches('.').to_owned(), message });
    }

    /// Whether a fault of this member, or of something in it, has been noted.
    pub(crate) fn has_fault_at(&self, name: &str) -> bool {
        self.faults.iter().any(|fault| fault.field.starts_with(name))
    }

    /// Runs `read` one step deeper.
    fn within<T>(&mut self, step: std::fmt::Arguments<'_>, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        // Writing to a String cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut self.path, step);
        let value = read(self);
        self.path.truncate(length);
        value
    }

    /// A text of at most `max` characters, on as few lines as it likes; none when it is null.
    pub(crate) fn text(&mut self, name: &str, scalar: Scalar<'_>, max: usize) -> Option<String> {
        let text = self.long_text(name, scalar, max)?;
        if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
            self.fault(name, text!("holds a control character"));
        }
        Some(text.into_owned())
    }

    /// A text that may hold anything.
    pub(crate) fn long_text<'t>(
        &mut self,
        name: &str,
        scalar: Scalar<'t>,
        max: usize,
    ) -> Option<Cow<'t, str>> {
        let text = match scalar {
            Scalar::Null => return None,
            Scalar::Text(text) => text,
            Scalar::Integer(number) => number.to_string().into(),
            Scalar::Real(number) => number.to_string().into(),
            other => {
                self.fault(name, text!("is {shape}; must be a text", shape = other.shape()));
                return None;
            }
        };
        // No character is shorter than a byte, so most texts need no counting.
        if text.len() > max {
            model::fault::check_length(&mut self.faults, &format!("{}{name}", self.path), &text, max);
        }
        Some(text)
    }

    /// A whole number, also written as a text; none when it is null or an empty text.
    pub(crate) fn integer(&mut self, name: &str, scalar: &Scalar<'_>) -> Option<i64> {
        let number = match scalar {
            Scalar::Null => return None,
            Scalar::Integer(number) => Some(*number),
            // Past 2^53 a real number is not exact.
            Scalar::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Scalar::Text(text) if text.trim().is_empty() => return None,
            Scalar::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.fault(name, text!("is {shape}; must be a whole number", shape = scalar.shape()));
        }
        number
    }

    /// One of a few numbers, such as a `type`.
    pub(crate) fn code<T: TryFrom<i64, Error = String>>(
        &mut self,
        name: &str,
        scalar: &Scalar<'_>,
    ) -> Option<T> {
        let number = self.integer(name, scalar)?;
        T::try_from(number).map_err(|message| self.fault(name, Text::given(message))).ok()
    }

    /// True or false, also as a text or a number.
    pub(crate) fn flag(&mut self, name: &str, scalar: &Scalar<'_>) -> Option<bool> {
        match scalar {
            Scalar::Null => None,
            Scalar::Flag(flag) => Some(*flag),
            Scalar::Integer(number @ (0 | 1)) => Some(*number == 1),
            Scalar::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Scalar::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            other => {
                self.fault(name, text!("is {shape}; must be true or false", shape = other.shape()));
                None
            }
        }
    }

    /// An instant; none when it is null or an empty text.
    pub(crate) fn instant(&mut self, name: &str, scalar: &Scalar<'_>) -> Option<Timestamp> {
        let instant = match scalar {
            Scalar::Null => return None,
            Scalar::Text(text) if text.trim().is_empty() => return None,
            Scalar::Text(text) => Timestamp::parse(text.trim()),
            _ => None,
        };
        if instant.is_none() {
            self.fault(name, text!("must be a date and time such as 2026-01-02T03:04:05"));
        }
        instant
    }
}

/// Reads a body that is one object.
///
/// # Errors
/// Where the JSON breaks, or every fault of what it says.
pub(crate) fn read<'de, T: Members<'de>>(body: &'de [u8], into: &mut T) -> Result<Reader, Failure> {
    // Clients on Windows put a byte order mark first.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut reader = Reader::default();
    let mut json = serde_json::Deserializer::from_slice(body);
    let object = Object { reader: &mut reader, name: "", into };
    let found = serde::de::DeserializeSeed::deserialize(object, &mut json).map_err(|error| syntax(&error))?;
    json.end().map_err(|error| syntax(&error))?;
    if found == Found::Null {
        reader.fault("", text!("is null; must be an object"));
    }
    Ok(reader)
}

impl Reader {
    /// Ends the reading.
    ///
    /// # Errors
    /// The faults that were noted.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        if self.faults.is_empty() { Ok(()) } else { Err(Failure::invalid(self.faults)) }
    }
}

#[cfg(test)]
mod tests;
