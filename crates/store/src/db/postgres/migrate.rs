//! Lives here: bringing the database to the version of this binary, one node at a time, and refusing one it does not
//! know.
//! Not here: what the versions contain (`migrations/postgres`).

use refinery::error::Kind;

use super::errors::Fault;
use super::link::{self, Link, Purpose};
use super::target::Target;
use crate::db::{OpenError, Schema};

mod embedded {
    refinery::embed_migrations!("migrations/postgres");
}

/// Chosen once, by chance; all nodes must know the same.
const LOCK: i64 = 7_313_041_268_251;

/// Runs what is missing, all of it in one transaction, while no other node does.
pub(super) async fn migrate(target: &Target) -> Result<(), OpenError> {
    let unreachable = |fault: Fault| OpenError::Database(fault.text(&target.name));
    let mut link = Link::open(target, Purpose::Other).await.map_err(unreachable)?;
    // A migration may take its time, and so may the node that runs it.
    let wait = format!("set statement_timeout = 0; select pg_advisory_lock({LOCK})");
    link.command(&wait).await.map_err(unreachable)?;
    let runner = embedded::migrations::runner();
    let known = newest(&runner);
    let found = version(&mut link).await.map_err(unreachable)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    let (mut client, mut wire) = link.into_parts();
    let runner = runner.set_grouped(true);
    let report = link::drive(&mut wire, runner.run_async(&mut client)).await.map_err(refused)?;
    if !report.applied_migrations().is_empty() {
        tracing::info!(from = found, to = known, "the database was brought to this version");
    }
    // The lock ends with the connection.
    Ok(())
}

/// The newest version this binary knows.
fn newest(runner: &refinery::Runner) -> i64 {
    runner.get_migrations().iter().map(|one| i64::from(one.version())).max().unwrap_or(0)
}

/// What tells one set of migrations from another.
#[cfg(feature = "testing")]
pub(super) fn fingerprint() -> String {
    let runner = embedded::migrations::runner();
    let sum = |sum: u64, one: &refinery::Migration| sum.rotate_left(7) ^ one.checksum();
    format!("{:016x}", runner.get_migrations().iter().fold(0, sum))
}

async fn version(link: &mut Link) -> Result<i64, Fault> {
    let history = link.ask("select to_regclass('refinery_schema_history')").await?;
    if history.first().and_then(|row| row.first()?.as_deref()).is_none() {
        return Ok(0);
    }
    let newest = link.ask("select coalesce(max(version), 0) from refinery_schema_history").await?;
    let newest = newest.first().and_then(|row| row.first()?.as_deref()?.parse().ok());
    newest.ok_or_else(|| Fault::Refused("the history of its versions cannot be read".into()))
}

/// How far the database is, without changing it.
pub(super) async fn schema(link: &mut Link) -> Result<Schema, Fault> {
    let runner = embedded::migrations::runner();
    let found = version(link).await?;
    let history = "select version, name, checksum from refinery_schema_history order by version";
    let rows = if found > 0 { link.ask(history).await? } else { Vec::new() };
    let text = |row: &[Option<String>], at: usize| row.get(at).cloned().flatten().unwrap_or_default();
    let differs = |row: &Vec<Option<String>>| {
        let version: i64 = text(row, 0).parse().ok()?;
        let known = runner.get_migrations().iter().find(|one| i64::from(one.version()) == version)?;
        let same = known.name() == text(row, 1) && known.checksum().to_string() == text(row, 2);
        (!same).then_some(version)
    };
    Ok(Schema { found, known: newest(&runner), diverged: rows.iter().find_map(differs) })
}

fn refused(error: refinery::Error) -> OpenError {
    match error.kind() {
        Kind::DivergentVersion(..) | Kind::MissingVersion(..) => OpenError::Diverged(error.to_string()),
        Kind::Connection(what, cause) => {
            // The driver's own words are in the cause's cause.
            let why = cause.source().map_or_else(|| cause.to_string(), ToString::to_string);
            OpenError::Migration(format!("{what}: {why}"))
        }
        _ => OpenError::Migration(error.to_string()),
    }
}
