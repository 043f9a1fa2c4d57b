//! JSON columns: text to the database, types to everybody else.

use crate::db::{ReadError, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The length that most columns have room in: a text that grows from nothing is copied several times.
const USUAL: usize = 2 * 1024;

/// A value as JSON text. The types written here have text keys and no failing parts, so it cannot fail.
pub(crate) fn encode<T: Serialize>(value: &T) -> Value {
    let mut text = Vec::with_capacity(USUAL);
    if serde_json::to_writer(&mut text, value).is_err() {
        text.clear();
    }
    String::from_utf8(text).unwrap_or_default().into()
}

/// The value of a JSON column.
pub(crate) fn decode<T: DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
    id: impl ToString,
) -> Result<T, ReadError> {
    serde_json::from_str(text).map_err(|_| ReadError::Corrupt { table, column, id: id.to_string() })
}
