//! The server under test: the real binary, a fresh data directory, default settings.

use std::ffi::OsString;
use std::fs::{File, read_to_string};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use tempfile::TempDir;

use crate::child::{Child, bound};
use crate::client::{Line, request};
use crate::clock::{SECOND, now_ns};

/// The API key the server is started with. It guards a throw-away server on loopback.
pub(crate) const KEY: &str = "bench-key-for-a-throw-away-server-on-loopback";

/// All nodes of a database need the same.
const MASTER_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// The longest a start may take.
const START_LIMIT_NS: u64 = 30 * SECOND;

/// A running server. When dropped the process is ended first, then its data removed.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    directory: TempDir,
}

impl Server {
    /// Starts the binary with its data under `data`, and waits until it is ready.
    pub(crate) async fn start(binary: &Path, data: &Path) -> Result<Self> {
        Self::start_on(binary, data, None).await
    }

    /// The same as a node on a database that others may share.
    pub(crate) async fn start_on(binary: &Path, data: &Path, database: Option<&str>) -> Result<Self> {
        Self::run(binary, data, "/readyz", |command, address, directory| {
            command
                .args(["serve", "--listen", &address.to_string(), "--data"])
                .arg(directory.join("data"))
                .env("GATILHO_BOOTSTRAP__KEY", KEY)
                .env("GATILHO_OUTBOUND__ALLOW_NETWORKS", "127.0.0.0/8");
            if let Some(url) = database {
                command.env("GATILHO_STORE__DATABASE", url).env("GATILHO_SECURITY__MASTER_KEY", MASTER_KEY);
            }
        })
        .await
    }

    /// The receiving end, `gatilho receive`, whose program takes a second and fails: nothing leaves the inbox.
    pub(crate) async fn inbox(binary: &Path, data: &Path, metrics: SocketAddr) -> Result<Self> {
        Self::run(binary, data, "/healthz", |command, address, directory| {
            command
                .args([
                    "receive",
                    "--listen",
                    &address.to_string(),
                    "--exec",
                    "sh -c 'sleep 1; exit 1'",
                    "--store",
                ])
                .arg(directory.join("inbox.db"))
                .args(["--metrics-listen", &metrics.to_string()]);
        })
        .await
    }

    async fn run(
        binary: &Path,
        data: &Path,
        ready_path: &str,
        arguments: impl FnOnce(&mut Command, SocketAddr, &Path),
    ) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("gatilho-bench-").tempdir_in(data)?;
        let address = free_address()?;
        let log = File::create(directory.path().join("server.log"))?;
        let mut command = bound(binary)?;
        arguments(&mut command, address, directory.path());
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut server = Self { child: Child::start(command)?, address, directory };
        let ready = server.ready(ready_path).await;
        server.explain(ready)?;
        Ok(server)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// Adds to a failure what the server said last.
    pub(crate) fn explain<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|fault| anyhow!("{fault:#}\n{}", self.last_words()))
    }

    fn last_words(&self) -> String {
        let log = read_to_string(self.directory.path().join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        if lines.is_empty() {
            return "the server said nothing".to_owned();
        }
        format!("the server's last words:\n{}", lines[lines.len().saturating_sub(15)..].join("\n"))
    }

    async fn ready(&mut self, path: &str) -> Result<()> {
        let limit_ns = now_ns() + START_LIMIT_NS;
        while now_ns() < limit_ns {
            if let Some(status) = self.child.ended()? {
                bail!("the server ended before it was ready ({status})");
            }
            let asked = Line::new(self.address).call(request("GET", self.address, path, "")?).await;
            if asked.is_ok_and(|(status, _)| status.is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the server was not ready within {} s", START_LIMIT_NS / SECOND)
    }
}

/// An address nobody listens at, at this moment.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The binary to test: the one named, else the one beside this executable, built first when run by cargo.
pub(crate) fn find(named: Option<PathBuf>, manifest: Option<&Path>) -> Result<PathBuf> {
    if let Some(binary) = named {
        ensure!(binary.is_file(), "there is no file {}", binary.display());
        return Ok(binary.canonicalize()?);
    }
    let directory = std::env::current_exe()?.parent().context("this executable has no directory")?.to_owned();
    if let Some(manifest) = manifest {
        build(manifest, &directory)?;
    }
    let binary = directory.join("gatilho");
    let cure = "build it with `cargo build --profile dist -p gatilho`, or name one with --server";
    ensure!(binary.is_file(), "there is no gatilho beside this executable: {cure}");
    Ok(binary)
}

/// Builds the server into the target directory this executable is from, in the same profile.
fn build(manifest: &Path, directory: &Path) -> Result<()> {
    let profile = directory.file_name().unwrap_or_default();
    let target = directory.parent().context("this executable is in no target directory")?;
    let mut arguments: Vec<OsString> = ["build", "--package", "gatilho", "--profile"].map(Into::into).into();
    arguments.push(if profile == "debug" { "dev".into() } else { profile.to_owned() });
    arguments.extend(["--target-dir".into(), target.into()]);
    arguments.extend(["--manifest-path".into(), manifest.join("Cargo.toml").into()]);
    let status = Command::new("cargo").args(arguments).status().context("running cargo")?;
    ensure!(status.success(), "the server does not build");
    Ok(())
}
