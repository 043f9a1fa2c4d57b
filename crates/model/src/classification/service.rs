//! The services of a domain: a tree of at most three levels, since a ticket knows three.

use super::TicketTypes;
use crate::ids::{CategoryId, ServiceId, UrgencyId};
use crate::person::ProfileType;
use serde::{Deserialize, Serialize};

/// Who sees a service, or may choose it: the public API's 1, 2, 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 1: agents.
    Agents,
    /// 2: clients.
    Clients,
    /// 3: everybody.
    #[default]
    Both,
}

impl Side {
    /// All of them with their words.
    pub const ALL: [(&str, Side); 3] =
        [("agents", Side::Agents), ("clients", Side::Clients), ("both", Side::Both)];

    /// The word of the native API.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Agents => "agents",
            Side::Clients => "clients",
            Side::Both => "both",
        }
    }

    /// Whether somebody of this role is on it.
    pub fn has(self, role: ProfileType) -> bool {
        match self {
            Side::Agents => role.is_agent(),
            Side::Clients => role != ProfileType::Agent,
            Side::Both => true,
        }
    }
}

/// A service and its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its identity: the public API's `id`.
    pub id: ServiceId,
    /// Names from the root to this service, one to three. The service above is the one with all of them but the last.
    pub path: Vec<String>,
    /// For people; at most 2 000 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who sees it.
    pub visible_to: Side,
    /// Who may choose it.
    pub selectable_by: Side,
    /// Which tickets can have it.
    pub ticket_types: TicketTypes,
    /// Whether a ticket that has it can be resolved and closed; when not, it must be given another service first.
    pub allow_finish: bool,
    /// Whether it can be chosen.
    pub is_active: bool,
    /// What a ticket without an urgency gets with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_urgency: Option<UrgencyId>,
    /// What a ticket without a category gets with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_category: Option<CategoryId>,
    /// The categories that go with it; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<CategoryId>>,
}

impl Service {
    /// One in use, for everybody and all tickets.
    pub fn new(id: ServiceId, path: Vec<String>) -> Self {
        Service {
            id,
            path,
            description: String::new(),
            visible_to: Side::Both,
            selectable_by: Side::Both,
            ticket_types: TicketTypes::Both,
            allow_finish: true,
            is_active: true,
            default_urgency: None,
            default_category: None,
            categories: None,
        }
    }

    /// Its own name: the last of its path.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }
}
