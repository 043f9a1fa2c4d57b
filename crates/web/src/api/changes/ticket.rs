//! A ticket as the native API shows it inside a change, and what differs between two of them.

use crate::api::forms::PersonForm;
use model::ticket::{CustomFieldValue, Ticket, TicketLink};
use model::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Members that each change raises: no difference worth telling.
const BOOKKEEPING: [&str; 2] = ["version", "updated_at"];

/// A ticket without its thread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(crate) struct TicketForm {
    number: i64,
    /// Rises with each change.
    version: i64,
    /// `internal` or `public`.
    r#type: &'static str,
    subject: String,
    category: String,
    urgency: String,
    status: String,
    /// New, InAttendance, Stopped, Canceled, Resolved or Closed.
    base_status: &'static str,
    justification: String,
    origin: i64,
    created_by: Option<PersonForm>,
    is_deleted: bool,
    owner: Option<PersonForm>,
    owner_team: String,
    /// Root first.
    service: Vec<String>,
    tags: Vec<String>,
    cc: String,
    clients: Vec<PersonForm>,
    #[schema(value_type = Vec<CustomValueForm>)]
    custom_fields: Vec<CustomFieldValue>,
    /// Minutes; 0 for none.
    sla_solution_minutes: i64,
    sla_solution_at: Option<String>,
    /// Name of the agreement.
    sla_agreement: String,
    /// Name of its rule.
    sla_rule: String,
    /// Minutes; 0 for none.
    sla_response_minutes: i64,
    sla_response_at: Option<String>,
    sla_responded_at: Option<String>,
    action_count: i64,
    resolved_in_first_call: bool,
    resolved_at: Option<String>,
    closed_at: Option<String>,
    canceled_at: Option<String>,
    reopened_at: Option<String>,
    last_action_at: Option<String>,
    /// Its counterparts in other domains.
    #[schema(value_type = Vec<LinkForm>)]
    links: Vec<TicketLink>,
    created_at: String,
    updated_at: String,
}

/// A ticket's counterpart.
#[derive(ToSchema)]
#[schema(as = TicketLink)]
#[expect(dead_code, reason = "describes how `model::ticket::TicketLink` is written")]
struct LinkForm {
    /// By which integration.
    integration: String,
    /// Its number over there.
    number: i64,
    /// Its status over there.
    status: String,
    /// What of its last change was not taken over and why.
    note: Option<String>,
}

/// The value of a field of the domain's own: a text, or items.
#[derive(ToSchema)]
#[schema(as = CustomValue)]
#[expect(dead_code, reason = "describes how `model::ticket::CustomFieldValue` is written")]
struct CustomValueForm {
    custom_field_id: i64,
    custom_field_rule_id: i64,
    line: i64,
    value: Option<String>,
    items: Option<Vec<CustomItemForm>>,
}

/// One item of such a value.
#[derive(ToSchema)]
#[schema(as = CustomItem)]
#[expect(dead_code, reason = "describes how `model::ticket::CustomFieldItem` is written")]
struct CustomItemForm {
    custom_field_item: String,
    person_id: Option<String>,
    client_id: Option<String>,
    team: Option<String>,
    storage_file_guid: String,
    file_name: Option<String>,
}

/// One field that differs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Difference)]
pub(crate) struct DifferenceForm {
    /// The ticket's member.
    field: String,
    /// Null when the ticket did not exist.
    #[schema(value_type = Value)]
    before: Value,
    #[schema(value_type = Value)]
    after: Value,
}

impl From<&Ticket> for TicketForm {
    fn from(ticket: &Ticket) -> Self {
        let time = |instant: Option<Timestamp>| instant.map(|instant| instant.to_string());
        TicketForm {
            number: ticket.number,
            version: ticket.version,
            r#type: ticket.visibility.as_str(),
            subject: ticket.subject.clone(),
            category: ticket.category.clone(),
            urgency: ticket.urgency.clone(),
            status: ticket.status.clone(),
            base_status: ticket.base_status.as_str(),
            justification: ticket.justification.clone(),
            origin: ticket.origin,
            created_by: ticket.created_by.as_ref().map(PersonForm::from),
            is_deleted: ticket.is_deleted,
            owner: ticket.owner.as_ref().map(PersonForm::from),
            owner_team: ticket.owner_team.clone(),
            service: ticket.service.clone(),
            tags: ticket.tags.clone(),
            cc: ticket.cc.clone(),
            clients: ticket.clients.iter().map(PersonForm::from).collect(),
            custom_fields: ticket.custom_fields.clone(),
            sla_solution_minutes: ticket.sla_solution_minutes,
            sla_solution_at: time(ticket.sla_solution_at),
            sla_agreement: ticket.sla.agreement.clone(),
            sla_rule: ticket.sla.rule.clone(),
            sla_response_minutes: ticket.sla.response_minutes,
            sla_response_at: time(ticket.sla.response_at),
            sla_responded_at: time(ticket.sla.responded_at),
            action_count: ticket.action_count,
            resolved_in_first_call: ticket.resolved_in_first_call,
            resolved_at: time(ticket.resolved_at),
            closed_at: time(ticket.closed_at),
            canceled_at: time(ticket.canceled_at),
            reopened_at: time(ticket.reopened_at),
            last_action_at: time(ticket.last_action_at),
            links: ticket.links.clone(),
            created_at: ticket.created_at.to_string(),
            updated_at: ticket.updated_at.to_string(),
        }
    }
}

impl TicketForm {
    fn members(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }
}

/// What differs between two states of one ticket, in the order of its members. Without a state before, that which is
/// not empty.
pub(super) fn differences(before: Option<&TicketForm>, after: &TicketForm) -> Vec<DifferenceForm> {
    let was = before.map(TicketForm::members);
    let is_set = |value: &Value| match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Number(_) | Value::Object(_) => true,
    };
    let members = after.members().into_iter().filter(|(name, _)| !BOOKKEEPING.contains(&name.as_str()));
    members
        .filter_map(|(field, after)| {
            let before = was.as_ref().and_then(|was| was.get(&field).cloned());
            let differs = before.as_ref().map_or_else(|| is_set(&after), |before| *before != after);
            differs.then(|| DifferenceForm { field, before: before.unwrap_or_default(), after })
        })
        .collect()
}
