//! A ticket's counterpart in another domain, made or linked from the ticket.

use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use crate::intake::save_beside;
use crate::integrations::{Fault, Told, unlinked};
use model::access_profile::Grant;
use model::ids::{DomainId, IntegrationId, TriggerId};
use model::integration::{self, Ask};
use model::text;
use serde_json::{Value, json};
use std::sync::Arc;
use store::integration_tickets::{PARTED, Pair};
use store::integrations::Half;

/// The integration of a domain that somebody may choose on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its identity.
    pub id: IntegrationId,
    /// Its name.
    pub name: String,
}

/// The other domain of an integration as pages name it to those who may not manage integrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The integration's name.
    pub name: String,
    /// Where the other side's server is.
    pub url: String,
    /// Whether anything crosses.
    pub enabled: bool,
}

impl Engine {
    /// The other domain of an integration; none once the integration was removed.
    pub fn linked_domain(&self, domain: DomainId, id: IntegrationId) -> Option<Linked> {
        let half = self.core.config.half(id).filter(|half| half.domain == domain)?;
        Some(Linked { name: half.name.clone(), url: half.settings.url.clone(), enabled: half.enabled })
    }

    /// The integration that keeps a trigger, with its name.
    pub fn keeper_of(&self, domain: DomainId, trigger: TriggerId) -> Option<(IntegrationId, String)> {
        let config = self.core.config.domain(domain).ok()?;
        let id = config.keeper_of(trigger)?;
        Some((id, config.halves.iter().find(|half| half.id == id)?.name.clone()))
    }

    /// The enabled integrations by which a ticket can get a counterpart.
    ///
    /// # Errors
    /// `Forbidden` for those who may not write tickets.
    pub fn counterpart_choices(&self, caller: &Caller) -> Result<Vec<Choice>, Error> {
        caller.require(Grant::AllowWritingTickets)?;
        let config = self.core.config.domain(caller.domain)?;
        let enabled = config.halves.iter().filter(|half| half.enabled);
        Ok(enabled.map(|half| Choice { id: half.id, name: half.name.clone() }).collect())
    }

    /// Opens a ticket's counterpart in the other domain, or links the one with this number; answers its number.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` names `integration` or `number`; `Conflict` when either has another counterpart; `Unavailable`.
    pub async fn add_counterpart(
        &self,
        caller: &Caller,
        number: i64,
        integration: IntegrationId,
        theirs: Option<i64>,
    ) -> Result<i64, Error> {
        caller.require(Grant::AllowWritingTickets)?;
        let found = store::tickets::find(&self.core.reader, caller.domain, number).await?;
        let seen = found.filter(|ticket| caller.may_see(ticket) && !caller.is_only_client());
        let ticket = seen.ok_or_else(|| Error::NotFound(format!("ticket {number}")))?;
        let config = self.core.config.domain(caller.domain)?;
        let half = config.halves.iter().find(|half| half.id == integration && half.enabled);
        let half = half.ok_or_else(|| {
            Error::invalid("integration", text!("there is no such integration, or it is disabled"))
        })?;
        let known = self.core.pair(half, number).await?;
        if let Some(known) = known.filter(|known| known.remote > 0) {
            let why =
                text!("ticket {number} has the counterpart {remote} already", number, remote = known.remote);
            return Err(Error::Conflict(why));
        }
        match theirs {
            Some(theirs) => self.link_existing(half, number, theirs, ticket.version, ticket.status).await,
            None => self.open_over_there(half, number).await,
        }
    }

    /// Parts a ticket from its counterpart, on both sides: neither follows the other one any more.
    ///
    /// # Errors
    /// `NotFound` for a ticket or a link that is not there; `Conflict` and `Unavailable` when the other side does not agree.
    pub async fn remove_counterpart(
        &self,
        caller: &Caller,
        number: i64,
        integration: IntegrationId,
    ) -> Result<(), Error> {
        caller.require(Grant::AllowWritingTickets)?;
        let found = store::tickets::find(&self.core.reader, caller.domain, number).await?;
        let seen = found.filter(|ticket| caller.may_see(ticket) && !caller.is_only_client());
        let ticket = seen.ok_or_else(|| Error::NotFound(format!("ticket {number}")))?;
        let link = ticket.link(integration);
        let link = link.ok_or_else(|| Error::NotFound(format!("counterpart by {integration}")))?;
        let half = self.core.config.half(integration).filter(|half| half.domain == caller.domain);
        let Some(half) = half else {
            // The integration is gone, and with it all that was known but the link.
            let (caller, nothing) = (caller.clone(), Arc::new(|_: &_| Vec::new()));
            return save_beside(&self.core, caller, number, unlinked(integration), nothing).await;
        };
        let ask = Ask::Unlink { number: link.number, theirs: number };
        match self.core.ask_half::<Value>(&half, &ask).await? {
            Ok(_) | Err(Fault::Refused(404, _)) => {}
            Err(fault) => return Err(fault.into()),
        }
        self.part(&half, number, link.number).await
    }

    async fn link_existing(
        &self,
        half: &Arc<Half>,
        number: i64,
        theirs: i64,
        version: i64,
        status: String,
    ) -> Result<i64, Error> {
        let ask = Ask::Link { number: theirs, theirs: number, version, status, seen: None };
        let linked: integration::Linked = match self.core.ask_half(half, &ask).await? {
            Ok(linked) => linked,
            Err(Fault::Refused(400 | 404 | 409, why)) => {
                return Err(Error::invalid("number", text!("the other side says: {why}", why)));
            }
            Err(fault) => return Err(fault.into()),
        };
        self.link(half, Told { number, remote: theirs, seen: linked.version, status: linked.status }).await?;
        Ok(theirs)
    }

    /// Offers the ticket, and tells the other side to look at it. It tells the number before it answers.
    async fn open_over_there(&self, half: &Half, number: i64) -> Result<i64, Error> {
        let core = &self.core;
        let offered = Pair { number, remote: 0, seen: 0, linked: 0 };
        if self.core.pair(half, number).await?.is_none_or(|known| known.remote == PARTED) {
            core.committer.once(store::integration_tickets::save(half.domain, half.id, offered)).await?;
        }
        let (url, secret) = core.receiver_of(half)?;
        core.post(&url, &secret, &json!({ "Id": number })).await?;
        let linked = self.core.pair(half, number).await?.filter(|pair| pair.remote > 0);
        let remote = linked.map(|pair| pair.remote);
        remote.ok_or_else(|| {
            Error::Unavailable(text!("the other side did not say which ticket it opened; look again"))
        })
    }
}
