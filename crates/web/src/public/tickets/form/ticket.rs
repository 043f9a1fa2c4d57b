//! The ticket itself.

use super::action::ActionForm;
use super::client::ClientForm;
use super::custom_field::CustomFieldForm;
use super::{Null, date, person};
use crate::public::or_null;
use crate::public::reference::ReferenceForm;
use model::ticket::Ticket;
use model::ticket_action::TicketAction;
use model::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A whole ticket.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicTicket)]
pub(crate) struct TicketForm<'t> {
    /// The number, as a text.
    id: String,
    #[schema(value_type = Option<String>)]
    protocol: Null,
    /// 1 internal, 2 public.
    r#type: i64,
    subject: &'t str,
    category: Option<&'t str>,
    urgency: Option<&'t str>,
    status: &'t str,
    /// New, InAttendance, Stopped, Canceled, Resolved or Closed.
    base_status: &'static str,
    justification: Option<&'t str>,
    origin: i64,
    /// UTC, seven decimals, no zone.
    created_date: String,
    is_deleted: bool,
    #[schema(value_type = Option<String>)]
    origin_email_account: Null,
    owner: Option<ReferenceForm<'t>>,
    owner_team: Option<&'t str>,
    created_by: Option<ReferenceForm<'t>>,
    /// Root first.
    service_full: &'t [String],
    #[schema(value_type = Option<i64>)]
    service_first_level_id: Null,
    /// The service itself; the levels above it follow.
    service_first_level: Option<&'t str>,
    service_second_level: Option<&'t str>,
    service_third_level: Option<&'t str>,
    #[schema(value_type = Option<String>)]
    contact_form: Null,
    tags: &'t [String],
    cc: Option<&'t str>,
    resolved_in: Option<String>,
    closed_in: Option<String>,
    canceled_in: Option<String>,
    action_count: i64,
    #[schema(value_type = Option<i64>)]
    life_time_working_time: Null,
    #[schema(value_type = Option<i64>)]
    stopped_time: Null,
    #[schema(value_type = Option<i64>)]
    stopped_time_working_time: Null,
    resolved_in_first_call: bool,
    #[schema(value_type = Option<String>)]
    chat_widget: Null,
    #[schema(value_type = Option<String>)]
    chat_group: Null,
    #[schema(value_type = Option<i64>)]
    chat_talk_time: Null,
    #[schema(value_type = Option<i64>)]
    chat_waiting_time: Null,
    #[schema(value_type = Option<i64>)]
    sequence: Null,
    #[schema(value_type = Option<String>)]
    sla_agreement: Null,
    #[schema(value_type = Option<String>)]
    sla_agreement_rule: Null,
    /// Minutes.
    sla_solution_time: Option<i64>,
    #[schema(value_type = Option<i64>)]
    sla_response_time: Null,
    sla_solution_changed_by_user: bool,
    sla_solution_changed_by: Option<ReferenceForm<'t>>,
    /// UTC, to the second, no zone.
    sla_solution_date: Option<String>,
    sla_solution_date_is_paused: bool,
    #[schema(value_type = Option<String>)]
    jira_issue_key: Null,
    #[schema(value_type = Option<i64>)]
    redmine_issue_id: Null,
    #[schema(value_type = Option<i64>)]
    movidesk_ticket_number: Null,
    #[schema(value_type = Option<bool>)]
    linked_to_integrated_ticket_number: Null,
    reopened_in: Option<String>,
    last_action_date: Option<String>,
    last_update: String,
    #[schema(value_type = Option<String>)]
    sla_response_date: Null,
    #[schema(value_type = Option<String>)]
    sla_real_response_date: Null,
    clients: Vec<ClientForm<'t>>,
    actions: Vec<ActionForm<'t>>,
    #[schema(value_type = Vec<Object>)]
    parent_tickets: [(); 0],
    #[schema(value_type = Vec<Object>)]
    children_tickets: [(); 0],
    #[schema(value_type = Vec<Object>)]
    owner_histories: [(); 0],
    #[schema(value_type = Vec<Object>)]
    status_histories: [(); 0],
    #[schema(value_type = Vec<Object>)]
    satisfaction_survey_responses: [(); 0],
    custom_field_values: Vec<CustomFieldForm<'t>>,
    #[schema(value_type = Vec<Object>)]
    assets: [(); 0],
    #[schema(value_type = Option<Vec<Object>>)]
    webhook_events: Null,
}

impl<'t> TicketForm<'t> {
    /// Writes a ticket with these entries of its thread.
    pub(crate) fn new(ticket: &'t Ticket, actions: impl Iterator<Item = &'t TicketAction>) -> Self {
        let mut levels = ticket.service.iter().rev().map(String::as_str);
        TicketForm {
            id: ticket.number.to_string(),
            protocol: None,
            r#type: ticket.visibility.into(),
            subject: &ticket.subject,
            category: or_null(&ticket.category),
            urgency: or_null(&ticket.urgency),
            status: &ticket.status,
            base_status: ticket.base_status.as_str(),
            justification: or_null(&ticket.justification),
            origin: ticket.origin,
            created_date: ticket.created_at.to_movidesk(),
            is_deleted: ticket.is_deleted,
            origin_email_account: None,
            owner: person(ticket.owner.as_ref()),
            owner_team: or_null(&ticket.owner_team),
            created_by: person(ticket.created_by.as_ref()),
            service_full: &ticket.service,
            service_first_level_id: None,
            service_first_level: levels.next(),
            service_second_level: levels.next(),
            service_third_level: levels.next(),
            tags: &ticket.tags,
            cc: or_null(&ticket.cc),
            resolved_in: date(ticket.resolved_at),
            closed_in: date(ticket.closed_at),
            canceled_in: date(ticket.canceled_at),
            action_count: ticket.action_count,
            resolved_in_first_call: ticket.resolved_in_first_call,
            sla_solution_time: Some(ticket.sla_solution_minutes).filter(|minutes| *minutes > 0),
            sla_solution_date: ticket.sla_solution_at.map(Timestamp::to_movidesk_seconds),
            reopened_in: date(ticket.reopened_at),
            last_action_date: date(ticket.last_action_at),
            last_update: ticket.updated_at.to_movidesk(),
            clients: ticket.clients.iter().map(ClientForm::new).collect(),
            actions: actions.map(ActionForm::new).collect(),
            custom_field_values: ticket.custom_fields.iter().map(CustomFieldForm::new).collect(),
            ..TicketForm::default()
        }
    }

    /// The same without the HTML of its actions, which is large and answered for one ticket only.
    pub(crate) fn without_html(mut self) -> Self {
        self.actions.iter_mut().for_each(ActionForm::drop_html);
        self
    }
}
