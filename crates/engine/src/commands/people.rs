//! People: making, changing and deleting them. Names become what the domain knows, the record is written with its links
//! and teams, and nobody gives more than they may.

use crate::Engine;
use crate::administer::Decision;
use crate::caller::Caller;
use crate::commands::log_in::Preferences;
use crate::commands::person_login::end_login;
use crate::config::DomainConfig;
use crate::error::Error;
use model::access_profile::{AccessProfile, Grant};
use model::fault::Fault;
use model::field::{Field, FieldKind};
use model::login::check_password;
use model::person::{PersonRef, PersonType, ProfileType};
use model::person_input::{Known, PersonInput, apply, code_faults};
use model::person_record::{Person, TextsInput};
use model::text;
use model::wording::Text;
use std::collections::HashMap;
use std::sync::Arc;
use store::db::Write;

impl Engine {
    /// Makes a person and answers the record. A reference code is made when none is given.
    ///
    /// # Errors
    /// `Invalid` with the public API's field names; `Conflict` when the reference code is taken; `Forbidden` when the
    /// access profile may more than the caller.
    pub async fn create_person(
        &self,
        caller: &Caller,
        id: Option<String>,
        input: PersonInput,
    ) -> Result<Person, Error> {
        caller.require(Grant::AllowWritingPeople)?;
        let by = caller.clone();
        self.administer(caller.domain, move |engine, config| {
            let (id, input, by) = (id.clone(), input.clone(), by.clone());
            Box::pin(async move { engine.decide_new(&by, &config, id, input).await })
        })
        .await
    }

    /// Changes a person and answers the record.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with the public API's field names; `Forbidden` when the access profile, before or after, may
    /// more than the caller; `Conflict` when nobody could manage access profiles any more.
    pub async fn update_person(
        &self,
        caller: &Caller,
        id: &str,
        input: PersonInput,
    ) -> Result<Person, Error> {
        caller.require(Grant::AllowWritingPeople)?;
        let (by, id) = (caller.clone(), id.to_owned());
        self.administer(caller.domain, move |engine, config| {
            let (id, input, by) = (id.clone(), input.clone(), by.clone());
            Box::pin(async move { engine.decide_change(&by, &config, &id, input).await })
        })
        .await
    }

    /// Changes the caller's own language and time zone.
    ///
    /// # Errors
    /// `NotFound` for who is no person; `Invalid` with the public API's field names.
    pub async fn update_own_preferences(
        &self,
        caller: &Caller,
        wanted: Preferences,
    ) -> Result<Person, Error> {
        let texts = TextsInput {
            culture_id: Some(wanted.language),
            time_zone_id: Some(wanted.time_zone),
            ..TextsInput::default()
        };
        let (by, input) = (caller.clone(), PersonInput { texts, ..PersonInput::default() });
        self.administer(caller.domain, move |engine, config| {
            let (input, by) = (input.clone(), by.clone());
            Box::pin(async move { engine.decide_change(&by, &config, by.person_id(), input).await })
        })
        .await
    }

    /// Deletes a person. Tickets keep what they say of them.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` when the person may more than the caller; `Conflict` when something needs them: an API key,
    /// somebody who is linked to them, a trigger that names them, or access profiles that nobody else may manage.
    pub async fn delete_person(&self, caller: &Caller, id: &str) -> Result<(), Error> {
        caller.require(Grant::AllowWritingPeople)?;
        let (by, id) = (caller.clone(), id.to_owned());
        self.administer(caller.domain, move |engine, config| {
            let (id, by) = (id.clone(), by.clone());
            Box::pin(async move { engine.decide_end(&by, &config, &id).await })
        })
        .await
    }

    async fn decide_new(
        &self,
        by: &Caller,
        config: &Arc<DomainConfig>,
        id: Option<String>,
        input: PersonInput,
    ) -> Result<Decision<Person>, Error> {
        let now = self.core.clock.now();
        let given = id.filter(|id| !id.is_empty());
        let id = given.unwrap_or_else(|| self.core.ids.next(now.0).to_string());
        let mut faults = code_faults(&id);
        let kind =
            input.person_type.unwrap_or_else(|| missing(&mut faults, "personType", PersonType::Person));
        let role =
            input.profile_type.unwrap_or_else(|| missing(&mut faults, "profileType", ProfileType::Client));
        let reference = PersonRef {
            id: id.clone(),
            person_type: kind,
            profile_type: role,
            business_name: String::new(),
            email: String::new(),
            phone: String::new(),
        };
        let mut person = Person::new(reference, AccessProfile::CUSTOMERS);
        let password = input.password.clone();
        faults.extend(self.take_over(by, config, &mut person, input, false).await?);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        if store::people::find(&self.core.reader, by.domain, &id).await?.is_some() {
            return Err(Error::Conflict(text!("a person with the reference code `{id}` exists already", id)));
        }
        by.require_over(config.directory.grants(person.access_profile))?;
        (person.created_at, person.changed_at) = (now, now);
        by.person_id().clone_into(&mut person.created_by);
        by.person_id().clone_into(&mut person.changed_by);
        let mut write: Write = store::person_links::hold(by.domain, &person).into_iter().collect();
        write.push(store::people::insert(by.domain, &person, now));
        push_rows(&mut write, by, &person);
        for step in self.login_steps(by.domain, None, &person, password).await? {
            write.push(step);
        }
        Ok(Decision { write, answer: person, reload: false })
    }

    async fn decide_change(
        &self,
        by: &Caller,
        config: &Arc<DomainConfig>,
        id: &str,
        input: PersonInput,
    ) -> Result<Decision<Person>, Error> {
        let was = self.person(by, id).await?;
        by.require_over(config.directory.grants(was.access_profile))?;
        let mut person = was.clone();
        let is_linked_to = store::person_links::is_linked_to(&self.core.reader, by.domain, id).await?;
        let password = input.password.clone();
        let faults = self.take_over(by, config, &mut person, input, is_linked_to).await?;
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        by.require_over(config.directory.grants(person.access_profile))?;
        if person == was && password.is_none() {
            return Ok(Decision { write: Write::new(), answer: person, reload: false });
        }
        (person.version, person.changed_at) = (was.version + 1, self.core.clock.now());
        by.person_id().clone_into(&mut person.changed_by);
        let manages = |person: &Person| {
            let grants = config.directory.grants(person.access_profile);
            person.is_active && grants.contains(&Grant::AllowManagingAccessProfiles)
        };
        if manages(&was) && !manages(&person) {
            self.somebody_manages(by.domain, config, None, id).await?;
        }
        // What memory holds of people: who has a key, and with it their rights. Who manages is guarded by the revision.
        let rights = |person: &Person| (person.is_active, person.access_profile, person.teams.clone());
        let reload = rights(&was) != rights(&person) || self.core.config.holds_key(by.domain, id);
        let mut write = Write::new();
        if reload {
            write.push(store::domains::raise_revision(by.domain, config.revision));
        }
        write.push(store::people::update(by.domain, &person));
        if was.relationships != person.relationships {
            write = store::person_links::hold(by.domain, &person).into_iter().fold(write, Write::step);
        }
        write.push(store::person_links::remove(by.domain, id));
        write.push(store::teams::remove_member(by.domain, id));
        push_rows(&mut write, by, &person);
        for step in self.login_steps(by.domain, Some(&was), &person, password).await? {
            write.push(step);
        }
        Ok(Decision { write, answer: person, reload })
    }

    async fn decide_end(
        &self,
        by: &Caller,
        config: &Arc<DomainConfig>,
        id: &str,
    ) -> Result<Decision<()>, Error> {
        let person = self.person(by, id).await?;
        let grants = config.directory.grants(person.access_profile);
        by.require_over(grants)?;
        if person.is_active && grants.contains(&Grant::AllowManagingAccessProfiles) {
            self.somebody_manages(by.domain, config, None, id).await?;
        }
        let conflict =
            |why: Text| Err(Error::Conflict(text!("{why}; make the person inactive instead", why)));
        if self.core.config.holds_key(by.domain, id) {
            return conflict(text!("the person has an API key"));
        }
        if store::person_links::is_linked_to(&self.core.reader, by.domain, id).await? {
            return conflict(text!("others are linked to this organization"));
        }
        if let Some(trigger) = self.trigger_naming(by, id).await? {
            return conflict(text!("the trigger {trigger} names the person", trigger));
        }
        let write = Write::new()
            .step(store::domains::raise_revision(by.domain, config.revision))
            .step(store::people::delete(by.domain, id, person.version))
            .step(store::person_links::remove(by.domain, id))
            .step(store::teams::remove_member(by.domain, id));
        let write = end_login(by.domain, id).into_iter().fold(write, Write::step);
        Ok(Decision { write, answer: (), reload: true })
    }

    async fn person(&self, by: &Caller, id: &str) -> Result<Person, Error> {
        let found = store::people::find(&self.core.reader, by.domain, id).await?;
        found.ok_or_else(|| Error::NotFound(format!("person with the reference code `{id}`")))
    }

    /// The name of a trigger that compares with this person.
    async fn trigger_naming(&self, by: &Caller, id: &str) -> Result<Option<String>, Error> {
        let triggers = store::triggers::all(&self.core.reader, by.domain).await?;
        let names = |trigger: &&model::trigger::Trigger| {
            let leaves = trigger.draft.conditions.leaves();
            let mut people = leaves.iter().filter(|(_, leaf)| is_people(leaf.field));
            people.any(|(_, leaf)| leaf.value.values().iter().any(|value| value == id))
        };
        Ok(triggers.iter().find(names).map(|trigger| trigger.draft.name.clone()))
    }

    /// Puts what was sent into the record. Answers every fault.
    async fn take_over(
        &self,
        by: &Caller,
        config: &DomainConfig,
        person: &mut Person,
        input: PersonInput,
        is_linked_to: bool,
    ) -> Result<Vec<Fault>, Error> {
        let named = store::people::find_many(&self.core.reader, by.domain, &input.codes()).await?;
        let kinds: HashMap<String, PersonType> =
            named.into_iter().map(|named| (named.reference.id, named.reference.person_type)).collect();
        let password = input.password.clone();
        let mut faults = {
            let known = Known {
                directory: &config.directory,
                classification: &config.classification,
                person: &|id| kinds.get(id).copied(),
                time_zone: &time_zone,
                is_linked_to,
            };
            apply(person, input, &known)
        };
        if let Some(password) = &password {
            check_password(&mut faults, "password", &password.0);
        }
        let name = &person.texts.user_name;
        if !name.is_empty() {
            let other = store::people::find_by_user_name(&self.core.reader, by.domain, name).await?;
            if other.is_some_and(|other| other.reference.id != person.reference.id) {
                faults.push(Fault::new("userName", text!("is taken by somebody else")));
            }
        }
        Ok(faults)
    }
}

/// Whether values of this field are reference codes.
fn is_people(field: Field) -> bool {
    matches!(field.kind(), FieldKind::Person | FieldKind::People)
}

/// Notes that a field is missing; the stand-in is never used.
fn missing<T>(faults: &mut Vec<Fault>, field: &str, stand_in: T) -> T {
    faults.push(Fault::new(field, text!("is missing")));
    stand_in
}

/// Adds the rows of the record's links and teams.
fn push_rows(write: &mut Write, by: &Caller, person: &Person) {
    if !person.relationships.is_empty() {
        write.push(store::person_links::insert(by.domain, person));
    }
    if !person.teams.is_empty() {
        write.push(store::teams::add_member(by.domain, person));
    }
}

/// A time zone's name as the IANA writes it.
fn time_zone(name: &str) -> Option<String> {
    let zone = jiff::tz::TimeZone::get(name).ok()?;
    zone.iana_name().map(str::to_owned)
}
