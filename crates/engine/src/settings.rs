//! What the engine is told at start, as plain values. Reading configuration is the process's job.

use crate::node::NodeTimes;
use model::login::SessionLife;
use model::retry::RetryPolicy;
use std::time::Duration;

/// Settings of the engine.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The article's figures unless configured otherwise.
    pub retry: RetryPolicy,
    /// How often the queue is looked at for what no memory holds.
    pub monitor_every: Duration,
    /// How long first attempts are put off.
    pub hold: Duration,
    /// Open calls of this node within their time for an answer.
    pub live_calls: usize,
    /// The same for one endpoint.
    pub live_calls_per_endpoint: usize,
    /// Open calls of this node past their time for an answer.
    pub lingering_calls: usize,
    /// The same for one endpoint.
    pub lingering_calls_per_endpoint: usize,
    /// Bytes of bodies kept in memory between enqueue and send.
    pub bodies_in_memory: usize,
    /// Deliveries of a domain that may wait; what comes past it is written as failed.
    pub backlog_max: i64,
    /// How long finished work is kept.
    pub keep: Duration,
    /// How often old rows are swept out.
    pub sweep_every: Duration,
    /// How long people stay logged in.
    pub session_life: SessionLife,
    /// Requests that one API key may make in a minute; 0 for any number.
    pub requests_per_minute: u32,
    /// How long open calls may go on when the server stops.
    pub shutdown_within: Duration,
    /// How nodes on one database judge one another.
    pub node: NodeTimes,
    /// This node's name for people: host and process.
    pub node_name: String,
    /// `Gatilho/<version>`.
    pub user_agent: String,
    /// Whether everybody who knows a file's key may have it.
    pub files_public_by_path: bool,
    /// 32 bytes that encrypt the secrets at rest and sign cause tokens.
    pub master_key: [u8; 32],
}

impl Default for Settings {
    /// The product's defaults, with a master key of zeros that nobody should keep.
    fn default() -> Self {
        Settings {
            retry: RetryPolicy::default(),
            monitor_every: Duration::from_secs(30),
            hold: Duration::ZERO,
            live_calls: 4_096,
            live_calls_per_endpoint: 128,
            lingering_calls: 2_048,
            lingering_calls_per_endpoint: 32,
            bodies_in_memory: 32 * 1024 * 1024,
            backlog_max: 1_000_000,
            keep: Duration::from_hours(30 * 24),
            sweep_every: Duration::from_hours(1),
            session_life: SessionLife::default(),
            requests_per_minute: 0,
            shutdown_within: Duration::from_secs(10),
            node: NodeTimes::default(),
            node_name: String::new(),
            user_agent: concat!("Gatilho/", env!("CARGO_PKG_VERSION")).to_owned(),
            files_public_by_path: false,
            master_key: [0; 32],
        }
    }
}
