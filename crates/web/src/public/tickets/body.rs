//! A ticket as clients write it. Members that only the server sets are passed over, so that an answer can be sent back.
//! Null takes a value away where there may be none; elsewhere it is as if the member were absent.

use super::action::Action;
use super::custom_field::CustomField;
use crate::error::Failure;
use crate::public::json::{Found, Members, Object, Objects, Reader, Texts, read, skip};
use crate::public::reference::Reference;
use engine::commands::tickets::TicketInput;
use model::text;
use model::ticket::limits;
use serde::de::MapAccess;

/// Actions of one save.
const ACTIONS_MAX: usize = 100;

/// Levels of a service.
const LEVELS_MAX: usize = 3;

/// Characters of a service's name.
const SERVICE_MAX: usize = 1_024;

#[derive(Default)]
struct Body {
    input: TicketInput,
    /// `createdBy` counts in a new ticket only.
    is_new: bool,
    /// `serviceFull`, root first.
    service: Option<Vec<String>>,
    /// `serviceFirstLevel`, `…Second…`, `…Third…`: the service itself first.
    levels: [Option<String>; LEVELS_MAX],
}

/// Reads a new ticket.
///
/// # Errors
/// Every fault of the body; a ticket needs who opened it and for whom.
pub(super) fn read_new(bytes: &[u8]) -> Result<TicketInput, Failure> {
    let mut body = Body { is_new: true, ..Body::default() };
    let mut reader = read(bytes, &mut body)?;
    if body.input.created_by.is_none() && !reader.has_fault_at("createdBy") {
        reader.fault("createdBy.id", text!("Ref. code is required: say who opened the ticket"));
    }
    if body.input.clients.as_ref().is_none_or(Vec::is_empty) && !reader.has_fault_at("clients") {
        reader
            .fault("clients", text!("Customers is required: name at least one client, `[{\"id\": \"…\"}]`"));
    }
    reader.finish()?;
    Ok(body.into_input())
}

/// Reads new values for a ticket that exists.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_change(bytes: &[u8]) -> Result<TicketInput, Failure> {
    let mut body = Body::default();
    read(bytes, &mut body)?.finish()?;
    Ok(body.into_input())
}

impl Body {
    fn into_input(self) -> TicketInput {
        let Body { mut input, service, levels, .. } = self;
        // The path says more than its levels; an answer that is sent back holds both.
        input.service = service.or_else(|| {
            let given = levels.iter().any(Option::is_some);
            let path = levels.into_iter().rev().flatten().filter(|level| !level.is_empty());
            given.then(|| path.collect())
        });
        input
    }

    fn owner<'de, A: MapAccess<'de>>(&mut self, reader: &mut Reader, object: &mut A) -> Result<(), A::Error> {
        let mut owner = Reference::default();
        let seed = Object { reader, name: "owner", into: &mut owner };
        match object.next_value_seed(seed)? {
            Found::Null => self.input.owner = Some(None),
            Found::It if owner.id.is_none() => {
                reader.fault(
                    "owner.id",
                    text!("is missing; give the agent's reference code, or null for no owner"),
                );
            }
            Found::It => self.input.owner = Some(owner.id),
            Found::Wrong => {}
        }
        Ok(())
    }

    fn created_by<'de, A: MapAccess<'de>>(
        &mut self,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        if !self.is_new {
            return skip(object);
        }
        let mut person = Reference::default();
        object.next_value_seed(Object { reader, name: "createdBy", into: &mut person })?;
        self.input.created_by = person.id;
        Ok(())
    }

    fn clients<'de, A: MapAccess<'de>>(
        &mut self,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let mut clients: Vec<Reference> = Vec::new();
        let list = Objects { reader, name: "clients", into: &mut clients, items_max: limits::CLIENTS };
        if object.next_value_seed(list)? != Found::It {
            return Ok(());
        }
        for (at, _) in clients.iter().enumerate().filter(|(_, client)| client.id.is_none()) {
            let place = format!("clients[{at}]");
            if !reader.has_fault_at(&place) {
                reader.fault(&format!("{place}.id"), text!("is missing; give the client's reference code"));
            }
        }
        self.input.clients = Some(clients.into_iter().filter_map(|client| client.id).collect());
        Ok(())
    }

    fn tags<'de, A: MapAccess<'de>>(&mut self, reader: &mut Reader, object: &mut A) -> Result<(), A::Error> {
        let mut tags = Vec::new();
        let (items_max, length_max) = (limits::TAGS, limits::NAME);
        let list = Texts { reader, name: "tags", into: &mut tags, items_max, length_max };
        if object.next_value_seed(list)? == Found::It {
            self.input.tags = Some(tags);
        }
        Ok(())
    }

    fn service<'de, A: MapAccess<'de>>(
        &mut self,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let mut path = Vec::new();
        let (items_max, length_max) = (LEVELS_MAX, SERVICE_MAX);
        let list = Texts { reader, name: "serviceFull", into: &mut path, items_max, length_max };
        if object.next_value_seed(list)? == Found::It {
            self.service = Some(path);
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Body {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        /// A text that null takes away.
        macro_rules! name {
            ($member:literal) => {
                Some(reader.text($member, object.next_value()?, limits::NAME).unwrap_or_default())
            };
        }
        let input = &mut self.input;
        match name {
            "type" => input.visibility = reader.code("type", &object.next_value()?),
            "subject" => input.subject = reader.text("subject", object.next_value()?, limits::SUBJECT),
            "status" => input.status = reader.text("status", object.next_value()?, limits::NAME),
            "category" => input.category = name!("category"),
            "urgency" => input.urgency = name!("urgency"),
            "justification" => input.justification = name!("justification"),
            "ownerteam" => input.owner_team = name!("ownerTeam"),
            "cc" => input.cc = reader.text("cc", object.next_value()?, limits::SUBJECT),
            "servicefirstlevel" => {
                self.levels[0] = reader.text("serviceFirstLevel", object.next_value()?, SERVICE_MAX)
            }
            "servicesecondlevel" => {
                self.levels[1] = reader.text("serviceSecondLevel", object.next_value()?, SERVICE_MAX);
            }
            "servicethirdlevel" => {
                self.levels[2] = reader.text("serviceThirdLevel", object.next_value()?, SERVICE_MAX)
            }
            "slasolutiontime" => {
                input.sla_solution_minutes = reader.integer("slaSolutionTime", &object.next_value()?)
            }
            "slasolutiondate" => {
                input.sla_solution_at = Some(reader.instant("slaSolutionDate", &object.next_value()?));
            }
            "owner" => self.owner(reader, object)?,
            "createdby" => self.created_by(reader, object)?,
            "clients" => self.clients(reader, object)?,
            "tags" => self.tags(reader, object)?,
            "servicefull" => self.service(reader, object)?,
            "customfieldvalues" => input.custom_fields = CustomField::read_all(reader, object)?,
            "actions" => input.actions = Action::read_all(reader, object, ACTIONS_MAX)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
