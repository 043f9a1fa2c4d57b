//! `gatilho inbox …`: looks into the inbox of `gatilho receive`, and changes single requests, also while a receiver runs.
//! Here: what can be typed. Not here: how it looks (`list`, `show`, `tail`), SQL (store `inbox`).

mod list;
mod show;
mod tail;

use anyhow::{Context, Result, bail};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use engine::SystemClock;
use model::inbox::RequestState;
use model::time::Clock;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use store::db::{CommitError, Inspection, Query, Row, Write, commit_beside};
use store::inbox::{self, Filter, Whole};

/// How long a look may take.
const WITHIN: Duration = Duration::from_secs(10);

const STATES: [&str; 5] = ["waiting", "running", "done", "dead", "dropped"];

/// Which inbox.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// File of the inbox
    #[arg(long, global = true, value_name = "FILE", default_value = "inbox.db")]
    store: PathBuf,
}

/// What can be done with an inbox.
#[derive(Debug, Subcommand)]
pub(crate) enum InboxCommand {
    /// The requests, newest first
    #[command(after_help = "Examples:
  gatilho inbox list                                   the newest 50
  gatilho inbox list --state dead                      what was given up
  gatilho inbox list --ticket 4711 --store /var/lib/inbox/inbox.db
  gatilho inbox list --state dead --json | jq '.items[].id'")]
    List {
        /// Only in this state
        #[arg(long, value_parser = PossibleValuesParser::new(STATES))]
        state: Option<String>,
        /// Only of this ticket
        #[arg(long)]
        ticket: Option<String>,
        /// Rows at most
        #[arg(long, value_name = "ROWS", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// One request: where it stands, what its program said, headers and body
    #[command(after_help = "Examples:
  gatilho inbox show 17
  gatilho inbox show 17 --json | jq .body")]
    Show {
        /// Its number, as `gatilho inbox list` names it
        id: i64,
        /// Print JSON, with the whole query
        #[arg(long)]
        json: bool,
    },
    /// Run again, whatever became of it: a new round of attempts
    #[command(after_help = "Examples:
  gatilho inbox retry 17
  gatilho inbox retry 17 --store /var/lib/inbox/inbox.db

A running receiver begins within a second; without one it waits for the next start.")]
    Retry {
        /// Its number, as `gatilho inbox list` names it
        id: i64,
    },
    /// Give up on a request that waits or is dead
    #[command(after_help = "Examples:
  gatilho inbox drop 17

It is kept for 7 days as dropped, so that the same webhook-id is not taken for a new one; until then `retry` brings
it back.")]
    Drop {
        /// Its number, as `gatilho inbox list` names it
        id: i64,
    },
    /// The last ten changes, then every further one as it happens, until Ctrl-C
    #[command(after_help = "Examples:
  gatilho inbox tail
  gatilho inbox tail --json | jq -r 'select(.state == \"dead\") | .id'")]
    Tail {
        /// Print a JSON object a line
        #[arg(long)]
        json: bool,
    },
}

/// Runs `gatilho inbox …`.
///
/// # Errors
/// Why it cannot be done.
pub(crate) fn run(place: &Place, command: &InboxCommand) -> Result<ExitCode> {
    let file = &place.store;
    match command {
        InboxCommand::List { state, ticket, limit, json } => {
            let state = state.as_deref().and_then(RequestState::parse);
            let filter = Filter { state, ticket: ticket.clone() };
            list::list(&look_into(file)?, &filter, i64::from(*limit), *json)?;
        }
        InboxCommand::Show { id, json } => show::show(&find(&look_into(file)?, *id)?, *json)?,
        InboxCommand::Retry { id } => {
            change(file, *id, inbox::retry(*id, SystemClock.now()), "be run again")?;
            println!("Request {id} is run again as soon as a receiver finds it.");
        }
        InboxCommand::Drop { id } => {
            change(file, *id, inbox::set_aside(*id, SystemClock.now()), "be dropped")?;
            println!("Request {id} is dropped.");
        }
        InboxCommand::Tail { json } => tail::tail(&look_into(file)?, *json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn look_into(file: &Path) -> Result<Inspection> {
    let opened = Inspection::open_inbox(file)?;
    let inspection = opened.with_context(|| {
        format!("there is no inbox at {}: name the receiver's with --store", file.display())
    })?;
    let schema = inspection.schema()?;
    if schema.found != schema.known {
        bail!(
            "the inbox is of version {}, and this gatilho knows version {}: use the one that made it",
            schema.found,
            schema.known
        );
    }
    Ok(inspection)
}

fn rows(inspection: &Inspection, query: &Query) -> Result<Vec<Row>> {
    Ok(inspection.rows(query, WITHIN)?)
}

fn find(inspection: &Inspection, id: i64) -> Result<Whole> {
    let rows = rows(inspection, &inbox::find(id))?;
    let row = rows
        .first()
        .with_context(|| format!("there is no request {id}: it never came, or is past its 7 days"))?;
    Ok(Whole::read(row)?)
}

/// Makes a change that a request in the wrong state refuses.
fn change(file: &Path, id: i64, write: Write, what: &str) -> Result<()> {
    match commit_beside(file, write) {
        Ok(_) => Ok(()),
        Err(CommitError::Stale) => {
            let state = find(&look_into(file)?, id)?.entry.state.as_str();
            bail!("request {id} is {state} and cannot {what} now")
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_be_asked_for() {
        assert_eq!(STATES, RequestState::ALL.map(RequestState::as_str));
    }
}
