//! Carries everything of one database over into another, table by table in slices by key, and compares the two
//! afterwards. What is there already is left alone, so that it can be done again after it was interrupted.
//! Not here: which tables and columns there are (`transfer/tables`), what an operator is told of it (the process).

mod tables;

use crate::db::{CommitError, Db, Query, ReadError, Reader, Row, Step, Value, Write};
use crate::nodes;
use sha2::{Digest, Sha256};
use thiserror::Error;

pub use tables::{Column, Kind, LEFT_OUT, Table, all as tables};

/// How heavy a write may be; a heavier row goes alone.
const WRITE_BYTES_MAX: usize = 4 << 20;

/// How often a write is repeated of which nobody knows whether it was stored.
const TRIES: usize = 5;

/// Why nothing, or not everything, was carried over.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransferError {
    /// Somebody works on the target.
    #[error("nodes run on the target ({0}): stop them first")]
    Living(String),
    /// Somebody has worked on the target.
    #[error(
        "a server has been started on the target before: name an empty database, made with create database"
    )]
    Used,
    /// The target holds something else.
    #[error("the target holds another help desk ({0}): name an empty database, made with create database")]
    Different(String),
    /// There is nothing to carry.
    #[error("the source holds no help desk: no server was ever started on it")]
    Empty,
    /// A table could not be read.
    #[error("{0}: {1}")]
    Read(&'static str, ReadError),
    /// A table could not be written.
    #[error("{0}: {1}")]
    Write(&'static str, CommitError),
}

/// How far a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Which.
    pub table: &'static str,
    /// Rows so far.
    pub rows: i64,
    /// All rows, as counted before.
    pub of: i64,
}

/// What a table holds: two that hold the same rows have the same sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many rows.
    pub rows: i64,
    /// The rows' digests, added up. Thus their order is no matter, which differs between the databases for a key that
    /// holds NUL.
    digests: [u64; 4],
}

/// A table on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// Which.
    pub table: &'static str,
    /// What was read.
    pub from: Sum,
    /// What was found on the other side.
    pub to: Sum,
}

/// Hears how far a transfer is.
pub type Told<'t> = &'t mut (dyn FnMut(Progress) + Send);

impl Sum {
    /// A short name for all rows.
    #[must_use]
    pub fn digest(&self) -> String {
        self.digests.iter().map(|part| format!("{part:016x}")).collect()
    }

    fn add(&mut self, cells: &[Value]) {
        let mut hash = Sha256::new();
        for cell in cells {
            match cell {
                Value::Null => hash.update([0]),
                Value::Integer(number) => {
                    hash.update([1]);
                    hash.update(number.to_be_bytes());
                }
                Value::Boolean(value) => hash.update([2, u8::from(*value)]),
                Value::Text(text) => {
                    hash.update([3]);
                    hash.update((text.len() as u64).to_be_bytes());
                    hash.update(text.as_bytes());
                }
            }
        }
        let digest = hash.finalize();
        for (sum, part) in self.digests.iter_mut().zip(digest.as_chunks::<8>().0) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*part));
        }
        self.rows += 1;
    }
}

impl Compared {
    /// Whether both sides hold the same.
    #[must_use]
    pub fn agree(&self) -> bool {
        self.from == self.to
    }
}

/// Looks whether the target may be filled from the source: nobody works on it or has, and whatever it holds is a part of
/// the source.
///
/// # Errors
/// [`TransferError`] says why not.
pub async fn check(from: &Reader, to: &Reader) -> Result<(), TransferError> {
    let read = |error| TransferError::Read("nodes", error);
    let living = nodes::living(to).await.map_err(read)?;
    if !living.is_empty() {
        let names: Vec<String> = living.into_iter().map(|node| node.name).collect();
        return Err(TransferError::Living(names.join(", ")));
    }
    if count(to, "select count(*) from nodes", "nodes").await? > 0 {
        return Err(TransferError::Used);
    }
    let (own, theirs) = (identities(from).await?, identities(to).await?);
    if own.is_empty() {
        return Err(TransferError::Empty);
    }
    match theirs.iter().find(|identity| !own.contains(identity)) {
        Some((_, name)) => Err(TransferError::Different(name.clone())),
        None => Ok(()),
    }
}

/// What tells one help desk from another: its domains as they were made, and the mark of its master key.
async fn identities(reader: &Reader) -> Result<Vec<(i64, String)>, TransferError> {
    const DOMAINS: &str = "select domain_id, name from domains order by domain_id";
    const MARK: &str = "select id, 'master key ' || key_mark from instance order by id";
    let answers = reader.snapshot(vec![Query::new(DOMAINS, vec![]), Query::new(MARK, vec![])]).await;
    let read = |error| TransferError::Read("domains", error);
    let identity = |row: &Row| Ok((row.integer(0)?, row.text(1)?.to_owned()));
    answers.map_err(read)?.iter().flatten().map(identity).collect::<Result<_, _>>().map_err(read)
}

/// Carries every table over; tells what each of them holds. [`check`] comes before, [`compare`] after it.
///
/// # Errors
/// What failed; it can be done again.
pub async fn copy(
    from: &Reader,
    to: &Db,
    told: Told<'_>,
) -> Result<Vec<(&'static Table, Sum)>, TransferError> {
    let mut sums = Vec::new();
    for table in tables() {
        let of = count(from, table.count, table.name).await?;
        let mut pages = Pages::of(from, table);
        let mut sum = Sum::default();
        told(Progress { table: table.name, rows: 0, of });
        while let Some(rows) = pages.next().await? {
            rows.iter().for_each(|cells| sum.add(cells));
            store(to, table, rows).await?;
            told(Progress { table: table.name, rows: sum.rows, of });
        }
        sums.push((table, sum));
    }
    Ok(sums)
}

/// Reads the target whole, and sets it against what was carried over.
///
/// # Errors
/// When it cannot be read; differences are no error.
pub async fn compare(
    sums: &[(&'static Table, Sum)],
    to: &Reader,
    told: Told<'_>,
) -> Result<Vec<Compared>, TransferError> {
    let mut compared = Vec::new();
    for (table, from) in sums {
        let (mut pages, mut sum) = (Pages::of(to, table), Sum::default());
        while let Some(rows) = pages.next().await? {
            rows.iter().for_each(|cells| sum.add(cells));
            told(Progress { table: table.name, rows: sum.rows, of: from.rows });
        }
        compared.push(Compared { table: table.name, from: *from, to: sum });
    }
    Ok(compared)
}

async fn count(reader: &Reader, sql: &'static str, table: &'static str) -> Result<i64, TransferError> {
    let row = reader.first(Query::new(sql, vec![])).await;
    let count = row.and_then(|row| row.map_or(Ok(0), |row| row.integer(0)));
    count.map_err(|error| TransferError::Read(table, error))
}

/// A table read slice by slice.
struct Pages<'r> {
    reader: &'r Reader,
    table: &'static Table,
    /// The key of the last row read.
    last: Option<Vec<Value>>,
    ended: bool,
}

impl<'r> Pages<'r> {
    fn of(reader: &'r Reader, table: &'static Table) -> Self {
        Self { reader, table, last: None, ended: false }
    }

    /// The next rows; none behind the last.
    async fn next(&mut self) -> Result<Option<Vec<Vec<Value>>>, TransferError> {
        if self.ended {
            return Ok(None);
        }
        let limit = Value::from(self.table.slice);
        let query = match self.last.take() {
            None => Query::new(self.table.first, vec![limit]),
            Some(mut key) => {
                key.push(limit);
                Query::new(self.table.next, key)
            }
        };
        let read = |error| TransferError::Read(self.table.name, error);
        let found = self.reader.rows(query).await.map_err(read)?;
        let rows: Result<Vec<Vec<Value>>, ReadError> =
            found.iter().map(|row| cells(row, self.table)).collect();
        let rows = rows.map_err(read)?;
        let key =
            |cells: &Vec<Value>| self.table.key.iter().filter_map(|at| cells.get(*at).cloned()).collect();
        self.last = rows.last().map(key);
        self.ended = self.last.is_none();
        Ok((!self.ended).then_some(rows))
    }
}

/// A row's values by the types of its columns, the same from every database.
fn cells(row: &Row, table: &Table) -> Result<Vec<Value>, ReadError> {
    let cell = |(at, column): (usize, &Column)| match column.kind {
        Kind::Integer => row.optional_integer(at).map(Value::from),
        Kind::Boolean => row.boolean(at).map(Value::from),
        Kind::Text if row.optional_text(at)?.is_none() => Ok(Value::Null),
        Kind::Text => row.shared_text(at).map(Value::from),
    };
    table.columns.iter().enumerate().map(cell).collect()
}

/// Writes rows that are not there yet.
async fn store(to: &Db, table: &'static Table, rows: Vec<Vec<Value>>) -> Result<(), TransferError> {
    let (mut part, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let weight: usize = row.iter().map(Value::bytes).sum();
        if bytes + weight > WRITE_BYTES_MAX && !part.is_empty() {
            commit(to, table, std::mem::take(&mut part)).await?;
            bytes = 0;
        }
        bytes += weight;
        part.push(row);
    }
    if part.is_empty() { Ok(()) } else { commit(to, table, part).await }
}

async fn commit(to: &Db, table: &'static Table, rows: Vec<Vec<Value>>) -> Result<(), TransferError> {
    let write = Write::new().step(Step::many(table.insert, rows));
    for _ in 1..TRIES {
        match to.commit(write.clone()).await {
            // Doing it twice does no harm.
            Err(CommitError::Unknown) => {}
            answer => return answer.map(|_| ()).map_err(|error| TransferError::Write(table.name, error)),
        }
    }
    to.commit(write).await.map(|_| ()).map_err(|error| TransferError::Write(table.name, error))
}
