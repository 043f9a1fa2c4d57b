//! A plan and the ticket as it stands: what comes of the two, once it is known that this caller may, that the words can be
//! chosen and that the people exist; and which agreement counts then. What a client may do is the model's `client_rights`.

use crate::caller::Caller;
use crate::core::Core;
use crate::error::Error;
use crate::intake::Plan;
use model::choices;
use model::classification::Classification;
use model::client_rights;
use model::custom_value::{Named, named};
use model::fault::Fault;
use model::person::{PersonRef, ProfileType};
use model::sla;
use model::text;
use model::ticket::Ticket;
use model::ticket_command::{ActionEdit, Applied, TicketCommand, apply};
use model::time::Timestamp;
use std::collections::HashMap;

/// What a plan makes of a ticket, before triggers run.
///
/// # Errors
/// `Invalid` with every fault; `Denied` when a client deletes.
pub(crate) async fn applied(
    core: &Core,
    caller: &Caller,
    words: &Classification,
    before: Option<&Ticket>,
    plan: &Plan,
    now: Timestamp,
) -> Result<Applied, Error> {
    let number = before.map_or(0, |before| before.number);
    let command = command(core, caller, number, plan).await?;
    let client = caller.only_client();
    if let Some(client) = client {
        check_client_edits(client, plan, &command)?;
    }
    let mut applied = apply(before, command, &caller.actor, now).map_err(Error::Invalid)?;
    if let Some(client) = client {
        refuse(client_rights::faults(client, before, &applied, now))?;
    }
    let after = &mut applied.after;
    let role = caller.actor.person.as_ref().map(|person| person.profile_type);
    choices::settle(before, after, words, role).map_err(Error::Invalid)?;
    check_named_people(core, caller, words, before, after).await?;
    let asked = sla::asks_organizations_of(before, after, words);
    let organizations = match asked.is_empty() {
        true => Vec::new(),
        false => store::person_links::organization_codes(&core.reader, caller.domain, &asked).await?,
    };
    sla::settle(before, after, words, &organizations);
    Ok(applied)
}

fn refuse(faults: Vec<Fault>) -> Result<(), Error> {
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// What of a client's plan is seen beside the entries that it changes.
fn check_client_edits(client: &PersonRef, plan: &Plan, command: &TicketCommand) -> Result<(), Error> {
    let (planned, found) = match (plan, command) {
        (Plan::Delete, _) => return Err(Error::Denied(text!("clients delete no tickets; ask an agent"))),
        (Plan::Update { edits, .. }, TicketCommand::Update { edits: found, .. }) => (edits, found),
        _ => return Ok(()),
    };
    let faults = planned.iter().zip(found).filter_map(|(planned, edit)| {
        client_rights::edit_fault(client, edit).map(|message| Fault::new(&planned.field, message))
    });
    refuse(faults.collect())
}

/// The command with what it needs of the present thread.
async fn command(core: &Core, caller: &Caller, number: i64, plan: &Plan) -> Result<TicketCommand, Error> {
    match plan {
        Plan::Create(command, _) => Ok((**command).clone()),
        Plan::Delete => Ok(TicketCommand::Delete),
        Plan::Update { fields, new_actions, edits, origin, files: _ } => {
            let mut found = Vec::with_capacity(edits.len());
            for edit in edits {
                let current =
                    store::tickets::find_action(&core.reader, caller.domain, number, edit.id).await?;
                let seen = current.filter(|action| caller.may_see_action(action));
                let current = seen.ok_or_else(|| {
                    Error::invalid(
                        &edit.field,
                        text!("there is no action {id} in ticket {number}", id = edit.id, number),
                    )
                })?;
                found.push(ActionEdit {
                    current,
                    description: edit.description.clone(),
                    visibility: edit.visibility,
                    tags: edit.tags.clone(),
                    attachments: edit.attachments.clone(),
                });
            }
            let (fields, new_actions) = (fields.clone(), new_actions.clone());
            Ok(TicketCommand::Update { fields, new_actions, edits: found, origin: *origin })
        }
    }
}

/// Refuses custom values that name people who are not there, or no clients where clients are asked for.
async fn check_named_people(
    core: &Core,
    caller: &Caller,
    words: &Classification,
    before: Option<&Ticket>,
    after: &Ticket,
) -> Result<(), Error> {
    let had = before.map_or(&[][..], |before| &before.custom_fields);
    if had == after.custom_fields.as_slice() {
        return Ok(());
    }
    let asked = named("customFieldValues", &after.custom_fields, had, words);
    if asked.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<String> = asked.iter().map(|named| named.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = store::people::find_many(&core.reader, caller.domain, &ids).await?;
    let active = found.into_iter().filter(|person| person.is_active);
    let roles: HashMap<String, ProfileType> =
        active.map(|person| (person.reference.id, person.reference.profile_type)).collect();
    let fault = |named: Named| {
        let message = match roles.get(&named.id) {
            None => text!("there is no active person with the reference code `{id}`", id = named.id),
            Some(ProfileType::Agent) if named.is_client => {
                text!("there is no active client with the reference code `{id}`", id = named.id)
            }
            Some(_) => return None,
        };
        Some(Fault::new(named.field, message))
    };
    refuse(asked.into_iter().filter_map(fault).collect())
}
