//! Opening the database of the settings for an operator's command: one that is there and of this version. With SQLite the
//! server must be stopped; with PostgreSQL nodes may run and take note within a second.

use crate::cli::ConfigArgs;
use crate::config::sections::Database;
use crate::storage;
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::ExitCode;
use store::db::{Db, Inspection};

/// Opens the database, does the work, closes it.
///
/// # Errors
/// Why it cannot be opened, or what the work says.
pub(super) fn with_database(
    config: &ConfigArgs,
    work: impl AsyncFnOnce(&Db) -> Result<ExitCode>,
) -> Result<ExitCode> {
    let config = config.load(None)?;
    if let Database::Directory(directory) = &config.store.database {
        look(directory)?;
    }
    // Fails only when a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        let db = Db::open(storage::settings(&config.store)).await?;
        let done = work(&db).await;
        db.close().await;
        done
    })
}

/// Looks at the directory before anything opens it: opening would make it, or bring its tables to this version.
fn look(directory: &Path) -> Result<()> {
    let shown = directory.display();
    let used = store::db::is_in_use(directory).with_context(|| format!("{shown} cannot be looked into"))?;
    ensure!(!used, "a server uses {shown}: stop it first");
    let Some(database) = Inspection::open(directory)? else {
        bail!(
            "there is no database in {shown}: start the server once, or name its data directory with --data"
        );
    };
    let schema = database.schema()?;
    ensure!(
        schema.found == schema.known && schema.diverged.is_none(),
        "the database in {shown} is of version {}, and this gatilho knows version {}: start the gatilho that is to be used \
         from now on with it once, stop it, and try again",
        schema.found,
        schema.known
    );
    Ok(())
}

/// An error of the engine with its faults, if it has some.
pub(super) fn told(error: engine::Error) -> anyhow::Error {
    match error {
        engine::Error::Invalid(faults) => {
            anyhow::anyhow!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        }
        other => other.into(),
    }
}
