//! What one save did to one ticket, kept for ever so long as the retention says: before, after, actor, cause, firings.
//! Evaluation is a pure function of it, so "why" and "why not" need nothing stored for what did not match.

use crate::cause::{Actor, Cause, ChainEnd};
use crate::ids::{ChangeId, TriggerId};
use crate::matching::Firing;
use crate::ticket::Ticket;
use crate::ticket_command::Happenings;
use crate::ticket_delta::TicketDelta;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What the save itself did, before any trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saved {
    /// It opened the ticket, which then stood like this.
    Created(Box<Ticket>),
    /// It changed a ticket that existed.
    Updated {
        /// The ticket before the save.
        before: Box<Ticket>,
        /// What the save changed.
        delta: Box<TicketDelta>,
    },
}

/// What one firing changed on the ticket. Effects have origin 4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Who did it.
    pub trigger: TriggerId,
    /// Under which revision.
    pub revision: i64,
    /// In which pass, from 1.
    pub pass: u32,
    /// At which position in the order.
    pub position: i64,
    /// What it changed.
    pub delta: TicketDelta,
}

/// A save and all that followed from it, committed as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its identity, time-ordered.
    pub id: ChangeId,
    /// Which ticket.
    pub ticket_number: i64,
    /// The ticket's version after it.
    pub ticket_version: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What it follows from.
    pub cause: Cause,
    /// The domain's configuration under which the triggers ran.
    pub config_revision: i64,
    /// What the save itself did.
    pub saved: Saved,
    /// What happened besides changed fields.
    pub happenings: Happenings,
    /// What the triggers did, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// Which triggers fired, in order, each with its reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub firings: Vec<Firing>,
    /// A guard ended the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<ChainEnd>,
}

impl Change {
    /// The ticket before the save; none if it opened it.
    pub fn before(&self) -> Option<&Ticket> {
        match &self.saved {
            Saved::Created(_) => None,
            Saved::Updated { before, .. } => Some(before),
        }
    }

    /// The ticket after the save, before any trigger.
    pub fn after_save(&self) -> Ticket {
        match &self.saved {
            Saved::Created(ticket) => (**ticket).clone(),
            Saved::Updated { before, delta } => {
                let mut ticket = (**before).clone();
                delta.apply(&mut ticket);
                ticket
            }
        }
    }

    /// The ticket as a trigger at this place in the order saw it in this pass.
    pub fn state_at(&self, pass: u32, position: i64, trigger: TriggerId) -> Ticket {
        let mut ticket = self.after_save();
        let place = (pass, position, trigger);
        let earlier = |effect: &&Effect| (effect.pass, effect.position, effect.trigger) < place;
        for effect in self.effects.iter().filter(earlier) {
            effect.delta.apply(&mut ticket);
        }
        ticket
    }

    /// The ticket after everything.
    pub fn after(&self) -> Ticket {
        self.state_at(u32::MAX, i64::MAX, TriggerId(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{bare_ticket, change_of, line, rich_ticket, run_update, tagger};
    use serde_json::{Value, json};

    /// A change in which trigger 2 adds a tag in pass 1 and trigger 1, which waits for it, one in pass 2.
    fn change() -> Change {
        let triggers = [
            tagger(1, json!([line("tags", "tag_added", json!("um"))]), "dois"),
            tagger(2, json!([line("status", "changed", Value::Null)]), "um"),
        ];
        let (before, after) =
            (Ticket { tags: Vec::new(), ..rich_ticket() }, Ticket { tags: Vec::new(), ..bare_ticket() });
        let run = run_update(&triggers, &before, &after);
        change_of(Some(&before), &after, &Happenings::default(), &run)
    }

    #[test]
    fn a_trigger_saw_the_effects_before_its_place_and_not_its_own() {
        let change = change();
        let tags = |pass: u32, position: i64| change.state_at(pass, position, TriggerId(position)).tags;
        assert_eq!([tags(1, 1), tags(1, 2)], [Vec::<String>::new(), Vec::new()]);
        assert_eq!((tags(1, 3), tags(2, 1)), (vec!["um".to_owned()], vec!["um".to_owned()]));
        assert_eq!(tags(2, 2), ["um", "dois"]);
        assert_eq!(change.after().tags, ["um", "dois"]);
    }

    #[test]
    fn the_save_itself_is_kept_apart_from_what_followed() {
        let change = change();
        assert_eq!(change.before().map(|ticket| ticket.status.as_str()), Some("Em atendimento"));
        let after = change.after_save();
        assert_eq!((after.status.as_str(), after.tags.len()), ("Novo", 0));
    }
}
