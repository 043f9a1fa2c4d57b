//! Measures the server from outside, over HTTP: starts the real binary, changes tickets, receives the webhooks,
//! and sets what it finds against the raw limit of the same machine in the same minute.
//!
//! Three processes: this one makes the load, one receives, one is the server; so their CPU is told apart.
//! Everything stays on loopback, and nothing is left behind: no process, no file but those asked for.

mod api;
mod child;
mod cli;
mod client;
mod clock;
mod latency;
mod limit;
mod load;
mod machine;
mod marker;
mod measure;
mod postgres;
mod progress;
mod receiver;
mod report;
mod scenarios;
mod schedule;
mod seen;
mod server;
mod usage;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

use cli::{Cli, Role};

/// Something acknowledged never arrived.
const LOST: u8 = 1;

/// The benchmark could not be run.
const BROKEN: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.role {
        Some(Role::Bound { program }) => child::become_bound(program).map(|()| ExitCode::SUCCESS),
        Some(Role::Receiver) => receiver::run().await.map(|()| ExitCode::SUCCESS),
        None => until_ended(cli).await,
    };
    done.unwrap_or_else(|fault| {
        eprintln!("error: {fault:#}");
        ExitCode::from(BROKEN)
    })
}

/// Runs the benchmark or obeys a signal: whichever ends first, the other is dropped, and with it all
/// processes and directories.
async fn until_ended(cli: Cli) -> Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = run(cli) => done,
        _ = tokio::signal::ctrl_c() => Ok(ExitCode::from(130)),
        _ = terminate.recv() => Ok(ExitCode::from(143)),
    }
}

async fn run(cli: Cli) -> Result<ExitCode> {
    child::raise_descriptor_limit()?;
    let (json, plot) = (cli.json.clone(), cli.plot.clone());
    let scenarios = cli.scenarios();
    let mut bench = cli.prepare(!scenarios.is_empty())?;
    let report = scenarios::run(&mut bench, &scenarios).await?;
    drop(bench);
    print!("{}", report::table::text(&report));
    if let Some(file) = json {
        std::fs::write(&file, serde_json::to_string_pretty(&report)?)
            .with_context(|| format!("writing {}", file.display()))?;
    }
    if let Some(file) = plot {
        std::fs::write(&file, report::plot::svg(&report))
            .with_context(|| format!("writing {}", file.display()))?;
    }
    let lost = report.scenarios.iter().any(|outcome| outcome.lost > 0);
    Ok(if lost { ExitCode::from(LOST) } else { ExitCode::SUCCESS })
}
