//! Creating, changing and deleting tickets: names become what the domain knows, then `intake` saves.

use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use crate::intake::{Plan, PlannedEdit, save};
use model::access_profile::Grant;
use model::classification::{BaseStatus, Classification};
use model::fault::{Fault, check_length};
use model::person::PersonRef;
use model::text;
use model::ticket::{CustomFieldValue, limits};
use model::ticket_action::{Attachment, Visibility};
use model::ticket_command::{ChosenService, NewAction, TicketCommand, TicketFields};
use model::time::Timestamp;
use model::wording::Text;
use std::collections::HashMap;
use store::files::FileRow;

/// A ticket as a caller writes it: names and reference codes. `None` leaves a field alone; lists are replaced whole.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each field is the ticket's field of that name")]
pub struct TicketInput {
    pub visibility: Option<Visibility>,
    pub subject: Option<String>,
    pub category: Option<String>,
    pub urgency: Option<String>,
    pub status: Option<String>,
    pub justification: Option<String>,
    /// Reference code, or none to take the owner away.
    pub owner: Option<Option<String>>,
    pub owner_team: Option<String>,
    /// Levels, root first; one element may be a service's own name; none takes the service away.
    pub service: Option<Vec<String>>,
    pub tags: Option<Vec<String>>,
    pub cc: Option<String>,
    /// Reference codes.
    pub clients: Option<Vec<String>>,
    /// Reference code; for a new ticket only.
    pub created_by: Option<String>,
    pub custom_fields: Option<Vec<CustomFieldValue>>,
    pub sla_solution_minutes: Option<i64>,
    pub sla_solution_at: Option<Option<Timestamp>>,
    /// New entries, and changes of entries that exist.
    pub actions: Vec<ActionInput>,
}

/// An entry as a caller writes it: with an id it changes that entry, without one it adds one.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each field is the action's field of that name")]
pub struct ActionInput {
    pub id: Option<i64>,
    pub visibility: Option<Visibility>,
    pub description: Option<String>,
    pub html_description: Option<String>,
    /// Reference code; the caller when absent.
    pub created_by: Option<String>,
    pub created_at: Option<Timestamp>,
    pub attachments: Vec<Attachment>,
    pub tags: Option<Vec<String>>,
}

impl Engine {
    /// Opens a ticket and answers its number.
    ///
    /// # Errors
    /// `Invalid` with the public API's field names; nothing was stored.
    pub async fn create_ticket(&self, caller: &Caller, input: TicketInput) -> Result<i64, Error> {
        self.create_with(caller, input, &[]).await
    }

    /// The same with files of its first entry.
    pub(super) async fn create_with(
        &self,
        caller: &Caller,
        input: TicketInput,
        files: &[FileRow],
    ) -> Result<i64, Error> {
        caller.require(Grant::AllowWritingTickets)?;
        let config = self.core.config.domain(caller.domain)?;
        let people = self.people_of(caller, &input).await?;
        let mut resolver = Resolver { words: &config.classification, people: &people, faults: Vec::new() };
        if input.clients.as_ref().is_none_or(Vec::is_empty) {
            resolver
                .fault("clients", text!("Customers is required: name at least one client by reference code"));
        }
        let created_by = match &input.created_by {
            Some(id) => resolver.person("createdBy.id", id),
            None => caller.actor.person.clone(),
        };
        let (actions, edits) = resolver.actions(&input.actions);
        for edit in edits {
            resolver.fault(&edit.field, text!("a new ticket has no actions to change; leave the id out"));
        }
        let mut fields = resolver.fields(input);
        fields.status = fields.status.or_else(|| config.classification.status_of(BaseStatus::New).cloned());
        resolver.end()?;
        let number = self.core.next_number(caller.domain).await?;
        let origin = caller.origin();
        let command = TicketCommand::Create { number, fields: Box::new(fields), created_by, origin, actions };
        save(&self.core, caller.clone(), number, Plan::Create(Box::new(command), files.to_vec())).await?;
        Ok(number)
    }

    /// Changes a ticket.
    ///
    /// # Errors
    /// `Invalid` with the public API's field names; nothing was stored.
    pub async fn update_ticket(&self, caller: &Caller, number: i64, input: TicketInput) -> Result<(), Error> {
        self.update_with(caller, number, input, &[]).await
    }

    /// The same with files of its first new entry.
    pub(super) async fn update_with(
        &self,
        caller: &Caller,
        number: i64,
        input: TicketInput,
        files: &[FileRow],
    ) -> Result<(), Error> {
        caller.require(Grant::AllowWritingTickets)?;
        let config = self.core.config.domain(caller.domain)?;
        let people = self.people_of(caller, &input).await?;
        let mut resolver = Resolver { words: &config.classification, people: &people, faults: Vec::new() };
        if input.clients.as_ref().is_some_and(Vec::is_empty) {
            resolver.fault("clients", text!("Customers is required: a ticket keeps at least one client"));
        }
        let (new_actions, edits) = resolver.actions(&input.actions);
        let fields = Box::new(resolver.fields(input));
        resolver.end()?;
        let (origin, files) = (caller.origin(), files.to_vec());
        let plan = Plan::Update { fields, new_actions, edits, origin, files };
        save(&self.core, caller.clone(), number, plan).await
    }

    /// Takes a ticket away; it stays readable.
    ///
    /// # Errors
    /// `NotFound`, or `Invalid` when it was deleted already.
    pub async fn delete_ticket(&self, caller: &Caller, number: i64) -> Result<(), Error> {
        caller.require(Grant::AllowWritingTickets)?;
        save(&self.core, caller.clone(), number, Plan::Delete).await
    }

    /// The people that an input names, by reference code; unknown and inactive ones are missing.
    async fn people_of(
        &self,
        caller: &Caller,
        input: &TicketInput,
    ) -> Result<HashMap<String, PersonRef>, Error> {
        let mut ids: Vec<String> = Vec::new();
        ids.extend(input.owner.clone().flatten());
        ids.extend(input.created_by.clone());
        ids.extend(input.clients.iter().flatten().take(limits::CLIENTS + 1).cloned());
        ids.extend(input.actions.iter().filter_map(|action| action.created_by.clone()));
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = store::people::find_many(&self.core.reader, caller.domain, &ids).await?;
        let active = found.into_iter().filter(|person| person.is_active);
        Ok(active.map(|person| (person.reference.id.clone(), person.reference)).collect())
    }
}

struct Resolver<'r> {
    words: &'r Classification,
    people: &'r HashMap<String, PersonRef>,
    faults: Vec<Fault>,
}

impl Resolver<'_> {
    fn fault(&mut self, field: &str, message: Text) {
        self.faults.push(Fault::new(field, message));
    }

    fn end(self) -> Result<(), Error> {
        if self.faults.is_empty() { Ok(()) } else { Err(Error::Invalid(self.faults)) }
    }

    fn person(&mut self, field: &str, id: &str) -> Option<PersonRef> {
        let person = self.people.get(id).cloned();
        if person.is_none() {
            self.fault(
                field,
                text!("Ref. code is required: there is no active person with the reference code `{id}`", id),
            );
        }
        person
    }

    /// A name that the domain must know; empty takes the value away.
    fn name(
        &mut self,
        field: &str,
        given: Option<String>,
        known: impl Fn(&str) -> Option<String>,
    ) -> Option<String> {
        let given = given?;
        if given.is_empty() {
            return Some(given);
        }
        let found = known(&given);
        if found.is_none() {
            let message = match field {
                "category" => text!("there is no category `{name}` in this domain", name = given),
                "urgency" => text!("there is no urgency `{name}` in this domain", name = given),
                _ => text!("there is no ownerTeam `{name}` in this domain", name = given),
            };
            self.fault(field, message);
        }
        found
    }

    fn fields(&mut self, input: TicketInput) -> TicketFields {
        let words = self.words;
        if let Some(subject) = &input.subject {
            check_length(&mut self.faults, "subject", subject, limits::SUBJECT);
        }
        for (field, text) in [("justification", &input.justification), ("cc", &input.cc)] {
            check_length(&mut self.faults, field, text.as_deref().unwrap_or_default(), limits::SUBJECT);
        }
        let status = input.status.and_then(|name| {
            let found = words.status(&name).cloned();
            if found.is_none() {
                self.fault("status", text!("there is no status `{name}` in this domain", name));
            }
            found
        });
        let owner = input.owner.map(|id| id.and_then(|id| self.person("owner.id", &id)));
        let clients = input.clients.map(|ids| self.clients(&ids));
        if input.sla_solution_minutes.is_some_and(|minutes| !(0..=5_256_000).contains(&minutes)) {
            self.fault("slaSolutionTime", text!("must be minutes, 0 to 5256000"));
        }
        TicketFields {
            visibility: input.visibility,
            subject: input.subject,
            category: self.name("category", input.category, |name| {
                words.category(name).map(|category| category.name.clone())
            }),
            urgency: self.name("urgency", input.urgency, |name| {
                words.urgency(name).map(|urgency| urgency.name.clone())
            }),
            status,
            justification: input.justification,
            owner,
            owner_team: self.name("ownerTeam", input.owner_team, |name| words.team(name).map(String::from)),
            service: input.service.and_then(|levels| self.service(levels)),
            tags: input.tags.map(|tags| self.tags("tags", tags)),
            cc: input.cc,
            clients,
            custom_fields: input.custom_fields.map(|values| self.custom_fields(values)),
            sla_solution_minutes: input.sla_solution_minutes,
            sla_solution_at: input.sla_solution_at,
            link: None,
            unlink: None,
        }
    }

    fn clients(&mut self, ids: &[String]) -> Vec<PersonRef> {
        if ids.len() > limits::CLIENTS {
            self.fault(
                "clients",
                text!(
                    "names {count} people; at most {max} are allowed",
                    count = ids.len(),
                    max = limits::CLIENTS
                ),
            );
            return Vec::new();
        }
        let named = ids.iter().enumerate();
        named.filter_map(|(at, id)| self.person(&format!("clients[{at}].id"), id)).collect()
    }

    fn service(&mut self, levels: Vec<String>) -> Option<ChosenService> {
        let found = match levels.as_slice() {
            [] => return Some(ChosenService::default()),
            [name] if name.is_empty() => return Some(ChosenService::default()),
            [name] => self.words.service(name),
            path => self.words.service_at(path),
        };
        let found = found.map(|service| ChosenService { path: service.path.clone(), id: Some(service.id) });
        if found.is_none() {
            self.fault(
                "serviceFirstLevel",
                text!("there is no service `{name}` in this domain", name = levels.join(" > ")),
            );
        }
        found
    }

    fn tags(&mut self, field: &str, tags: Vec<String>) -> Vec<String> {
        if tags.len() > limits::TAGS {
            let (count, max) = (tags.len(), limits::TAGS);
            self.fault(field, text!("holds {count} tags; at most {max} are allowed", count, max));
        }
        for (at, tag) in tags.iter().enumerate().take(limits::TAGS) {
            check_length(&mut self.faults, &format!("{field}[{at}]"), tag, limits::NAME);
        }
        tags.into_iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect()
    }

    /// How large the values are; whether the fields can have them is seen beside those that the ticket has.
    fn custom_fields(&mut self, values: Vec<CustomFieldValue>) -> Vec<CustomFieldValue> {
        if values.len() > limits::CUSTOM_VALUES {
            let (count, max) = (values.len(), limits::CUSTOM_VALUES);
            let message = text!("holds {count} values; at most {max} are allowed", count, max);
            self.fault("customFieldValues", message);
            return Vec::new();
        }
        for (at, value) in values.iter().enumerate() {
            let path = format!("customFieldValues[{at}]");
            let text = value.value.as_deref().unwrap_or_default();
            check_length(&mut self.faults, &format!("{path}.value"), text, limits::CUSTOM_VALUE);
            if value.items.len() > limits::CUSTOM_VALUES {
                self.fault(
                    &format!("{path}.items"),
                    text!("holds more than {max} items", max = limits::CUSTOM_VALUES),
                );
            }
            for (at, item) in value.items.iter().enumerate() {
                let field = format!("{path}.items[{at}].customFieldItem");
                check_length(&mut self.faults, &field, &item.custom_field_item, 256);
            }
        }
        values
    }

    /// New entries, and changes of those that exist.
    fn actions(&mut self, actions: &[ActionInput]) -> (Vec<NewAction>, Vec<PlannedEdit>) {
        let (mut added, mut edits) = (Vec::new(), Vec::new());
        for (at, action) in actions.iter().enumerate() {
            let path = format!("actions[{at}]");
            self.check_action(&path, action);
            let author = action.created_by.as_deref();
            let created_by = author.and_then(|id| self.person(&format!("{path}.createdBy.id"), id));
            let html = action.html_description.clone().or_else(|| action.description.clone());
            match action.id.filter(|id| *id != 0) {
                Some(id) => edits.push(PlannedEdit {
                    field: format!("{path}.id"),
                    id,
                    description: action.description.clone().map(|text| (text, html.unwrap_or_default())),
                    visibility: action.visibility,
                    tags: action.tags.clone(),
                    attachments: action.attachments.clone(),
                }),
                None => added.push(NewAction {
                    visibility: action.visibility,
                    description: action.description.clone().unwrap_or_default(),
                    html_description: html.unwrap_or_default(),
                    created_by,
                    created_at: action.created_at,
                    attachments: action.attachments.clone(),
                    tags: action.tags.clone().unwrap_or_default(),
                }),
            }
        }
        (added, edits)
    }

    fn check_action(&mut self, path: &str, action: &ActionInput) {
        let description = action.description.as_deref().unwrap_or_default();
        let is_new = action.id.is_none_or(|id| id == 0);
        if is_new && description.trim().is_empty() && action.attachments.is_empty() {
            self.fault(
                &format!("{path}.description"),
                text!("is missing; an action needs a text or an attachment"),
            );
        }
        check_length(&mut self.faults, &format!("{path}.description"), description, limits::DESCRIPTION);
        let html = action.html_description.as_deref().unwrap_or_default();
        // Signs such as `&` take more room in HTML.
        if html.len() > limits::HTML_DESCRIPTION && html.chars().count() > limits::HTML_DESCRIPTION {
            let message = text!("has more than {max} characters as HTML", max = limits::HTML_DESCRIPTION);
            self.fault(&format!("{path}.description"), message);
        }
        if action.attachments.len() > limits::ATTACHMENTS {
            let message = text!("holds more than {max} files", max = limits::ATTACHMENTS);
            self.fault(&format!("{path}.attachments"), message);
        }
        for (at, file) in action.attachments.iter().enumerate().take(limits::ATTACHMENTS) {
            check_length(
                &mut self.faults,
                &format!("{path}.attachments[{at}].fileName"),
                &file.file_name,
                255,
            );
            check_length(&mut self.faults, &format!("{path}.attachments[{at}].path"), &file.path, 255);
        }
        if let Some(tags) = &action.tags {
            let _ = self.tags(&format!("{path}.tags"), tags.clone());
        }
    }
}
