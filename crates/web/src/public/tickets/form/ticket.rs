//! The ticket itself.

use super::action::ActionForm;
use super::client::ClientForm;
use super::custom_field::CustomFieldForm;
use super::{Null, date, person};
use crate::public::or_null;
use crate::public::reference::ReferenceForm;
use crate::public::tickets::history::{self, OwnerHistoryForm, StatusHistoryForm};
use model::classification::BaseStatus;
use model::history::HistoryEntry;
use model::person::PersonRef;
use model::ticket::Ticket;
use model::ticket_action::TicketAction;
use model::time::Timestamp;
use serde::Serialize;
use std::collections::HashMap;
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
    /// The number of the service.
    service_first_level_id: Option<i64>,
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
    /// Minutes from the opening to the closing; null until then. All time counts as working time.
    life_time_working_time: Option<i64>,
    /// Minutes in the base status `Stopped`; null until the ticket is closed.
    stopped_time: Option<i64>,
    /// The same: all time counts as working time.
    stopped_time_working_time: Option<i64>,
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
    sla_agreement: Option<&'t str>,
    sla_agreement_rule: Option<&'t str>,
    /// Minutes.
    sla_solution_time: Option<i64>,
    /// Minutes.
    sla_response_time: Option<i64>,
    sla_solution_changed_by_user: bool,
    sla_solution_changed_by: Option<ReferenceForm<'t>>,
    /// UTC, to the second, no zone.
    sla_solution_date: Option<String>,
    sla_solution_date_is_paused: bool,
    #[schema(value_type = Option<String>)]
    jira_issue_key: Null,
    #[schema(value_type = Option<i64>)]
    redmine_issue_id: Null,
    /// The number of its counterpart in another domain.
    movidesk_ticket_number: Option<i64>,
    /// Whether it has one.
    linked_to_integrated_ticket_number: Option<bool>,
    reopened_in: Option<String>,
    last_action_date: Option<String>,
    last_update: String,
    /// UTC, to the second, no zone.
    sla_response_date: Option<String>,
    /// The first public action of an agent after the opening.
    sla_real_response_date: Option<String>,
    clients: Vec<ClientForm<'t>>,
    actions: Vec<ActionForm<'t>>,
    #[schema(value_type = Vec<Object>)]
    parent_tickets: [(); 0],
    #[schema(value_type = Vec<Object>)]
    children_tickets: [(); 0],
    /// With whom it stood, oldest first.
    owner_histories: Vec<OwnerHistoryForm<'t>>,
    /// In which status it stood, oldest first.
    status_histories: Vec<StatusHistoryForm<'t>>,
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
            service_first_level_id: ticket.service_id.map(|id| id.0),
            service_first_level: levels.next(),
            service_second_level: levels.next(),
            service_third_level: levels.next(),
            tags: &ticket.tags,
            cc: or_null(&ticket.cc),
            resolved_in: date(ticket.resolved_at),
            closed_in: date(ticket.closed_at),
            canceled_in: date(ticket.canceled_at),
            action_count: ticket.action_count,
            life_time_working_time: closed(ticket).map(|at| (at.0 - ticket.created_at.0).max(0) / 60_000),
            stopped_time: closed(ticket).map(|_| ticket.stopped.ms / 60_000),
            stopped_time_working_time: closed(ticket).map(|_| ticket.stopped.ms / 60_000),
            resolved_in_first_call: ticket.resolved_in_first_call,
            sla_agreement: or_null(&ticket.sla.agreement),
            sla_agreement_rule: or_null(&ticket.sla.rule),
            sla_response_time: Some(ticket.sla.response_minutes).filter(|minutes| *minutes > 0),
            sla_response_date: ticket.sla.response_at.map(Timestamp::to_movidesk_seconds),
            sla_real_response_date: ticket.sla.responded_at.map(Timestamp::to_movidesk_seconds),
            sla_solution_changed_by_user: ticket.sla.changed_by_user,
            sla_solution_changed_by: person(ticket.sla.changed_by.as_ref()),
            sla_solution_date_is_paused: ticket.is_sla_paused(),
            sla_solution_time: Some(ticket.sla_solution_minutes).filter(|minutes| *minutes > 0),
            sla_solution_date: ticket.sla_solution_at.map(Timestamp::to_movidesk_seconds),
            movidesk_ticket_number: ticket.links.first().map(|link| link.number),
            linked_to_integrated_ticket_number: ticket.links.first().map(|_| true),
            reopened_in: date(ticket.reopened_at),
            last_action_date: date(ticket.last_action_at),
            last_update: ticket.updated_at.to_movidesk(),
            clients: ticket.clients.iter().map(ClientForm::new).collect(),
            actions: actions.map(ActionForm::new).collect(),
            custom_field_values: ticket.custom_fields.iter().map(CustomFieldForm::new).collect(),
            ..TicketForm::default()
        }
    }

    /// Adds what the ticket's history tells.
    pub(crate) fn with_history(mut self, entries: &'t [HistoryEntry]) -> Self {
        self.owner_histories = history::owners(entries);
        self.status_histories = history::statuses(entries);
        self
    }

    /// Adds the organizations of its clients, by the clients' reference codes.
    pub(crate) fn with_organizations(mut self, organizations: &'t HashMap<String, PersonRef>) -> Self {
        self.clients.iter_mut().for_each(|client| client.set_organization(organizations));
        self
    }

    /// The same without the HTML of its actions, which is large and answered for one ticket only.
    pub(crate) fn without_html(mut self) -> Self {
        self.actions.iter_mut().for_each(ActionForm::drop_html);
        self
    }
}

/// When the ticket was closed, if it is.
fn closed(ticket: &Ticket) -> Option<Timestamp> {
    ticket.closed_at.filter(|_| ticket.base_status == BaseStatus::Closed)
}
