//! The commands that ask a running server over its native API: `gatilho trigger …` and `gatilho delivery …`.
//! Here: what can be typed. Not here: calling (`api`), pages of lists (`list`), how answers look (`triggers`,
//! `deliveries`, `show`, `table`).

mod api;
mod deliveries;
mod filter;
mod list;
mod show;
pub(crate) mod table;
pub(crate) mod terminal;
mod triggers;

use anyhow::Result;
use api::Api;
use clap::{Args, Subcommand};
use filter::Filter;
use model::ids::DeliveryId;
use std::fmt;
use std::process::ExitCode;
use std::str::FromStr;

/// Where a server listens unless it is told otherwise.
const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";

/// The variable that names a server.
pub(crate) const SERVER_VARIABLE: &str = "GATILHO_SERVER_URL";

/// The variable that holds a key.
pub(crate) const KEY_VARIABLE: &str = "GATILHO_KEY";

/// Where the options below stand in the help.
const HEADING: &str = "Which server";

/// Which server to ask, and as whom.
#[derive(Debug, Args)]
pub(crate) struct Connection {
    /// Address of the server
    #[arg(long, global = true, value_name = "URL", env = SERVER_VARIABLE, default_value = DEFAULT_SERVER)]
    #[arg(help_heading = HEADING)]
    server: String,
    /// API key; better kept in the environment, where a list of processes does not show it
    #[arg(long, global = true, value_name = "KEY", env = KEY_VARIABLE, hide_env_values = true)]
    #[arg(help_heading = HEADING)]
    key: Option<Key>,
}

/// An API key, which prints as `•••`.
#[derive(Clone)]
struct Key(String);

impl FromStr for Key {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Key(text.trim().to_owned()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// What can be done with triggers.
#[derive(Debug, Subcommand)]
pub(crate) enum TriggerCommand {
    /// The triggers, in the order in which they run
    #[command(after_help = "Examples:
  gatilho trigger list                     with the key in GATILHO_KEY
  gatilho trigger list --server https://desk.example.com
  gatilho trigger list --json | jq -r '.items[] | select(.enabled) | .name'")]
    List {
        /// Print the API's JSON
        #[arg(long)]
        json: bool,
    },
}

/// What can be done with deliveries.
#[derive(Debug, Subcommand)]
pub(crate) enum DeliveryCommand {
    /// The execution log, newest update first
    #[command(after_help = "Examples:
  gatilho delivery list                              the newest 50
  gatilho delivery list --status failed --since 2h   what was given up in the last two hours
  gatilho delivery list --ticket 4711                what one ticket caused
  gatilho delivery list --url https://erp.example.com/hook --limit 500
  gatilho delivery list --status failed --json | jq -r '.items[].id'")]
    List {
        /// Which rows
        #[command(flatten)]
        filter: Filter,
        /// Rows at most
        #[arg(long, value_name = "ROWS", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// Print the API's JSON
        #[arg(long)]
        json: bool,
    },
    /// One delivery: why it fired, every attempt, what was sent
    #[command(after_help = "Examples:
  gatilho delivery show dlv_01jz3k8m2q4vx
  gatilho delivery show dlv_01jz3k8m2q4vx --json | jq .payload")]
    Show {
        /// The delivery, as `gatilho delivery list` names it
        id: DeliveryId,
        /// Print the API's JSON
        #[arg(long)]
        json: bool,
    },
    /// Send again: the same bytes, the same webhook-id, a new round of attempts
    #[command(after_help = "Examples:
  gatilho delivery resend dlv_01jz3k8m2q4vx          one delivery
  gatilho delivery resend --status failed --since 1d --count
                                                     how many it would be
  gatilho delivery resend --status failed --since 1d
  gatilho delivery resend --url https://erp.example.com/hook --status delivered --since 2026-01-02T03:00:00Z

By filter, closed deliveries are taken, oldest first, at most 10000 at a time; without --status those that failed.")]
    Resend {
        /// One delivery; without it the filter chooses
        #[arg(conflicts_with_all = ["status", "trigger", "ticket", "url", "since", "until", "count"],
            required_unless_present_any = ["status", "trigger", "ticket", "url", "since", "until"])]
        id: Option<DeliveryId>,
        /// Which deliveries
        #[command(flatten)]
        filter: Filter,
        /// Only say how many it would be
        #[arg(long)]
        count: bool,
        /// Print the API's JSON
        #[arg(long)]
        json: bool,
    },
}

/// A command that cannot be carried out as it was typed.
#[derive(Debug)]
struct Usage(String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Runs `gatilho trigger …`.
///
/// # Errors
/// What the server said, or why it could not be asked.
pub(crate) fn run_trigger(connection: &Connection, command: &TriggerCommand) -> Result<ExitCode> {
    finish(Api::new(connection).and_then(|api| match command {
        TriggerCommand::List { json } => triggers::list(&api, *json),
    }))
}

/// Runs `gatilho delivery …`.
///
/// # Errors
/// What the server said, or why it could not be asked.
pub(crate) fn run_delivery(connection: &Connection, command: &DeliveryCommand) -> Result<ExitCode> {
    finish(Api::new(connection).and_then(|api| match command {
        DeliveryCommand::List { filter, limit, json } => {
            deliveries::list(&api, filter, usize::try_from(*limit).unwrap_or(usize::MAX), *json)
        }
        DeliveryCommand::Show { id, json } => show::show(&api, *id, *json),
        DeliveryCommand::Resend { id: Some(id), json, .. } => deliveries::resend_one(&api, *id, *json),
        DeliveryCommand::Resend { id: None, filter, count, json } => {
            deliveries::resend_matching(&api, filter, *count, *json)
        }
    }))
}

/// Status 2 for what was typed wrongly, as for arguments that cannot be read.
fn finish(outcome: Result<()>) -> Result<ExitCode> {
    match outcome {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.is::<Usage>() => {
            eprintln!("gatilho: {error}");
            Ok(ExitCode::from(2))
        }
        Err(error) => Err(error),
    }
}
