//! `gatilho check`: a doctor. It looks at the settings, the machine and the data, changes nothing, and says for each
//! thing that is not as it should be what to do. Here: what is looked at, in which order.
//! Not here: each look (`data`, `database` for SQLite, `server` for PostgreSQL, `files`, `network`), how findings are told (`findings`).

mod data;
mod database;
mod files;
mod findings;
mod network;
mod server;

use crate::cli::ConfigArgs;
use crate::config::Config;
use crate::config::sections::Database;
use crate::storage;
use anyhow::Result;
use clap::Args;
use findings::Findings;
pub(crate) use findings::bytes;
use std::process::ExitCode;

/// Arguments of `gatilho check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho check --data /var/lib/gatilho --listen 127.0.0.1:8080
  gatilho check --config /etc/gatilho.toml --set delivery.live_calls=8192
  gatilho check --json | jq '.checks[] | select(.level != \"ok\")'

Give it the same settings as `gatilho serve`. It works while the server runs and while it does not.
It ends with status 0 when there is no problem (warnings are none), else with 1.")]
pub(crate) struct CheckArgs {
    /// Address the server listens on, or would (server.listen)
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Where the settings come from.
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs the command.
///
/// # Errors
/// Only when the output cannot be written; what is wrong is told, not returned.
pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode> {
    let mut findings = Findings::default();
    match args.config.load(args.listen.as_deref()) {
        Ok(config) => {
            findings.ok("settings", "valid");
            look(&config, &mut findings);
        }
        Err(faults) => {
            findings.problem("settings", faults, "correct them; docs/configuration.md lists every setting")
        }
    }
    findings.print(args.json)?;
    Ok(if findings.problems() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn look(config: &Config, findings: &mut Findings) {
    let directory = data::directory(config, findings);
    // Whether a node runs beside a server is told by its address alone.
    let runs = match &config.store.database {
        Database::Directory(_) => Some(data::lock(config, findings)),
        Database::Server(_) => None,
    };
    data::master_key(config, findings);
    match &config.store.database {
        Database::Directory(_) => {
            let growth = directory.then(|| database::look(config, findings)).flatten();
            data::space(config, growth, findings);
        }
        Database::Server(url) => server::look(url, storage::connections(&config.store), findings),
    }
    files::look(config, findings);
    network::listen(config, runs, findings);
    network::open_files(config, findings);
    network::allow_networks(config, findings);
}
