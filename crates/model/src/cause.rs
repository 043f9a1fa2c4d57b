//! Who made a change and what it follows from. Chains cross the webhook: a delivery carries its cause, and an API call
//! that echoes it continues the chain, so that loops through a receiver end too.
//! Does not live here: signing the token (engine `signing`).

use crate::ids::{ChangeId, IntegrationId, KeyId, TriggerId};
use crate::person::PersonRef;
use crate::text;
use crate::wording::Text;
use serde::{Deserialize, Serialize};

/// How many changes a chain may hold one after another.
pub const CHAIN_DEPTH_MAX: u32 = 10;
/// How often one trigger may fire on one ticket within one chain; the next ends the chain.
pub const CHAIN_REPEATS_MAX: usize = 5;
/// Chains that a ticket remembers of one trigger, newest kept; the depth guard ends what interleaves more.
const CHAINS_PER_TRIGGER: usize = 3;
/// Entries that a ticket remembers in all, newest kept.
const MEMORY_MAX: usize = 60;

/// In which way somebody acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// On a page.
    Page,
    /// Through an API with a key.
    ApiKey,
    /// A linked domain.
    Integration,
    /// Gatilho itself: time conditions, retention.
    System,
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person; none for the system.
    pub person: Option<PersonRef>,
    /// In which way.
    pub via: Via,
    /// The key used, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
}

impl Actor {
    /// Whether an agent acted.
    pub fn is_agent(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.profile_type.is_agent())
    }
}

/// Where a change stands in its chain. A change that follows from none is the root of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The change that began the chain.
    pub root: ChangeId,
    /// Changes before this one in the chain; 0 for the root.
    pub depth: u32,
    /// The integration by which the chain came in from another domain: it does not go back there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<IntegrationId>,
}

impl Cause {
    /// The cause of a change that follows from none.
    pub fn root(change: ChangeId) -> Self {
        Cause { root: change, depth: 0, integration: None }
    }

    /// The cause of a change that follows from one with this cause.
    #[must_use]
    pub fn next(self) -> Self {
        Cause { depth: self.depth.saturating_add(1), ..self }
    }
}

/// Why a chain ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ChainEnd {
    /// The chain is ten changes long: nothing fires any more.
    Depth {
        /// Depth of the change at which it ended.
        depth: u32,
    },
    /// This trigger fired five times on this ticket within the chain.
    Repeat {
        /// The trigger that would have fired again.
        trigger: TriggerId,
    },
    /// Ten passes did not settle the ticket.
    Passes,
}

impl ChainEnd {
    /// What happened, in words.
    pub fn in_words(&self) -> Text {
        match self {
            ChainEnd::Depth { depth } => text!(
                "this change is number {number} of one chain of causes; past {max} no trigger fires",
                number = depth.saturating_add(1),
                max = CHAIN_DEPTH_MAX
            ),
            ChainEnd::Repeat { .. } => text!(
                "a trigger fired {max} times on this ticket within one chain of causes; it fires no more there",
                max = CHAIN_REPEATS_MAX
            ),
            ChainEnd::Passes => text!(
                "the triggers went on changing the ticket for {max} passes and were stopped",
                max = crate::matching::PASSES_MAX
            ),
        }
    }
}

/// Firings of triggers on one ticket, by chain: the newest few, kept in the ticket's row under its guard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChainMemory(Vec<(TriggerId, ChangeId, u8)>);

impl ChainMemory {
    /// Nothing remembered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often the trigger fired in the chain with this root.
    pub fn count(&self, trigger: TriggerId, root: ChangeId) -> usize {
        self.0
            .iter()
            .find(|entry| entry.0 == trigger && entry.1 == root)
            .map_or(0, |entry| usize::from(entry.2))
    }

    /// Remembers a firing; the oldest chain is forgotten when there are too many.
    pub fn remember(&mut self, trigger: TriggerId, root: ChangeId) {
        let known = self.0.iter().position(|entry| entry.0 == trigger && entry.1 == root);
        let count = known.map_or(0, |at| self.0.remove(at).2);
        if self.0.iter().filter(|entry| entry.0 == trigger).count() >= CHAINS_PER_TRIGGER
            && let Some(oldest) = self.0.iter().position(|entry| entry.0 == trigger)
        {
            self.0.remove(oldest);
        }
        self.0.push((trigger, root, count.saturating_add(1)));
        if self.0.len() > MEMORY_MAX {
            self.0.remove(0);
        }
    }
}

#[cfg(test)]
#[path = "cause_tests.rs"]
mod tests;
