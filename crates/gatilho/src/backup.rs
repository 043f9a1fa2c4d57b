//! `gatilho backup`: copies the database into a new file, while a server runs and while none does. The copying is the
//! store's; here is what the operator is told.

use crate::check::bytes;
use crate::cli::ConfigArgs;
use crate::config::sections::Database;
use crate::keys;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `gatilho backup`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho backup /var/backups/gatilho-2026-01-02.db --data /var/lib/gatilho
  gatilho backup ./before-update.db --config /etc/gatilho.toml

It works while the server runs: the copy is the database of one moment. It never overwrites a file.
To restore: put the copy into an empty directory as gatilho.db, the master key beside it as master.key,
and start with `gatilho serve --data` naming that directory. With PostgreSQL use pg_dump; docs/operating.md tells how.")]
pub(crate) struct BackupArgs {
    /// File to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where the data directory is named.
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs the command.
///
/// # Errors
/// Why there is no backup; then no file was left behind.
pub(crate) fn run(args: &BackupArgs) -> Result<ExitCode> {
    let config = args.config.load(None)?;
    match &config.store.database {
        Database::Directory(directory) => store::db::backup_directory(directory, &args.file)?,
        Database::Server(url) => bail!(
            "{url} is a PostgreSQL server, which has tools of its own for this: `pg_dump --format=custom` while the nodes \
             run, or base backups with an archive of the log; docs/operating.md tells how. {}",
            beside(config.security.master_key.is_some(), &config.store.data)
        ),
    }
    let size =
        args.file.metadata().with_context(|| format!("{} was made and is gone", args.file.display()))?;
    println!(
        "Copied the database to {} ({}); every page was looked at and is sound.",
        args.file.display(),
        bytes(size.len())
    );
    println!("{}", beside(config.security.master_key.is_some(), &config.store.data));
    Ok(ExitCode::SUCCESS)
}

/// What has to be kept with the copy.
fn beside(configured: bool, data: &Path) -> String {
    let why = "without it the signing secrets in the copy cannot be read";
    if configured {
        return format!("Keep security.master_key of the settings with it: {why}.");
    }
    let file = keys::file(data);
    format!("Keep {} with it, but not in the same place: {why}.", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_to_keep_is_named() {
        assert!(beside(false, Path::new("/data")).contains("Keep /data/master.key with it"));
        assert!(beside(true, Path::new("/data")).contains("Keep security.master_key"));
    }
}
