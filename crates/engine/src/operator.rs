//! What an operator does to domains and log-ins beside a running engine: no caller, no permission, the database itself.
//! Running nodes take note within a second, since each write raises the domain's revision.

use crate::clock::Random;
use crate::commands::passwords::{is_code, name_taken, names_of, set_login};
use crate::error::Error;
use crate::passwords::{hash_now, new_password};
use crate::seed::{FirstDomain, new_domain};
use model::text;
use model::time::Clock;
use model::wording::Text;
use store::db::{CommitError, Db, Write};
use store::domains::Domain;
use store::logins::Login;

/// Characters of a domain's name, at most.
const NAME_MAX: usize = 63;

/// Checks the name of a domain; none when it may be one.
pub fn fault_of_name(name: &str) -> Option<Text> {
    let fits = (1..=NAME_MAX).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (!fits).then(|| text!("must be 1 to 63 lower-case letters, digits or hyphens"))
}

/// All domains, oldest first.
///
/// # Errors
/// As the database says.
pub async fn domains(db: &Db) -> Result<Vec<Domain>, Error> {
    Ok(store::domains::all(&db.reader()).await?)
}

/// The domain with this name; without one the first.
///
/// # Errors
/// `NotFound`.
pub async fn domain(db: &Db, name: Option<&str>) -> Result<Domain, Error> {
    let mut all = domains(db).await?.into_iter();
    let found = match name {
        Some(name) => all.find(|domain| domain.name == name),
        None => all.next(),
    };
    found.ok_or_else(|| match name {
        Some(name) => Error::NotFound(format!("domain `{name}`")),
        None => Error::NotFound("domain yet: start the server once".into()),
    })
}

/// Makes a domain. Answers its first API key when one was made here.
///
/// # Errors
/// `Invalid`, `Conflict` when the name or a host is taken.
pub async fn create_domain(
    db: &Db,
    clock: &dyn Clock,
    random: &Random,
    new: &FirstDomain,
) -> Result<Option<String>, Error> {
    if let Some(fault) = fault_of_name(&new.name) {
        return Err(Error::invalid("name", fault));
    }
    check_hosts(db, &new.name, &new.host_names).await?;
    let (write, made) = new_domain(clock, random, new)?;
    match db.commit(write).await {
        Ok(_) => Ok(made),
        Err(CommitError::Conflict(_)) => {
            Err(Error::Conflict(text!("there is a domain `{name}` already", name = new.name)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Hosts belong to one domain.
async fn check_hosts(db: &Db, name: &str, hosts: &[String]) -> Result<(), Error> {
    for domain in domains(db).await?.iter().filter(|domain| domain.name != name) {
        if let Some(host) = domain.host_names.iter().find(|host| hosts.contains(host)) {
            return Err(Error::Conflict(text!(
                "`{host}` is a host of the domain `{name}`",
                host,
                name = domain.name
            )));
        }
    }
    Ok(())
}

/// Refuses a domain's keys and sessions from now on, or no longer. Its deliveries go on.
///
/// # Errors
/// `NotFound`.
pub async fn set_suspended(db: &Db, name: &str, suspended: bool) -> Result<(), Error> {
    let domain = domain(db, Some(name)).await?;
    db.commit(Write::new().step(store::domains::set_suspended(domain.id, suspended))).await?;
    Ok(())
}

/// Replaces the hosts under which a domain's people log in.
///
/// # Errors
/// `NotFound`, `Conflict` when a host is another domain's.
pub async fn set_hosts(db: &Db, name: &str, hosts: &[String]) -> Result<(), Error> {
    let domain = domain(db, Some(name)).await?;
    let hosts: Vec<String> = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
    check_hosts(db, name, &hosts).await?;
    db.commit(Write::new().step(store::domains::set_host_names(domain.id, &hosts))).await?;
    Ok(())
}

/// A password that an operator gave somebody.
pub struct Given {
    /// The password, to be shown once.
    pub password: String,
    /// The names by which the person logs in.
    pub names: Vec<String>,
}

/// Gives somebody a password, to be changed at the next log-in, and ends their sessions.
///
/// # Errors
/// `NotFound`, `Invalid` when they have no name to log in by, `Conflict` when somebody else has it.
pub async fn reset_password(
    db: &Db,
    clock: &dyn Clock,
    random: &Random,
    domain: &Domain,
    person_id: &str,
    user: Option<&str>,
) -> Result<Given, Error> {
    let reader = db.reader();
    let person = match is_code(person_id) {
        true => store::people::find(&reader, domain.id, person_id).await?,
        false => None,
    };
    let person =
        person.ok_or_else(|| Error::NotFound(format!("person `{person_id}` in `{}`", domain.name)))?;
    let known = store::logins::names(&reader, domain.id, person_id).await?;
    let mut faults = Vec::new();
    let names = names_of(&mut faults, &person, user, known);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let password = new_password(random);
    let login = Login {
        person_id: person_id.to_owned(),
        password_hash: hash_now(&password, random)?,
        must_change: true,
        changed_at: clock.now(),
    };
    let write: Write = set_login(domain.id, &login, &names).into_iter().collect();
    match db.commit(write).await {
        Ok(_) => Ok(Given { password, names }),
        Err(CommitError::Conflict(_)) => Err(name_taken(&names)),
        Err(error) => Err(error.into()),
    }
}
