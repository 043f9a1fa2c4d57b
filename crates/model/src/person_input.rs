//! A person as a caller writes it, and what becomes of the record: every fault is told, with the public API's name of the
//! field.
//! Does not live here: what the database must be asked first (engine `commands::people`).

use crate::access_profile::{AccessProfile, UserType};
use crate::classification::Classification;
use crate::custom_value;
use crate::directory::Directory;
use crate::fault::{Fault, check_length};
use crate::ids::TeamId;
use crate::person::{PersonType, ProfileType};
use crate::person_record::{Address, Contact, Email, Person, Relationship, Texts, TextsInput, limits};
use crate::text;
use crate::ticket::CustomFieldValue;
use crate::wording::Text;
use std::collections::HashSet;

/// A password on its way in. It prints as `•••`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("•••")
    }
}

/// What a caller sends of a person. `None` leaves a field alone; lists are replaced whole; names are the domain's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the person's field of that name")]
pub struct PersonInput {
    pub person_type: Option<PersonType>,
    pub profile_type: Option<ProfileType>,
    pub is_active: Option<bool>,
    /// By name; empty for the default profile of the role.
    pub access_profile: Option<String>,
    pub business_name: Option<String>,
    pub texts: TextsInput,
    pub addresses: Option<Vec<Address>>,
    pub contacts: Option<Vec<Contact>>,
    pub emails: Option<Vec<Email>>,
    /// By name.
    pub teams: Option<Vec<String>>,
    pub relationships: Option<Vec<Relationship>>,
    pub custom_fields: Option<Vec<CustomFieldValue>>,
    pub password: Option<Password>,
}

impl PersonInput {
    /// The reference codes that it names: the boss, and the organisations.
    pub fn codes(&self) -> Vec<String> {
        let boss = self.texts.boss_id.iter().filter(|id| !id.is_empty());
        let linked = self.relationships.iter().flatten().take(limits::LIST).map(|link| &link.id);
        let codes: HashSet<&String> = boss.chain(linked).collect();
        codes.into_iter().cloned().collect()
    }
}

/// What the record's surroundings say.
pub struct Known<'k> {
    /// The domain's profiles and teams.
    pub directory: &'k Directory,
    /// The domain's words.
    pub classification: &'k Classification,
    /// The kind of the person with this reference code; none when nobody has it.
    pub person: &'k dyn Fn(&str) -> Option<PersonType>,
    /// The time zone's name as the IANA writes it; none for an unknown one.
    pub time_zone: &'k dyn Fn(&str) -> Option<String>,
    /// Others are linked to this one.
    pub is_linked_to: bool,
}

/// Takes over what was sent. Answers every fault; the record is of no use when there are any.
pub fn apply(person: &mut Person, input: PersonInput, known: &Known<'_>) -> Vec<Fault> {
    let mut form = Form { known, faults: Vec::new() };
    form.kinds(person, &input);
    form.texts(person, input.business_name, input.texts);
    if let Some(addresses) = input.addresses {
        person.addresses = form.addresses(addresses);
    }
    form.reach(person, input.contacts, input.emails);
    if let Some(names) = input.teams {
        person.teams = form.teams(&person.teams, &names);
    }
    if let Some(links) = input.relationships {
        form.relationships(&person.reference.id, &links);
        person.relationships = links;
    }
    if let Some(mut values) = input.custom_fields {
        form.custom_fields(&mut values, &person.custom_fields);
        person.custom_fields = values;
    }
    if let Some(is_active) = input.is_active {
        person.is_active = is_active;
    }
    form.faults
}

struct Form<'f> {
    known: &'f Known<'f>,
    faults: Vec<Fault>,
}

impl Form<'_> {
    fn fault(&mut self, field: impl Into<String>, message: Text) {
        self.faults.push(Fault::new(field, message));
    }

    fn few(&mut self, field: &str, count: usize) -> bool {
        if count > limits::LIST {
            let message = text!("has {count} items; at most {max} are allowed", count, max = limits::LIST);
            self.fault(field, message);
        }
        count <= limits::LIST
    }

    /// Kind, role, and the access profile that fits them.
    fn kinds(&mut self, person: &mut Person, input: &PersonInput) {
        let reference = &mut person.reference;
        let was = reference.person_type;
        reference.person_type = input.person_type.unwrap_or(was);
        if self.known.is_linked_to && reference.person_type != was {
            self.fault("personType", text!("stays as it is while others are linked to this organization"));
        }
        reference.profile_type = input.profile_type.unwrap_or(reference.profile_type);
        if reference.profile_type.is_agent() && reference.person_type != PersonType::Person {
            self.fault("profileType", text!("only a person (personType 1) can be an agent"));
        }
        let user_type = UserType::from(reference.profile_type);
        let directory = self.known.directory;
        let default = directory.default_profile(user_type);
        let fits = |profile: &&AccessProfile| profile.user_type == user_type;
        let profile = match input.access_profile.as_deref() {
            Some("") => default,
            None => directory.profile(person.access_profile).filter(fits).or(default),
            Some(name) => match directory.profile_named(name) {
                None => {
                    return self.fault("accessProfile", text!("there is no access profile `{name}`", name));
                }
                Some(profile) if !fits(&profile) => {
                    let message = match profile.user_type {
                        UserType::Agents => text!("`{name}` is a profile for agents only", name),
                        UserType::Customers => text!("`{name}` is a profile for customers only", name),
                    };
                    return self.fault("accessProfile", message);
                }
                found => found,
            },
        };
        match profile {
            Some(profile) => person.access_profile = profile.id,
            None => {
                let message = match user_type {
                    UserType::Agents => text!("there is no default profile for agents"),
                    UserType::Customers => text!("there is no default profile for customers"),
                };
                self.fault("accessProfile", message);
            }
        }
    }

    fn texts(&mut self, person: &mut Person, business_name: Option<String>, mut texts: TextsInput) {
        if let Some(name) = business_name {
            check_length(&mut self.faults, "businessName", &name, limits::NAME);
            person.reference.business_name = name;
        }
        if person.reference.business_name.trim().is_empty() {
            self.fault("businessName", text!("is missing"));
        }
        for (name, public, max) in Texts::ALL {
            let text = texts.of(name).and_then(|text| text.as_deref());
            check_length(&mut self.faults, public, text.unwrap_or_default(), *max);
        }
        self.zone(&mut texts);
        if let Some(boss) = texts.boss_id.as_deref().filter(|id| !id.is_empty()) {
            if boss == person.reference.id {
                self.fault("bossId", text!("nobody is their own boss"));
            } else if (self.known.person)(boss) != Some(PersonType::Person) {
                self.fault("bossId", text!("there is no person with the reference code `{id}`", id = boss));
            }
        }
        let is_tag = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if texts.culture_id.as_deref().is_some_and(|text| !text.chars().all(is_tag)) {
            self.fault("cultureId", text!("must be a language tag such as pt-BR"));
        }
        if texts.user_name.as_deref().is_some_and(|text| text.contains(char::is_whitespace)) {
            self.fault("userName", text!("must not hold blanks"));
        }
        person.texts.put(texts);
    }

    fn zone(&mut self, texts: &mut TextsInput) {
        let Some(zone) = texts.time_zone_id.as_mut().filter(|zone| !zone.is_empty()) else { return };
        match (self.known.time_zone)(zone) {
            Some(canonical) => *zone = canonical,
            None => {
                self.fault("timeZoneId", text!("must be a time zone of the IANA such as America/Sao_Paulo"))
            }
        }
    }

    fn addresses(&mut self, mut addresses: Vec<Address>) -> Vec<Address> {
        if !self.few("addresses", addresses.len()) {
            return Vec::new();
        }
        for (at, address) in addresses.iter().enumerate() {
            for (name, text) in address.lines() {
                check_length(&mut self.faults, &format!("addresses[{at}].{name}"), text, limits::NAME);
            }
        }
        one_default(&mut addresses, |address| &mut address.is_default);
        addresses
    }

    fn reach(&mut self, person: &mut Person, contacts: Option<Vec<Contact>>, emails: Option<Vec<Email>>) {
        if let Some(mut contacts) = contacts.filter(|list| self.few("contacts", list.len())) {
            for (at, contact) in contacts.iter().enumerate() {
                let place = format!("contacts[{at}].contact");
                if contact.contact.trim().is_empty() {
                    self.fault(&place, text!("is missing"));
                }
                check_length(&mut self.faults, &place, &contact.contact, limits::NAME);
                let place = format!("contacts[{at}].contactType");
                check_length(&mut self.faults, &place, &contact.contact_type, limits::NAME);
            }
            let default = one_default(&mut contacts, |contact| &mut contact.is_default);
            person.reference.phone = default.map(|contact| contact.contact.clone()).unwrap_or_default();
            person.contacts = contacts;
        }
        if let Some(mut emails) = emails.filter(|list| self.few("emails", list.len())) {
            for (at, email) in emails.iter().enumerate() {
                let place = format!("emails[{at}].email");
                if !is_address(&email.email) {
                    self.fault(&place, text!("must be an e-mail address such as ana@example.org"));
                }
                check_length(&mut self.faults, &place, &email.email, limits::NAME);
                let place = format!("emails[{at}].emailType");
                check_length(&mut self.faults, &place, &email.email_type, limits::NAME);
            }
            let default = one_default(&mut emails, |email| &mut email.is_default);
            person.reference.email = default.map(|email| email.email.clone()).unwrap_or_default();
            person.emails = emails;
        }
    }

    fn teams(&mut self, had: &[TeamId], names: &[String]) -> Vec<TeamId> {
        if !self.few("teams", names.len()) {
            return Vec::new();
        }
        let mut teams = Vec::new();
        for (at, name) in names.iter().enumerate() {
            match self.known.directory.team_named(name) {
                Some(team) if !team.is_active && !had.contains(&team.id) => {
                    self.fault(format!("teams[{at}]"), text!("the team `{name}` is not in use", name));
                }
                Some(team) if teams.contains(&team.id) => {}
                Some(team) => teams.push(team.id),
                None => self
                    .fault(format!("teams[{at}]"), text!("there is no team `{name}` in this domain", name)),
            }
        }
        teams
    }

    fn relationships(&mut self, own: &str, links: &[Relationship]) {
        if !self.few("relationships", links.len()) {
            return;
        }
        let mut seen = HashSet::new();
        for (at, link) in links.iter().enumerate() {
            let place = format!("relationships[{at}]");
            let id = &link.id;
            let fault = match (self.known.person)(id) {
                _ if id == own => Some(text!("an organization is not linked to itself")),
                None => Some(text!("there is no organization with the reference code `{id}`", id)),
                Some(PersonType::Person) => {
                    Some(text!("`{id}` is a person; links lead to companies and departments", id))
                }
                _ if !seen.insert(id) => Some(text!("is named twice")),
                _ => None,
            };
            if let Some(message) = fault {
                self.fault(format!("{place}.id"), message);
            }
            let sla = format!("{place}.slaAgreement");
            check_length(&mut self.faults, &sla, &link.sla_agreement, limits::NAME);
            self.few(&format!("{place}.services"), link.services.len());
        }
    }

    fn custom_fields(&mut self, values: &mut [CustomFieldValue], had: &[CustomFieldValue]) {
        const PATH: &str = "customFieldValues";
        if !self.few(PATH, values.len()) {
            return;
        }
        let words = self.known.classification;
        custom_value::check(&mut self.faults, PATH, values, had, words);
        for person in custom_value::named(PATH, values, had, words) {
            if !person.id.is_empty() && (self.known.person)(&person.id).is_none() {
                self.fault(person.field, text!("there is no person `{id}` in this domain", id = person.id));
            }
        }
    }
}

/// Leaves one default in a list that is not empty: the first that says so, else the first. Answers it.
fn one_default<T>(list: &mut [T], mut flag: impl FnMut(&mut T) -> &mut bool) -> Option<&T> {
    let mut chosen = 0;
    for at in (0..list.len()).rev() {
        if *flag(&mut list[at]) {
            chosen = at;
        }
    }
    for (at, item) in list.iter_mut().enumerate() {
        *flag(item) = at == chosen;
    }
    list.get(chosen)
}

/// Whether a text can be an e-mail address; only a message that arrives proves more.
fn is_address(text: &str) -> bool {
    let fit = |part: &str| {
        !part.is_empty() && !part.contains(|letter: char| letter.is_whitespace() || letter.is_control())
    };
    text.rsplit_once('@').is_some_and(|(name, host)| fit(name) && fit(host))
}

/// What is wrong with a reference code.
pub fn code_faults(code: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    check_length(&mut faults, "id", code, limits::CODE);
    if code.is_empty() {
        faults.push(Fault::new("id", text!("is empty; leave it out and one is made")));
    }
    if code.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        faults.push(Fault::new("id", text!("must not hold blanks or control characters")));
    }
    faults
}

impl Address {
    /// Its lines with the public API's names.
    fn lines(&self) -> [(&'static str, &str); 10] {
        [
            ("addressType", &self.address_type),
            ("country", &self.country),
            ("postalCode", &self.postal_code),
            ("state", &self.state),
            ("district", &self.district),
            ("city", &self.city),
            ("street", &self.street),
            ("number", &self.number),
            ("complement", &self.complement),
            ("reference", &self.reference),
        ]
    }
}

#[cfg(test)]
#[path = "person_input_tests.rs"]
mod tests;
