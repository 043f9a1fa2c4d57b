//! Running the binary as a person does, to its end.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Where programs are looked for; nothing else of this process's environment reaches the binary.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// How a command ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    /// None when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The output of a command that went well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr);
        self.stdout
    }

    /// What a command said that ended with this status.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self.stderr
    }
}

/// The binary, with an empty environment.
pub(crate) fn bare(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", PATH).stdin(Stdio::null());
    command
}

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_gatilho");

/// Runs `gatilho` with these arguments and variables.
pub(crate) fn gatilho<A: AsRef<OsStr>>(args: &[A], env: &[(&str, &str)]) -> Ran {
    let output = bare(BINARY).args(args).envs(env.iter().copied()).output().expect("the binary starts");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}
