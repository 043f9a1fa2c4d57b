//! The typed settings, one small struct per section of `config.default.toml`, which holds their manual.
//!
//! Plain data: no reading, no checking, no defaults. Units are in the types or, for numbers, last in the name.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

pub(crate) use super::database::{Database, ServerUrl};
pub(crate) use super::files::{Files, Place};
use super::secret::{MasterKey, Secret};

/// Every setting of the process, checked.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) server: Server,
    pub(crate) store: Store,
    pub(crate) files: Files,
    pub(crate) delivery: Delivery,
    pub(crate) outbound: Outbound,
    pub(crate) public_api: PublicApi,
    pub(crate) retention: Retention,
    pub(crate) auth: Auth,
    pub(crate) limits: Limits,
    pub(crate) bootstrap: Bootstrap,
    pub(crate) security: Security,
    pub(crate) log: Log,
}

/// The HTTP server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) listen: SocketAddr,
    /// As configured, without a closing slash; see [`Server::public_url_at`].
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) body_bytes_max: usize,
    pub(crate) shutdown_within: Duration,
}

/// Where the data lives.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    /// Holds the key file and, with SQLite, the database.
    pub(crate) data: PathBuf,
    pub(crate) database: Database,
    /// `None`: as many as suit the database.
    pub(crate) readers: Option<usize>,
}

/// How webhooks are sent.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) answer_within: Duration,
    pub(crate) cancel_after: Duration,
    pub(crate) retry_every: Duration,
    pub(crate) retries: u32,
    pub(crate) monitor_every: Duration,
    pub(crate) hold: Duration,
    pub(crate) retry_after_max: Duration,
    pub(crate) live_calls: usize,
    pub(crate) live_calls_per_endpoint: usize,
    pub(crate) lingering_calls: usize,
    pub(crate) lingering_calls_per_endpoint: usize,
    /// Bytes.
    pub(crate) bodies_in_memory: usize,
    pub(crate) backlog_max: u64,
}

/// Which addresses webhooks may reach.
#[derive(Debug, Clone)]
pub(crate) struct Outbound {
    pub(crate) allow_networks: Vec<IpNet>,
    pub(crate) allow_http: bool,
}

/// The public API.
#[derive(Debug, Clone)]
pub(crate) struct PublicApi {
    /// Zero: nothing is past.
    pub(crate) past_after: Duration,
}

/// How long finished work is kept.
#[derive(Debug, Clone)]
pub(crate) struct Retention {
    pub(crate) keep: Duration,
    pub(crate) sweep_every: Duration,
}

/// How people log in.
#[derive(Debug, Clone)]
pub(crate) struct Auth {
    pub(crate) session_idle: Duration,
    pub(crate) session_end: Duration,
}

/// How often programs may ask.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// 0 for any number.
    pub(crate) requests_per_minute: u32,
}

/// What the very first start creates.
#[derive(Debug, Clone)]
pub(crate) struct Bootstrap {
    /// `None`: one is made and printed once.
    pub(crate) key: Option<Secret>,
    /// With `password`, or `None` with it.
    pub(crate) email: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) locale: Locale,
    pub(crate) domain: String,
}

/// Secrets.
#[derive(Debug, Clone)]
pub(crate) struct Security {
    /// `None`: the key file in the data directory.
    pub(crate) master_key: Option<MasterKey>,
}

/// What the process says while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    /// Filter directives, checked: `info`, `info,engine=debug`.
    pub(crate) level: String,
    pub(crate) format: LogFormat,
}

/// Language of what the first start creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    En,
    PtBr,
    Es,
}

impl Locale {
    /// The language tag, as configured.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Locale::En => "en",
            Locale::PtBr => "pt-BR",
            Locale::Es => "es",
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

impl Server {
    /// The address others use, without a closing slash: the configured one, or one made from the address that was
    /// really bound (`listen` may name port 0, and `0.0.0.0` is no address to link to).
    pub(crate) fn public_url_at(&self, bound: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        match bound.ip() {
            ip if ip.is_unspecified() => format!("http://localhost:{}", bound.port()),
            IpAddr::V4(_) | IpAddr::V6(_) => format!("http://{bound}"),
        }
    }
}
