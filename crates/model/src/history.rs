//! In which status and with whom a ticket stood, and since when: entries that follow from each change and are kept as rows.

use crate::change::{Change, Saved};
use crate::person::PersonRef;
use crate::ticket_delta::TicketDelta;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a ticket began to stand in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entered {
    /// A status, or another reason for it.
    Status {
        /// Display name at that time.
        status: String,
        /// Reason given with it, or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        justification: String,
    },
    /// Somebody's hands.
    Owner {
        /// The agent; none for nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<PersonRef>,
        /// The team, or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        team: String,
    },
}

/// One entry of a ticket's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The ticket's version after the change.
    pub ticket_version: i64,
    /// Place within the change, from 0: what the save did, then what each trigger did.
    pub position: i64,
    /// When it began; the next entry of its kind ends it.
    pub at: Timestamp,
    /// What it stands in from then on.
    pub entered: Entered,
    /// Who changed it; none for triggers and the system.
    pub changed_by: Option<PersonRef>,
}

/// What a history is told from, as far as the change got.
struct Standing<'c> {
    status: &'c str,
    justification: &'c str,
    owner: Option<&'c PersonRef>,
    team: &'c str,
}

/// The entries that a change adds. Most add none.
pub fn entries(change: &Change) -> Vec<HistoryEntry> {
    let mut entries = Vec::new();
    let mut add = |entered: Entered, by: Option<&PersonRef>| {
        entries.push(HistoryEntry {
            ticket_version: change.ticket_version,
            position: entries.len() as i64,
            at: change.at,
            entered,
            changed_by: by.cloned(),
        });
    };
    let by = change.actor.person.as_ref();
    let (ticket, first) = match &change.saved {
        Saved::Created(ticket) => (ticket, None),
        Saved::Updated { before, delta } => (before, Some(delta)),
    };
    let mut standing = Standing {
        status: &ticket.status,
        justification: &ticket.justification,
        owner: ticket.owner.as_ref(),
        team: &ticket.owner_team,
    };
    if first.is_none() {
        add(standing.in_status(), by);
        if standing.owner.is_some() || !standing.team.is_empty() {
            add(standing.in_hands(), by);
        }
    }
    let deltas = first.map(|delta| (&**delta, by)).into_iter();
    for (delta, by) in deltas.chain(change.effects.iter().map(|effect| (&effect.delta, None))) {
        if standing.moves_on(delta) {
            let TicketDelta { status, justification, owner, owner_team, .. } = delta;
            if status.is_some() || justification.is_some() {
                add(standing.in_status(), by);
            }
            if owner.is_some() || owner_team.is_some() {
                add(standing.in_hands(), by);
            }
        }
    }
    entries
}

impl<'c> Standing<'c> {
    /// Takes what the delta says of status and owner; answers whether it says anything of them.
    fn moves_on(&mut self, delta: &'c TicketDelta) -> bool {
        let TicketDelta { status, justification, owner, owner_team, .. } = delta;
        if let Some(status) = status {
            self.status = status;
        }
        if let Some(justification) = justification {
            self.justification = justification;
        }
        if let Some(owner) = owner {
            self.owner = owner.as_ref();
        }
        if let Some(team) = owner_team {
            self.team = team;
        }
        status.is_some() || justification.is_some() || owner.is_some() || owner_team.is_some()
    }

    fn in_status(&self) -> Entered {
        Entered::Status { status: self.status.to_owned(), justification: self.justification.to_owned() }
    }

    fn in_hands(&self) -> Entered {
        Entered::Owner { owner: self.owner.cloned(), team: self.team.to_owned() }
    }
}

impl HistoryEntry {
    /// Milliseconds until the next entry of its kind; none for the present one. `entries` are in order.
    pub fn lasted_ms(&self, entries: &[HistoryEntry]) -> Option<i64> {
        let is_status = |entry: &HistoryEntry| matches!(entry.entered, Entered::Status { .. });
        let after = |entry: &&HistoryEntry| {
            (entry.ticket_version, entry.position) > (self.ticket_version, self.position)
                && is_status(entry) == is_status(self)
        };
        entries.iter().find(after).map(|next| (next.at.0 - self.at.0).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{
        agent, bare_ticket, change_of, line, opened, root_cause, run_over, run_update, trigger,
    };
    use crate::ticket::Ticket;
    use crate::ticket_command::Happenings;
    use serde_json::{Value, json};

    fn told(change: &Change) -> Vec<(i64, Entered, bool)> {
        let entries = entries(change).into_iter();
        entries.map(|entry| (entry.position, entry.entered, entry.changed_by.is_some())).collect()
    }

    fn status(status: &str) -> Entered {
        Entered::Status { status: status.into(), justification: String::new() }
    }

    #[test]
    fn a_new_ticket_begins_its_histories() {
        let bare = bare_ticket();
        let change = change_of(None, &bare, &opened(), &run_over(&[], None, &bare, &opened(), root_cause()));
        assert_eq!(told(&change), [(0, status("Novo"), true)]);
        let owned = Ticket { owner: Some(agent()), owner_team: "Suporte".into(), ..bare };
        let change =
            change_of(None, &owned, &opened(), &run_over(&[], None, &owned, &opened(), root_cause()));
        let hands = Entered::Owner { owner: Some(agent()), team: "Suporte".into() };
        assert_eq!(told(&change), [(0, status("Novo"), true), (1, hands, true)]);
    }

    #[test]
    fn a_change_of_anything_else_adds_nothing() {
        let (before, after) =
            (bare_ticket(), Ticket { subject: "x".into(), urgency: "Alta".into(), ..bare_ticket() });
        let change =
            change_of(Some(&before), &after, &Happenings::default(), &run_update(&[], &before, &after));
        assert_eq!(told(&change), []);
    }

    #[test]
    fn what_triggers_do_follows_what_the_save_did_and_has_nobody_to_name() {
        let closes = trigger(
            1,
            json!({ "all": [line("status", "changed", Value::Null)] }),
            json!([{ "kind": "set_status", "status": "Fechado" }]),
        );
        let before = bare_ticket();
        let after = Ticket { status: "Resolvido".into(), owner_team: "Suporte".into(), ..bare_ticket() };
        let run = run_update(&[closes], &before, &after);
        let change = change_of(Some(&before), &after, &Happenings::default(), &run);
        let hands = Entered::Owner { owner: None, team: "Suporte".into() };
        assert_eq!(
            told(&change),
            [(0, status("Resolvido"), true), (1, hands, true), (2, status("Fechado"), false)]
        );
    }

    #[test]
    fn an_entry_lasts_until_the_next_of_its_kind() {
        let entry = |version: i64, at: i64, entered: Entered| HistoryEntry {
            ticket_version: version,
            position: 0,
            at: Timestamp(at),
            entered,
            changed_by: None,
        };
        let hands = Entered::Owner { owner: None, team: "x".into() };
        let all = [entry(1, 0, status("a")), entry(2, 500, hands), entry(3, 1_500, status("b"))];
        let lasted: Vec<_> = all.iter().map(|entry| entry.lasted_ms(&all)).collect();
        assert_eq!(lasted, [Some(1_500), None, None]);
    }
}
