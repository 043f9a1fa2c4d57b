//! The rule: name, type, conditions, actions. Every save makes a revision; a firing names the revision that ran.

use crate::condition::Conditions;
use crate::ids::{EndpointId, IntegrationId, TriggerId};
use crate::time::Timestamp;
use crate::trigger_action::TriggerAction;
use serde::{Deserialize, Serialize};

/// What a trigger watches. Tickets are the only kind known of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerType {
    /// Changes of tickets.
    #[default]
    Ticket,
}

/// What somebody wrote: all that a revision holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerDraft {
    /// At most 128 characters.
    pub name: String,
    /// What it watches.
    #[serde(rename = "type")]
    pub trigger_type: TriggerType,
    /// For people; at most 2 000 characters.
    #[serde(default)]
    pub description: String,
    /// Whether it runs.
    pub enabled: bool,
    /// When it fires.
    pub conditions: Conditions,
    /// What it does, in order.
    pub actions: Vec<TriggerAction>,
}

impl TriggerDraft {
    /// The endpoints of its webhooks that have one.
    pub fn endpoints(&self) -> impl Iterator<Item = EndpointId> + '_ {
        self.actions.iter().filter_map(|action| match action {
            TriggerAction::Webhook { endpoint, .. } => *endpoint,
            TriggerAction::SetStatus { .. } | TriggerAction::AddTag { .. } => None,
        })
    }
}

/// A trigger as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Its identity, the same through all revisions.
    pub id: TriggerId,
    /// From 1; rises with each save.
    pub revision: i64,
    /// Place in the order; ties go by id.
    pub position: i64,
    /// What somebody wrote.
    pub draft: TriggerDraft,
    /// The integration that keeps it; none for one that people keep.
    pub managed_by: Option<IntegrationId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// Limits on what one trigger holds.
pub mod limits {
    /// Characters of a name.
    pub const NAME: usize = 128;
    /// Characters of a description.
    pub const DESCRIPTION: usize = 2_000;
    /// Lines in all blocks together.
    pub const CONDITIONS: usize = 100;
    /// Nested blocks inside one another.
    pub const DEPTH: usize = 5;
    /// Values of one line.
    pub const VALUES: usize = 200;
    /// Characters of one value.
    pub const VALUE: usize = 350;
    /// Actions.
    pub const ACTIONS: usize = 100;
    /// Bytes of a URL.
    pub const URL: usize = 8_192;
}
