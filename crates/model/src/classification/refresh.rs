//! Tickets keep names as they were written. Before a ticket is changed it gets the names that its words have now, so that
//! a new name counts as no change and triggers meet the name that they know.

use super::Classification;
use super::word::Word;
use crate::ticket::Ticket;

/// The present name of a word that a ticket calls by a former one.
fn renamed<'w, W: Word>(words: &'w [W], written: &str) -> Option<&'w str> {
    if written.is_empty() || words.iter().any(|word| word.name() == written) {
        return None;
    }
    let known = |word: &&W| word.former_names().iter().any(|former| former == written);
    words.iter().find(known).map(Word::name)
}

impl Classification {
    /// The ticket with the present names of its words; none when it has them all.
    pub fn refreshed(&self, ticket: &Ticket) -> Option<Ticket> {
        let status = renamed(&self.statuses, &ticket.status);
        let urgency = renamed(&self.urgencies, &ticket.urgency);
        let category = renamed(&self.categories, &ticket.category);
        let service = ticket.service_id.and_then(|id| self.service_by_id(id));
        let service = service.map(|service| &service.path).filter(|path| **path != ticket.service);
        if status.is_none() && urgency.is_none() && category.is_none() && service.is_none() {
            return None;
        }
        let mut fresh = ticket.clone();
        let names =
            [(&mut fresh.status, status), (&mut fresh.urgency, urgency), (&mut fresh.category, category)];
        for (place, name) in names {
            if let Some(name) = name {
                name.clone_into(place);
            }
        }
        if let Some(path) = service {
            fresh.service.clone_from(path);
        }
        Some(fresh)
    }
}
