//! What a trigger may do, and doing it to a ticket. A new action is a variant and its arm in `perform`.

use crate::choices;
use crate::classification::Classification;
use crate::ids::EndpointId;
use crate::text;
use crate::ticket::Ticket;
use crate::time::Timestamp;
use crate::wording::Text;
use serde::{Deserialize, Serialize};

/// One action of a trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TriggerAction {
    /// *Fire webhook*: POST the ticket to a URL.
    Webhook {
        /// As typed; its query string may hold a secret.
        url: String,
        /// The endpoint that stands for the URL; made when the trigger is saved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        endpoint: Option<EndpointId>,
    },
    /// Puts the ticket into a status.
    SetStatus {
        /// Display name.
        status: String,
        /// Reason given with it, or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        justification: String,
    },
    /// Adds a tag.
    AddTag {
        /// The tag.
        tag: String,
    },
}

impl TriggerAction {
    /// The word in APIs and storage.
    pub fn kind(&self) -> &'static str {
        match self {
            TriggerAction::Webhook { .. } => "webhook",
            TriggerAction::SetStatus { .. } => "set_status",
            TriggerAction::AddTag { .. } => "add_tag",
        }
    }

    /// Does it to the ticket; a webhook does nothing here. Answers whether the ticket changed.
    ///
    /// # Errors
    /// Why the action cannot be done (a status that is gone, a ticket that is full), in words.
    pub fn perform(
        &self,
        ticket: &mut Ticket,
        classification: &Classification,
        at: Timestamp,
    ) -> Result<bool, Text> {
        match self {
            TriggerAction::Webhook { .. } => Ok(false),
            TriggerAction::SetStatus { status: name, justification } => {
                let status = classification.status(name).ok_or_else(|| {
                    text!("the status `{name}` does not exist any more; edit the trigger", name)
                })?;
                if ticket.status == status.name {
                    return Ok(false);
                }
                let reason = choices::status_for(ticket, status, justification, classification)?;
                ticket.set_status(status, Some(reason.as_str()).filter(|text| !text.is_empty()), at);
                Ok(true)
            }
            TriggerAction::AddTag { tag } => {
                let is_there = ticket.tags.iter().any(|known| crate::text::same(known, tag));
                if !is_there && ticket.tags.len() >= crate::ticket::limits::TAGS {
                    let max = crate::ticket::limits::TAGS;
                    return Err(text!("the ticket has {max} tags and takes no more", max));
                }
                Ok(ticket.add_tag(tag))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOW, bare_ticket, classification, rich_ticket};

    fn perform(action: &TriggerAction, ticket: &mut Ticket) -> Result<bool, Text> {
        action.perform(ticket, &classification(), NOW)
    }

    #[test]
    fn a_status_is_set_once_with_its_dates_and_reason() {
        let action = TriggerAction::SetStatus { status: "resolvido".into(), justification: "pronto".into() };
        let mut ticket = bare_ticket();
        assert_eq!(perform(&action, &mut ticket), Ok(true));
        assert_eq!((ticket.status.as_str(), ticket.justification.as_str()), ("Resolvido", "pronto"));
        assert_eq!(ticket.resolved_at, Some(NOW));
        let settled = ticket.clone();
        assert_eq!((perform(&action, &mut ticket), ticket), (Ok(false), settled));
    }

    #[test]
    fn a_webhook_leaves_the_ticket_alone() {
        let action = TriggerAction::Webhook { url: "https://exemplo.com.br/".into(), endpoint: None };
        let mut ticket = rich_ticket();
        assert_eq!((perform(&action, &mut ticket), ticket), (Ok(false), rich_ticket()));
    }

    #[test]
    fn a_tag_is_added_unless_it_is_there() {
        let mut ticket = rich_ticket();
        assert_eq!(perform(&TriggerAction::AddTag { tag: "ATENCAO".into() }, &mut ticket), Ok(false));
        assert_eq!(perform(&TriggerAction::AddTag { tag: "vip".into() }, &mut ticket), Ok(true));
        assert_eq!(ticket.tags, ["rede", "Atenção", "vip"]);
    }

    #[test]
    fn actions_survive_json_with_their_kind() {
        let actions = [
            TriggerAction::Webhook { url: "https://x/?a=1".into(), endpoint: Some(EndpointId(7)) },
            TriggerAction::SetStatus { status: "Novo".into(), justification: String::new() },
            TriggerAction::AddTag { tag: "vip".into() },
        ];
        for action in actions {
            let json = serde_json::to_value(&action).unwrap();
            assert_eq!(json["kind"], action.kind());
            assert_eq!(serde_json::from_value::<TriggerAction>(json).unwrap(), action);
        }
    }
}
