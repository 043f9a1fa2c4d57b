//! `gatilho serve`: runs a server until SIGTERM or Ctrl-C.

use crate::cli::ServeArgs;
use crate::server::{Server, read_seed};
use crate::{fault_points, logging};
use anyhow::{Context, Result};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Runs the command.
///
/// # Errors
/// Why the server cannot start.
pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode> {
    let config = args.config.load(args.listen.as_deref())?;
    logging::start(&config.log);
    fault_points::arm()?;
    let seed = args.seed.as_deref().map(read_seed).transpose()?.unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        let stop = stop_signal()?;
        let server = Server::start(&config, seed).await?;
        if let Some(key) = &server.new_key {
            println!("The first API key, shown this once: {key}");
        }
        if let Some(code) = server.engine.open_first_run().await? {
            println!(
                "Nobody can sign in yet. Make the administrator at this address, which works once: {}/first-run?code={code}",
                config.server.public_url_at(server.address)
            );
        }
        println!("Gatilho listens on http://{}", server.address);
        stop.await;
        tracing::info!("stopping: open calls may end, the rest goes back to the queue");
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Listens for SIGTERM and Ctrl-C from now on; the future ends with the first of them. Whoever says that it is ready listens
/// before: whoever hears it may send one at once.
///
/// # Errors
/// When signals cannot be listened for.
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
