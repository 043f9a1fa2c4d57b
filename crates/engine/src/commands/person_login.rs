//! What a change of a person's record means for how they log in: a password that came with it, names that changed.

use crate::Engine;
use crate::commands::passwords::{name_taken, set_login};
use crate::error::Error;
use model::ids::{DomainId, SessionId};
use model::login::login_name;
use model::person_input::Password;
use model::person_record::Person;
use model::text;
use store::db::Step;
use store::logins::Login;
use zeroize::Zeroizing;

/// The names by which a person logs in, folded: user name and default e-mail address.
fn names(person: &Person) -> Vec<String> {
    let mut names: Vec<String> = login_name(&person.texts.user_name).into_iter().collect();
    names.extend(login_name(&person.reference.email).filter(|email| !names.contains(email)));
    names
}

/// Takes away password, names and sessions.
pub(super) fn end_login(domain: DomainId, person_id: &str) -> [Step; 3] {
    [
        store::logins::clear_names(domain, person_id),
        store::logins::delete(domain, person_id),
        store::sessions::delete_of_person(domain, person_id, SessionId(0)),
    ]
}

impl Engine {
    /// The steps that keep the log-in in line with the record: a password is set, or the names of one that exists follow
    /// the record's.
    pub(super) async fn login_steps(
        &self,
        domain: DomainId,
        was: Option<&Person>,
        person: &Person,
        password: Option<Password>,
    ) -> Result<Vec<Step>, Error> {
        let (core, person_id) = (&self.core, person.reference.id.clone());
        let names = names(person);
        if password.is_none() {
            let has_changed = was.is_some_and(|was| self::names(was) != names);
            if !has_changed || store::logins::find(&core.reader, domain, &person_id).await?.is_none() {
                return Ok(Vec::new());
            }
        }
        for name in &names {
            let other = store::logins::find_by_name(&core.reader, domain, name).await?;
            if other.is_some_and(|other| other.person_id != person_id) {
                return Err(name_taken(std::slice::from_ref(name)));
            }
        }
        let Some(password) = password else {
            let mut steps = vec![store::logins::clear_names(domain, &person_id)];
            steps.extend(names.iter().map(|name| store::logins::insert_name(domain, name, &person_id)));
            return Ok(steps);
        };
        if names.is_empty() {
            let message = text!("needs a user name or an e-mail address to log in by");
            return Err(Error::invalid("password", message));
        }
        let password = Zeroizing::new(password.0);
        let password_hash = core.passwords.hash(password, &core.random).await?;
        let changed_at = core.clock.now();
        let login = Login { person_id, password_hash, must_change: false, changed_at };
        Ok(set_login(domain, &login, &names))
    }
}
