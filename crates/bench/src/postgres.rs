//! A PostgreSQL server beside the nodes: a database for each scenario, and what the server itself used. It is asked by
//! `psql`, which every installation of it has.

use std::fs::{read_dir, read_to_string};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::usage;

/// A session tells its transactions at the latest when it has been idle for 10 s.
const TOLD_WITHIN: Duration = Duration::from_secs(11);

/// A database of one scenario, dropped with this.
pub(crate) struct Desk {
    server: String,
    name: String,
    /// The server's first process, if it runs on this machine and tells.
    postmaster: Option<u32>,
    durable: bool,
}

/// Counters at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Counters {
    cpu_us: Option<u64>,
    cpu_after_us: Option<u64>,
    transactions: u64,
}

/// What the server did between two moments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served {
    /// CPU time of all its processes, in microseconds.
    pub(crate) cpu_us: Option<u64>,
    /// Transactions: each is one round trip of a node, whether it reads or writes.
    pub(crate) transactions: u64,
    /// Whether commits reach the disk.
    pub(crate) durable: bool,
}

impl Desk {
    /// Makes a database on the server of a URL, whose user may do that.
    pub(crate) fn make(server: &str) -> Result<Self> {
        let name = format!("gatilho_bench_{}", std::process::id());
        psql(server, &format!("drop database if exists {name} with (force)"))?;
        psql(server, &format!("create database {name}"))?;
        // Only a superuser may read it, and only of a server on this machine does it mean anything.
        let first = psql(server, "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)").ok();
        let postmaster = first.and_then(|pid| pid.parse().ok()).filter(|pid| is_postgres(*pid));
        let durable = psql(server, "show fsync")? == "on";
        Ok(Self { server: server.to_owned(), name, postmaster, durable })
    }

    /// Where the nodes find it.
    pub(crate) fn url(&self) -> String {
        of_database(&self.server, &self.name)
    }

    /// Reads the counters when every session has told its own; the CPU's at once.
    pub(crate) async fn counters(&self) -> Result<Counters> {
        let at_once_us = self.cpu_us();
        tokio::time::sleep(TOLD_WITHIN).await;
        let name = &self.name;
        let sql =
            format!("select xact_commit + xact_rollback from pg_stat_database where datname = '{name}'");
        let transactions = psql(&self.server, &sql)?.parse().context("the server's count of transactions")?;
        // What the wait itself took is nobody's.
        Ok(Counters { cpu_us: at_once_us, cpu_after_us: self.cpu_us(), transactions })
    }

    fn cpu_us(&self) -> Option<u64> {
        self.postmaster.and_then(|pid| cpu_us(pid).ok())
    }

    /// What the server did since then.
    pub(crate) async fn served_since(&self, before: &Counters) -> Result<Served> {
        let now = self.counters().await?;
        Ok(Served {
            cpu_us: before.cpu_after_us.zip(now.cpu_us).map(|(from, to)| to.saturating_sub(from)),
            transactions: now.transactions.saturating_sub(before.transactions),
            durable: self.durable,
        })
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // What stays behind is in a server that the benchmark was lent, under a name that tells whose it was.
        let _ = psql(&self.server, &format!("drop database if exists {} with (force)", self.name));
    }
}

/// Runs one command and tells what it answered.
fn psql(url: &str, sql: &str) -> Result<String> {
    let mut command = Command::new(program());
    command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", sql]);
    // The URL may hold a password, which the list of processes would show.
    let (url, password) = without_password(url);
    command.arg(url).stdin(Stdio::null());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let done = command.output().context("psql does not start: install PostgreSQL's client")?;
    ensure!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr).trim());
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// The `psql` of the server that `cargo xtask postgres` started, else the one of the path.
fn program() -> std::path::PathBuf {
    let known = std::env::var_os("GATILHO_TEST_POSTGRES_BIN");
    known.map_or_else(|| "psql".into(), |directory| Path::new(&directory).join("psql"))
}

/// A URL without its password, and that. One written with percent signs stays where it is.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = || {
        let (scheme, rest) = url.split_once("://")?;
        let (who, place) = rest.split_once('@')?;
        let (user, password) = who.split_once(':')?;
        (!password.contains('%')).then(|| (format!("{scheme}://{user}@{place}"), Some(password.to_owned())))
    };
    parts().unwrap_or_else(|| (url.to_owned(), None))
}

/// The URL of another database of the same server.
fn of_database(server: &str, name: &str) -> String {
    let start = server.find("://").map_or(0, |at| at + 3);
    let options = server.find('?').unwrap_or(server.len());
    let path = server[start..options].find('/').map_or(options, |at| start + at);
    format!("{}/{name}{}", &server[..path], &server[options..])
}

fn is_postgres(pid: u32) -> bool {
    read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim().starts_with("postgres"))
}

/// CPU time of the server's first process, of all that it has waited for, and of all that run.
fn cpu_us(postmaster: u32) -> Result<u64> {
    let mut ticks = usage::with_children(postmaster)?;
    for entry in read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // One that has just ended is in its parent's sum.
        if usage::parent(pid) == Some(postmaster) {
            ticks += usage::of_process(pid).unwrap_or(0);
        }
    }
    Ok(ticks * usage::tick_us())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_among_the_arguments() {
        let taken = without_password("postgres://me:hush@host:1/postgres?sslmode=disable");
        assert_eq!(taken, ("postgres://me@host:1/postgres?sslmode=disable".into(), Some("hush".into())));
        assert_eq!(without_password("postgres://me@host/a"), ("postgres://me@host/a".into(), None));
    }

    #[test]
    fn another_database_of_the_same_server_keeps_the_rest() {
        assert_eq!(of_database("postgres://a@h:1/postgres?x=y", "b"), "postgres://a@h:1/b?x=y");
        assert_eq!(of_database("postgres://a@h", "b"), "postgres://a@h/b");
    }
}
