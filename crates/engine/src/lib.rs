//! Decides when something happens: takes changes in, dispatches, records, sweeps. [`Engine`] is the only handle that
//! can change anything, and the only holder of the database's writing side.
//! Does not live here: what is true without clock and network (model), SQL (store), requests and HTML (web).

mod administer;
mod apply;
mod backoff;
mod caller;
mod clock;
pub mod commands;
mod commit;
mod config;
mod core;
mod dispatch;
mod enqueue;
mod error;
pub mod files;
mod firings;
mod intake;
mod integrations;
mod key_use;
mod locks;
mod loops;
mod metrics;
mod node;
pub mod operator;
pub mod outbound;
pub mod passwords;
pub mod seed;
mod service;
mod settings;
pub mod signing;
mod start;
mod sweep;
mod test_receiver;
mod tickets;
pub mod vault;

pub use caller::{Caller, Sight};
pub use clock::{Random, SystemClock};
pub use commands::files::{FileLink, StoredFile};
pub use commands::trial::{Conversation, TESTS_A_MINUTE, Test};
pub use commands::trigger_list::Place;
pub use commands::triggers::Saved;
pub use error::Error;
pub use integrations::reply::Replied;
pub use node::NodeTimes;
pub use service::Parts;
pub use settings::Settings;
pub use test_receiver::Received;

use crate::core::{Core, to_the_end};
use crate::start::load_config;
use model::access_profile::Grant;
use model::cause::Cause;
use model::classification::Classification;
use model::directory::Directory;
use model::ids::DomainId;
use model::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use store::db::Reader;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The running engine. Clones share it.
#[derive(Clone)]
pub struct Engine {
    core: Arc<Core>,
    /// Ends the loops.
    stop: CancellationToken,
    loops: TaskTracker,
    /// Ends what shows other nodes that this one lives.
    gone: CancellationToken,
    lives: TaskTracker,
}

impl Engine {
    /// The way to read that cannot write.
    pub fn reader(&self) -> Reader {
        self.core.reader.clone()
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.core.clock.now()
    }

    /// Who shows this API key; none for an unknown one. Works in memory.
    pub fn authenticate(&self, key: &str) -> Option<Caller> {
        self.core.config.authenticate(key, self.core.clock.now())
    }

    /// Who shows this API key, counting the request.
    ///
    /// # Errors
    /// `Unauthorized` for a key that is unknown or has ended, `Denied` for a suspended domain's, `TooMany` past the limit.
    pub fn admit(&self, key: &str) -> Result<Caller, Error> {
        self.core.config.admit(key, self.core.clock.now(), self.core.settings.requests_per_minute)
    }

    /// The cause that a caller echoes; none if the token was not made here for the caller's domain.
    pub fn cause_of(&self, caller: &Caller, token: &str) -> Option<Cause> {
        self.core.vault.read_cause(caller.domain, token)
    }

    /// The cause token that a delivery carried: what it was sent with.
    pub fn cause_token(&self, domain: DomainId, cause: Cause) -> String {
        self.core.vault.cause_token(domain, cause)
    }

    /// Whether the caller's access profile has the parameter on.
    ///
    /// # Errors
    /// `Forbidden` names it.
    pub fn require(&self, caller: &Caller, grant: Grant) -> Result<(), Error> {
        caller.require(grant)
    }

    /// The domain's name; empty for a domain that does not exist.
    pub fn domain_name(&self, domain: DomainId) -> String {
        self.core.config.domain(domain).map(|config| config.name.clone()).unwrap_or_default()
    }

    /// The domain's words; empty for a domain that does not exist.
    pub fn classification(&self, domain: DomainId) -> Arc<Classification> {
        self.core.config.domain(domain).map(|config| Arc::clone(&config.classification)).unwrap_or_default()
    }

    /// The domain's access profiles and teams; empty for a domain that does not exist.
    pub fn directory(&self, domain: DomainId) -> Arc<Directory> {
        self.core.config.domain(domain).map(|config| Arc::clone(&config.directory)).unwrap_or_default()
    }

    /// Whether requests can be served: not while stopping, nor while the database is out of reach.
    pub fn is_ready(&self) -> bool {
        !self.stop.is_cancelled() && self.core.dispatcher.life().may_act()
    }

    /// Prometheus text.
    pub fn metrics_text(&self) -> String {
        self.core.metrics.text(self.core.dispatcher.open_calls())
    }

    /// How long finished work is kept.
    pub fn keeps_for(&self) -> Duration {
        self.core.settings.keep
    }

    /// The retry rule in force.
    pub fn retry_policy(&self) -> model::retry::RetryPolicy {
        self.core.settings.retry
    }

    /// Copies the whole database into a new file while the server runs.
    ///
    /// # Errors
    /// What stands in the way; then no file was left behind.
    pub async fn backup(&self, to: &std::path::Path) -> Result<(), store::db::BackupError> {
        self.core.db.backup(to).await
    }

    /// Does a command's writing to its end, whether or not its caller waits for it.
    fn to_the_end<T: Send + 'static, W: Future<Output = Result<T, Error>> + Send + 'static>(
        &self,
        work: W,
    ) -> impl Future<Output = Result<T, Error>> + Send + use<T, W> {
        to_the_end(&self.core, work)
    }

    /// Swaps in what an administrative write left. A read that fails keeps the old snapshot and is tried again twice a
    /// second.
    async fn reload(&self) {
        if let Err(error) = load_config(&self.core).await {
            tracing::error!(%error, "the configuration cannot be read again");
        }
    }
}
