//! The webhook's body: the keys of the article, in its order, PascalCase, always all present with the documented type.
//! Source: the article's "Execution Demonstration". The bytes made here are frozen and sent unchanged in every attempt.

use crate::person::PersonRef;
use crate::ticket::{CustomFieldValue, Ticket};
use crate::ticket_action::TicketAction;
use serde::Serialize;

/// Bytes of a body, at most.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'t> {
    id: i64,
    r#type: i64,
    subject: &'t str,
    urgency: &'t str,
    status: &'t str,
    origin: i64,
    is_deleted: bool,
    service_first_level: &'t str,
    action_count: i64,
    resolved_in_first_call: bool,
    sla_solution_time: i64,
    actions: Vec<BodyAction<'t>>,
    custom_field_values: Vec<BodyCustomField<'t>>,
    webhook_events: Vec<BodyEvent>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BodyAction<'t> {
    id: i64,
    r#type: i64,
    origin: i64,
    description: &'t str,
    html_description: &'t str,
    created_by: BodyPerson<'t>,
    is_deleted: bool,
    attachments: Vec<BodyAttachment<'t>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BodyPerson<'t> {
    id: &'t str,
    person_type: i64,
    profile_type: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BodyAttachment<'t> {
    file_name: &'t str,
    path: &'t str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BodyCustomField<'t> {
    custom_field_id: i64,
    custom_field_rule_id: i64,
    line: i64,
    items: Vec<BodyItem<'t>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BodyItem<'t> {
    custom_field_item: &'t str,
    storage_file_guid: &'t str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BodyEvent {
    criteria: i64,
    operation: i64,
}

/// A frozen body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// UTF-8 JSON.
    pub body: String,
    /// Something was left out to stay within [`BODY_BYTES_MAX`].
    pub truncated: bool,
}

/// Writes the body. `actions` are those of the change, oldest first, or the ticket's latest one when it had none.
/// `events` are the (criteria, operation) codes of the firing conditions that held.
///
/// Past [`BODY_BYTES_MAX`] the HTML descriptions go first, then the oldest actions, then what remains is shortened.
pub fn write(ticket: &Ticket, actions: &[TicketAction], events: &[(i64, i64)]) -> Payload {
    let mut body = body(ticket, actions, events);
    let text = json(&body);
    if text.len() <= BODY_BYTES_MAX {
        return Payload { body: text, truncated: false };
    }
    for action in &mut body.actions {
        action.html_description = "";
    }
    let mut text = json(&body);
    // Sizes are taken once: writing the whole body again for each action would cost their square.
    let sizes: Vec<usize> = body.actions.iter().map(|action| json(action).len() + 1).collect();
    let (mut length, mut gone) = (text.len(), 0);
    while length > BODY_BYTES_MAX && gone + 1 < sizes.len() {
        length -= sizes[gone];
        gone += 1;
    }
    if gone > 0 {
        body.actions.drain(..gone);
        text = json(&body);
    }
    while text.len() > BODY_BYTES_MAX
        && let Some(action) = body.actions.first_mut()
        && !action.description.is_empty()
    {
        // Escapes can make one character six bytes: half at a time ends soon and stays within the limit.
        let half = action.description.len() / 2;
        action.description = &action.description[..floor_boundary(action.description, half)];
        text = json(&body);
    }
    if text.len() > BODY_BYTES_MAX {
        body.custom_field_values.clear();
        text = json(&body);
    }
    Payload { body: text, truncated: true }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

fn json(value: &impl Serialize) -> String {
    // A body holds strings, numbers, booleans and lists only, so writing it to memory cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

fn body<'t>(ticket: &'t Ticket, actions: &'t [TicketAction], events: &[(i64, i64)]) -> Body<'t> {
    Body {
        id: ticket.number,
        r#type: ticket.visibility.into(),
        subject: &ticket.subject,
        urgency: &ticket.urgency,
        status: &ticket.status,
        origin: ticket.origin,
        is_deleted: ticket.is_deleted,
        // Captured bodies and API answers have the selected service, the leaf, in the first level.
        service_first_level: ticket.service.last().map_or("", String::as_str),
        action_count: ticket.action_count,
        resolved_in_first_call: ticket.resolved_in_first_call,
        sla_solution_time: ticket.sla_solution_minutes,
        actions: actions.iter().map(action).collect(),
        custom_field_values: ticket.custom_fields.iter().map(custom_field).collect(),
        webhook_events: events
            .iter()
            .map(|&(criteria, operation)| BodyEvent { criteria, operation })
            .collect(),
    }
}

fn action(action: &TicketAction) -> BodyAction<'_> {
    BodyAction {
        id: action.id,
        r#type: action.visibility.into(),
        origin: action.origin,
        description: &action.description,
        html_description: &action.html_description,
        created_by: person(action.created_by.as_ref()),
        is_deleted: action.is_deleted,
        attachments: action
            .attachments
            .iter()
            .map(|file| BodyAttachment { file_name: &file.file_name, path: &file.path })
            .collect(),
    }
}

/// Always an object: the system's `Id` is empty, its types are 0.
fn person(person: Option<&PersonRef>) -> BodyPerson<'_> {
    match person {
        Some(person) => BodyPerson {
            id: &person.id,
            person_type: person.person_type.into(),
            profile_type: person.profile_type.into(),
        },
        None => BodyPerson { id: "", person_type: 0, profile_type: 0 },
    }
}

fn custom_field(value: &CustomFieldValue) -> BodyCustomField<'_> {
    // The documented body has items only: a plain value travels as its one item.
    let plain = value.value.iter().map(|text| BodyItem { custom_field_item: text, storage_file_guid: "" });
    let items = value.items.iter().map(|item| BodyItem {
        custom_field_item: &item.custom_field_item,
        storage_file_guid: &item.storage_file_guid,
    });
    BodyCustomField {
        custom_field_id: value.custom_field_id,
        custom_field_rule_id: value.custom_field_rule_id,
        line: value.line,
        items: plain.chain(items).collect(),
    }
}

#[cfg(test)]
#[path = "payload_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "payload_schema_tests.rs"]
mod schema_tests;
