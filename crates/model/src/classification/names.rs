//! Reading each kind of word from JSON and putting it among the others: new ones last, changed ones in their place.

use super::edit::{place, taken};
use super::word::{Category, Status, TicketTypes, Urgency, Word};
use super::{BaseStatus, Classification, EditFault, Noun, Renaming};
use crate::field::Field;
use crate::ids::{CategoryId, ServiceId, StatusId, UrgencyId};
use crate::reading::{Members, Reading};
use crate::sla;
use crate::text;
use crate::ticket::limits::NAME;
use serde_json::{Value, json};

const STATUS: [&str; 7] = [
    "name",
    "base_status",
    "requires_justification",
    "justifications",
    "ticket_types",
    "is_active",
    "is_default",
];
const URGENCY: [&str; 2] = ["name", "is_active"];
const CATEGORY: [&str; 3] = ["name", "ticket_types", "is_active"];
const SERVICE: [&str; 11] = [
    "name",
    "parent",
    "description",
    "visible_to",
    "selectable_by",
    "ticket_types",
    "allow_finish",
    "is_active",
    "default_urgency",
    "default_category",
    "categories",
];
const CUSTOM_FIELD: [&str; 5] = ["name", "kind", "items", "rules", "is_active"];

/// How many of each there can be.
pub(super) mod limits {
    pub(in crate::classification) const STATUSES: usize = 100;
    pub(in crate::classification) const URGENCIES: usize = 100;
    pub(in crate::classification) const CATEGORIES: usize = 1_000;
    pub(in crate::classification) const SERVICES: usize = 5_000;
    pub(in crate::classification) const CUSTOM_FIELDS: usize = 500;
    pub(in crate::classification) const JUSTIFICATIONS: usize = 200;
    pub(in crate::classification) const ITEMS: usize = 1_000;
    pub(in crate::classification) const RULES: usize = 50;
    pub(in crate::classification) const DESCRIPTION: usize = 2_000;
    /// Characters of an item of a choice.
    pub(in crate::classification) const ITEM: usize = 256;
    /// Levels of the tree of services.
    pub(in crate::classification) const LEVELS: usize = 3;
}

fn members_of(noun: Noun) -> &'static [&'static str] {
    match noun {
        Noun::Status => &STATUS,
        Noun::Urgency => &URGENCY,
        Noun::Category => &CATEGORY,
        Noun::Service => &SERVICE,
        Noun::CustomField => &CUSTOM_FIELD,
        Noun::SlaAgreement => &sla::MEMBERS,
    }
}

pub(super) fn many(reading: &mut Reading, noun: Noun, is_new: bool, there: usize, max: usize) {
    if is_new && there >= max {
        reading
            .fault("", text!("the domain has {max} of the kind {noun}, the limit", max, noun = noun.text()));
    }
}

/// The place of a known one, or the place behind all.
pub(super) fn put_in<T>(items: &mut Vec<T>, is_it: impl Fn(&T) -> bool, item: T) {
    match items.iter().position(is_it) {
        Some(at) => items[at] = item,
        None => items.push(item),
    }
}

pub(super) fn ended(reading: Reading) -> Result<(), EditFault> {
    if reading.faults.is_empty() { Ok(()) } else { Err(EditFault::Invalid(reading.faults)) }
}

impl Classification {
    /// A word's JSON with the members of the patch put in.
    pub(super) fn overlaid(&self, noun: Noun, id: i64, patch: &Value) -> Result<Value, EditFault> {
        let standing = match noun {
            Noun::Status => json!(self.statuses[place(&self.statuses, |it| it.id.0 == id)?]),
            Noun::Urgency => json!(self.urgencies[place(&self.urgencies, |it| it.id.0 == id)?]),
            Noun::Category => json!(self.categories[place(&self.categories, |it| it.id.0 == id)?]),
            Noun::Service => {
                let service = &self.services[place(&self.services, |it| it.id.0 == id)?];
                let mut standing = json!(service);
                standing["name"] = service.name().into();
                standing["parent"] = json!(self.service_above(service).map(|above| above.id));
                standing
            }
            Noun::CustomField => json!(self.custom_fields[place(&self.custom_fields, |it| it.number == id)?]),
            Noun::SlaAgreement => {
                json!(self.sla_agreements[place(&self.sla_agreements, |it| it.id.0 == id)?])
            }
        };
        let Value::Object(given) = patch else {
            let mut reading = Reading::default();
            let allowed = members_of(noun).join(", ");
            reading.fault("", text!("must be an object with some of {allowed}", allowed));
            return Err(EditFault::Invalid(reading.faults));
        };
        let mut whole = match standing {
            Value::Object(members) => members,
            _ => Members::new(),
        };
        whole.retain(|name, _| members_of(noun).contains(&name.as_str()));
        whole.extend(given.clone());
        Ok(Value::Object(whole))
    }

    /// Reads a whole word and puts it among the others.
    pub(super) fn put(
        &mut self,
        noun: Noun,
        id: i64,
        is_new: bool,
        json: &Value,
    ) -> Result<Vec<Renaming>, EditFault> {
        let mut reading = Reading::default();
        let members = reading.object("", json, members_of(noun));
        match noun {
            Noun::Status => self.put_status(reading, &members, StatusId(id), is_new),
            Noun::Urgency => self.put_urgency(reading, &members, UrgencyId(id), is_new),
            Noun::Category => self.put_category(reading, &members, CategoryId(id), is_new),
            Noun::Service => self.put_service(reading, &members, ServiceId(id), is_new),
            Noun::CustomField => self.put_custom_field(reading, &members, id, is_new),
            Noun::SlaAgreement => self.put_sla_agreement(reading, &members, id, is_new),
        }
    }

    fn put_status(
        &mut self,
        mut reading: Reading,
        members: &Members,
        id: StatusId,
        is_new: bool,
    ) -> Result<Vec<Renaming>, EditFault> {
        many(&mut reading, Noun::Status, is_new, self.statuses.len(), limits::STATUSES);
        let was = self.statuses.iter().find(|status| status.id == id);
        let bases = BaseStatus::ALL.map(|base| (base.as_str(), base));
        let base = reading.word("base_status", members.get("base_status"), &bases);
        if members.get("base_status").is_none_or(Value::is_null) {
            reading.fault("base_status", text!("is missing; it says what the status means"));
        }
        if was.is_some_and(|was| base.is_some_and(|base| base != was.base)) {
            reading.fault(
                "base_status",
                text!("cannot be changed; make another status and take this one out of use"),
            );
        }
        let name = reading.name("name", members.get("name"), NAME);
        if let Some(message) = taken(&self.statuses, id.0, &name) {
            reading.fault("name", message);
        }
        let given = members.get("justifications");
        let mut status =
            was.cloned().unwrap_or_else(|| Status::new(id, &name, base.unwrap_or(BaseStatus::New)));
        status.requires_justification =
            reading.flag("requires_justification", members.get("requires_justification"), false);
        status.justifications = reading.names("justifications", given, limits::JUSTIFICATIONS, NAME);
        let types = reading.word("ticket_types", members.get("ticket_types"), &TicketTypes::ALL);
        status.ticket_types = types.unwrap_or_default();
        status.is_active = reading.flag("is_active", members.get("is_active"), true);
        status.is_default = reading.flag("is_default", members.get("is_default"), false);
        if status.is_default && !status.is_active {
            reading.fault("is_active", text!("must be true while it is the default of its base status"));
        }
        if status.is_default && (status.requires_justification || status.ticket_types != TicketTypes::Both) {
            let message = text!("must be false: a default is given to all tickets, without a reason");
            reading.fault("is_default", message);
        }
        let others = |other: &Status| other.base == status.base && other.is_active && other.id != id;
        if !status.is_active && was.is_some_and(|was| was.is_active) && !self.statuses.iter().any(others) {
            reading.fault("is_active", text!("must be true: it is the last of its base status"));
        }
        ended(reading)?;
        let renamings = renamed(&mut status, Field::Status, &name);
        if status.is_default {
            let same_base = self.statuses.iter_mut().filter(|other| other.base == status.base);
            same_base.for_each(|other| other.is_default = false);
        }
        put_in(&mut self.statuses, |other| other.id == id, status);
        Ok(renamings)
    }

    fn put_urgency(
        &mut self,
        mut reading: Reading,
        members: &Members,
        id: UrgencyId,
        is_new: bool,
    ) -> Result<Vec<Renaming>, EditFault> {
        many(&mut reading, Noun::Urgency, is_new, self.urgencies.len(), limits::URGENCIES);
        let name = reading.name("name", members.get("name"), NAME);
        if let Some(message) = taken(&self.urgencies, id.0, &name) {
            reading.fault("name", message);
        }
        let was = self.urgencies.iter().find(|urgency| urgency.id == id);
        let mut urgency = was.cloned().unwrap_or_else(|| Urgency::new(id, &name));
        urgency.is_active = reading.flag("is_active", members.get("is_active"), true);
        ended(reading)?;
        let renamings = renamed(&mut urgency, Field::Urgency, &name);
        put_in(&mut self.urgencies, |other| other.id == id, urgency);
        Ok(renamings)
    }

    fn put_category(
        &mut self,
        mut reading: Reading,
        members: &Members,
        id: CategoryId,
        is_new: bool,
    ) -> Result<Vec<Renaming>, EditFault> {
        many(&mut reading, Noun::Category, is_new, self.categories.len(), limits::CATEGORIES);
        let name = reading.name("name", members.get("name"), NAME);
        if let Some(message) = taken(&self.categories, id.0, &name) {
            reading.fault("name", message);
        }
        let was = self.categories.iter().find(|category| category.id == id);
        let mut category = was.cloned().unwrap_or_else(|| Category::new(id, &name));
        let types = reading.word("ticket_types", members.get("ticket_types"), &TicketTypes::ALL);
        category.ticket_types = types.unwrap_or_default();
        category.is_active = reading.flag("is_active", members.get("is_active"), true);
        ended(reading)?;
        let renamings = renamed(&mut category, Field::Category, &name);
        put_in(&mut self.categories, |other| other.id == id, category);
        Ok(renamings)
    }
}

/// Gives a word its name; a new one has it already.
fn renamed<W: Word>(word: &mut W, field: Field, name: &str) -> Vec<Renaming> {
    if word.name() == name {
        return Vec::new();
    }
    let renaming = Renaming { field, was: word.name().to_owned(), is: name.to_owned() };
    word.rename(name);
    vec![renaming]
}
