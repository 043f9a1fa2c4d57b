//! A running server: database, engine, listener, in order of starting and stopping. `serve` and `demo` both run one.

use crate::config::Config;
use crate::config::sections::Bootstrap;
use crate::files;
use crate::keys::master_key;
use crate::storage;
use anyhow::{Context, Result};
use engine::outbound::{Client, Outbound, Policy};
use engine::seed::{FirstDomain, FirstLogin, Seed, first_domain};
use engine::{Engine, Parts, Random, Settings, SystemClock};
use model::classification::Locale;
use model::login::SessionLife;
use model::retry::RetryPolicy;
use model::time::Clock;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::db::Db;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A server that answers requests.
pub(crate) struct Server {
    /// Decides and writes.
    pub(crate) engine: Engine,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The first API key, when this start made it.
    pub(crate) new_key: Option<String>,
    /// The way to its own receivers.
    inside: Arc<web::Inside>,
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    shutdown_within: Duration,
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The engine's settings from the process's.
fn settings(config: &Config, master_key: [u8; 32]) -> Settings {
    let delivery = &config.delivery;
    Settings {
        retry: RetryPolicy {
            answer_within_ms: ms(delivery.answer_within),
            cancel_after_ms: ms(delivery.cancel_after),
            retry_every_ms: ms(delivery.retry_every),
            retries: delivery.retries,
            retry_after_max_ms: ms(delivery.retry_after_max),
        },
        monitor_every: delivery.monitor_every,
        hold: delivery.hold,
        live_calls: delivery.live_calls,
        live_calls_per_endpoint: delivery.live_calls_per_endpoint,
        lingering_calls: delivery.lingering_calls,
        lingering_calls_per_endpoint: delivery.lingering_calls_per_endpoint,
        bodies_in_memory: delivery.bodies_in_memory,
        backlog_max: i64::try_from(delivery.backlog_max).unwrap_or(i64::MAX),
        files_public_by_path: config.files.public_by_path,
        keep: config.retention.keep,
        sweep_every: config.retention.sweep_every,
        session_life: SessionLife {
            idle_ms: ms(config.auth.session_idle),
            end_ms: ms(config.auth.session_end),
        },
        requests_per_minute: config.limits.requests_per_minute,
        shutdown_within: config.server.shutdown_within,
        master_key,
        node_name: node_name(),
        ..Settings::default()
    }
}

/// Host and process, by which people tell the nodes of one database apart.
fn node_name() -> String {
    let system = rustix::system::uname();
    format!("{} {}", system.nodename().to_string_lossy(), std::process::id())
}

/// Files that a server may have open: its calls, and 1 024 for database, clients and log.
pub(crate) fn open_files_wanted(config: &Config) -> u64 {
    let calls = config.delivery.live_calls + config.delivery.lingering_calls;
    u64::try_from(calls).unwrap_or(u64::MAX).saturating_add(1_024)
}

/// Raises the limit of open files as far as the system allows, and says so when the budgets do not fit.
fn raise_open_files(config: &Config) {
    let wanted = open_files_wanted(config);
    match rlimit::increase_nofile_limit(wanted.max(65_536)) {
        Ok(limit) if limit < wanted => {
            tracing::warn!(
                limit,
                wanted,
                "few open files are allowed: raise `ulimit -n`, or lower delivery.live_calls"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the limit of open files cannot be raised"),
    }
}

impl Server {
    /// Starts: opens the database, makes the first domain if there is none, and listens.
    ///
    /// # Errors
    /// What stands in the way, in words.
    pub(crate) async fn start(config: &Config, seed: Seed) -> Result<Server> {
        // Fails only when a provider is installed already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        raise_open_files(config);
        let listener = TcpListener::bind(config.server.listen).await.with_context(|| {
            format!(
                "cannot listen on {}: another program may use it; choose one with --listen",
                config.server.listen
            )
        })?;
        let address = listener.local_addr().context("the listening address cannot be read")?;
        let stored = storage::settings(&config.store);
        let db = Db::open(crate::fault_points::unsafe_store(stored)).await?;
        let random = Arc::new(Random::from_system());
        let key = master_key(config.security.master_key.as_ref(), &config.store.data, &random)?;
        let first = FirstDomain {
            name: config.bootstrap.domain.clone(),
            locale: Locale::from_lang(config.bootstrap.locale.as_str()),
            key: config.bootstrap.key.as_ref().map(|key| key.reveal().to_owned()),
            host_names: Vec::new(),
            login: first_login(&config.bootstrap),
            seed,
        };
        let new_key = first_domain(&db, &SystemClock, &random, &first).await.map_err(explain)?;
        let policy = Policy {
            allow_networks: config.outbound.allow_networks.clone(),
            allow_http: config.outbound.allow_http,
            own_addresses: vec![address],
            ..Policy::default()
        };
        let client = Client::new(policy, Arc::new(|| SystemClock.now().0))?;
        let public_url = config.server.public_url_at(address);
        let inside = web::Inside::new(&public_url, Arc::new(client));
        let engine = Engine::start(Parts {
            db,
            outbound: Arc::clone(&inside) as Arc<dyn Outbound>,
            files: files::open(config)?,
            clock: Arc::new(SystemClock),
            random,
            settings: settings(config, key),
        })
        .await?;
        let app = web::App {
            engine: engine.clone(),
            public_url,
            body_bytes_max: config.server.body_bytes_max,
            trusted_proxies: config.server.trusted_proxies.clone(),
            past_after_ms: i64::try_from(config.public_api.past_after.as_millis()).unwrap_or(i64::MAX),
        };
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            // A connection without it is slower, not wrong.
            let _ = stream.set_nodelay(true);
        });
        let router = web::router(app);
        inside.open(router.clone());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving =
            tokio::spawn(axum::serve(listener, service).with_graceful_shutdown(stopped).into_future());
        let shutdown_within = config.server.shutdown_within;
        Ok(Server { engine, address, new_key, inside, stop, serving, shutdown_within })
    }

    /// Stops: requests end, calls end or are cut, leases are given back, the database is closed.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        // Idle keep-alive connections and slow clients are not waited for longer than open calls are.
        let mut serving = self.serving;
        if tokio::time::timeout(self.shutdown_within, &mut serving).await.is_err() {
            serving.abort();
        }
        self.engine.stop().await;
        self.inside.close();
    }
}

/// How the first administrator logs in.
fn first_login(bootstrap: &Bootstrap) -> Option<FirstLogin> {
    let (email, password) = bootstrap.email.clone().zip(bootstrap.password.as_ref())?;
    Some(FirstLogin { email, password: password.reveal().to_owned(), must_change: false })
}

/// Faults of a seed, one a line.
fn explain(error: engine::Error) -> anyhow::Error {
    match error {
        engine::Error::Invalid(faults) => {
            let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("the seed has faults:\n{}", lines.join("\n"))
        }
        other => other.into(),
    }
}

/// Reads a seed file.
///
/// # Errors
/// Where it cannot be read or understood.
pub(crate) fn read_seed(path: &Path) -> Result<Seed> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read the seed {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the seed {} cannot be understood", path.display()))
}
