//! Lives here: being woken by other nodes of the same database, and what a database tells about its copies.
//! Not here: how nodes hear of each other (`postgres/wake.rs`).

use std::future::pending;

use tokio::sync::watch;

/// Calls of other nodes: due work was left for whoever has a free hand.
#[derive(Debug)]
pub struct Wakes {
    /// None where there are no others.
    calls: Option<watch::Receiver<u64>>,
}

impl Wakes {
    pub(super) fn from_others(calls: watch::Receiver<u64>) -> Self {
        Self { calls: Some(calls) }
    }

    pub(super) fn never() -> Self {
        Self { calls: None }
    }

    /// Waits for the next call; several that came in the meantime are one. Where there are no other nodes, for ever.
    ///
    /// After the connection was lost and made anew it reports one call, since some may have been missed.
    pub async fn next(&mut self) {
        match &mut self.calls {
            Some(calls) => {
                if calls.changed().await.is_err() {
                    pending::<()>().await;
                }
            }
            None => pending().await,
        }
    }
}

/// Who copies the database, as its server tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replication {
    /// The standbys that are connected.
    pub standbys: Vec<Standby>,
    /// The server's setting of this name: who must have a commit before it is answered; empty for nobody.
    pub synchronous_standby_names: String,
    /// The server's setting of this name. A session of ours has at least `on`.
    pub synchronous_commit: String,
}

/// A server that copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standby {
    /// Its `application_name`.
    pub name: String,
    /// `streaming` when it keeps up; empty if the user of the URL may not see it (it needs the role `pg_monitor`).
    pub state: String,
    /// `sync` or `quorum` if commits wait for it, `potential` or `async` if not.
    pub sync_state: String,
    /// How far it is behind; none while nothing happens.
    pub replay_lag_ms: Option<i64>,
}
