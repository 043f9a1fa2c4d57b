//! A PostgreSQL of a story's own, which may be killed: made, started, stopped at once, copied into a standby.
//! The programs are those that the gate found; see `cargo xtask postgres`.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A variable that `cargo xtask ci` and `cargo xtask postgres` set.
#[expect(clippy::disallowed_methods, reason = "the gate tells where PostgreSQL is")]
fn told(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `cargo xtask ci`, or `cargo xtask postgres -- cargo nextest run …`")
    })
}

/// A cluster with a data directory and a port; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Cluster {
    directory: TempDir,
    port: u16,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may have been stopped by the story.
        let _ = self.command("pg_ctl", &["stop", "--silent", "--mode=immediate"]).status();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

impl Cluster {
    fn empty() -> Cluster {
        let directory = tempfile::Builder::new().prefix("gatilho-pg").tempdir_in("/tmp").unwrap();
        let cluster = Cluster { directory, port: free_port() };
        let user = told("GATILHO_TEST_POSTGRES_USER");
        if !user.is_empty() {
            let status = Command::new("chown").arg(&user).arg(cluster.directory.path()).status().unwrap();
            assert!(status.success());
        }
        cluster
    }

    /// A fresh one, running.
    pub(super) fn start() -> Cluster {
        let cluster = Cluster::empty();
        cluster.run(
            "initdb",
            &["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale"],
        );
        cluster.configure();
        cluster.go_on();
        cluster
    }

    fn configure(&self) {
        // What a crash of the process must not lose is in the system's memory; only a crash of the machine needs syncs.
        let settings = format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\nfsync = off\n\
             max_connections = 200\nwal_level = replica\nmax_wal_senders = 5\n",
            self.port,
            self.directory.path().display(),
        );
        let file = self.data().join("postgresql.auto.conf");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, before + &settings).unwrap();
    }

    /// A running copy that follows this one.
    pub(super) fn standby(&self) -> Cluster {
        let standby = Cluster::empty();
        let source = format!("host=127.0.0.1 port={} user=postgres", self.port);
        let data = standby.data();
        let arguments = [
            "--dbname",
            &source,
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--wal-method=stream",
            "--no-sync",
        ];
        let mut command = standby.program("pg_basebackup");
        command.args(arguments).arg("--pgdata").arg(&data);
        assert!(command.stdout(Stdio::null()).status().unwrap().success(), "the standby is copied");
        standby.configure();
        standby.go_on();
        standby
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let path = Path::new(&told("GATILHO_TEST_POSTGRES_BIN")).join(name);
        let user = told("GATILHO_TEST_POSTGRES_USER");
        let mut command = if user.is_empty() {
            Command::new(path)
        } else {
            let mut command = Command::new("runuser");
            command.args(["-u", &user, "--"]).arg(path);
            command
        };
        command.current_dir(self.directory.path()).stdin(Stdio::null());
        command
    }

    fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = self.program(name);
        command.args(arguments).arg("--pgdata").arg(self.data()).stdout(Stdio::null());
        command
    }

    fn run(&self, name: &str, arguments: &[&str]) {
        let done = self.command(name, arguments).stderr(Stdio::inherit()).status().unwrap();
        assert!(done.success(), "{name} {arguments:?}");
    }

    /// Starts it, or starts it again.
    pub(super) fn go_on(&self) {
        let log = self.directory.path().join("server.log");
        self.run(
            "pg_ctl",
            &["start", "--silent", "--wait", "--timeout=60", "--log", &log.display().to_string()],
        );
    }

    /// Kills it: nothing is finished, nothing is written.
    pub(super) fn kill(&self) {
        self.run("pg_ctl", &["stop", "--silent", "--mode=immediate"]);
    }

    /// A standby becomes the primary.
    pub(super) fn promote(&self) {
        self.run("pg_ctl", &["promote", "--silent", "--wait", "--timeout=60"]);
    }

    /// Where it listens.
    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The URL of one of its databases.
    pub(super) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.address())
    }

    /// Runs SQL and tells what it answered, a row a line.
    pub(super) fn sql(&self, database: &str, sql: &str) -> String {
        let mut command = self.program("psql");
        command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", sql]);
        let done = command.arg(self.url(database)).output().unwrap();
        assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }
}
