//! Tickets lately changed, in memory, so that a change need not read what the one before it wrote. Used under the
//! ticket's lock; the version guard of every write catches what another node did meanwhile.

use model::ids::DomainId;
use model::ticket::Ticket;
use model::ticket_action::TicketAction;
use quick_cache::sync::Cache;
use std::sync::Arc;
use store::db::{ReadError, Reader};

/// Tickets kept at most.
const KEPT_MAX: usize = 4_096;
/// Bytes of the newest action's texts past which a ticket is not kept.
const TEXT_MAX: usize = 8 * 1024;

/// A ticket as it stands, with its newest action.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) ticket: Ticket,
    pub(crate) latest: Option<TicketAction>,
}

/// The tickets in memory.
pub(crate) struct Tickets(Cache<(DomainId, i64), Arc<Standing>>);

impl Default for Tickets {
    fn default() -> Self {
        Tickets(Cache::new(KEPT_MAX))
    }
}

impl Tickets {
    /// A ticket as it stands, from memory or from the database.
    pub(crate) async fn find(
        &self,
        reader: &Reader,
        domain: DomainId,
        number: i64,
    ) -> Result<Option<Arc<Standing>>, ReadError> {
        if let Some(known) = self.0.get(&(domain, number)) {
            return Ok(Some(known));
        }
        let found = store::tickets::find_with_latest(reader, domain, number).await?;
        Ok(found.map(|(ticket, latest)| Arc::new(Standing { ticket, latest })))
    }

    /// Keeps a ticket as a commit left it.
    pub(crate) fn keep(&self, domain: DomainId, standing: Standing) {
        let key = (domain, standing.ticket.number);
        let text = |action: &TicketAction| action.description.len() + action.html_description.len();
        if standing.latest.as_ref().is_some_and(|action| text(action) > TEXT_MAX) {
            self.0.remove(&key);
        } else {
            self.0.insert(key, Arc::new(standing));
        }
    }

    /// Forgets a ticket whose commit did not end well.
    pub(crate) fn forget(&self, domain: DomainId, number: i64) {
        self.0.remove(&(domain, number));
    }
}
