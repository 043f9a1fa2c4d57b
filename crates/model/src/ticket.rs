//! A ticket as triggers see it: everything but its thread, whose length must not matter to the cost of a change.

use crate::cause::ChainMemory;
use crate::classification::{BaseStatus, Status};
use crate::ids::{IntegrationId, ServiceId};
use crate::person::PersonRef;
use crate::sla::{Stopped, TicketSla};
use crate::ticket_action::Visibility;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Limits on what one ticket holds, so that a change stays small.
pub mod limits {
    /// Characters of a subject.
    pub const SUBJECT: usize = 350;
    /// Characters of a name: status, urgency, category, team, tag.
    pub const NAME: usize = 128;
    /// Tags of a ticket.
    pub const TAGS: usize = 100;
    /// Clients of a ticket.
    pub const CLIENTS: usize = 100;
    /// Custom values of a ticket, lines counted.
    pub const CUSTOM_VALUES: usize = 300;
    /// Characters of a custom value.
    pub const CUSTOM_VALUE: usize = 10_000;
    /// Characters of an action's description.
    pub const DESCRIPTION: usize = 1_000_000;
    /// Characters of its HTML once it was cleaned.
    pub const HTML_DESCRIPTION: usize = 2_000_000;
    /// Attachments of an action.
    pub const ATTACHMENTS: usize = 100;
}

/// One item of a custom value of a list or file type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomFieldItem {
    /// Chosen item, at most 256 characters, or empty.
    #[serde(default)]
    pub custom_field_item: String,
    /// Reference code of a chosen person, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub person_id: String,
    /// Reference code of a chosen client, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client_id: String,
    /// Chosen team, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub team: String,
    /// Storage key of a file, or empty.
    #[serde(default)]
    pub storage_file_guid: String,
    /// Name of that file, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file_name: String,
}

/// The value of a custom field: a text, or items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomFieldValue {
    /// Which field.
    pub custom_field_id: i64,
    /// The display rule that shows it.
    pub custom_field_rule_id: i64,
    /// Line, from 1, for rules that allow several.
    pub line: i64,
    /// Text, number, date and other plain kinds; none when items hold the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// List, people and file kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<CustomFieldItem>,
}

/// A ticket's counterpart in another domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketLink {
    /// By which integration.
    pub integration: IntegrationId,
    /// Its number over there.
    pub number: i64,
    /// Its status over there, as that domain calls it.
    pub status: String,
    /// What of its last change was not taken over and why, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A request, without its thread. Empty text means "none". What is empty is not stored: a ticket is kept with each of its
/// changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Display number, unique and rising within the domain.
    pub number: i64,
    /// Rises by one with each change.
    pub version: i64,
    /// Who may read it.
    pub visibility: Visibility,
    /// One line, at most 350 characters.
    pub subject: String,
    /// Display name of the category, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Display name of the urgency, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub urgency: String,
    /// Display name of the status.
    pub status: String,
    /// What the status means.
    pub base_status: BaseStatus,
    /// Reason given with the status, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub justification: String,
    /// See [`crate::ticket_action::origin`].
    pub origin: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Who opened it; none for the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<PersonRef>,
    /// Taken away; kept for the record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_deleted: bool,
    /// The agent in charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonRef>,
    /// The team in charge, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner_team: String,
    /// Names of the service's levels, root first; empty for none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service: Vec<String>,
    /// Which service that is; none when it has none, or one that the domain did not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_id: Option<ServiceId>,
    /// Tags, in the order they were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Addresses in copy.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cc: String,
    /// Whose request it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<PersonRef>,
    /// Custom values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<CustomFieldValue>,
    /// Minutes that the SLA allows to solve it; 0 for none.
    #[serde(default, skip_serializing_if = "crate::sla::is_zero")]
    pub sla_solution_minutes: i64,
    /// When it must be solved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla_solution_at: Option<Timestamp>,
    /// The rest of its service level agreement.
    #[serde(default, skip_serializing_if = "TicketSla::is_nothing")]
    pub sla: TicketSla,
    /// How long it stood still.
    #[serde(default, skip_serializing_if = "Stopped::is_nothing")]
    pub stopped: Stopped,
    /// Actions not deleted.
    pub action_count: i64,
    /// Id of the newest action, deleted or not.
    pub last_action_id: i64,
    /// Actions written by agents.
    pub agent_action_count: i64,
    /// Resolved by the first agent action and never reopened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resolved_in_first_call: bool,
    /// Last time it became resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// Last time it became closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// Last time it became canceled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canceled_at: Option<Timestamp>,
    /// Last time it came back from being over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened_at: Option<Timestamp>,
    /// When the newest action was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_action_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Its counterparts in other domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<TicketLink>,
    /// Which triggers lately fired here, for the guard of cause chains.
    #[serde(default, skip_serializing_if = "ChainMemory::is_empty")]
    pub chain_memory: ChainMemory,
}

impl Ticket {
    /// Puts the ticket into a status and moves the dates that follow from it.
    pub fn set_status(&mut self, status: &Status, justification: Option<&str>, at: Timestamp) {
        let (was, is) = (self.base_status, status.base);
        if self.status != status.name || justification.is_some() {
            self.justification = justification.unwrap_or_default().to_owned();
        }
        self.status.clone_from(&status.name);
        self.base_status = is;
        if was == is {
            return;
        }
        self.stopped.turn(is == BaseStatus::Stopped, at);
        if was.is_over() && !is.is_over() {
            self.reopened_at = Some(at);
            self.resolved_in_first_call = false;
            (self.resolved_at, self.closed_at, self.canceled_at) = (None, None, None);
        }
        match is {
            BaseStatus::Resolved => {
                self.resolved_at = Some(at);
                self.resolved_in_first_call = self.reopened_at.is_none() && self.agent_action_count <= 1;
            }
            BaseStatus::Closed => self.closed_at = Some(at),
            BaseStatus::Canceled => self.canceled_at = Some(at),
            BaseStatus::New | BaseStatus::InAttendance | BaseStatus::Stopped => {}
        }
    }

    /// Its counterpart by this integration.
    pub fn link(&self, integration: IntegrationId) -> Option<&TicketLink> {
        self.links.iter().find(|link| link.integration == integration)
    }

    /// Puts a link in the place of the one of the same integration, or adds it.
    pub fn set_link(&mut self, link: TicketLink) {
        self.links.retain(|known| known.integration != link.integration);
        self.links.push(link);
    }

    /// Adds a tag unless it is there, case and accents folded. Answers whether it was added.
    pub fn add_tag(&mut self, tag: &str) -> bool {
        if self.tags.iter().any(|known| crate::text::same(known, tag)) {
            return false;
        }
        self.tags.push(tag.to_owned());
        true
    }
}
