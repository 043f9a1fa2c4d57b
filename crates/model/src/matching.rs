//! *match*: a save and a domain's triggers in, firings with their reasons and the ticket as they leave it out. Pure.
//! Triggers run top to bottom and see earlier effects; passes repeat over the triggers that read what a pass changed.

use crate::cause::{CHAIN_DEPTH_MAX, CHAIN_REPEATS_MAX, Cause, ChainEnd, ChainMemory};
use crate::change::Effect;
use crate::classification::Classification;
use crate::codes;
use crate::compile::{Ready, Triggers};
use crate::condition::{Reason, reasons};
use crate::facts::{Event, Facts};
use crate::field::Field;
use crate::ids::{EndpointId, IntegrationId, TriggerId};
use crate::sla;
use crate::ticket::Ticket;
use crate::ticket_command::Happenings;
use crate::ticket_delta::TicketDelta;
use crate::time::Timestamp;
use crate::trigger_action::TriggerAction;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::rc::Rc;

/// Passes over the triggers for one change, at most.
pub const PASSES_MAX: u32 = 10;

/// What one action of a firing did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionResult {
    /// The action's kind.
    pub kind: String,
    /// Whether it changed the ticket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
    /// The endpoint it sends to, for a webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<EndpointId>,
}

/// One trigger that fired for one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// Which trigger.
    pub trigger: TriggerId,
    /// Under which revision.
    pub revision: i64,
    /// Its name at that time.
    pub name: String,
    /// The integration that keeps it: its webhook wakes the other domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<IntegrationId>,
    /// In which pass, from 1.
    pub pass: u32,
    /// At which position in the order.
    pub position: i64,
    /// Why, line by line.
    pub reasons: Vec<Reason>,
    /// What its actions did, in order; empty when a fault undid them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ActionResult>,
    /// Why its actions were undone, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

impl Firing {
    /// The body's `WebhookEvents`: (criteria, operation) of each firing condition that held.
    pub fn events(&self) -> Vec<(i64, i64)> {
        let held = self.reasons.iter().filter(|reason| reason.held);
        held.filter_map(|reason| {
            let code = codes::operation(reason.condition.operator)?;
            Some((codes::criteria(reason.condition.field), code))
        })
        .collect()
    }

    /// The endpoints that its webhooks go to, each once.
    pub fn endpoints(&self) -> Vec<EndpointId> {
        let mut endpoints = Vec::new();
        for endpoint in self.actions.iter().filter_map(|action| action.endpoint) {
            if !endpoints.contains(&endpoint) {
                endpoints.push(endpoint);
            }
        }
        endpoints
    }
}

/// A save to be matched.
#[derive(Debug, Clone, Copy)]
pub struct Save<'s> {
    /// The ticket before; none if the save opened it.
    pub before: Option<&'s Ticket>,
    /// The ticket after.
    pub after: &'s Ticket,
    /// What happened besides changed fields.
    pub happenings: &'s Happenings,
    /// What the save follows from.
    pub cause: Cause,
    /// When.
    pub at: Timestamp,
}

/// What the triggers made of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The ticket as they leave it.
    pub after: Ticket,
    /// Which fired, in order.
    pub firings: Vec<Firing>,
    /// What they changed, in order.
    pub effects: Vec<Effect>,
    /// A guard ended the run.
    pub ended: Option<ChainEnd>,
}

/// Runs a domain's triggers over a save.
pub fn run(triggers: &Triggers, save: Save<'_>, classification: &Classification) -> Run {
    let before = Facts::new(save.before);
    let mut runner = Runner {
        triggers,
        save,
        classification,
        before: &before,
        fired: HashSet::new(),
        state: Rc::new(save.after.clone()),
        memory: save.after.chain_memory.clone(),
        firings: Vec::new(),
        effects: Vec::new(),
        ended: None,
    };
    runner.passes();
    let mut after = Rc::unwrap_or_clone(runner.state);
    after.chain_memory = runner.memory;
    Run { after, firings: runner.firings, effects: runner.effects, ended: runner.ended }
}

struct Runner<'r> {
    triggers: &'r Triggers,
    save: Save<'r>,
    classification: &'r Classification,
    before: &'r Facts<'r>,
    fired: HashSet<u32>,
    state: Rc<Ticket>,
    memory: ChainMemory,
    firings: Vec<Firing>,
    effects: Vec<Effect>,
    ended: Option<ChainEnd>,
}

impl<'r> Runner<'r> {
    fn passes(&mut self) {
        let mut woken: Option<Vec<Field>> = None;
        for pass in 1..=PASSES_MAX {
            let changed = self.pass(pass, woken.as_deref());
            if changed.is_empty() || self.ended.is_some() {
                return;
            }
            woken = Some(changed);
        }
        if self.any_would_fire(woken.as_deref()) {
            self.ended = Some(ChainEnd::Passes);
        }
    }

    /// One pass from top to bottom; answers the fields that it changed.
    fn pass(&mut self, pass: u32, woken: Option<&[Field]>) -> Vec<Field> {
        let mut changed = Vec::new();
        let mut next = 0;
        // Each round looks at one state of the ticket; an effect begins a new round further down.
        'state: loop {
            let state = Rc::clone(&self.state);
            let event = Event {
                before: self.before,
                after: Facts::new(Some(&state)),
                happenings: self.save.happenings,
            };
            for at in self.triggers.candidates(&event) {
                let ready = &self.triggers.all()[at as usize];
                if at < next || !self.is_due(at, ready, woken) || !self.fires(ready, &event) {
                    continue;
                }
                self.ended = self.guard(ready);
                if self.ended.is_some() {
                    return changed;
                }
                self.fired.insert(at);
                if let Some(ticket) = self.fire(ready, pass, &event) {
                    let reads = self.triggers.reads().iter().copied();
                    changed.extend(reads.filter(|field| !field.same(&state, &ticket)));
                    self.state = Rc::new(ticket);
                    next = at + 1;
                    continue 'state;
                }
            }
            return changed;
        }
    }

    fn is_due(&self, at: u32, ready: &Ready, woken: Option<&[Field]>) -> bool {
        !self.fired.contains(&at)
            && woken.is_none_or(|fields| ready.reads.iter().any(|read| fields.contains(read)))
    }

    fn any_would_fire(&self, woken: Option<&[Field]>) -> bool {
        let after = Facts::new(Some(&self.state));
        let event = Event { before: self.before, after, happenings: self.save.happenings };
        self.triggers.candidates(&event).into_iter().any(|at| {
            let ready = &self.triggers.all()[at as usize];
            self.is_due(at, ready, woken) && self.fires(ready, &event)
        })
    }

    fn fires(&self, ready: &Ready, event: &Event<'_>) -> bool {
        fires(ready, event) && crosses(ready, &self.save)
    }

    /// Whether the chain of causes forbids this firing.
    fn guard(&self, ready: &Ready) -> Option<ChainEnd> {
        let Cause { root, depth, .. } = self.save.cause;
        if depth >= CHAIN_DEPTH_MAX {
            return Some(ChainEnd::Depth { depth });
        }
        let trigger = ready.trigger.id;
        let count = self.save.after.chain_memory.count(trigger, root);
        (count >= CHAIN_REPEATS_MAX).then_some(ChainEnd::Repeat { trigger })
    }

    /// Does the trigger's actions, all or none; answers the ticket if they changed it.
    fn fire(&mut self, ready: &Ready, pass: u32, event: &Event<'_>) -> Option<Ticket> {
        let trigger = &ready.trigger;
        self.memory.remember(trigger.id, self.save.cause.root);
        let mut firing = Firing {
            trigger: trigger.id,
            revision: trigger.revision,
            name: trigger.draft.name.clone(),
            integration: trigger.managed_by,
            pass,
            position: trigger.position,
            reasons: reasons(&trigger.draft.conditions, event),
            actions: Vec::new(),
            fault: None,
        };
        let mut ticket = None;
        for action in &trigger.draft.actions {
            if let TriggerAction::Webhook { endpoint, .. } = action {
                firing.actions.push(ActionResult {
                    kind: action.kind().into(),
                    changed: false,
                    endpoint: *endpoint,
                });
                continue;
            }
            let changing = ticket.get_or_insert_with(|| (*self.state).clone());
            match action.perform(changing, self.classification, self.save.at) {
                Ok(changed) => {
                    firing.actions.push(ActionResult { kind: action.kind().into(), changed, endpoint: None });
                }
                Err(fault) => {
                    (firing.actions, firing.fault, ticket) = (Vec::new(), Some(fault.to_string()), None);
                    break;
                }
            }
        }
        let changed = firing.actions.iter().any(|action| action.changed);
        self.firings.push(firing);
        let mut ticket = ticket.filter(|_| changed)?;
        // A trigger changes nothing that rules of agreements read.
        sla::settle(Some(&self.state), &mut ticket, self.classification, &[]);
        self.effects.push(Effect {
            trigger: trigger.id,
            revision: trigger.revision,
            pass,
            position: trigger.position,
            delta: TicketDelta::between(&self.state, &ticket),
        });
        Some(ticket)
    }
}

/// Whether the conditions hold and one of them looked at the change.
pub fn fires(ready: &Ready, event: &Event<'_>) -> bool {
    ready.tree.holds(event) && ready.tree.fires(event)
}

/// Whether a save is one that the trigger's integration tells of: the ticket is linked by it, or its trigger watches for
/// new tickets and this is one; and the save did not come in by it. Others watch every save.
fn crosses(ready: &Ready, save: &Save<'_>) -> bool {
    ready.trigger.managed_by.is_none_or(|integration| {
        let is_new = save.happenings.created && ready.watches_creation;
        save.cause.integration != Some(integration) && (is_new || save.after.link(integration).is_some())
    })
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "matching_guard_tests.rs"]
mod guard_tests;

#[cfg(test)]
#[path = "matching_index_tests.rs"]
mod index_tests;
