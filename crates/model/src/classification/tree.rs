//! Reading services and custom fields from JSON: the tree of services, its moves, the rules that show a field.

use super::names::{ended, limits, many, put_in};
use super::service::{Service, Side};
use super::word::TicketTypes;
use super::{
    Classification, CustomField, CustomFieldKind, CustomFieldRule, EditFault, Noun, Renaming, service_path,
};
use crate::field::Field;
use crate::ids::{CategoryId, ServiceId, UrgencyId};
use crate::reading::{Members, Reading};
use crate::text;
use crate::text::same;
use crate::ticket::limits::NAME;
use serde_json::Value;

const RULE: [&str; 5] = ["number", "name", "several_lines", "ticket_types", "services"];

impl Classification {
    pub(super) fn put_service(
        &mut self,
        mut reading: Reading,
        members: &Members,
        id: ServiceId,
        is_new: bool,
    ) -> Result<Vec<Renaming>, EditFault> {
        many(&mut reading, Noun::Service, is_new, self.services.len(), limits::SERVICES);
        let path = self.service_place(&mut reading, members, id);
        let mut service = Service::new(id, path);
        service.description = reading.text("description", members.get("description"), limits::DESCRIPTION);
        let side = reading.word("visible_to", members.get("visible_to"), &Side::ALL);
        service.visible_to = side.unwrap_or_default();
        let side = reading.word("selectable_by", members.get("selectable_by"), &Side::ALL);
        service.selectable_by = side.unwrap_or_default();
        let types = reading.word("ticket_types", members.get("ticket_types"), &TicketTypes::ALL);
        service.ticket_types = types.unwrap_or_default();
        service.allow_finish = reading.flag("allow_finish", members.get("allow_finish"), true);
        service.is_active = reading.flag("is_active", members.get("is_active"), true);
        service.default_urgency = reading.id("default_urgency", members.get("default_urgency"));
        service.default_category = reading.id("default_category", members.get("default_category"));
        let categories = members.get("categories").filter(|value| !value.is_null());
        service.categories =
            categories.map(|value| reading.ids("categories", Some(value), limits::CATEGORIES));
        self.check_service_words(&mut reading, &service);
        ended(reading)?;
        Ok(self.place_service(service))
    }

    /// The path that the service is to have: its name below its parent.
    fn service_place(&self, reading: &mut Reading, members: &Members, id: ServiceId) -> Vec<String> {
        let name = reading.name("name", members.get("name"), NAME);
        if name.contains('>') {
            reading.fault("name", text!("must not hold `>`, which parts the levels of a path"));
        }
        let was = self.service_by_id(id);
        let mut path = Vec::new();
        if let Some(parent) = reading.id::<ServiceId>("parent", members.get("parent")) {
            match self.service_by_id(parent) {
                None => {
                    reading.fault("parent", text!("there is no service {id} in this domain", id = parent))
                }
                Some(above) if was.is_some_and(|was| above.path.starts_with(&was.path)) => {
                    reading.fault("parent", text!("must not be the service itself or one below it"));
                }
                Some(above) => path.clone_from(&above.path),
            }
        }
        path.push(name);
        // Levels below it move along.
        let height = was.map_or(0, |was| {
            let below = self.services.iter().filter(|other| other.path.starts_with(&was.path));
            below.map(|other| other.path.len() - was.path.len()).max().unwrap_or(0)
        });
        if path.len() + height > limits::LEVELS {
            reading.fault("parent", text!("leads deeper than {max} levels", max = limits::LEVELS));
        }
        if self.service_at(&path).is_some_and(|other| other.id != id) {
            reading.fault("name", text!("`{name}` exists already", name = service_path(&path)));
        }
        path
    }

    fn check_service_words(&self, reading: &mut Reading, service: &Service) {
        let known = |id: &CategoryId| self.categories.iter().any(|category| category.id == *id);
        for (at, id) in service.categories.iter().flatten().enumerate().filter(|(_, id)| !known(id)) {
            reading.fault(format!("categories[{at}]"), text!("there is no category {id} in this domain", id));
        }
        if let Some(id) = service.default_category {
            let fits = service.categories.as_ref().is_none_or(|categories| categories.contains(&id));
            if !known(&id) {
                reading.fault("default_category", text!("there is no category {id} in this domain", id));
            } else if !fits {
                reading.fault(
                    "default_category",
                    text!("must be among the categories that go with the service"),
                );
            }
        }
        let urgency = |id: UrgencyId| self.urgencies.iter().any(|urgency| urgency.id == id);
        if let Some(id) = service.default_urgency.filter(|id| !urgency(*id)) {
            reading.fault("default_urgency", text!("there is no urgency {id} in this domain", id));
        }
    }

    /// Puts a service in its place; those below it follow.
    fn place_service(&mut self, service: Service) -> Vec<Renaming> {
        let id = service.id;
        let was = self.service_by_id(id).map(|was| was.path.clone());
        let Some(was) = was.filter(|was| *was != service.path) else {
            put_in(&mut self.services, |other| other.id == id, service);
            return Vec::new();
        };
        let (before, now) = (service_path(&was), service.path.clone());
        let mut renamings = Vec::new();
        let mut tell = |was: String, is: String| renamings.push(Renaming { field: Field::Service, was, is });
        // A name alone may stand for another service as well: then it stays as it is.
        let name = was.last().cloned().unwrap_or_default();
        let alone = self.services.iter().filter(|other| same(other.name(), &name)).count() == 1;
        if alone && name != service.name() && was.len() > 1 {
            tell(name, service.name().to_owned());
        }
        tell(before, service_path(&now));
        for other in self.services.iter_mut().filter(|other| other.id != id) {
            if let Some(rest) = other.path.strip_prefix(was.as_slice()) {
                let moved = [now.as_slice(), rest].concat();
                tell(service_path(&other.path), service_path(&moved));
                other.path = moved;
            }
        }
        put_in(&mut self.services, |other| other.id == id, service);
        renamings
    }

    pub(super) fn put_custom_field(
        &mut self,
        mut reading: Reading,
        members: &Members,
        number: i64,
        is_new: bool,
    ) -> Result<Vec<Renaming>, EditFault> {
        let there = self.custom_fields.len();
        many(&mut reading, Noun::CustomField, is_new, there, limits::CUSTOM_FIELDS);
        let name = reading.name("name", members.get("name"), NAME);
        if self.custom_fields.iter().any(|other| other.number != number && same(&other.name, &name)) {
            reading.fault("name", text!("`{name}` exists already", name));
        }
        let kind = reading.word("kind", members.get("kind"), &CustomFieldKind::ALL).unwrap_or_default();
        let was = self.custom_field(number);
        if was.is_some_and(|was| was.kind != kind) {
            reading
                .fault("kind", text!("cannot be changed; make another field and take this one out of use"));
        }
        let mut field = CustomField::new(number, &name, kind, &[]);
        field.items = reading.names("items", members.get("items"), limits::ITEMS, limits::ITEM);
        if kind.is_choice() == field.items.is_empty() && reading.faults.is_empty() {
            let message = match kind.is_choice() {
                true => text!("is empty; a choice needs items to choose from"),
                false => text!("must be empty: only choices have items of their own"),
            };
            reading.fault("items", message);
        }
        field.rules = self.rules(&mut reading, members.get("rules"), number);
        field.is_active = reading.flag("is_active", members.get("is_active"), true);
        ended(reading)?;
        put_in(&mut self.custom_fields, |other| other.number == number, field);
        Ok(Vec::new())
    }

    /// Reads the rules of a field; one without a number is new and gets one.
    fn rules(&mut self, reading: &mut Reading, value: Option<&Value>, field: i64) -> Vec<CustomFieldRule> {
        let known: Vec<i64> = self
            .custom_field(field)
            .map_or_else(Vec::new, |field| field.rules.iter().map(|rule| rule.number).collect());
        let mut rules: Vec<CustomFieldRule> = Vec::new();
        for (at, item) in reading.list("rules", value, limits::RULES).into_iter().enumerate() {
            let path = |name: &str| format!("rules[{at}].{name}");
            let members = reading.object(&format!("rules[{at}]"), item, &RULE);
            let given = reading.integer(&path("number"), members.get("number"), 1..=i64::MAX);
            if given.is_some_and(|number| !known.contains(&number)) {
                reading.fault(path("number"), text!("is no rule of this field; leave it out to make one"));
            }
            if given.is_some_and(|number| rules.iter().any(|rule| rule.number == number)) {
                reading.fault(path("number"), text!("is given twice"));
            }
            let types = reading.word(&path("ticket_types"), members.get("ticket_types"), &TicketTypes::ALL);
            let services: Vec<ServiceId> =
                reading.ids(&path("services"), members.get("services"), limits::SERVICES);
            let lost = services.iter().enumerate().filter(|(_, id)| self.service_by_id(**id).is_none());
            for (at, id) in lost {
                reading.fault(
                    path(&format!("services[{at}]")),
                    text!("there is no service {id} in this domain", id),
                );
            }
            rules.push(CustomFieldRule {
                number: given.unwrap_or_else(|| self.next_number()),
                name: reading.name(&path("name"), members.get("name"), NAME),
                several_lines: reading.flag(&path("several_lines"), members.get("several_lines"), false),
                ticket_types: types.unwrap_or_default(),
                services,
            });
        }
        rules
    }
}
