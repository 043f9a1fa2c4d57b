//! A private cluster: made in a fresh directory, on a free port of this machine, as a user without rights.
//!
//! Nothing of it is meant to outlive the tests, so it syncs nothing; in all else it behaves as a real one does.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::binaries::Binaries;
use super::guard::Guard;
use crate::machine;

/// Its address for the tests, as the superuser.
const URL: &str = "GATILHO_TEST_POSTGRES";

/// The directory of the programs, for tests that start clusters of their own.
const BIN: &str = "GATILHO_TEST_POSTGRES_BIN";

/// Who must run them: a user's name when we are root, else empty.
const USER: &str = "GATILHO_TEST_POSTGRES_USER";

/// The data directory within ours.
pub(super) const DATA: &str = "data";

const LOG: &str = "server.log";

/// The superuser.
const SUPERUSER: &str = "postgres";

/// Users without rights that may run a server for root, who may not: the distribution's own, and nobody.
const ACCOUNTS: [&str; 2] = [SUPERUSER, "nobody"];

/// How often another port is tried when somebody took ours before we could.
const TRIES: u32 = 5;

/// A longer path leaves no room for the name of a socket, which has 108 bytes.
const PATH_LENGTH_MAX: usize = 80;

/// A file system in memory. Each of some hundred databases is three hundred files made and removed again, which is more
/// work for a disk's file system than the tests themselves are.
const MEMORY: &str = "/dev/shm";

/// The room that must be free there; what the tests have at one time takes half of it.
const MEMORY_BYTES_MIN: u64 = 4 << 30;

/// How many lines of the server's log are shown when it does not start.
const LAST_WORDS: usize = 20;

/// A user without rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    user: u32,
    group: u32,
}

impl Account {
    pub(super) fn named(name: &str) -> Result<Account> {
        let (user, group) = machine::user(name).with_context(|| format!("there is no user {name}"))?;
        Ok(Account { name: name.to_owned(), user, group })
    }

    /// Who runs the server: none means ourselves. It refuses to run as root.
    fn of_server() -> Result<Option<Account>> {
        if !machine::is_root() {
            return Ok(None);
        }
        let account = ACCOUNTS.iter().find_map(|name| Account::named(name).ok());
        account
            .map(Some)
            .context("PostgreSQL does not run as root, and there is neither `postgres` nor `nobody`")
    }
}

/// A running cluster; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    binaries: Binaries,
    account: Option<Account>,
    directory: PathBuf,
    port: u16,
    _guard: Guard,
}

impl Cluster {
    /// Makes one and starts it.
    ///
    /// # Errors
    /// What stands in the way; then nothing is left behind.
    pub(crate) fn start() -> Result<Cluster> {
        let binaries = Binaries::find()?;
        let account = Account::of_server()?;
        let directory = directory(account.as_ref())?;
        let guard = Guard::over(&directory, &binaries.program("pg_ctl"), account.as_ref())?;
        let mut cluster = Cluster { binaries, account, directory, port: 0, _guard: guard };
        cluster.make()?;
        for _ in 0..TRIES {
            cluster.port = free_port()?;
            if cluster.try_to_start()? {
                cluster.prove()?;
                return Ok(cluster);
            }
        }
        bail!("no port of 127.0.0.1 stays free for the test database")
    }

    /// What the tests are told.
    pub(crate) fn variables(&self) -> [(&'static str, String); 3] {
        [
            (URL, format!("postgres://{SUPERUSER}@127.0.0.1:{}/postgres", self.port)),
            (BIN, self.binaries.directory.display().to_string()),
            (USER, self.account.as_ref().map_or_else(String::new, |account| account.name.clone())),
        ]
    }

    /// What `psql` and its like are told, so that they need no arguments.
    pub(crate) fn client_variables(&self) -> [(&'static str, String); 4] {
        [
            ("PGHOST", "127.0.0.1".to_owned()),
            ("PGPORT", self.port.to_string()),
            ("PGUSER", SUPERUSER.to_owned()),
            ("PGDATABASE", "postgres".to_owned()),
        ]
    }

    /// One line for people.
    pub(crate) fn describe(&self) -> String {
        let who = self.account.as_ref().map_or_else(String::new, |account| format!(", as {}", account.name));
        let version = self.binaries.version();
        format!("{version} for the tests on 127.0.0.1:{}, in {}{who}", self.port, self.directory.display())
    }

    fn data(&self) -> PathBuf {
        self.directory.join(DATA)
    }

    fn program(&self, name: &str) -> Command {
        command_as(self.account.as_ref(), &self.binaries.program(name))
    }

    fn make(&self) -> Result<()> {
        let mut initdb = self.program("initdb");
        initdb.args(["--username", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        let done = initdb.arg("--pgdata").arg(self.data()).output().context("initdb does not start")?;
        let said = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "initdb failed: {}", said.trim());
        Ok(())
    }

    /// Starts it and waits until it answers; `false` if somebody else has taken the port.
    fn try_to_start(&self) -> Result<bool> {
        let settings = self.data().join("postgresql.conf");
        // The file is there already, so it keeps its owner.
        std::fs::write(&settings, configuration(self.port, &self.directory))
            .with_context(|| format!("cannot write {}", settings.display()))?;
        let log = self.directory.join(LOG);
        let mut pg_ctl = self.program("pg_ctl");
        pg_ctl.args(["start", "-s", "-w", "-t", "60", "-D"]).arg(self.data()).arg("-l").arg(&log);
        // What it says beside the log is nothing that the log does not say; a pipe would be held by the server.
        let status = pg_ctl.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if status.context("pg_ctl does not start")?.success() {
            return Ok(true);
        }
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        ensure!(is_port_taken(&said), "the test database does not start:\n{}", last_words(&said));
        Ok(false)
    }

    /// Looks whether whoever answers on the port is ours.
    fn prove(&self) -> Result<()> {
        let mut psql = self.program("psql");
        psql.args(["-X", "-A", "-t", "-w"]).envs(self.client_variables());
        let done = psql.args(["-c", "show data_directory"]).output().context("psql does not start")?;
        let (answer, said) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        ensure!(done.status.success(), "the test database does not answer: {}", said.trim());
        let ours = self.data();
        let same = PathBuf::from(answer.trim()).canonicalize().ok() == ours.canonicalize().ok();
        ensure!(same, "on port {} answers the server of {}", self.port, answer.trim());
        Ok(())
    }
}

/// A command run by an account, with nothing of our environment but PATH: a variable such as PGHOST would lead it
/// elsewhere.
pub(super) fn command_as(account: Option<&Account>, program: &Path) -> Command {
    let mut command = Command::new(program);
    // The working directory may be closed to the account.
    command.env_clear().env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    if let Some(Account { user, group, .. }) = account {
        command.uid(*user).gid(*group);
    }
    command
}

/// A fresh directory that belongs to the account: where `TMPDIR` says, else in memory if there is room.
fn directory(account: Option<&Account>) -> Result<PathBuf> {
    let is_free =
        std::env::var_os("TMPDIR").is_none() && machine::free_bytes(Path::new(MEMORY)) >= MEMORY_BYTES_MIN;
    let memory = is_free.then(|| MEMORY.into());
    let places = memory.into_iter().chain([std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()]);
    for place in places.filter(|place| place.as_os_str().len() <= PATH_LENGTH_MAX) {
        let mut mktemp = command_as(account, Path::new("mktemp"));
        let done = mktemp.arg("-d").arg(place.join("gatilho-postgres-XXXXXXXX")).output();
        let done = done.context("mktemp does not start")?;
        if done.status.success() {
            return Ok(PathBuf::from(String::from_utf8_lossy(&done.stdout).trim()));
        }
    }
    let who = account.map_or("this user", |account| &account.name);
    bail!("{who} cannot make a directory in {MEMORY}, /tmp or /var/tmp for the test database")
}

/// A port that nobody uses now.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("127.0.0.1 has no free port")?;
    Ok(listener.local_addr()?.port())
}

/// The whole configuration. Only what says how it ends up on the disk differs from a real server's.
fn configuration(port: u16, directory: &Path) -> String {
    let sockets = directory.display().to_string().replace('\'', "''");
    format!(
        "listen_addresses = '127.0.0.1'\n\
         port = {port}\n\
         unix_socket_directories = '{sockets}'\n\
         max_connections = 400\n\
         shared_buffers = 128MB\n\
         fsync = off\n\
         full_page_writes = off\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n"
    )
}

fn is_port_taken(log: &str) -> bool {
    log.contains("Address already in use") || log.contains("could not create any TCP/IP sockets")
}

fn last_words(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_names_port_and_place_and_syncs_nothing() {
        let text = configuration(5_433, Path::new("/tmp/it's here"));
        for line in [
            "port = 5433",
            "listen_addresses = '127.0.0.1'",
            "unix_socket_directories = '/tmp/it''s here'",
            "fsync = off",
            "full_page_writes = off",
            "max_connections = 400",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("synchronous_commit"), "it stays as a real server has it");
    }

    #[test]
    fn a_port_that_was_taken_meanwhile_is_told_from_other_faults() {
        let taken = "LOG:  could not bind IPv4 address \"127.0.0.1\": Address already in use\n";
        assert!(is_port_taken(taken));
        assert!(!is_port_taken("FATAL:  could not create shared memory segment: No space left on device\n"));
    }

    #[test]
    fn only_the_end_of_a_log_is_shown() {
        let log: String = (1..=30).map(|number| format!("line {number}\n")).collect();
        let shown = last_words(&log);
        assert!(shown.starts_with("line 11\n") && shown.ends_with("line 30"), "{shown}");
        assert_eq!(last_words("one\n"), "one");
    }
}
