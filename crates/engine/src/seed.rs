//! The first domain: made at the first start, before the engine runs, with what a seed file adds.

use crate::clock::Random;
use crate::error::Error;
use crate::vault::{hash_key, new_key};
use model::access_profile::AccessProfile;
use model::classification::{Category, Classification, CustomField, CustomFieldKind, Locale, Service};
use model::ids::{CategoryId, DomainId, IdMaker, KeyId, ServiceId};
use model::person::{Person, PersonRef, PersonType, ProfileType};
use model::time::Clock;
use serde::Deserialize;
use std::collections::HashSet;
use store::db::{CommitError, Db, Write};
use store::domains::Domain;
use store::keys::ApiKey;

/// What a seed file adds to a new domain.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    /// Names.
    pub categories: Vec<String>,
    /// Names.
    pub teams: Vec<String>,
    /// Paths from the root, levels parted by ` > `; the levels above a service come with it.
    pub services: Vec<String>,
    /// Fields of the domain's own.
    pub custom_fields: Vec<SeedField>,
    /// People.
    pub people: Vec<SeedPerson>,
}

/// A custom field of a seed file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedField {
    /// Number in the body and the public API.
    pub id: i64,
    /// Name on screen.
    pub name: String,
    /// Numbers of the rules that show it.
    #[serde(default)]
    pub rules: Vec<i64>,
    /// Text when absent; with items, several of them.
    #[serde(default)]
    pub kind: Option<CustomFieldKind>,
    /// What can be chosen.
    #[serde(default)]
    pub items: Vec<String>,
}

/// A person of a seed file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedPerson {
    /// Reference code.
    pub id: String,
    /// Name on screen.
    pub name: String,
    /// 1 person, 2 company, 4 department.
    #[serde(default = "one")]
    pub person_type: i64,
    /// 1 agent, 2 client, 3 agent and client.
    pub profile_type: i64,
    /// E-mail address.
    #[serde(default)]
    pub email: String,
    /// Phone.
    #[serde(default)]
    pub phone: String,
    /// Name of the access profile; the role's default when absent.
    #[serde(default)]
    pub access_profile: String,
    /// Teams of an agent.
    #[serde(default)]
    pub teams: Vec<String>,
}

fn one() -> i64 {
    1
}

/// How the first domain begins.
#[derive(Debug, Clone)]
pub struct FirstDomain {
    /// Its name.
    pub name: String,
    /// Language of its names.
    pub locale: Locale,
    /// Its first API key; one is made when absent.
    pub key: Option<String>,
    /// What comes with it.
    pub seed: Seed,
}

impl SeedField {
    fn field(&self) -> CustomField {
        let plain = match self.items.is_empty() {
            true => CustomFieldKind::Text,
            false => CustomFieldKind::MultiChoice,
        };
        let field = CustomField::new(self.id, &self.name, self.kind.unwrap_or(plain), &self.rules);
        CustomField { items: self.items.clone(), ..field }
    }
}

impl Seed {
    fn add_to(&self, words: &mut Classification) {
        for name in &self.categories {
            let id = words.categories.len() as i64 + 1;
            words.categories.push(Category::new(CategoryId(id), name));
        }
        words.teams.extend(self.teams.iter().cloned());
        words.custom_fields.extend(self.custom_fields.iter().map(SeedField::field));
        for text in &self.services {
            let path: Vec<String> = text.split('>').map(|level| level.trim().to_owned()).collect();
            for depth in 1..=path.len() {
                if words.service_at(&path[..depth]).is_none() {
                    let id = ServiceId(words.next_number());
                    words.services.push(Service::new(id, path[..depth].to_vec()));
                }
            }
        }
    }

    fn persons(&self) -> Result<Vec<Person>, Error> {
        let person = |at: usize, seed: &SeedPerson| {
            let field = |name: &str| format!("people[{at}].{name}");
            let person_type = PersonType::try_from(seed.person_type);
            let profile_type = ProfileType::try_from(seed.profile_type);
            let profile_type = profile_type.map_err(|text| Error::invalid(&field("profile_type"), text))?;
            let default = if profile_type.is_agent() { "agents" } else { "customers" };
            let profile = if seed.access_profile.is_empty() { default } else { &seed.access_profile };
            Ok(Person {
                reference: PersonRef {
                    id: seed.id.clone(),
                    person_type: person_type.map_err(|text| Error::invalid(&field("person_type"), text))?,
                    profile_type,
                    business_name: seed.name.clone(),
                    email: seed.email.clone(),
                    phone: seed.phone.clone(),
                },
                is_active: true,
                access_profile: profile.to_owned(),
                teams: seed.teams.clone(),
            })
        };
        self.people.iter().enumerate().map(|(at, seed)| person(at, seed)).collect()
    }
}

/// The first administrator: reference code 1, agent and client.
fn administrator(locale: Locale) -> Person {
    let name = match locale {
        Locale::En => "Administrator",
        Locale::PtBr | Locale::Es => "Administrador",
    };
    Person {
        reference: PersonRef {
            id: "1".into(),
            person_type: PersonType::Person,
            profile_type: ProfileType::AgentAndClient,
            business_name: name.into(),
            email: String::new(),
            phone: String::new(),
        },
        is_active: true,
        access_profile: "administrators".into(),
        teams: Vec::new(),
    }
}

/// Makes the first domain if there is none. Answers the API key when one was made here, so that it can be shown once.
///
/// # Errors
/// Faults of the seed, or what the database says; nothing was stored.
pub async fn first_domain(
    db: &Db,
    clock: &dyn Clock,
    random: &Random,
    first: &FirstDomain,
) -> Result<Option<String>, Error> {
    if !store::domains::revisions(&db.reader()).await?.is_empty() {
        return Ok(None);
    }
    let now = clock.now();
    let ids = IdMaker::new(0);
    let id = DomainId(ids.next(now.0));
    let mut classification = Classification::starting(first.locale);
    first.seed.add_to(&mut classification);
    let mut people = vec![administrator(first.locale)];
    people.extend(first.seed.persons()?);
    let mut seen = HashSet::new();
    if let Some(twice) = people.iter().find(|person| !seen.insert(&person.reference.id)) {
        let message =
            format!("the reference code `{}` is given twice (1 is the administrator)", twice.reference.id);
        return Err(Error::invalid("people", message));
    }
    let domain = Domain {
        id,
        name: first.name.clone(),
        locale: first.locale.as_str().to_owned(),
        config_revision: 1,
        classification,
    };
    let made = first.key.is_none().then(|| new_key(random));
    let key = first.key.clone().or_else(|| made.clone()).unwrap_or_default();
    let key = ApiKey {
        domain: id,
        id: KeyId(ids.next(now.0)),
        hash: hash_key(&key),
        name: "bootstrap".into(),
        person_id: "1".into(),
        expires_at: None,
    };
    let mut write = Write::new().step(store::domains::insert(&domain, now));
    for profile in AccessProfile::defaults() {
        write.push(store::people::insert_profile(id, &profile));
    }
    for person in &people {
        write.push(store::people::insert(id, person, now));
    }
    write.push(store::keys::insert(&key, now));
    match db.commit(write).await {
        Ok(_) => Ok(made),
        // Another node that starts at the same moment was quicker.
        Err(CommitError::Conflict(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
