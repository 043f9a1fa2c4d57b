//! Tickets lately changed, in memory, so that a change need not read what the one before it wrote. Used under the
//! ticket's lock; the version guard of every write catches what another node did meanwhile.

use model::ids::DomainId;
use model::ticket_action::TicketAction;
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::db::{ReadError, Reader};
use store::tickets::Standing;

/// Tickets kept at most.
const KEPT_MAX: usize = 4_096;
/// Bytes of the newest action's texts past which a ticket is not kept.
const TEXT_MAX: usize = 8 * 1024;

/// The tickets in memory. None while other nodes work on the same database: what is kept of a ticket that they change is
/// out of date at the next change here, and a guard that misses costs more than a read.
pub(crate) struct Tickets {
    kept: Cache<(DomainId, i64), Arc<Standing>>,
    alone: AtomicBool,
}

impl Default for Tickets {
    fn default() -> Self {
        Tickets { kept: Cache::new(KEPT_MAX), alone: AtomicBool::new(true) }
    }
}

impl Tickets {
    /// Whether other nodes change tickets too.
    pub(crate) fn set_alone(&self, alone: bool) {
        if self.alone.swap(alone, Ordering::Relaxed) && !alone {
            self.kept.clear();
        }
    }

    /// A ticket as it stands, from memory or from the database.
    pub(crate) async fn find(
        &self,
        reader: &Reader,
        domain: DomainId,
        number: i64,
    ) -> Result<Option<Arc<Standing>>, ReadError> {
        if self.alone.load(Ordering::Relaxed)
            && let Some(known) = self.kept.get(&(domain, number))
        {
            return Ok(Some(known));
        }
        Ok(store::tickets::find_standing(reader, domain, number).await?.map(Arc::new))
    }

    /// Keeps a ticket as a commit left it.
    pub(crate) fn keep(&self, domain: DomainId, standing: Standing) {
        let key = (domain, standing.ticket.number);
        let text = |action: &TicketAction| action.description.len() + action.html_description.len();
        if !self.alone.load(Ordering::Relaxed) {
            return;
        }
        if standing.latest.as_ref().is_some_and(|action| text(action) > TEXT_MAX) {
            self.kept.remove(&key);
        } else {
            self.kept.insert(key, Arc::new(standing));
        }
    }

    /// Forgets a ticket whose commit did not end well.
    pub(crate) fn forget(&self, domain: DomainId, number: i64) {
        self.kept.remove(&(domain, number));
    }
}
