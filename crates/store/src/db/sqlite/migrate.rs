//! Lives here: bringing the database to the version of this binary, and refusing one it does not know.
//! Not here: what the versions contain (`migrations/sqlite`, `migrations/inbox`).

use refinery::error::Kind;
use rusqlite::{Connection, OptionalExtension};

use super::open::{self, Layout, Place};
use crate::db::{OpenError, Schema};

mod house {
    refinery::embed_migrations!("migrations/sqlite");
}

mod inbox {
    refinery::embed_migrations!("migrations/inbox");
}

fn migrations(place: &Place) -> refinery::Runner {
    match place.layout {
        Layout::House(_) => house::migrations::runner(),
        Layout::Inbox(_) => inbox::migrations::runner(),
    }
}

/// Runs what is missing, all of it in one transaction.
pub(super) fn migrate(connection: &mut Connection, place: &Place) -> Result<(), OpenError> {
    let runner = migrations(place);
    let known = newest(&runner);
    let unreadable = |error| OpenError::Database(open::failure(error, place));
    let found = version(connection).map_err(unreadable)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    // Rebuilding a table drops it, which would take the rows that refer to it along.
    connection.pragma_update(None, "foreign_keys", false).map_err(unreadable)?;
    let report = runner.set_grouped(true).run(connection).map_err(refused)?;
    if !report.applied_migrations().is_empty() {
        if let Some(table) = lost_reference(connection).map_err(unreadable)? {
            return Err(OpenError::Migration(format!("rows of {table} refer to rows that are gone")));
        }
        tracing::info!(from = found, to = known, "the database was brought to this version");
    }
    connection.pragma_update(None, "foreign_keys", true).map_err(unreadable)
}

/// How far the database is, without changing it.
pub(super) fn schema(connection: &Connection, place: &Place) -> rusqlite::Result<Schema> {
    let runner = migrations(place);
    let found = version(connection)?;
    let mut diverged = None;
    if found > 0 {
        let history = "select version, name, checksum from refinery_schema_history order by version";
        let mut statement = connection.prepare(history)?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()?
            && diverged.is_none()
        {
            let (version, name, checksum): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let known = runner.get_migrations().iter().find(|one| i64::from(one.version()) == version);
            diverged = known
                .is_some_and(|one| one.name() != name || one.checksum().to_string() != checksum)
                .then_some(version);
        }
    }
    Ok(Schema { found, known: newest(&runner), diverged })
}

/// The newest version this binary knows.
fn newest(runner: &refinery::Runner) -> i64 {
    runner.get_migrations().iter().map(|one| i64::from(one.version())).max().unwrap_or(0)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    let history = "select 1 from sqlite_schema where name = 'refinery_schema_history'";
    if connection.query_row(history, (), |_| Ok(())).optional()?.is_none() {
        return Ok(0);
    }
    let newest = "select coalesce(max(version), 0) from refinery_schema_history";
    connection.query_row(newest, (), |row| row.get(0))
}

/// The first table whose rows refer to rows that are not there.
fn lost_reference(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection.query_row("pragma foreign_key_check", (), |row| row.get(0)).optional()
}

fn refused(error: refinery::Error) -> OpenError {
    match error.kind() {
        Kind::DivergentVersion(..) | Kind::MissingVersion(..) => OpenError::Diverged(error.to_string()),
        Kind::Connection(what, cause) => OpenError::Migration(format!("{what}: {cause}")),
        _ => OpenError::Migration(error.to_string()),
    }
}
