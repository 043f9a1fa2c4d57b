//! Processes that never outlive the benchmark: ended and waited for when dropped, and ended by the kernel
//! should the benchmark itself be killed.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt as _;
use std::process::{ChildStdout, Command, ExitStatus};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Resource, Signal, getrlimit, set_parent_process_death_signal, setrlimit};

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

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // What fails here has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
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
