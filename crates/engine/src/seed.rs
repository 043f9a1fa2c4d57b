//! New domains: the first one, made at the first start, before the engine runs, with what a seed file adds; and further
//! ones that an operator makes.

use crate::clock::Random;
use crate::commands::passwords::set_login;
use crate::error::Error;
use crate::passwords::hash_now;
use crate::vault::{hash_key, new_key};
use model::access_profile::AccessProfile;
use model::classification::{Classification, CustomField, Locale, Service};
use model::ids::{DomainId, IdMaker, KeyId};
use model::login::login_name;
use model::person::{Person, PersonRef, PersonType, ProfileType};
use model::time::{Clock, Timestamp};
use serde::Deserialize;
use std::collections::HashSet;
use store::db::{CommitError, Db, Step, Write};
use store::domains::Domain;
use store::keys::ApiKey;
use store::logins::Login;

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
    pub custom_fields: Vec<CustomField>,
    /// People.
    pub people: Vec<SeedPerson>,
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

/// How the administrator of a new domain logs in.
#[derive(Clone)]
pub struct FirstLogin {
    /// The administrator's e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// Whether it has to be changed at the first log-in.
    pub must_change: bool,
}

impl std::fmt::Debug for FirstLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FirstLogin({}, •••)", self.email)
    }
}

/// How a domain begins.
#[derive(Debug, Clone)]
pub struct FirstDomain {
    /// Its name.
    pub name: String,
    /// Language of its names.
    pub locale: Locale,
    /// Its first API key; one is made when absent.
    pub key: Option<String>,
    /// The hosts under which its people log in, in lower case.
    pub host_names: Vec<String>,
    /// How its administrator logs in; with the key alone when absent.
    pub login: Option<FirstLogin>,
    /// What comes with it.
    pub seed: Seed,
}

impl Seed {
    fn add_to(&self, words: &mut Classification) {
        words.categories.extend(self.categories.iter().cloned());
        words.teams.extend(self.teams.iter().cloned());
        words.custom_fields.extend(self.custom_fields.iter().cloned());
        for text in &self.services {
            let path: Vec<String> = text.split('>').map(|level| level.trim().to_owned()).collect();
            for depth in 1..=path.len() {
                let service = Service { path: path[..depth].to_vec() };
                if !words.services.contains(&service) {
                    words.services.push(service);
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

/// Reference code of the first administrator.
const ADMINISTRATOR: &str = "1";

/// The first administrator: reference code 1, agent and client.
fn administrator(first: &FirstDomain) -> Person {
    let name = match first.locale {
        Locale::En => "Administrator",
        Locale::PtBr | Locale::Es => "Administrador",
    };
    Person {
        reference: PersonRef {
            id: ADMINISTRATOR.into(),
            person_type: PersonType::Person,
            profile_type: ProfileType::AgentAndClient,
            business_name: name.into(),
            email: first.login.as_ref().map(|login| login.email.clone()).unwrap_or_default(),
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
    let (write, made) = new_domain(clock, random, first)?;
    match db.commit(write).await {
        Ok(_) => Ok(made),
        // Another node that starts at the same moment was quicker.
        Err(CommitError::Conflict(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What makes a domain, with profiles, an administrator, words in its language and a first key; and the key when it was
/// made here.
///
/// # Errors
/// Faults of the seed.
pub(crate) fn new_domain(
    clock: &dyn Clock,
    random: &Random,
    first: &FirstDomain,
) -> Result<(Write, Option<String>), Error> {
    let now = clock.now();
    let ids = IdMaker::new(0);
    let id = DomainId(ids.next(now.0));
    let mut classification = Classification::starting(first.locale);
    first.seed.add_to(&mut classification);
    let domain = Domain {
        id,
        name: first.name.clone(),
        locale: first.locale.as_str().to_owned(),
        config_revision: 1,
        classification,
        host_names: first.host_names.clone(),
        suspended: false,
    };
    let mut write = Write::new().step(store::domains::insert(&domain, now));
    for profile in AccessProfile::defaults() {
        write.push(store::people::insert_profile(id, &profile));
    }
    let people = people(first)?;
    for person in &people {
        write.push(store::people::insert(id, person, now));
    }
    for step in first_login(first, id, now, random)? {
        write.push(step);
    }
    let made = first.key.is_none().then(|| new_key(random));
    let key = first.key.clone().or_else(|| made.clone()).unwrap_or_default();
    write.push(store::keys::insert(&ApiKey {
        domain: id,
        id: KeyId(ids.next(now.0)),
        hash: hash_key(&key),
        name: "bootstrap".into(),
        person_id: ADMINISTRATOR.into(),
        access_profile: None,
        rotated_from: None,
        created_at: now,
        last_used_at: None,
        expires_at: None,
    }));
    Ok((write, made))
}

/// The administrator and those of the seed.
fn people(first: &FirstDomain) -> Result<Vec<Person>, Error> {
    let mut people = vec![administrator(first)];
    people.extend(first.seed.persons()?);
    let mut seen = HashSet::new();
    if let Some(twice) = people.iter().find(|person| !seen.insert(&person.reference.id)) {
        let message =
            format!("the reference code `{}` is given twice (1 is the administrator)", twice.reference.id);
        return Err(Error::invalid("people", message));
    }
    Ok(people)
}

/// The administrator's way in.
fn first_login(
    first: &FirstDomain,
    domain: DomainId,
    now: Timestamp,
    random: &Random,
) -> Result<Vec<Step>, Error> {
    let Some(given) = &first.login else { return Ok(Vec::new()) };
    let name = login_name(&given.email);
    let name = name.ok_or_else(|| Error::invalid("email", "must have 1 to 128 characters"))?;
    let login = Login {
        person_id: ADMINISTRATOR.into(),
        password_hash: hash_now(&given.password, random)?,
        must_change: given.must_change,
        changed_at: now,
    };
    Ok(set_login(domain, &login, &[name]))
}
