//! `gatilho admin`: what is done to a database while no server runs on it.

use crate::config::secret::Secret;
use crate::config::sections::Database;
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Copy everything from one database into another, such as from SQLite to PostgreSQL.
    Copy(CopyArgs),
}

/// Arguments of `gatilho admin copy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho admin copy --from sqlite:/var/lib/gatilho --to postgres://gatilho@db.example.com:5432/gatilho

Stop the server before. The source is only read. A copy that was interrupted is repeated: what is there already is
left out. The master key is not copied: give the new nodes the same one.")]
pub(crate) struct CopyArgs {
    /// Database to read: sqlite:DIR or postgres://…
    #[arg(long, value_name = "DATABASE")]
    from: Secret,
    /// Database to fill: postgres://… or sqlite:DIR
    #[arg(long, value_name = "DATABASE")]
    to: Secret,
}

/// Runs a command.
///
/// # Errors
/// Why nothing, or not everything, was copied.
pub(crate) fn run(command: &AdminCommand) -> Result<ExitCode> {
    match command {
        AdminCommand::Copy(args) => copy(args),
    }
}

fn copy(args: &CopyArgs) -> Result<ExitCode> {
    let (from, to) = (named("--from", &args.from)?, named("--to", &args.to)?);
    ensure!(from != to, "--from and --to name the same database: name the new one with --to");
    match (&from, &to) {
        (Database::Directory(from), Database::Server(to)) => {
            bail!("this gatilho cannot copy {} to {to} yet", from.display())
        }
        _ => bail!("this copies from SQLite to PostgreSQL; to copy SQLite, use `gatilho backup FILE`"),
    }
}

/// The database that a flag names.
fn named(flag: &str, text: &Secret) -> Result<Database> {
    let parsed = Database::parse(text.reveal()).map_err(|what| anyhow::anyhow!("{flag} {what}"))?;
    parsed.with_context(|| format!("{flag} names no database: write sqlite:DIR or postgres://…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(from: &str, to: &str) -> String {
        let args = CopyArgs { from: from.to_owned().into(), to: to.to_owned().into() };
        assert!(!format!("{args:?}").contains("hush"));
        copy(&args).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_copied_is_said_without_passwords() {
        assert!(told("", "sqlite:/a").starts_with("--from names no database"));
        assert!(told("sqlite:/a", "hush").starts_with("--to write postgres://"));
        assert!(told("sqlite:/a", "sqlite:/a").contains("the same database"));
        assert!(told("sqlite:/a", "sqlite:/b").contains("gatilho backup FILE"));
        let said = told("sqlite:/a", "postgres://me:hush@db/desk");
        assert!(said.contains("postgres://me:•••@db/desk") && !said.contains("hush"), "{said}");
    }
}
