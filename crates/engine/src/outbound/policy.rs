//! What the way out allows and how much of an answer it takes. Set by configuration, replaced as a whole.
//! Does not live here: reading the configuration (gatilho `config`), the judgement itself (`guard`).

use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;

/// Rules and limits for every call of a [`Client`](super::Client).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Networks that may be called although they are not globally routable. Never opens metadata addresses or
    /// `own_addresses`.
    pub allow_networks: Vec<IpNet>,
    /// Whether `http://` may be used at all; `https://` always may.
    pub allow_http: bool,
    /// Addresses this server listens on: always shut. `0.0.0.0` and `[::]` stand for all of this machine.
    pub own_addresses: Vec<SocketAddr>,
    /// Largest head of an answer, in bytes.
    pub answer_head_bytes_max: usize,
    /// How much of an answer's body is read and kept, in bytes.
    pub answer_body_bytes_max: usize,
    /// Most headers in an answer.
    pub headers_max: usize,
    /// How long an unused connection may be used again.
    pub idle: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            allow_networks: Vec::new(),
            allow_http: true,
            own_addresses: Vec::new(),
            answer_head_bytes_max: 16 * 1024,
            answer_body_bytes_max: 64 * 1024,
            headers_max: 64,
            idle: Duration::from_secs(4),
        }
    }
}

impl Policy {
    /// Most bytes taken off the wire for one answer, everything counted: interim (1xx) answers, chunk sizes,
    /// trailers. A body sent one byte a chunk costs six bytes for each, so an honest answer stays far below.
    pub(super) fn wire_bytes_max(&self) -> usize {
        const SLACK: usize = 64 * 1024;
        self.answer_body_bytes_max
            .saturating_mul(8)
            .saturating_add(self.answer_head_bytes_max)
            .saturating_add(SLACK)
    }
}
