//! Making people, so that tickets can name them.

use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use model::access_profile::Grant;
use model::fault::{Fault, check_length};
use model::person::{Person, PersonRef, PersonType, ProfileType};
use store::db::{CommitError, Write};

/// A person as a caller writes them.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the person's field of that name")]
pub struct NewPerson {
    /// Reference code; made when absent.
    pub id: Option<String>,
    pub person_type: PersonType,
    pub profile_type: ProfileType,
    pub business_name: String,
    pub email: String,
    pub phone: String,
    pub is_active: bool,
    /// Name of the access profile; empty for the default of the role.
    pub access_profile: String,
    pub teams: Vec<String>,
}

impl Engine {
    /// Makes a person and answers the reference code.
    ///
    /// # Errors
    /// `Invalid` with the public API's field names; `Conflict` when the reference code is taken.
    pub async fn create_person(&self, caller: &Caller, new: NewPerson) -> Result<String, Error> {
        caller.require(Grant::AllowWritingPeople)?;
        let config = self.core.config.domain(caller.domain)?;
        let now = self.core.clock.now();
        let mut faults = Vec::new();
        let texts = [("businessName", &new.business_name, 128), ("emails[0].email", &new.email, 128)];
        for (field, text, max) in texts.into_iter().chain([("contacts[0].contact", &new.phone, 64)]) {
            check_length(&mut faults, field, text, max);
        }
        if new.business_name.trim().is_empty() {
            faults.push(Fault::new("businessName", "is missing"));
        }
        let id = new.id.filter(|id| !id.is_empty()).unwrap_or_else(|| self.core.ids.next(now.0).to_string());
        check_length(&mut faults, "id", &id, 64);
        if id.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            faults.push(Fault::new("id", "must not hold blanks or control characters"));
        }
        if new.profile_type.is_agent() && new.person_type != PersonType::Person {
            faults.push(Fault::new("profileType", "only a person (personType 1) can be an agent"));
        }
        let profiles = store::people::profiles(&self.core.reader, caller.domain).await?;
        let profile = match new.access_profile.as_str() {
            "" if new.profile_type.is_agent() => "agents",
            "" => "customers",
            named => named,
        };
        if !profiles.iter().any(|known| known.name == profile) {
            faults.push(Fault::new("accessProfile", format!("there is no access profile `{profile}`")));
        }
        for (at, team) in new.teams.iter().enumerate() {
            if config.classification.team(team).is_none() {
                faults.push(Fault::new(
                    format!("teams[{at}]"),
                    format!("there is no team `{team}` in this domain"),
                ));
            }
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let reference = PersonRef {
            id: id.clone(),
            person_type: new.person_type,
            profile_type: new.profile_type,
            business_name: new.business_name,
            email: new.email,
            phone: new.phone,
        };
        let access_profile = profile.to_owned();
        let person = Person { reference, is_active: new.is_active, access_profile, teams: new.teams };
        let write = Write::new().step(store::people::insert(caller.domain, &person, now));
        match self.core.committer.commit(write).await {
            Ok(_) => Ok(id),
            Err(CommitError::Conflict(_)) => {
                Err(Error::Conflict(format!("a person with the reference code `{id}` exists already")))
            }
            Err(error) => Err(error.into()),
        }
    }
}
