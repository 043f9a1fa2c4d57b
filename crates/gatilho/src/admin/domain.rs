//! `gatilho admin domain`: the help desks of one database.

use super::open::{told, with_database};
use crate::cli::ConfigArgs;
use anyhow::Result;
use clap::{Args, Subcommand};
use engine::passwords::new_password;
use engine::seed::{FirstDomain, FirstLogin, Seed};
use engine::{Random, SystemClock, operator};
use model::classification::Locale;
use serde_json::{Value, json};
use std::process::ExitCode;
use store::domains::Domain;

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum DomainCommand {
    /// Make a domain, with profiles, an administrator, statuses and urgencies, and a first API key.
    Create(CreateArgs),
    /// Show all domains.
    List(ListArgs),
    /// Refuse a domain's API keys and sessions from now on.
    Suspend(NamedArgs),
    /// Let a suspended domain's API keys and sessions in again.
    Resume(NamedArgs),
    /// Say under which hosts a domain's people log in.
    Hosts(HostsArgs),
}

/// Arguments of `gatilho admin domain create`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho admin domain create sales --locale pt-BR --data /var/lib/gatilho
  gatilho admin domain create sales --host sales.example.com --email ana@example.com

The API key, and with --email the administrator's password, are printed once. With SQLite stop the server before;
nodes on PostgreSQL may run and take note within a second.")]
pub(crate) struct CreateArgs {
    /// 1 to 63 lower-case letters, digits or hyphens
    name: String,
    /// Language of its statuses and urgencies
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = ["en", "pt-BR", "es"])]
    locale: String,
    /// A host under which its people log in; may be repeated
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    /// E-mail address by which its administrator logs in
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Where the database is.
    #[command(flatten)]
    config: ConfigArgs,
}

/// Arguments of `gatilho admin domain list`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho admin domain list --data /var/lib/gatilho
  gatilho admin domain list --json")]
pub(crate) struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Where the database is.
    #[command(flatten)]
    config: ConfigArgs,
}

/// Arguments of `gatilho admin domain suspend` and `resume`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho admin domain suspend sales --data /var/lib/gatilho
  gatilho admin domain resume sales --data /var/lib/gatilho

A suspended domain's keys and sessions are answered 403, so that nothing new comes in; what it has to deliver still
goes out. With SQLite stop the server before; nodes on PostgreSQL may run and take note within a second.")]
pub(crate) struct NamedArgs {
    /// The domain
    name: String,
    /// Where the database is.
    #[command(flatten)]
    config: ConfigArgs,
}

/// Arguments of `gatilho admin domain hosts`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho admin domain hosts sales sales.example.com vendas.example.com
  gatilho admin domain hosts sales

The hosts replace those that it had; without any, its people name the domain when they log in.")]
pub(crate) struct HostsArgs {
    /// The domain
    name: String,
    /// Its hosts, without a port
    #[arg(value_name = "HOST")]
    hosts: Vec<String>,
    /// Where the database is.
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs a command.
///
/// # Errors
/// Why nothing was done.
pub(super) fn run(command: &DomainCommand) -> Result<ExitCode> {
    match command {
        DomainCommand::Create(args) => create(args),
        DomainCommand::List(args) => list(args),
        DomainCommand::Suspend(args) => suspend(args, true),
        DomainCommand::Resume(args) => suspend(args, false),
        DomainCommand::Hosts(args) => with_database(&args.config, async |db| {
            operator::set_hosts(db, &args.name, &args.hosts).await.map_err(told)?;
            println!("{}", hosts_of(&args.name, &args.hosts));
            Ok(ExitCode::SUCCESS)
        }),
    }
}

fn hosts_of(name: &str, hosts: &[String]) -> String {
    match hosts {
        [] => format!("{name} has no host of its own now: its people name the domain when they log in"),
        hosts => format!("{name}'s people log in under {}", hosts.join(", ")),
    }
}

fn create(args: &CreateArgs) -> Result<ExitCode> {
    let random = Random::from_system();
    let login = args.email.as_ref().map(|email| FirstLogin {
        email: email.clone(),
        password: new_password(&random),
        must_change: true,
    });
    let new = FirstDomain {
        name: args.name.clone(),
        locale: Locale::from_lang(&args.locale),
        key: None,
        host_names: args.host.iter().map(|host| host.to_ascii_lowercase()).collect(),
        login,
        seed: Seed::default(),
    };
    with_database(&args.config, async |db| {
        let key = operator::create_domain(db, &SystemClock, &random, &new).await.map_err(told)?;
        println!("The domain {} is made; person 1 is its administrator", new.name);
        if let Some(key) = key {
            println!("Its first API key, shown this once: {key}");
        }
        if let Some(login) = &new.login {
            println!("{} logs in with this password, shown this once: {}", login.email, login.password);
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn list(args: &ListArgs) -> Result<ExitCode> {
    with_database(&args.config, async |db| {
        let domains = operator::domains(db).await?;
        if args.json {
            let rows: Value = domains.iter().map(row).collect();
            println!("{rows:#}");
        } else {
            print!("{}", table(&domains));
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn row(domain: &Domain) -> Value {
    json!({
        "id": domain.id,
        "name": domain.name,
        "locale": domain.locale,
        "hosts": domain.host_names,
        "suspended": domain.suspended,
    })
}

/// A domain a line.
fn table(domains: &[Domain]) -> String {
    let widest = domains.iter().map(|domain| domain.name.len()).max().unwrap_or(0).max("domain".len());
    let line = |name: &str, locale: &str, state: &str, hosts: &str| {
        format!("{name:<widest$}  {locale:<8}  {state:<9}  {hosts}").trim_end().to_owned() + "\n"
    };
    let row = |domain: &Domain| {
        let state = if domain.suspended { "suspended" } else { "open" };
        line(&domain.name, &domain.locale, state, &domain.host_names.join(" "))
    };
    line("domain", "language", "state", "hosts") + &domains.iter().map(row).collect::<String>()
}

fn suspend(args: &NamedArgs, suspended: bool) -> Result<ExitCode> {
    with_database(&args.config, async |db| {
        operator::set_suspended(db, &args.name, suspended).await.map_err(told)?;
        let now = if suspended { "is suspended" } else { "is open again" };
        println!("{} {now}", args.name);
        Ok(ExitCode::SUCCESS)
    })
}
