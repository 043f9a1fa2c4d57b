//! `gatilho receive`: takes webhooks in, keeps them, answers `Ok`, and lets a program do the work afterwards.
//! Here: starting and stopping. Not here: what can be typed (`args`), requests (`intake`, `gate`, `request`), running the
//! program (`runner`, `program`), SQL (store `inbox`).

mod args;
mod gate;
mod intake;
mod leftovers;
mod metrics;
mod program;
mod request;
mod runner;
mod sweep;

pub(crate) use args::ReceiveArgs;

use crate::config::sections::{Log, LogFormat};
use crate::serve::stop_signal;
use crate::{fault_points, logging};
use anyhow::{Context, Result};
use axum::Router;
use axum::serve::ListenerExt;
use engine::SystemClock;
use gate::Gate;
use metrics::Metrics;
use model::time::{Clock, Timestamp};
use runner::Runner;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use store::db::{Db, Reader, Settings};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Memory for bodies that are being received, in KiB.
const BODIES_KIB: usize = 64 * 1024;

/// How long open requests may still take when the process stops.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// What all parts of a receiver share.
struct Shared {
    db: Db,
    reader: Reader,
    gate: Gate,
    metrics: Metrics,
    /// How long equal bytes count as a repeat, in milliseconds; none when repeats are not marked.
    fold_ms: Option<i64>,
    /// One permit for each KiB of a body that is being received.
    budget: Semaphore,
    /// Told when something was stored.
    stored: Notify,
}

impl Shared {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }
}

/// Runs the command.
///
/// # Errors
/// Why it cannot start.
pub(crate) fn run(args: &ReceiveArgs) -> Result<ExitCode> {
    logging::start(&Log { level: args.log_level.clone(), format: LogFormat::Text });
    fault_points::arm()?;
    let gate = Gate::new(args)?;
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(half_the_cores()).enable_all().build().context("no runtime")?;
    runtime.block_on(serve(args, gate))
}

/// An answer waits for the thread that stores, not for these: fewer of them wake each other less, for 5 % less CPU.
fn half_the_cores() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}

async fn serve(args: &ReceiveArgs, gate: Gate) -> Result<ExitCode> {
    let listener = bind(args.listen, "--listen").await?;
    let metrics_listener = match args.metrics_listen {
        Some(address) => Some(bind(address, "--metrics-listen").await?),
        None => None,
    };
    let address = listener.local_addr().context("the listening address cannot be read")?;
    if gate.is_open() && !address.ip().is_loopback() {
        tracing::warn!(
            "whoever reaches {address} can have requests stored: give a --secret, a --query-secret, or --allow-from"
        );
    }
    let stopped = stop_signal()?;
    let db = Db::open(Settings::inbox(&args.store)).await?;
    let shared = Arc::new(Shared {
        reader: db.reader(),
        db,
        gate,
        metrics: Metrics::default(),
        fold_ms: args.fold_repeats.map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX)),
        budget: Semaphore::new(BODIES_KIB),
        stored: Notify::new(),
    });
    let stop = CancellationToken::new();
    let mut serving = vec![spawn(listener, intake::router(&shared), &stop)];
    if let Some(listener) = metrics_listener {
        println!("Metrics at http://{}/metrics", listener.local_addr().context("no address for metrics")?);
        serving.push(spawn(listener, metrics::router(&shared), &stop));
    }
    let running = tokio::spawn(Runner::new(args, &shared, &stop)?.run());
    let sweeping = tokio::spawn(sweep::run(Arc::clone(&shared), stop.clone()));
    println!("Gatilho receives on http://{address}");
    stopped.await;
    tracing::info!("stopping: what is stored stays, programs that run may end");
    stop.cancel();
    for task in serving {
        let ended = task.abort_handle();
        if tokio::time::timeout(CLOSE_WITHIN, task).await.is_err() {
            ended.abort();
        }
    }
    for task in [running, sweeping] {
        if let Err(error) = task.await {
            tracing::error!(%error, "a part of the receiver had failed");
        }
    }
    shared.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}

async fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: another program may use it; choose one with {flag}")
    })
}

/// Serves until the process stops.
fn spawn(listener: TcpListener, app: Router, stop: &CancellationToken) -> JoinHandle<std::io::Result<()>> {
    let listener = listener.tap_io(|stream| {
        // A connection without it is slower, not wrong.
        let _ = stream.set_nodelay(true);
    });
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let stopped = stop.clone().cancelled_owned();
    tokio::spawn(axum::serve(listener, app).with_graceful_shutdown(stopped).into_future())
}
