//! What differs between two states of one ticket: small enough to keep for every change and every effect.

use crate::cause::ChainMemory;
use crate::classification::BaseStatus;
use crate::ids::ServiceId;
use crate::person::PersonRef;
use crate::sla::{Stopped, TicketSla};
use crate::ticket::{CustomFieldValue, Ticket, TicketLink};
use crate::ticket_action::Visibility;
use crate::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

/// Tells "set to nothing" (`null`) from "not changed" (absent).
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

macro_rules! delta {
    ($($field:ident: $type:ty,)*) => {
        /// The fields of a ticket that changed, with their new values.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "each field is the ticket's field of that name")]
        pub struct TicketDelta {
            $(
                #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
        }

        impl TicketDelta {
            /// What leads from `before` to `after`.
            pub fn between(before: &Ticket, after: &Ticket) -> Self {
                TicketDelta { $($field: (before.$field != after.$field).then(|| after.$field.clone()),)* }
            }

            /// Puts the new values into `ticket`.
            pub fn apply(&self, ticket: &mut Ticket) {
                $(if let Some(value) = &self.$field { ticket.$field = value.clone(); })*
            }

            /// Names of the changed fields, as the ticket calls them.
            pub fn names(&self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if self.$field.is_some() { names.push(stringify!($field)); })*
                names
            }
        }
    };
}

// Number, created_at, created_by and origin never change.
delta! {
    version: i64,
    visibility: Visibility,
    subject: String,
    category: String,
    urgency: String,
    status: String,
    base_status: BaseStatus,
    justification: String,
    is_deleted: bool,
    owner: Option<PersonRef>,
    owner_team: String,
    service: Vec<String>,
    service_id: Option<ServiceId>,
    tags: Vec<String>,
    cc: String,
    clients: Vec<PersonRef>,
    custom_fields: Vec<CustomFieldValue>,
    sla_solution_minutes: i64,
    sla_solution_at: Option<Timestamp>,
    sla: TicketSla,
    stopped: Stopped,
    action_count: i64,
    last_action_id: i64,
    agent_action_count: i64,
    resolved_in_first_call: bool,
    resolved_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    canceled_at: Option<Timestamp>,
    reopened_at: Option<Timestamp>,
    last_action_at: Option<Timestamp>,
    updated_at: Timestamp,
    links: Vec<TicketLink>,
    chain_memory: ChainMemory,
}

impl TicketDelta {
    /// Whether anything changed that is more than bookkeeping (version, dates of change, chain memory).
    pub fn is_idle(&self) -> bool {
        let TicketDelta { version: _, updated_at: _, chain_memory: _, .. } = self;
        self.names().iter().all(|name| matches!(*name, "version" | "updated_at" | "chain_memory"))
    }
}

#[cfg(test)]
#[path = "ticket_delta_tests.rs"]
mod tests;
