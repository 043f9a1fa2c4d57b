//! The end of a private cluster. A process of its own waits until ours is gone, for whatever reason, then stops the
//! server and removes its directory.
//!
//! It waits at the end of a pipe that only we hold: the system closes it with our last breath, so that Ctrl-C and even
//! SIGKILL leave nothing behind. A cluster that ends in order ends in the same way.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::cluster::{Account, DATA};

/// The word that makes this program a guard. Nobody types it.
pub(crate) const COMMAND: &str = "postgres-guard";

/// How often the directory is tried to be removed: a server that was just starting may still write into it.
const TRIES: u32 = 5;

/// Whoever drops it ends the cluster.
#[derive(Debug)]
pub(super) struct Guard {
    process: Child,
}

impl Guard {
    /// Sets it over a directory, before anything is in there.
    pub(super) fn over(directory: &Path, pg_ctl: &Path, account: Option<&Account>) -> Result<Guard> {
        let itself = std::env::current_exe().context("this program does not know its own file")?;
        let process = Command::new(itself)
            .arg(COMMAND)
            .args([directory, pg_ctl])
            .arg(account.map_or("", |account| &account.name))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Ctrl-C goes to every process of our group.
            .process_group(0)
            .spawn()
            .context("the guard of the test database does not start")?;
        Ok(Guard { process })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // `wait` closes the pipe first. A guard that fails has said why.
        let _ = self.process.wait();
    }
}

/// Is a guard: waits for the end of its standard input, then cleans up.
///
/// # Errors
/// When something stayed behind.
pub(crate) fn run(words: &[&str]) -> Result<bool> {
    let [directory, pg_ctl, name] = words else { anyhow::bail!("{COMMAND} is not for people") };
    let account = Some(*name).filter(|name| !name.is_empty()).map(Account::named).transpose()?;
    // Whether it ends or breaks: nobody holds the other end any more.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    clean_up(&PathBuf::from(directory), Path::new(pg_ctl), account.as_ref())?;
    Ok(true)
}

fn clean_up(directory: &Path, pg_ctl: &Path, account: Option<&Account>) -> Result<()> {
    let data = directory.join(DATA);
    let mut removed = Ok(());
    for _ in 0..TRIES {
        if data.join("postmaster.pid").exists() {
            // Nothing in there is needed any more, so it need not be written down.
            let _ = super::cluster::command_as(account, pg_ctl)
                .args(["stop", "-s", "-w", "-t", "30", "-m", "immediate", "-D"])
                .arg(&data)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
        removed = std::fs::remove_dir_all(directory);
        if removed.is_ok() || !directory.exists() {
            return Ok(());
        }
    }
    removed.with_context(|| format!("{} stayed behind", directory.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_need_not_be_removed() {
        assert!(clean_up(Path::new("/no/such/cluster"), Path::new("/no/such/pg_ctl"), None).is_ok());
        assert!(run(&["too", "few"]).is_err());
    }
}
