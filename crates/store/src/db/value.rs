//! Lives here: what goes into a statement and what comes out of it, one cell or one row.
//! Not here: how a driver binds or reads them (`sqlite`), what a row means (the table files).

use std::fmt::Display;
use std::sync::Arc;

use super::ReadError;

/// One parameter of a statement, or one cell of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL's null.
    Null,
    /// A `bigint`.
    Integer(i64),
    /// A `text`; shared, so that one body can go into many rows and back to a caller without being copied.
    Text(Arc<str>),
    /// A `boolean`.
    Boolean(bool),
}

impl Value {
    /// Roughly what this value weighs on its way to the database.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => 16 + text.len(),
            Self::Null | Self::Integer(_) | Self::Boolean(_) => 16,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Integer(_) => "an integer",
            Self::Text(_) => "text",
            Self::Boolean(_) => "a boolean",
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(value: Arc<str>) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row a statement answered with. Columns are asked for by their position, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    cells: Vec<Value>,
}

impl Row {
    pub(crate) fn new(cells: Vec<Value>) -> Self {
        Self { cells }
    }

    /// A `bigint` that is not null.
    ///
    /// # Errors
    /// [`ReadError::Faulty`] when the column holds something else: the statement and its reader disagree.
    pub fn integer(&self, column: usize) -> Result<i64, ReadError> {
        self.optional_integer(column)?.ok_or_else(|| self.mismatch(column, "an integer"))
    }

    /// A `text` that is not null.
    ///
    /// # Errors
    /// [`ReadError::Faulty`] when the column holds something else.
    pub fn text(&self, column: usize) -> Result<&str, ReadError> {
        self.optional_text(column)?.ok_or_else(|| self.mismatch(column, "text"))
    }

    /// A `text` that is not null, shared instead of borrowed: for large bodies.
    ///
    /// # Errors
    /// [`ReadError::Faulty`] when the column holds something else.
    pub fn shared_text(&self, column: usize) -> Result<Arc<str>, ReadError> {
        match self.cells.get(column) {
            Some(Value::Text(text)) => Ok(Arc::clone(text)),
            _ => Err(self.mismatch(column, "text")),
        }
    }

    /// A `boolean` that is not null. SQLite keeps it as 0 or 1.
    ///
    /// # Errors
    /// [`ReadError::Faulty`] when the column holds something else.
    pub fn boolean(&self, column: usize) -> Result<bool, ReadError> {
        match self.cells.get(column) {
            Some(Value::Boolean(value)) => Ok(*value),
            Some(Value::Integer(0)) => Ok(false),
            Some(Value::Integer(1)) => Ok(true),
            _ => Err(self.mismatch(column, "a boolean")),
        }
    }

    /// A `bigint`, or nothing when it is null.
    ///
    /// # Errors
    /// [`ReadError::Faulty`] when the column holds something else.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, ReadError> {
        match self.cells.get(column) {
            Some(Value::Integer(value)) => Ok(Some(*value)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.mismatch(column, "an integer or null")),
        }
    }

    /// A `text`, or nothing when it is null.
    ///
    /// # Errors
    /// [`ReadError::Faulty`] when the column holds something else.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, ReadError> {
        match self.cells.get(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.mismatch(column, "text or null")),
        }
    }

    /// The error for a cell of this row whose type is right but whose content means nothing to the model.
    #[must_use]
    pub fn corrupt(&self, table: &'static str, column: &'static str, id: impl Display) -> ReadError {
        ReadError::Corrupt { table, column, id: id.to_string() }
    }

    fn mismatch(&self, column: usize, wanted: &str) -> ReadError {
        let found = self.cells.get(column).map_or("missing", Value::kind);
        ReadError::Faulty(format!("column {column} should be {wanted} and is {found}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_getter_answers_only_its_own_type() {
        let row = Row::new(vec![Value::Integer(1), "text".into(), Value::Null, Value::Boolean(true)]);
        assert_eq!(row.integer(0), Ok(1));
        assert_eq!(row.boolean(0), Ok(true), "SQLite's boolean");
        assert_eq!(row.text(1), Ok("text"));
        assert_eq!(row.shared_text(1).as_deref(), Ok("text"));
        assert_eq!(row.optional_integer(2), Ok(None));
        assert_eq!(row.optional_text(2), Ok(None));
        assert_eq!(row.boolean(3), Ok(true));
        for wrong in [row.integer(1).err(), row.integer(2).err(), row.boolean(1).err(), row.text(9).err()] {
            assert!(matches!(wrong, Some(ReadError::Faulty(_))), "{wrong:?}");
        }
    }

    #[test]
    fn two_is_not_a_boolean() {
        assert!(Row::new(vec![Value::Integer(2)]).boolean(0).is_err());
    }

    #[test]
    fn nothing_becomes_null() {
        assert_eq!(Value::from(None::<i64>), Value::Null);
        assert_eq!(Value::from(Some("a")), Value::from("a".to_owned()));
    }
}
