//! `gatilho admin password`: a new password for who cannot log in any more and has nobody to ask.

use super::open::{told, with_database};
use crate::cli::ConfigArgs;
use anyhow::Result;
use clap::Args;
use engine::{Random, SystemClock, operator};
use std::process::ExitCode;

/// Arguments of `gatilho admin password`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho admin password --person 1 --data /var/lib/gatilho
  gatilho admin password --person ana --user ana.silva --domain sales

The password is made here and printed once; it has to be changed at the next log-in, and the person's sessions end.
With SQLite stop the server before. Somebody who may change people does the same on a running server with
POST /api/v1/people/ID/password.")]
pub(crate) struct PasswordArgs {
    /// Reference code of the person; 1 is the first administrator
    #[arg(long, value_name = "ID")]
    person: String,
    /// Another user name, beside the person's e-mail address
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Name of the domain; the first when absent
    #[arg(long, value_name = "NAME")]
    domain: Option<String>,
    /// Where the database is.
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs the command.
///
/// # Errors
/// Why nobody got a password.
pub(super) fn run(args: &PasswordArgs) -> Result<ExitCode> {
    with_database(&args.config, async |db| {
        let domain = operator::domain(db, args.domain.as_deref()).await?;
        let (random, user) = (Random::from_system(), args.user.as_deref());
        let given = operator::reset_password(db, &SystemClock, &random, &domain, &args.person, user).await;
        let given = given.map_err(told)?;
        println!("Log in to {} as {}", domain.name, given.names.join(" or "));
        println!("The password, shown this once: {}", given.password);
        Ok(ExitCode::SUCCESS)
    })
}
