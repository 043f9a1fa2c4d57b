//! `gatilho admin`: what an operator does to a database itself. Here is the copy: the carrying of rows is the store's, what
//! the operator types and is told stands here.

mod domain;
mod open;
mod password;

use crate::config::secret::Secret;
use crate::config::sections::{Database, ServerUrl};
use crate::{keys, storage};
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use store::db::{Db, Inspection, Settings};
use store::transfer::{self, Compared, Progress};
use tokio::time::Instant;

/// How long one slice may be read: on a slow disk, nobody waits for it.
const READ_WITHIN: Duration = Duration::from_secs(60);

/// Between two words on how far a table is.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Copy everything from one database into another, such as from SQLite to PostgreSQL.
    Copy(CopyArgs),
    /// Make, list, suspend and resume domains.
    #[command(after_help = "Examples:
  gatilho admin domain create sales --locale pt-BR --data /var/lib/gatilho
  gatilho admin domain list --data /var/lib/gatilho")]
    Domain {
        #[command(subcommand)]
        command: domain::DomainCommand,
    },
    /// Give somebody a new password, for who cannot log in any more.
    Password(password::PasswordArgs),
}

/// Arguments of `gatilho admin copy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho admin copy --from sqlite:/var/lib/gatilho --to postgres://gatilho@db.example.com:5432/gatilho

Stop the server before, and make an empty database. The source is only read. A copy that was interrupted is repeated:
what is there already is left out. In the end both are read and compared; start no node on the new database before that
has ended well. The master key is not copied: give the new nodes the same one.")]
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
        AdminCommand::Domain { command } => domain::run(command),
        AdminCommand::Password(args) => password::run(args),
    }
}

fn copy(args: &CopyArgs) -> Result<ExitCode> {
    let (from, to) = (named("--from", &args.from)?, named("--to", &args.to)?);
    ensure!(from != to, "--from and --to name the same database: name the new one with --to");
    let (Database::Directory(directory), Database::Server(url)) = (&from, &to) else {
        bail!("this copies from SQLite to PostgreSQL; to copy SQLite, use `gatilho backup FILE`");
    };
    look(directory)?;
    // Fails only when a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    let compared = runtime.block_on(carry(storage::database(&from), storage::database(&to)))?;
    print!("{}", table(&compared));
    let differing: Vec<&str> = compared.iter().filter(|one| !one.agree()).map(|one| one.table).collect();
    ensure!(
        differing.is_empty(),
        "the two differ in {}: the source has changed since an earlier copy, or something else wrote to {url}; make that \
         database anew, empty, and copy again",
        differing.join(", ")
    );
    println!("{}", conclusion(directory, url));
    Ok(ExitCode::SUCCESS)
}

/// Looks at the source before anything opens it: opening would make a directory, or bring its tables to this version.
fn look(directory: &Path) -> Result<()> {
    let shown = directory.display();
    let used = store::db::is_in_use(directory).with_context(|| format!("{shown} cannot be looked into"))?;
    ensure!(!used, "a server uses {shown}: stop it first");
    let Some(database) = Inspection::open(directory)? else {
        bail!(
            "there is no database in {shown}: name the data directory of the server with --from sqlite:DIR"
        );
    };
    let schema = database.schema()?;
    ensure!(
        schema.found == schema.known && schema.diverged.is_none(),
        "the database in {shown} is of version {}, and this gatilho copies version {}: start the gatilho that is to be \
         used from now on with it once, stop it, and copy then",
        schema.found,
        schema.known
    );
    Ok(())
}

async fn carry(from: Settings, to: Settings) -> Result<Vec<Compared>> {
    let patient = |settings| Settings { read_limit: READ_WITHIN, ..settings };
    // Open, the source belongs to this process: no server can start on it.
    let source = Db::open(patient(from)).await.context("--from")?;
    let target = Db::open(patient(to)).await.context("--to")?;
    transfer::check(&source.reader(), &target.reader()).await?;
    let sums = transfer::copy(&source.reader(), &target, &mut teller("copied")).await?;
    let compared = transfer::compare(&sums, &target.reader(), &mut teller("compared")).await?;
    target.close().await;
    source.close().await;
    Ok(compared)
}

/// Says on standard error how far each table is: once a second, and at its end.
fn teller(what: &'static str) -> impl FnMut(Progress) + Send {
    let mut last = Instant::now();
    move |progress: Progress| {
        let Progress { table, rows, of } = progress;
        if rows >= of || last.elapsed() >= TELL_EVERY {
            last = Instant::now();
            eprintln!("{what} {table}: {rows} of {of} rows, {} %", percent(rows, of));
        }
    }
}

fn percent(rows: i64, of: i64) -> i64 {
    if rows >= of { 100 } else { (i128::from(rows) * 100 / i128::from(of)).try_into().unwrap_or(100) }
}

/// What both sides hold, a table a line.
fn table(compared: &[Compared]) -> String {
    let widest = compared.iter().map(|one| one.table.len()).max().unwrap_or(0);
    let line = |one: &Compared| {
        let (table, rows, digest) = (one.table, one.from.rows, one.from.digest());
        let verdict = match one.agree() {
            true => format!("equal      {}", &digest[..16]),
            false => format!("DIFFERENT  {} rows there", one.to.rows),
        };
        format!("{table:<widest$}  {rows:>12}  {verdict}\n")
    };
    let head = format!("{:<widest$}  {:>12}  compared\n", "table", "rows");
    head + &compared.iter().map(line).collect::<String>()
}

fn conclusion(directory: &Path, url: &ServerUrl) -> String {
    format!(
        "Everything in {} is in {url} too. Start the nodes with store.database naming it, and with the same master key: \
         copy {} into the data directory of each, or set security.master_key to what it holds. What was under way when the \
         server stopped goes on with the first start.",
        directory.display(),
        keys::file(directory).display()
    )
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
        let empty = tempfile::tempdir().unwrap();
        let said = told(&format!("sqlite:{}/not/yet", empty.path().display()), "postgres://me:hush@db/desk");
        assert!(said.contains("there is no database in") && !said.contains("hush"), "{said}");
        assert!(!empty.path().join("not").exists());
    }

    #[test]
    fn what_was_found_is_a_table() {
        let sum = transfer::Sum::default();
        let mut fewer = sum;
        fewer.rows = -1;
        let one = Compared { table: "tickets", from: sum, to: sum };
        let other = Compared { table: "changes", from: sum, to: fewer };
        assert_eq!(
            table(&[one, other]),
            "table            rows  compared\n\
             tickets             0  equal      0000000000000000\n\
             changes             0  DIFFERENT  -1 rows there\n"
        );
        assert_eq!([percent(0, 0), percent(1, 3), percent(3, 3)], [100, 33, 100]);
    }
}
