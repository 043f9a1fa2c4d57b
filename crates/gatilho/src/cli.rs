//! The command line: what can be typed, with examples. Running a command is in the command's own file.

use crate::client::Connection;
use crate::config::secret::Secret;
use crate::config::{Config, Overrides, environment};
use crate::{admin, backup, check, client, demo, inbox, receive, serve};
use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Watches help-desk tickets, decides with triggers, and sends webhooks that never get lost.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Examples:
  gatilho demo                             see a ticket change arrive as a webhook
  gatilho serve --data /var/lib/gatilho    run the server
  gatilho delivery list --status failed    what did not arrive, and why"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(ServeArgs),
    /// Show the whole product at work: a change, a trigger, a webhook, a receiver that fails.
    Demo(demo::DemoArgs),
    /// Receive webhooks: keep each one, answer at once, and let a program do the work.
    // Boxed: it is the largest by far.
    Receive(Box<receive::ReceiveArgs>),
    /// Look at what `gatilho receive` keeps, and run it again.
    #[command(after_help = "Examples:
  gatilho inbox list --state dead    what was given up
  gatilho inbox retry 17             run one request again")]
    Inbox {
        /// Which inbox.
        #[command(flatten)]
        place: inbox::Place,
        #[command(subcommand)]
        command: inbox::InboxCommand,
    },
    /// Look whether this machine and its data are in order.
    Check(check::CheckArgs),
    /// Copy the database into a new file, also while the server runs.
    Backup(backup::BackupArgs),
    /// Work on a database itself: domains, passwords, moving to PostgreSQL.
    #[command(after_help = "Examples:
  gatilho admin domain list --data /var/lib/gatilho
  gatilho admin password --person 1 --data /var/lib/gatilho")]
    Admin {
        #[command(subcommand)]
        command: admin::AdminCommand,
    },
    /// Look at the triggers of a running server.
    #[command(after_help = "Examples:
  gatilho trigger list                     with the key in GATILHO_KEY
  gatilho trigger list --server https://desk.example.com")]
    Trigger {
        /// Which server.
        #[command(flatten)]
        connection: Connection,
        #[command(subcommand)]
        command: client::TriggerCommand,
    },
    /// Look at the execution log of a running server, and send again.
    #[command(after_help = "Examples:
  gatilho delivery list --status failed --since 2h   what was given up in the last two hours
  gatilho delivery resend --status failed --since 1d")]
    Delivery {
        /// Which server.
        #[command(flatten)]
        connection: Connection,
        #[command(subcommand)]
        command: client::DeliveryCommand,
    },
}

/// Where settings come from, besides the environment.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// TOML file with settings (also GATILHO_CONFIG); docs/configuration.md lists them
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// One setting, such as --set delivery.retry_every=1s; may be repeated
    #[arg(long, value_name = "SECTION.KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Data directory (store.data)
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// postgres://USER:PASSWORD@HOST/NAME or sqlite:DIR (store.database)
    #[arg(long, value_name = "DATABASE")]
    pub(crate) database: Option<Secret>,
}

impl ConfigArgs {
    /// The settings, with these flags on top.
    ///
    /// # Errors
    /// Every fault, one a line.
    pub(crate) fn load(&self, listen: Option<&str>) -> Result<Config> {
        let mut flags = Overrides::default();
        for pair in &self.set {
            flags.set_pair("--set", pair);
        }
        flags.set("--listen", "server.listen", listen);
        flags.set("--data", "store.data", self.data.as_ref().map(|path| path.display()));
        flags.set("--database", "store.database", self.database.as_ref().map(Secret::reveal));
        Config::load(flags, self.config.as_deref(), environment())
            .map_err(|faults| anyhow::anyhow!("the settings have faults:\n{faults}"))
    }
}

/// Arguments of `gatilho serve`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho serve --listen 127.0.0.1:8080 --data ./gatilho-data
  gatilho serve --seed help-desk.toml --set delivery.retry_every=10s
  GATILHO_OUTBOUND__ALLOW_NETWORKS=10.0.0.0/8 gatilho serve
  GATILHO_STORE__DATABASE=postgres://me:secret@db.example.com/gatilho gatilho serve

The first start makes the domain, its first API key and person 1. It stops on SIGTERM or Ctrl-C: open calls may end,
then every delivery under way is given back to the queue.")]
pub(crate) struct ServeArgs {
    /// Address to listen on (server.listen)
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    /// TOML file with services, categories, teams, people and custom fields for the first start
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// Where the other settings come from.
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

/// Runs what was typed.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Receive(args) => receive::run(&args),
        Command::Inbox { place, command } => inbox::run(&place, &command),
        Command::Check(args) => check::run(&args),
        Command::Backup(args) => backup::run(&args),
        Command::Admin { command } => admin::run(&command),
        Command::Trigger { connection, command } => client::run_trigger(&connection, &command),
        Command::Delivery { connection, command } => client::run_delivery(&connection, &command),
    }
}
