//! What a save asks for, and applying it: command and ticket in, new ticket and happenings out. Pure.
//! Names in a command are resolved already (engine `commands::tickets`); lengths are checked there as well.

use crate::cause::{Actor, ChainMemory};
use crate::classification::{BaseStatus, Status};
use crate::fault::Fault;
use crate::ids::{IntegrationId, ServiceId};
use crate::person::PersonRef;
use crate::sla::{Stopped, TicketSla};
use crate::text;
use crate::ticket::{CustomFieldValue, Ticket, TicketLink, limits};
use crate::ticket_action::{Attachment, TicketAction, Visibility, origin};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A new entry for the thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// Who may read it; the ticket's own when none is given.
    pub visibility: Option<Visibility>,
    /// Plain text.
    pub description: String,
    /// The same as HTML.
    pub html_description: String,
    /// Its author; the actor when none is given.
    pub created_by: Option<PersonRef>,
    /// When it was written; now when none is given.
    pub created_at: Option<Timestamp>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Its own tags.
    pub tags: Vec<String>,
}

/// New values for an entry that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionEdit {
    /// The entry as it stands.
    pub current: TicketAction,
    /// New plain text and HTML.
    pub description: Option<(String, String)>,
    /// New visibility.
    pub visibility: Option<Visibility>,
    /// New tags.
    pub tags: Option<Vec<String>>,
    /// Files to add. One that it has already, by its key, stays as it is.
    pub attachments: Vec<Attachment>,
}

/// New values for a ticket's fields; `None` leaves a field alone. Lists are replaced whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the ticket's field of that name")]
pub struct TicketFields {
    pub visibility: Option<Visibility>,
    pub subject: Option<String>,
    pub category: Option<String>,
    pub urgency: Option<String>,
    pub status: Option<Status>,
    pub justification: Option<String>,
    pub owner: Option<Option<PersonRef>>,
    pub owner_team: Option<String>,
    pub service: Option<ChosenService>,
    pub tags: Option<Vec<String>>,
    pub cc: Option<String>,
    pub clients: Option<Vec<PersonRef>>,
    pub custom_fields: Option<Vec<CustomFieldValue>>,
    pub sla_solution_minutes: Option<i64>,
    pub sla_solution_at: Option<Option<Timestamp>>,
    pub link: Option<TicketLink>,
    /// The integration whose link goes.
    pub unlink: Option<IntegrationId>,
}

/// A service that a save chooses: its levels, root first, and its identity; without levels it takes the service away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChosenService {
    /// Names of its levels.
    pub path: Vec<String>,
    /// Which one.
    pub id: Option<ServiceId>,
}

/// What one save asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketCommand {
    /// A new ticket.
    Create {
        /// Its number.
        number: i64,
        /// Its first values; `status` must be among them.
        fields: Box<TicketFields>,
        /// Who opened it.
        created_by: Option<PersonRef>,
        /// See [`origin`].
        origin: i64,
        /// Its first entries.
        actions: Vec<NewAction>,
    },
    /// New values and entries for a ticket that exists.
    Update {
        /// The new values.
        fields: Box<TicketFields>,
        /// New entries, oldest first.
        new_actions: Vec<NewAction>,
        /// Changed entries.
        edits: Vec<ActionEdit>,
        /// Origin of the new entries.
        origin: i64,
    },
    /// Takes the ticket away; it stays readable.
    Delete,
}

/// What happened besides changed fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happenings {
    /// The ticket was opened by this change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub created: bool,
    /// The ticket was taken away by this change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Ids of the entries that were added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions_added: Vec<i64>,
    /// Ids of the entries that were edited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions_edited: Vec<i64>,
}

impl Happenings {
    /// Whether nothing happened besides changed fields.
    pub fn is_empty(&self) -> bool {
        *self == Happenings::default()
    }
}

/// What a command led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The ticket as it stands now.
    pub after: Ticket,
    /// Entries added, oldest first.
    pub added: Vec<TicketAction>,
    /// Entries edited.
    pub edited: Vec<TicketAction>,
    /// What happened besides changed fields.
    pub happenings: Happenings,
}

/// Applies a command. `before` is none for `Create` alone.
///
/// # Errors
/// The faults of the command, with the public API's field names.
pub fn apply(
    before: Option<&Ticket>,
    command: TicketCommand,
    actor: &Actor,
    at: Timestamp,
) -> Result<Applied, Vec<Fault>> {
    match (command, before) {
        (TicketCommand::Create { number, fields, created_by, origin, actions }, None) => {
            let ticket = opened(number, &fields, created_by, origin, at)?;
            let happenings = Happenings { created: true, ..Happenings::default() };
            let mut applied = Applied { after: ticket, added: Vec::new(), edited: Vec::new(), happenings };
            add_actions(&mut applied, actions, actor, origin, at);
            set_fields(&mut applied.after, *fields, actor, at);
            Ok(applied)
        }
        (TicketCommand::Update { fields, new_actions, edits, origin }, Some(before))
            if !before.is_deleted =>
        {
            let mut after = before.clone();
            (after.version, after.updated_at) = (before.version + 1, at);
            let happenings = Happenings::default();
            // Entries take the visibility that the ticket has from now on.
            after.visibility = fields.visibility.unwrap_or(after.visibility);
            let mut applied = Applied { after, added: Vec::new(), edited: Vec::new(), happenings };
            // Entries first: whether it was resolved in the first call depends on how many there are.
            add_actions(&mut applied, new_actions, actor, origin, at);
            note_response(&mut applied);
            edit_actions(&mut applied, edits)?;
            set_fields(&mut applied.after, *fields, actor, at);
            Ok(applied)
        }
        (TicketCommand::Delete, Some(before)) if !before.is_deleted => {
            let mut after = before.clone();
            (after.version, after.updated_at, after.is_deleted) = (before.version + 1, at, true);
            let happenings = Happenings { deleted: true, ..Happenings::default() };
            Ok(Applied { after, added: Vec::new(), edited: Vec::new(), happenings })
        }
        (TicketCommand::Create { .. }, Some(_)) => {
            Err(vec![Fault::new("id", text!("a ticket with this number exists"))])
        }
        (_, Some(_)) => Err(vec![Fault::new("id", text!("this ticket was deleted and takes no changes"))]),
        (_, None) => Err(vec![Fault::new("id", text!("there is no ticket with this number"))]),
    }
}

fn opened(
    number: i64,
    fields: &TicketFields,
    created_by: Option<PersonRef>,
    origin: i64,
    at: Timestamp,
) -> Result<Ticket, Vec<Fault>> {
    if fields.status.is_none() {
        return Err(vec![Fault::new("status", text!("is missing and the domain has none to begin with"))]);
    }
    Ok(Ticket {
        number,
        version: 1,
        visibility: fields.visibility.unwrap_or(Visibility::Public),
        subject: String::new(),
        category: String::new(),
        urgency: String::new(),
        // The first status is set like any other, so that a ticket opened as resolved says when.
        status: String::new(),
        base_status: BaseStatus::New,
        justification: String::new(),
        origin,
        created_at: at,
        created_by,
        is_deleted: false,
        owner: None,
        owner_team: String::new(),
        service: Vec::new(),
        service_id: None,
        tags: Vec::new(),
        cc: String::new(),
        clients: Vec::new(),
        custom_fields: Vec::new(),
        sla_solution_minutes: 0,
        sla_solution_at: None,
        sla: TicketSla::default(),
        stopped: Stopped::default(),
        action_count: 0,
        last_action_id: 0,
        agent_action_count: 0,
        resolved_in_first_call: false,
        resolved_at: None,
        closed_at: None,
        canceled_at: None,
        reopened_at: None,
        last_action_at: None,
        updated_at: at,
        links: Vec::new(),
        chain_memory: ChainMemory::default(),
    })
}

fn set_fields(ticket: &mut Ticket, fields: TicketFields, actor: &Actor, at: Timestamp) {
    fn put<T>(place: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *place = value;
        }
    }
    put(&mut ticket.visibility, fields.visibility);
    put(&mut ticket.subject, fields.subject);
    put(&mut ticket.category, fields.category);
    put(&mut ticket.urgency, fields.urgency);
    put(&mut ticket.owner, fields.owner);
    put(&mut ticket.owner_team, fields.owner_team);
    if let Some(service) = fields.service {
        (ticket.service, ticket.service_id) = (service.path, service.id);
    }
    put(&mut ticket.cc, fields.cc);
    put(&mut ticket.clients, fields.clients);
    put(&mut ticket.custom_fields, fields.custom_fields);
    put(&mut ticket.sla_solution_minutes, fields.sla_solution_minutes);
    if let Some(wanted) = fields.sla_solution_at {
        ticket.set_solution_date(wanted, actor.person.as_ref());
    }
    if let Some(link) = fields.link {
        ticket.set_link(link);
    }
    if let Some(integration) = fields.unlink {
        ticket.links.retain(|link| link.integration != integration);
    }
    if let Some(tags) = fields.tags {
        ticket.tags.clear();
        for tag in tags {
            ticket.add_tag(&tag);
        }
    }
    match fields.status {
        Some(status) => ticket.set_status(&status, fields.justification.as_deref(), at),
        None => put(&mut ticket.justification, fields.justification),
    }
}

fn add_actions(applied: &mut Applied, actions: Vec<NewAction>, actor: &Actor, origin: i64, at: Timestamp) {
    let ticket = &mut applied.after;
    for action in actions {
        ticket.last_action_id += 1;
        ticket.action_count += 1;
        let created_by = action.created_by.or_else(|| actor.person.clone());
        if created_by.as_ref().is_some_and(|author| author.profile_type.is_agent()) {
            ticket.agent_action_count += 1;
        }
        let created_at = action.created_at.unwrap_or(at);
        ticket.last_action_at = Some(created_at);
        applied.happenings.actions_added.push(ticket.last_action_id);
        applied.added.push(TicketAction {
            id: ticket.last_action_id,
            visibility: action.visibility.unwrap_or(ticket.visibility),
            origin: match (ticket.last_action_id, origin) {
                (1, origin::WEB_AGENT | origin::WEB_CLIENT) => origin::FIRST_ACTION,
                _ => origin,
            },
            description: action.description,
            html_description: action.html_description,
            created_by,
            created_at,
            is_deleted: false,
            attachments: action.attachments,
            tags: action.tags,
        });
    }
}

/// The first public entry of an agent after the opening answers the ticket.
fn note_response(applied: &mut Applied) {
    if applied.after.sla.responded_at.is_none() {
        let by_agent = |action: &&TicketAction| {
            action.created_by.as_ref().is_some_and(|author| author.profile_type.is_agent())
        };
        let mut public = applied.added.iter().filter(|action| action.visibility == Visibility::Public);
        applied.after.sla.responded_at = public.find(by_agent).map(|action| action.created_at);
    }
}

fn edit_actions(applied: &mut Applied, edits: Vec<ActionEdit>) -> Result<(), Vec<Fault>> {
    for edit in edits {
        let mut action = edit.current.clone();
        if let Some((text, html)) = edit.description {
            (action.description, action.html_description) = (text, html);
        }
        action.visibility = edit.visibility.unwrap_or(action.visibility);
        action.tags = edit.tags.unwrap_or(action.tags);
        for file in edit.attachments {
            if !action.attachments.iter().any(|known| known.path == file.path) {
                action.attachments.push(file);
            }
        }
        if action.attachments.len() > limits::ATTACHMENTS {
            let message = text!("would have more than {max} files", max = limits::ATTACHMENTS);
            return Err(vec![Fault::new("attachments", message)]);
        }
        if action != edit.current {
            applied.happenings.actions_edited.push(action.id);
            applied.edited.push(action);
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "ticket_command_tests.rs"]
mod tests;
