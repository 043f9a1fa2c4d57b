//! What may be chosen: words in use, that fit the ticket's type, with the reason that a status asks for. A ticket keeps
//! what it has: only what a save chooses anew is looked at, or all when the save changes the ticket's type. Pure.

use crate::classification::{BaseStatus, Classification, Service, Side, Status, service_path};
use crate::custom_value;
use crate::fault::Fault;
use crate::person::ProfileType;
use crate::text;
use crate::ticket::Ticket;
use crate::ticket_action::Visibility;
use crate::wording::Text;

/// Checks a save and fills in what the service brings along. `role` is the role of who saves; none for the system.
///
/// # Errors
/// Every fault, with the public API's field names.
pub fn settle(
    before: Option<&Ticket>,
    after: &mut Ticket,
    words: &Classification,
    role: Option<ProfileType>,
) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    let is_new_type = before.is_none_or(|before| before.visibility != after.visibility);
    let newly = |of: &dyn Fn(&Ticket) -> &str| before.is_none_or(|before| of(before) != of(after));
    let (new_status, new_urgency) = (newly(&|it| &it.status), newly(&|it| &it.urgency));
    let (new_category, new_reason) = (newly(&|it| &it.category), newly(&|it| &it.justification));
    let new_service = before.is_none_or(|before| before.service != after.service);
    let service = after.service_id.and_then(|id| words.service_by_id(id));
    if new_service && let Some(service) = service {
        service_faults(&mut faults, service, words, role);
        bring_along(after, service, words);
    }
    // Folding all names costs more than most saves are worth.
    let looks_at_status = new_status || new_reason || is_new_type;
    let status = looks_at_status.then(|| words.status(&after.status)).flatten();
    if let Some(status) = status.filter(|_| new_status || is_new_type) {
        faults.extend(status_fault(after, status, new_status).map(|text| Fault::new("status", text)));
    }
    if let Some(status) = status.filter(|_| new_status || new_reason) {
        match status.reason(&after.justification) {
            Ok(reason) => after.justification = reason,
            Err(text) => faults.push(Fault::new("justification", text)),
        }
    }
    let ends = |base: BaseStatus| matches!(base, BaseStatus::Resolved | BaseStatus::Closed);
    let ends_now = ends(after.base_status) && before.is_none_or(|before| !ends(before.base_status));
    if ends_now && let Some(text) = service.and_then(cannot_finish) {
        faults.push(Fault::new("serviceFirstLevel", text));
    }
    if new_urgency && words.urgency(&after.urgency).is_some_and(|urgency| !urgency.is_active) {
        faults.push(Fault::new("urgency", text!("`{name}` is out of use", name = after.urgency)));
    }
    if new_category || is_new_type || new_service {
        category_faults(&mut faults, after, service, words, new_category);
    }
    let looked_at = service.filter(|_| is_new_type || new_service);
    if let Some(service) = looked_at.filter(|service| !service.ticket_types.has(after.visibility)) {
        faults.push(unfit("serviceFirstLevel", &service_path(&service.path), after));
    }
    let had = before.map_or(&[][..], |before| &before.custom_fields);
    if had != after.custom_fields.as_slice() {
        custom_value::check(&mut faults, "customFieldValues", &mut after.custom_fields, had, words);
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn unfit(field: &str, name: &str, ticket: &Ticket) -> Fault {
    Fault::new(field, not_for(name, ticket.visibility))
}

fn not_for(name: &str, visibility: Visibility) -> Text {
    match visibility {
        Visibility::Internal => text!("`{name}` is not for internal tickets", name),
        Visibility::Public => text!("`{name}` is not for public tickets", name),
    }
}

/// Why a ticket cannot stand in this status.
fn status_fault(ticket: &Ticket, status: &Status, is_chosen: bool) -> Option<Text> {
    if is_chosen && !status.is_active {
        return Some(text!("`{name}` is out of use", name = status.name));
    }
    let fits = status.ticket_types.has(ticket.visibility);
    (!fits).then(|| not_for(&status.name, ticket.visibility))
}

fn cannot_finish(service: &Service) -> Option<Text> {
    let text = || {
        text!(
            "a ticket of `{service}` cannot be resolved or closed; give it another service first",
            service = service_path(&service.path)
        )
    };
    (!service.allow_finish).then(text)
}

fn service_faults(
    faults: &mut Vec<Fault>,
    service: &Service,
    words: &Classification,
    role: Option<ProfileType>,
) {
    let name = service_path(&service.path);
    let mut above = Some(service);
    while let Some(level) = above {
        if !level.is_active {
            let text = text!("`{name}` is out of use", name = service_path(&level.path));
            faults.push(Fault::new("serviceFirstLevel", text));
            return;
        }
        above = words.service_above(level);
    }
    if role.is_some_and(|role| !service.selectable_by.has(role)) {
        let text = match service.selectable_by {
            Side::Clients => text!("`{name}` can be chosen by clients only", name),
            _ => text!("`{name}` can be chosen by agents only", name),
        };
        faults.push(Fault::new("serviceFirstLevel", text));
    }
}

/// Gives a ticket without urgency or category those of its service.
fn bring_along(ticket: &mut Ticket, service: &Service, words: &Classification) {
    if let Some(id) = service.default_urgency.filter(|_| ticket.urgency.is_empty())
        && let Some(urgency) = words.urgencies.iter().find(|urgency| urgency.id == id && urgency.is_active)
    {
        ticket.urgency.clone_from(&urgency.name);
    }
    if let Some(id) = service.default_category.filter(|_| ticket.category.is_empty())
        && let Some(category) =
            words.categories.iter().find(|category| category.id == id && category.is_active)
    {
        ticket.category.clone_from(&category.name);
    }
}

fn category_faults(
    faults: &mut Vec<Fault>,
    ticket: &Ticket,
    service: Option<&Service>,
    words: &Classification,
    is_chosen: bool,
) {
    let Some(category) = words.category(&ticket.category).filter(|_| !ticket.category.is_empty()) else {
        return;
    };
    if is_chosen && !category.is_active {
        faults.push(Fault::new("category", text!("`{name}` is out of use", name = category.name)));
    } else if !category.ticket_types.has(ticket.visibility) {
        faults.push(unfit("category", &category.name, ticket));
    }
    let allowed = service.and_then(|service| service.categories.as_ref());
    if allowed.is_some_and(|allowed| !allowed.contains(&category.id)) {
        let service = service_path(&ticket.service);
        faults.push(Fault::new(
            "category",
            text!("`{name}` does not go with the service `{service}`", name = category.name, service),
        ));
    }
}

/// Why something other than a person (a trigger) cannot put a ticket into this status, in words; or the reason as the
/// domain writes it.
///
/// # Errors
/// The first thing that stands in the way.
pub fn status_for(
    ticket: &Ticket,
    status: &Status,
    justification: &str,
    words: &Classification,
) -> Result<String, Text> {
    if let Some(why) = status_fault(ticket, status, true) {
        return Err(text!("the status {why}", why));
    }
    let reason = status.reason(justification).map_err(|why| text!("the justification {why}", why))?;
    let service = ticket.service_id.and_then(|id| words.service_by_id(id));
    let ends = |base: BaseStatus| matches!(base, BaseStatus::Resolved | BaseStatus::Closed);
    match service.filter(|_| ends(status.base) && !ends(ticket.base_status)).and_then(cannot_finish) {
        Some(why) => Err(why),
        None => Ok(reason),
    }
}

#[cfg(test)]
#[path = "choices_tests.rs"]
mod tests;
