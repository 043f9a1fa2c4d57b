//! Who asks, as `web` found out; what they may do is decided here, at the head of each command.

use crate::error::Error;
use model::access_profile::Grant;
use model::cause::{Actor, Cause, Via};
use model::ids::{DomainId, IntegrationId};
use model::person::PersonRef;
use model::text;
use model::ticket::Ticket;
use model::ticket_action::{TicketAction, Visibility, origin};
use model::wording::Text;

/// Somebody who asks for something in one domain.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The only domain they see.
    pub domain: DomainId,
    /// Who they are.
    pub actor: Actor,
    /// The parameters of their access profile.
    pub grants: Vec<Grant>,
    /// Names of their teams.
    pub teams: Vec<String>,
    /// What their change follows from, when they echo a cause.
    pub cause: Option<Cause>,
    /// The integration that they stand for: what they change came in by it.
    pub integration: Option<IntegrationId>,
}

impl Caller {
    /// Whether a parameter is on.
    ///
    /// # Errors
    /// `Forbidden` names the parameter that is missing.
    pub fn require(&self, grant: Grant) -> Result<(), Error> {
        if self.grants.contains(&grant) { Ok(()) } else { Err(Error::Forbidden(grant)) }
    }

    /// Whether the caller may give these parameters to somebody, or change somebody who has them: those who manage access
    /// profiles may, others only when they have all of them themselves.
    ///
    /// # Errors
    /// `Forbidden` names *Allow managing access profiles*.
    pub(crate) fn require_over(&self, grants: &[Grant]) -> Result<(), Error> {
        let within = grants.iter().all(|grant| self.grants.contains(grant));
        if within { Ok(()) } else { self.require(Grant::AllowManagingAccessProfiles) }
    }

    /// Whether everything that somebody else may do is on for the caller too: who hands out keys and passwords must not
    /// become more by it.
    ///
    /// # Errors
    /// `Denied` names the first parameter that the caller lacks; `whose` begins the sentence.
    pub fn require_all(&self, theirs: &[Grant], whose: Text) -> Result<(), Error> {
        let missing = theirs.iter().find(|grant| !self.grants.contains(grant));
        missing.map_or(Ok(()), |grant| {
            Err(Error::Denied(text!("{whose} has \"{grant}\", which you lack", whose, grant = grant.text())))
        })
    }

    /// The reference code of the person, or empty.
    pub fn person_id(&self) -> &str {
        self.actor.person.as_ref().map_or("", |person| &person.id)
    }

    /// Whose tickets they see.
    pub fn sight(&self) -> Sight<'_> {
        if self.grants.contains(&Grant::AllowReadingAllTickets) {
            return Sight::All;
        }
        let of_teams = self.grants.contains(&Grant::AllowReadingTeamTickets);
        Sight::Some { person: self.person_id(), teams: if of_teams { &self.teams } else { &[] } }
    }

    /// Whether they are a client and no agent: then they see nothing that is internal.
    pub fn is_only_client(&self) -> bool {
        self.only_client().is_some()
    }

    /// The person, when they are [only a client](Caller::is_only_client).
    pub fn only_client(&self) -> Option<&PersonRef> {
        self.actor.person.as_ref().filter(|person| !person.profile_type.is_agent())
    }

    /// Where what they write comes from: a page of theirs, or an API.
    pub(crate) fn origin(&self) -> i64 {
        match (self.actor.via, self.is_only_client()) {
            (Via::Page, true) => origin::WEB_CLIENT,
            (Via::Page, false) => origin::WEB_AGENT,
            _ => origin::WEB_API,
        }
    }

    /// Whether they see this ticket. What they do not see is as if it did not exist.
    pub fn may_see(&self, ticket: &Ticket) -> bool {
        if self.is_only_client() && ticket.visibility == Visibility::Internal {
            return false;
        }
        match self.sight() {
            Sight::All => true,
            Sight::Some { person, teams } => {
                let takes_part =
                    [&ticket.owner, &ticket.created_by].into_iter().flatten().chain(&ticket.clients);
                takes_part.into_iter().any(|known| !person.is_empty() && known.id == person)
                    || teams.contains(&ticket.owner_team)
            }
        }
    }

    /// Whether they see this entry of a ticket that they see.
    pub fn may_see_action(&self, action: &TicketAction) -> bool {
        action.visibility == Visibility::Public || !self.is_only_client()
    }
}

/// Whose tickets somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight<'c> {
    /// Everybody's.
    All,
    /// Those that they own, opened or are a client of, and those of these teams.
    Some {
        /// Their reference code; empty for nobody.
        person: &'c str,
        /// The teams.
        teams: &'c [String],
    },
}
