//! `gatilho demo`: the whole product in a temporary directory, shown step by step. It uses the same server, the same
//! API and the same queue as everybody; only the time between attempts is shortened, and says so.

mod receiver;
mod story;
mod words;

use crate::config::{Config, Overrides, environment};
use crate::logging;
use crate::serve::stop_signal;
use crate::server::Server;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use engine::seed::Seed;
use model::classification::Locale;
use receiver::DemoReceiver;
use std::pin::pin;
use std::process::ExitCode;
use story::Story;
use words::Words;

/// Arguments of `gatilho demo`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho demo            show everything, then keep serving until Ctrl-C
  gatilho demo --once     show everything and end

The language follows LANG: en, pt_BR, es.")]
pub(crate) struct DemoArgs {
    /// End after the story instead of keeping the server running
    #[arg(long)]
    once: bool,
}

/// The API key of the demo; its server listens on this machine only.
const KEY: &str = "demo-key-of-this-machine";

/// Runs the command.
///
/// # Errors
/// Which step failed.
pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode> {
    // POSIX: a variable that is empty counts as not set.
    let given = |wanted: &str| environment().find(|(name, value)| name == wanted && !value.is_empty());
    let lang = given("LC_ALL").or_else(|| given("LANG"));
    let locale = Locale::from_lang(&lang.map(|(_, value)| value).unwrap_or_default());
    let words = Words::new(locale);
    println!(
        "{}\n{}\n",
        words.tell("title", &[("version", env!("CARGO_PKG_VERSION"))]),
        words.say("starting")
    );
    let directory =
        tempfile::Builder::new().prefix("gatilho-demo-").tempdir().context("no temporary directory")?;
    let config = config(directory.path(), locale)?;
    logging::start(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        let mut stop = pin!(stop_signal()?);
        let receiver = DemoReceiver::start().await?;
        let server = Server::start(&config, Seed::default()).await?;
        let story = Story { words, locale, server: server.address, receiver, key: KEY, once: args.once };
        let mut telling = tokio::task::spawn_blocking(move || story.tell());
        let interrupted = tokio::select! {
            told = &mut telling => {
                told.map_err(|error| anyhow!("the demo ended early: {error}"))??;
                false
            }
            () = &mut stop => true,
        };
        if !args.once && !interrupted {
            stop.await;
        }
        server.stop().await;
        // A story that was interrupted may wait for a request that never comes: it is not waited for.
        drop(directory);
        if interrupted {
            std::process::exit(0);
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn config(directory: &std::path::Path, locale: Locale) -> Result<Config> {
    let mut flags = Overrides::default();
    for (key, value) in [
        ("server.listen", "127.0.0.1:0"),
        ("server.shutdown_within", "1s"),
        ("delivery.retry_every", "1s"),
        ("outbound.allow_networks", "127.0.0.0/8"),
        ("bootstrap.key", KEY),
        ("bootstrap.locale", locale.as_str()),
        ("log.level", "error"),
    ] {
        flags.set("demo", key, Some(value));
    }
    flags.set("demo", "store.data", Some(directory.join("data").display()));
    Config::load(flags, None, std::iter::empty())
        .map_err(|faults| anyhow!("the demo's settings have faults:\n{faults}"))
}
