//! New domains: the first one, made at the first start, before the engine runs, with what a seed file adds; and further
//! ones that an operator makes.

mod faults;

use crate::clock::Random;
use crate::commands::passwords::set_login;
use crate::error::Error;
use crate::passwords::hash_now;
use crate::vault::{hash_key, new_key};
use model::access_profile::{AccessProfile, UserType, name_faults};
use model::classification::{Category, Classification, CustomField, CustomFieldKind, Locale, Service};
use model::directory::Directory;
use model::fault::Fault;
use model::ids::{CategoryId, DomainId, IdMaker, KeyId, ServiceId, TeamId};
use model::login::login_name;
use model::person::{PersonRef, PersonType, ProfileType};
use model::person_record::Person;
use model::team::Team;
use model::text;
use model::time::{Clock, Timestamp};
use model::wording::Text;
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

    /// The teams; each name once, case and accents folded.
    fn teams(&self, mut id: impl FnMut() -> i64) -> Result<Vec<Team>, Error> {
        let mut directory = Directory::default();
        for (at, name) in self.teams.iter().enumerate() {
            let place = format!("teams[{at}]");
            if let Some(fault) = name_faults(name).first() {
                return Err(Error::invalid(&place, fault.message.clone()));
            }
            if directory.team_named(name).is_some() {
                return Err(Error::invalid(&place, text!("is given twice")));
            }
            let (id, name) = (TeamId(id()), name.clone());
            directory.teams.push(Team { id, name, is_active: true, former_names: Vec::new() });
        }
        Ok(directory.teams)
    }

    fn persons(&self, directory: &Directory) -> Result<Vec<Person>, Error> {
        let mut faults = Vec::new();
        let people = self.people.iter().enumerate();
        let people =
            people.filter_map(|(at, seed)| seed.read(&format!("people[{at}]"), directory, &mut faults));
        let people = people.collect();
        if faults.is_empty() { Ok(people) } else { Err(Error::Invalid(faults)) }
    }
}

impl SeedPerson {
    /// The person; what is wrong goes to `faults`.
    fn read(&self, place: &str, directory: &Directory, faults: &mut Vec<Fault>) -> Option<Person> {
        let mut fault =
            |name: &str, message: Text| faults.push(Fault::new(format!("{place}.{name}"), message));
        let person_type =
            PersonType::try_from(self.person_type).map_err(|text| fault("person_type", Text::given(text)));
        let role =
            ProfileType::try_from(self.profile_type).map_err(|text| fault("profile_type", Text::given(text)));
        let (person_type, role) = (person_type.ok()?, role.ok()?);
        let profile = match self.access_profile.as_str() {
            "" => directory.default_profile(role.into()),
            name => directory.profile_named(name),
        };
        let profile = profile.filter(|profile| profile.user_type == UserType::from(role));
        if profile.is_none() {
            let message = text!(
                "there is no access profile `{access_profile}` for this role",
                access_profile = self.access_profile
            );
            fault("access_profile", message);
        }
        let mut teams = Vec::new();
        for name in &self.teams {
            match directory.team_named(name) {
                Some(team) if teams.contains(&team.id) => {}
                Some(team) => teams.push(team.id),
                None => fault("teams", text!("there is no team `{name}` in this file", name)),
            }
        }
        let reference = PersonRef {
            id: self.id.clone(),
            person_type,
            profile_type: role,
            business_name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
        };
        Some(Person { teams, ..Person::new(reference, profile?.id) })
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
    let reference = PersonRef {
        id: ADMINISTRATOR.into(),
        person_type: PersonType::Person,
        profile_type: ProfileType::AgentAndClient,
        business_name: name.into(),
        email: first.login.as_ref().map(|login| login.email.clone()).unwrap_or_default(),
        phone: String::new(),
    };
    Person::new(reference, AccessProfile::ADMINISTRATORS)
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
    let faults = faults::of(&first.seed);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
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
    let teams = first.seed.teams(|| ids.next(now.0))?;
    let directory = Directory { profiles: AccessProfile::defaults(), teams };
    let mut write = Write::new().step(store::domains::insert(&domain, now));
    for profile in &directory.profiles {
        write.push(store::access_profiles::insert(id, profile));
    }
    for team in &directory.teams {
        write.push(store::teams::insert(id, team));
    }
    for person in &people(first, &directory)? {
        write.push(store::people::insert(id, person, now));
        if !person.teams.is_empty() {
            write.push(store::teams::add_member(id, person));
        }
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
fn people(first: &FirstDomain, directory: &Directory) -> Result<Vec<Person>, Error> {
    let mut people = vec![administrator(first)];
    people.extend(first.seed.persons(directory)?);
    let mut seen = HashSet::new();
    if let Some(twice) = people.iter().find(|person| !seen.insert(&person.reference.id)) {
        let message = text!(
            "the reference code `{id}` is given twice (1 is the administrator)",
            id = twice.reference.id
        );
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
    let name = name.ok_or_else(|| Error::invalid("email", text!("must have 1 to 128 characters")))?;
    let login = Login {
        person_id: ADMINISTRATOR.into(),
        password_hash: hash_now(&given.password, random)?,
        must_change: given.must_change,
        changed_at: now,
    };
    Ok(set_login(domain, &login, &[name]))
}
