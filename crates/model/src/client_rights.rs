//! What a client may do to a ticket: open one for themselves, answer in public under their own name, add files to what they
//! wrote, say that it is resolved, and open it again. All else is for agents. A save is judged by what it changes, so that
//! an answer that is sent back passes. Pure.
//! Does not live here: which tickets and actions a client sees (engine `caller`).

use crate::classification::BaseStatus;
use crate::fault::Fault;
use crate::person::PersonRef;
use crate::text;
use crate::ticket::Ticket;
use crate::ticket_action::{Attachment, TicketAction, Visibility};
use crate::ticket_command::{ActionEdit, Applied};
use crate::time::Timestamp;
use crate::wording::Text;

/// What a client's save does that only agents may do, with the public API's field names. `before` is none for a new ticket;
/// `applied` is what came of the save before words, service and agreement add what they bring along.
pub fn faults(client: &PersonRef, before: Option<&Ticket>, applied: &Applied, at: Timestamp) -> Vec<Fault> {
    let mut faults = Vec::new();
    match before {
        None => opening(&mut faults, client, &applied.after),
        Some(before) => changing(&mut faults, client, before, &applied.after),
    }
    // With changed entries among them, the new ones stand at other places of the list.
    let is_mixed = !applied.edited.is_empty();
    for (position, action) in applied.added.iter().enumerate() {
        let place = if is_mixed { "actions".into() } else { format!("actions[{position}]") };
        answering(&mut faults, client, &place, action, at);
    }
    faults
}

/// What stands in the way of a client's change of an entry, if anything does.
pub fn edit_fault(client: &PersonRef, edit: &ActionEdit) -> Option<Text> {
    let ActionEdit { current, description, visibility, tags, attachments } = edit;
    let is_new_text =
        |(text, html): &(String, String)| (text, html) != (&current.description, &current.html_description);
    let rewrites = description.as_ref().is_some_and(is_new_text)
        || visibility.is_some_and(|visibility| visibility != current.visibility)
        || tags.as_ref().is_some_and(|tags| *tags != current.tags);
    if rewrites {
        return Some(text!("clients change nothing that is written; add an action instead"));
    }
    let is_new = |file: &Attachment| !current.attachments.iter().any(|known| known.path == file.path);
    (attachments.iter().any(is_new) && !may_add_files(client, current)).then(own_files)
}

/// Whether a client may add files to an entry: to their own.
pub fn may_add_files(client: &PersonRef, action: &TicketAction) -> bool {
    is_them(client, action.created_by.as_ref())
}

/// Why they may not.
pub fn own_files() -> Text {
    text!("clients add files to actions of their own only; add an action instead")
}

fn is_them(client: &PersonRef, person: Option<&PersonRef>) -> bool {
    person.is_some_and(|person| person.id == client.id)
}

fn is_theirs(client: &PersonRef, ticket: &Ticket) -> bool {
    is_them(client, ticket.created_by.as_ref()) || ticket.clients.iter().any(|one| one.id == client.id)
}

/// A new ticket: public, theirs, and with nothing that agents decide.
fn opening(faults: &mut Vec<Fault>, client: &PersonRef, ticket: &Ticket) {
    let mut refuse = |is_wrong: bool, field: &str, message: Text| {
        if is_wrong {
            faults.push(Fault::new(field, message));
        }
    };
    refuse(ticket.visibility != Visibility::Public, "type", text!("must be 2: clients open public tickets"));
    let is_own = is_them(client, ticket.created_by.as_ref());
    refuse(
        !is_own,
        "createdBy.id",
        text!("must be your own reference code: clients open tickets for themselves"),
    );
    let for_them = ticket.clients.iter().all(|one| one.id == client.id);
    refuse(!for_them, "clients", text!("must name you alone: clients open tickets for themselves"));
    let is_new = ticket.base_status == BaseStatus::New;
    refuse(!is_new, "status", text!("must be one of the base status New: agents decide the others"));
    refuse(ticket.owner.is_some(), "owner", agents());
    refuse(!ticket.owner_team.is_empty(), "ownerTeam", agents());
    refuse(!ticket.tags.is_empty(), "tags", agents());
    refuse(ticket.sla_solution_minutes != 0, "slaSolutionTime", agents());
    refuse(ticket.sla_solution_at.is_some(), "slaSolutionDate", agents());
}

fn agents() -> Text {
    text!("is decided by agents")
}

fn opened() -> Text {
    text!("is changed by agents only, once the ticket is open")
}

/// A ticket that exists: its fields stay, but for the status.
fn changing(faults: &mut Vec<Fault>, client: &PersonRef, before: &Ticket, after: &Ticket) {
    // People by their codes: a name may have changed since.
    let owner = |ticket: &Ticket| ticket.owner.as_ref().map(|owner| owner.id.clone());
    let clients = |ticket: &Ticket| ticket.clients.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    for (is_changed, field) in [
        (before.visibility != after.visibility, "type"),
        (before.subject != after.subject, "subject"),
        (before.category != after.category, "category"),
        (before.urgency != after.urgency, "urgency"),
        (owner(before) != owner(after), "owner"),
        (before.owner_team != after.owner_team, "ownerTeam"),
        (before.service != after.service, "serviceFirstLevel"),
        (before.tags != after.tags, "tags"),
        (before.cc != after.cc, "cc"),
        (clients(before) != clients(after), "clients"),
        (before.custom_fields != after.custom_fields, "customFieldValues"),
        (before.sla_solution_minutes != after.sla_solution_minutes, "slaSolutionTime"),
        (before.sla_solution_at != after.sla_solution_at, "slaSolutionDate"),
    ] {
        if is_changed {
            faults.push(Fault::new(field, opened()));
        }
    }
    if before.status != after.status && !moves(client, before).contains(&after.base_status) {
        let message = text!(
            "clients say that a ticket of theirs is resolved, or open a resolved one again; the rest is \
            decided by agents"
        );
        faults.push(Fault::new("status", message));
    } else if before.status == after.status && before.justification != after.justification {
        faults.push(Fault::new("justification", opened()));
    }
}

/// Where a client may take a ticket of theirs: it is resolved for them, or it is not after all. The first is the usual one.
pub fn moves(client: &PersonRef, before: &Ticket) -> &'static [BaseStatus] {
    match before.base_status {
        _ if !is_theirs(client, before) => &[],
        BaseStatus::New | BaseStatus::InAttendance | BaseStatus::Stopped => &[BaseStatus::Resolved],
        BaseStatus::Resolved => &[BaseStatus::InAttendance, BaseStatus::New],
        BaseStatus::Closed | BaseStatus::Canceled => &[],
    }
}

/// A new entry: public, in their own name, written now.
fn answering(faults: &mut Vec<Fault>, client: &PersonRef, place: &str, action: &TicketAction, at: Timestamp) {
    if action.visibility != Visibility::Public {
        faults.push(Fault::new(format!("{place}.type"), text!("must be 2: clients write public actions")));
    }
    if !is_them(client, action.created_by.as_ref()) {
        let message = text!("must be your own reference code, or absent: clients write in their own name");
        faults.push(Fault::new(format!("{place}.createdBy.id"), message));
    }
    if action.created_at != at {
        let message = text!("must be absent: what a client writes has the date at which it comes");
        faults.push(Fault::new(format!("{place}.createdDate"), message));
    }
    if !action.tags.is_empty() {
        faults.push(Fault::new(format!("{place}.tags"), agents()));
    }
}

#[cfg(test)]
#[path = "client_rights_tests.rs"]
mod tests;
