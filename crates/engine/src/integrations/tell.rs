//! What happened to a ticket since the other side looked last, as far as it crosses: read from the ticket's changes, without
//! those that came in by the same integration, and what follows from them.

use crate::core::Core;
use crate::error::Error;
use model::change::{Change, Saved};
use model::ids::ChangeId;
use model::integration::{ActionNews, Crossing, FileNews, Moved, News, Opened};
use model::ticket::Ticket;
use model::ticket_action::TicketAction;
use model::time::Timestamp;
use store::integration_tickets::PARTED;
use store::integrations::Half;

/// Changes read at once.
const SLICE: i64 = 50;

/// What this side did to a ticket.
#[derive(Debug, Default)]
pub(super) struct Doings {
    /// When its status was last changed; none if that came in.
    pub(super) moved_at: Option<Timestamp>,
    /// Entries that were added or edited, in the order of the thread.
    actions: Vec<i64>,
    /// Whether the integration's trigger told of it.
    was_told: bool,
}

impl Doings {
    /// Whether there is anything to tell.
    pub(super) fn is_something(&self, events: &[Crossing]) -> bool {
        let statuses = events.contains(&Crossing::Status) || events.contains(&Crossing::Closing);
        !self.actions.is_empty() || (statuses && self.moved_at.is_some())
    }
}

fn moves_status(change: &Change) -> bool {
    let by_save = match &change.saved {
        Saved::Created(_) => true,
        Saved::Updated { delta, .. } => delta.status.is_some(),
    };
    by_save || change.effects.iter().any(|effect| effect.delta.status.is_some())
}

impl Core {
    /// What this side did to a ticket after one of its versions, up to another.
    pub(super) async fn doings(
        &self,
        half: &Half,
        number: i64,
        since: i64,
        until: i64,
    ) -> Result<Doings, Error> {
        let (mut doings, mut is_moved, mut before) = (Doings::default(), false, ChangeId(i64::MAX));
        loop {
            let slice = store::changes::of_ticket(&self.reader, half.domain, number, before, SLICE).await?;
            let Some(oldest) = slice.last() else { break };
            before = oldest.id;
            let is_last = oldest.ticket_version <= since || slice.len() < SLICE as usize;
            let fits = |change: &&Change| change.ticket_version > since && change.ticket_version <= until;
            for change in slice.iter().filter(fits) {
                let is_own = change.cause.integration != Some(half.id);
                // Newest first: what was changed last counts.
                if !is_moved && moves_status(change) {
                    is_moved = true;
                    doings.moved_at = is_own.then_some(change.at);
                }
                if is_own {
                    let happenings = &change.happenings;
                    doings.actions.extend(happenings.actions_added.iter().chain(&happenings.actions_edited));
                }
                doings.was_told |= change.firings.iter().any(|firing| firing.integration == Some(half.id));
            }
            if is_last {
                break;
            }
        }
        doings.actions.sort_unstable();
        doings.actions.dedup();
        Ok(doings)
    }

    /// What the other side may know of a ticket that it has seen up to a version; none for one that does not cross.
    pub(super) async fn news(&self, half: &Half, number: i64, since: i64) -> Result<Option<News>, Error> {
        // Not from memory: that learns of a change after its message has left.
        let found = store::tickets::find(&self.reader, half.domain, number).await?;
        let Some(ticket) = found.filter(|ticket| !ticket.is_deleted) else { return Ok(None) };
        let pair = self.pair(half, number).await?;
        if pair.is_some_and(|pair| pair.remote == PARTED) {
            return Ok(None);
        }
        // Where only the other side tells, no more is known there than what somebody here has offered.
        if !half.settings.tells() && pair.is_none_or(|pair| pair.remote != 0) {
            return Ok(None);
        }
        let since = if pair.is_some_and(|pair| pair.remote > 0) { since } else { 0 };
        let doings = self.doings(half, number, since, ticket.version).await?;
        if pair.is_none() && !doings.was_told {
            return Ok(None);
        }
        let (is_new, events) = (since == 0, &half.settings.events);
        // What a new counterpart begins with is the ticket as it stands; changes are not kept for ever.
        let moved_at = doings.moved_at.or(is_new.then_some(ticket.updated_at));
        let moved = moved_at.map(|at| Moved {
            status: ticket.status.clone(),
            base: ticket.base_status,
            justification: ticket.justification.clone(),
            at,
        });
        let crosses = |moved: &Moved| is_new || Crossing::lets_status_pass(events, moved.base);
        let thread = match is_new {
            true => store::tickets::find_whole(&self.reader, half.domain, number).await?.map(|whole| whole.1),
            false => Some(self.entries(half, number, &doings.actions).await?),
        };
        let thread = thread.into_iter().flatten().filter(|action| !action.is_deleted);
        let actions = thread.filter_map(|action| told(action, events)).collect();
        Ok(Some(News {
            number,
            version: ticket.version,
            seen: pair.map_or(0, |pair| pair.seen),
            counterpart: pair.map(|pair| pair.remote).filter(|remote| *remote > 0),
            counterpart_status: ticket.link(half.id).map(|link| link.status.clone()).unwrap_or_default(),
            linked: pair.map_or(0, |pair| pair.linked),
            status: ticket.status.clone(),
            moved: moved.filter(crosses),
            actions,
            opened: is_new.then(|| opened(ticket)),
        }))
    }

    async fn entries(&self, half: &Half, number: i64, ids: &[i64]) -> Result<Vec<TicketAction>, Error> {
        let mut entries = Vec::with_capacity(ids.len());
        for id in ids {
            entries.extend(store::tickets::find_action(&self.reader, half.domain, number, *id).await?);
        }
        Ok(entries)
    }
}

fn opened(ticket: Ticket) -> Opened {
    Opened {
        visibility: ticket.visibility,
        subject: ticket.subject,
        urgency: ticket.urgency,
        category: ticket.category,
        service: ticket.service,
        clients: ticket.clients.into_iter().map(|client| client.id).collect(),
    }
}

fn told(action: TicketAction, events: &[Crossing]) -> Option<ActionNews> {
    if !Crossing::lets_pass(events, action.visibility) {
        return None;
    }
    let files = action.attachments.into_iter().map(|file| FileNews { key: file.path, name: file.file_name });
    Some(ActionNews {
        id: action.id,
        visibility: action.visibility,
        description: action.description,
        html_description: action.html_description,
        created_at: action.created_at,
        files: if events.contains(&Crossing::Attachments) { files.collect() } else { Vec::new() },
    })
}
