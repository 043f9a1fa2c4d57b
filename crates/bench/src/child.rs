//! Processes that never outlive the benchmark: asked to end and waited for when dropped, and ended by the kernel
//! should the benchmark itself be killed.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt as _;
use std::process::{ChildStdout, Command, ExitStatus};

use anyhow::{Context as _, Result, bail};
use rustix::process::{
    Pid, Resource, Signal, getrlimit, kill_process, set_parent_process_death_signal, setrlimit,
};

use crate::clock::{SECOND, block_until, now_ns};

/// How often a process that was asked to end is looked at, and how long the pause is in between.
const LOOKS: u32 = 300;
const PAUSE_NS: u64 = SECOND / 100;

/// A child process. Start it from the main thread: the kernel's promise is bound to the thread.
pub(crate) struct Child(std::process::Child);

/// A command for a program by way of this executable, which binds its life to ours and becomes it.
pub(crate) fn bound(program: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bound").arg(program);
    Ok(command)
}

impl Child {
    /// Starts what `bound` made.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        Ok(Self(command.spawn()?))
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Its output, if it was piped.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// Asks the process to end, so that it can still write what it counted, and tells whether it did within three seconds.
    fn ends_when_asked(&mut self) -> bool {
        let pid = Pid::from_child(&self.0);
        let mut has_ended = || matches!(self.ended(), Ok(Some(_)));
        // The number of one that has ended may be somebody else's by now.
        if has_ended() {
            return true;
        }
        if kill_process(pid, Signal::TERM).is_err() {
            return false;
        }
        (0..LOOKS).any(|_| {
            block_until(now_ns() + PAUSE_NS);
            has_ended()
        })
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.ends_when_asked() {
            // What fails here has ended already.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// Binds this process to its parent's life and becomes the program; returns only if that fails.
pub(crate) fn become_bound(program: &[OsString]) -> Result<()> {
    let Some((name, arguments)) = program.split_first() else { bail!("no program is named") };
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let fault = Command::new(name).args(arguments).exec();
    Err(fault).with_context(|| format!("starting {}", name.display()))
}

/// Lets this process and its children open as many sockets as they may.
pub(crate) fn raise_descriptor_limit() -> Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    Ok(setrlimit(Resource::Nofile, limit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a shell script, lets it print a line, and drops it; answers what it wrote into `file` at its end.
    fn last_words(script: &str) -> Result<String> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("said");
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).arg(&file).stdout(std::process::Stdio::piped());
        let mut child = Child::start(command)?;
        let mut line = String::new();
        let output = child.take_stdout().context("no output")?;
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line)?;
        drop(child);
        Ok(std::fs::read_to_string(&file).unwrap_or_default())
    }

    #[test]
    fn a_process_may_write_what_it_counted() -> Result<()> {
        let script = "trap 'echo counted >\"$1\"; exit' TERM; echo ready; while :; do sleep 0.01; done";
        assert_eq!(last_words(script)?, "counted\n");
        Ok(())
    }

    #[test]
    fn one_that_does_not_want_to_end_is_ended() -> Result<()> {
        let script = "trap '' TERM; echo ready; while :; do sleep 0.01; done; echo ended >\"$1\"";
        assert_eq!(last_words(script)?, "");
        Ok(())
    }
}
