//! The command line, and what it makes ready before the first measurement.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand, value_parser};

use crate::clock::SECOND;
use crate::limit::Template;
use crate::machine::Machine;
use crate::measure::Bench;
use crate::progress::Progress;
use crate::receiver::Receiver;
use crate::scenarios::Scenario;
use crate::server;

/// The length of a scenario with `--quick`: enough to see that all works, too short for figures.
const QUICK_SECONDS: u64 = 3;

/// Measures the server: throughput, latency, CPU and memory, and whether anything gets lost.
///
/// Ends with status 1 if an acknowledged change never arrived, with 2 if it could not run. Goals that are
/// missed do not change it.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) role: Option<Role>,

    /// What to measure; several with commas.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "all")]
    scenario: Vec<Scenario>,

    /// How long each scenario is measured.
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u64).range(1..=600))]
    seconds: u64,

    /// The server's binary [default: the one beside this executable, built first when run by cargo].
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,

    /// Where the servers' data goes; must be on a disk [default: beside this executable].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// Changes a second of "steady" and "hanging".
    #[arg(long, default_value_t = 200, value_parser = value_parser!(u32).range(1..=100_000))]
    rate: u32,

    /// Endpoints of "hanging"; a fifth of them hang.
    #[arg(long, default_value_t = 50, value_parser = value_parser!(u16).range(5..=1000))]
    endpoints: u16,

    /// Maintenance database of a PostgreSQL server, for the scenarios "pg-…": each makes and drops a database there.
    #[arg(long, value_name = "URL", env = "GATILHO_TEST_POSTGRES", hide_env_values = true)]
    postgres: Option<String>,

    /// Writes all figures as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Writes a picture.
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) plot: Option<PathBuf>,

    /// Three seconds each: to see that it works, not for figures.
    #[arg(long)]
    quick: bool,

    /// Set by cargo: where the manifest is.
    #[arg(long, env = "CARGO_MANIFEST_DIR", hide = true)]
    manifest: Option<PathBuf>,
}

/// What this executable is besides the benchmark.
#[derive(Subcommand)]
pub(crate) enum Role {
    /// The process that receives the webhooks.
    #[command(hide = true)]
    Receiver,
    /// Becomes another program that ends when this one's parent does.
    #[command(hide = true)]
    Bound {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        program: Vec<OsString>,
    },
}

impl Cli {
    /// The scenarios that were chosen, in their order; none if only the raw limit is wanted.
    pub(crate) fn scenarios(&self) -> Vec<Scenario> {
        Scenario::chosen(&self.scenario)
    }

    /// Finds or builds the server, looks at the machine and starts the receiver.
    pub(crate) fn prepare(self, with_server: bool) -> Result<Bench> {
        let binary =
            if with_server { server::find(self.server, self.manifest.as_deref())? } else { PathBuf::new() };
        let data = match self.data {
            Some(data) => data,
            None => std::env::current_exe()?.parent().context("no directory")?.to_owned(),
        };
        let mut progress = Progress::new();
        progress.title("measuring the disk");
        std::fs::create_dir_all(&data).with_context(|| format!("making {}", data.display()))?;
        let machine = Machine::look(&data).with_context(|| format!("looking at {}", data.display()))?;
        Ok(Bench {
            machine,
            receiver: Receiver::start()?,
            progress,
            template: Template::made_up(),
            binary,
            data,
            length_ns: if self.quick { QUICK_SECONDS } else { self.seconds } * SECOND,
            rate: self.rate,
            endpoints: self.endpoints.into(),
            postgres: self.postgres,
            run: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn several_scenarios_are_named_with_commas() -> Result<()> {
        let cli = Cli::try_parse_from(["bench", "--scenario", "fanout,steady"])?;
        assert_eq!(cli.scenarios(), [Scenario::Steady, Scenario::Fanout]);
        assert!(Cli::try_parse_from(["bench", "--seconds", "0"]).is_err());
        Ok(())
    }

    #[test]
    fn a_bound_program_keeps_its_flags() -> Result<()> {
        let cli = Cli::try_parse_from(["bench", "bound", "server", "serve", "--listen", "x", "--help"])?;
        let Some(Role::Bound { program }) = cli.role else { anyhow::bail!("not bound") };
        assert_eq!(program, ["server", "serve", "--listen", "x", "--help"]);
        Ok(())
    }
}
