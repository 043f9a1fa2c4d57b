//! Lives here: a connection with its prepared statements, binding by number, and reading rows.
//! Not here: transactions and their meaning (`writer`, `reader`).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, PrepFlags, Statement, ToSql};

use super::errors::Fault;
use crate::db::{Row, Value};

/// A connection and every statement it has run.
///
/// Statements are `&'static str`, so their address is their name: finding one neither hashes nor copies its text,
/// and there are no more of them than the program holds.
pub(super) struct Session<'c> {
    connection: &'c Connection,
    statements: HashMap<(usize, usize), Prepared<'c>>,
}

struct Prepared<'c> {
    statement: Statement<'c>,
    /// For each of SQLite's parameters, which value of a row it takes.
    order: Box<[usize]>,
}

impl<'c> Session<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, statements: HashMap::new() }
    }

    /// Whether a transaction is open.
    pub(super) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Runs a statement without parameters whose result does not matter.
    pub(super) fn command(&mut self, sql: &'static str) -> Result<(), Fault> {
        self.run(sql, &[], usize::MAX, &mut Vec::new()).map(|_| ())
    }

    /// Runs a statement once, adds at most `most` of its rows to `rows`, and tells how many rows it changed, or
    /// returned if it returns any.
    pub(super) fn run(
        &mut self,
        sql: &'static str,
        values: &[Value],
        most: usize,
        rows: &mut Vec<Row>,
    ) -> Result<usize, Fault> {
        let name = |fault| match fault {
            Fault::Faulty(message) => Fault::Faulty(format!("{message}, in: {sql}")),
            other => other,
        };
        self.prepared(sql).and_then(|prepared| prepared.run(values, most, rows)).map_err(name)
    }

    fn prepared(&mut self, sql: &'static str) -> Result<&mut Prepared<'c>, Fault> {
        match self.statements.entry((sql.as_ptr().addr(), sql.len())) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => Ok(unknown.insert(Prepared::new(self.connection, sql)?)),
        }
    }
}

impl<'c> Prepared<'c> {
    fn new(connection: &'c Connection, sql: &'static str) -> Result<Self, Fault> {
        let statement = connection.prepare_with_flags(sql, PrepFlags::SQLITE_PREPARE_PERSISTENT)?;
        let order = (1..=statement.parameter_count())
            .map(|index| position(statement.parameter_name(index)))
            .collect::<Result<_, _>>()?;
        Ok(Self { statement, order })
    }

    fn run(&mut self, values: &[Value], most: usize, rows: &mut Vec<Row>) -> Result<usize, Fault> {
        self.bind(values)?;
        if self.statement.column_count() == 0 {
            return Ok(self.statement.raw_execute()?);
        }
        let mut found = self.statement.raw_query();
        let mut count = 0;
        while count < most
            && let Some(row) = found.next()?
        {
            rows.push(read(row)?);
            count += 1;
        }
        Ok(count)
    }

    fn bind(&mut self, values: &[Value]) -> Result<(), Fault> {
        // Each number names one of SQLite's parameters, so equal counts and no number past them mean no gaps.
        if self.order.len() != values.len() {
            let (named, given) = (self.order.len(), values.len());
            return Err(Fault::Faulty(format!("{named} parameters are named and {given} values given")));
        }
        for (index, &position) in self.order.iter().enumerate() {
            let Some(value) = values.get(position) else {
                return Err(Fault::Faulty(format!("${} has no value", position + 1)));
            };
            self.statement.raw_bind_parameter(index + 1, Bound(value))?;
        }
        Ok(())
    }
}

/// To SQLite `$1` is a name that gets its index when it first appears; here it is a position.
fn position(name: Option<&str>) -> Result<usize, Fault> {
    name.and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1))
        .ok_or_else(|| Fault::Faulty(format!("parameters are $1, $2, …, not {}", name.unwrap_or("?"))))
}

struct Bound<'v>(&'v Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Boolean(value) => ValueRef::Integer(i64::from(*value)),
        }))
    }
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row, Fault> {
    let columns = row.as_ref().column_count();
    let mut cells = Vec::with_capacity(columns);
    for column in 0..columns {
        cells.push(match row.get_ref(column)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => Value::Integer(value),
            ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Value::Text(Arc::from(text)),
                Err(_) => return Err(Fault::Faulty(format!("column {column} is not UTF-8"))),
            },
            ValueRef::Real(_) | ValueRef::Blob(_) => {
                return Err(Fault::Faulty(format!("column {column} is neither bigint, text nor boolean")));
            }
        });
    }
    Ok(Row::new(cells))
}
