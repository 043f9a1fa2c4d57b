//! Lives here: values on their way into parameters and out of rows, one by one or side by side as arrays.
//! Not here: which statement they belong to (`link`, `group`).
//!
//! PostgreSQL's `text` cannot hold the character NUL, and bodies and answers may. It is kept as two characters that
//! begin with one that Unicode reserves for programs' own use, and comes back as it was.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::{BufMut, BytesMut};
use tokio_postgres::Statement;
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

use crate::db::{Row, Value};

/// A noncharacter: never assigned, allowed in UTF-8.
const MARK: char = '\u{fdd0}';

type Failure = Box<dyn Error + Sync + Send>;

/// Whether a value can be sent as this type. Asked before anything is sent: a statement that is left out of a pipeline
/// would not stop the COMMIT behind it.
pub(super) fn fits(value: &Value, kind: &Type) -> bool {
    match value {
        Value::Null => true,
        Value::Integer(number) => {
            *kind == Type::INT8 || (*kind == Type::INT4 && i32::try_from(*number).is_ok())
        }
        Value::Text(_) => [Type::TEXT, Type::VARCHAR, Type::NAME, Type::UNKNOWN].contains(kind),
        Value::Boolean(_) => *kind == Type::BOOL,
    }
}

/// One value.
pub(super) struct Cell<'v>(pub(super) &'v Value);

impl ToSql for Cell<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        write(self.0, kind, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The values at one position of many rows.
pub(super) struct Column<'r> {
    pub(super) rows: &'r [&'r [Value]],
    pub(super) at: usize,
}

impl ToSql for Column<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        let Kind::Array(element) = kind.kind() else { return Err("not an array".into()) };
        let count = i32::try_from(self.rows.len())?;
        // Dimensions, whether there are nulls, what the elements are, how many, and the number of the first.
        out.put_i32(1);
        out.put_i32(1);
        out.put_u32(element.oid());
        out.put_i32(count);
        out.put_i32(1);
        for row in self.rows {
            let value = row.get(self.at).ok_or("a row is too short")?;
            let place = out.len();
            out.put_i32(-1);
            if let IsNull::No = write(value, element, out)? {
                let length = i32::try_from(out.len() - place - 4)?;
                out[place..place + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The driver writes parameters into its own debug log, and some are secret.
impl fmt::Debug for Cell<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("•••")
    }
}

impl fmt::Debug for Column<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("•••")
    }
}

fn write(value: &Value, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
    if !fits(value, kind) {
        return Err(format!("a parameter is {kind} and not what was given").into());
    }
    match value {
        Value::Null => return Ok(IsNull::Yes),
        Value::Integer(number) if *kind == Type::INT4 => out.put_i32(i32::try_from(*number)?),
        Value::Integer(number) => out.put_i64(*number),
        Value::Text(text) => write_text(text, out),
        Value::Boolean(value) => out.put_u8(u8::from(*value)),
    }
    Ok(IsNull::No)
}

fn write_text(text: &str, out: &mut BytesMut) {
    if !text.as_bytes().contains(&0) && !text.contains(MARK) {
        return out.put_slice(text.as_bytes());
    }
    for letter in text.chars() {
        let mut bytes = [0; 4];
        match letter {
            '\0' => out.put_slice(format!("{MARK}0").as_bytes()),
            MARK => out.put_slice(format!("{MARK}1").as_bytes()),
            other => out.put_slice(other.encode_utf8(&mut bytes).as_bytes()),
        }
    }
}

fn read_text(text: &str) -> Arc<str> {
    if !text.contains(MARK) {
        return text.into();
    }
    text.replace("\u{fdd0}0", "\0").replace("\u{fdd0}1", "\u{fdd0}").into()
}

/// A value as a row has it.
struct Found(Value);

impl<'r> FromSql<'r> for Found {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, Failure> {
        let value = match *kind {
            Type::INT8 => i64::from_sql(kind, raw)?.into(),
            Type::INT4 => i64::from(i32::from_sql(kind, raw)?).into(),
            Type::INT2 => i64::from(i16::from_sql(kind, raw)?).into(),
            Type::BOOL => bool::from_sql(kind, raw)?.into(),
            _ => Value::Text(read_text(std::str::from_utf8(raw)?)),
        };
        Ok(Self(value))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self(Value::Null))
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::INT2, Type::BOOL, Type::TEXT, Type::VARCHAR, Type::NAME].contains(kind)
    }
}

/// A row without its first `skip` columns.
pub(super) fn read(row: &tokio_postgres::Row, skip: usize) -> Result<Row, Unreadable> {
    let cell = |at: usize| {
        let found = row.try_get::<_, Found>(at);
        found.map(|found| found.0).map_err(|_| Unreadable { column: at - skip })
    };
    Ok(Row::new((skip..row.len()).map(cell).collect::<Result<_, _>>()?))
}

/// Whether the rows of a statement can be read. Asked before it runs: afterwards it would be too late.
pub(super) fn readable(statement: &Statement) -> Result<(), Unreadable> {
    let column = statement.columns().iter().position(|column| !Found::accepts(column.type_()));
    column.map_or(Ok(()), |column| Err(Unreadable { column }))
}

/// A column that the product has no value for.
#[derive(Debug)]
pub(super) struct Unreadable {
    column: usize,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "column {} is neither bigint, text nor boolean", self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(text: &str) -> Arc<str> {
        let mut out = BytesMut::new();
        write_text(text, &mut out);
        assert!(!out.contains(&0), "PostgreSQL would refuse it");
        read_text(std::str::from_utf8(&out).expect("UTF-8"))
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_was(text in "[a0 1\u{0}\u{fdd0}\u{fdd1}é]{0,12}") {
            prop_assert_eq!(&*there_and_back(&text), text.as_str());
        }
    }

    #[test]
    fn a_value_goes_only_where_it_fits() {
        assert!(
            fits(&Value::Null, &Type::BOOL) && fits(&1.into(), &Type::INT8) && fits(&1.into(), &Type::INT4)
        );
        for (value, kind) in [
            (Value::from(i64::MAX), Type::INT4),
            (1.into(), Type::TEXT),
            ("1".into(), Type::INT8),
            (true.into(), Type::INT8),
            (1.into(), Type::BOOL),
        ] {
            assert!(!fits(&value, &kind), "{value:?} {kind}");
            assert!(Cell(&value).to_sql(&kind, &mut BytesMut::new()).is_err());
        }
    }
}
