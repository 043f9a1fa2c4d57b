//! The fields of a person's form: from the record, from what somebody typed, and on to the command. They are named as the
//! command's faults name them.

use crate::form::Form;
use model::directory::Directory;
use model::person::{PersonType, ProfileType};
use model::person_input::PersonInput;
use model::person_record::{Contact, Email, Person, TextsInput};

/// What the fields of the form hold.
#[derive(Debug, Default, Clone)]
pub(super) struct Fields {
    pub(super) id: String,
    pub(super) name: String,
    /// 1, 2 or 4, as a text.
    pub(super) kind: String,
    /// 1, 2 or 3, as a text.
    pub(super) role: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) user_name: String,
    pub(super) profile: String,
    /// Names.
    pub(super) teams: Vec<String>,
    pub(super) language: String,
    pub(super) time_zone: String,
    pub(super) active: bool,
}

/// The message that names a role.
pub(super) fn role_message(role: ProfileType) -> &'static str {
    match role {
        ProfileType::Agent => "role-agent",
        ProfileType::Client => "role-client",
        ProfileType::AgentAndClient => "role-both",
    }
}

impl Fields {
    /// Those of a new person: an active agent.
    pub(super) fn fresh() -> Fields {
        Fields { kind: "1".into(), role: "1".into(), active: true, ..Fields::default() }
    }

    /// Those of the record.
    pub(super) fn of(person: &Person, directory: &Directory) -> Fields {
        let (reference, texts) = (&person.reference, &person.texts);
        let profile = directory.profile(person.access_profile);
        Fields {
            id: reference.id.clone(),
            name: reference.business_name.clone(),
            kind: i64::from(reference.person_type).to_string(),
            role: i64::from(reference.profile_type).to_string(),
            email: reference.email.clone(),
            phone: reference.phone.clone(),
            user_name: texts.user_name.clone(),
            profile: profile.map(|profile| profile.name.clone()).unwrap_or_default(),
            teams: directory.team_names(&person.teams),
            language: texts.culture_id.clone(),
            time_zone: texts.time_zone_id.clone(),
            active: person.is_active,
        }
    }

    /// Those that were typed.
    pub(super) fn read(form: &mut Form) -> Fields {
        Fields {
            id: form.text("id").trim().to_owned(),
            name: form.text("businessName").trim().to_owned(),
            kind: form.text("personType"),
            role: form.text("profileType"),
            email: form.text("emails").trim().to_owned(),
            phone: form.text("contacts").trim().to_owned(),
            user_name: form.text("userName").trim().to_owned(),
            profile: form.text("accessProfile"),
            teams: form.all("teams"),
            language: form.text("cultureId"),
            time_zone: form.text("timeZoneId").trim().to_owned(),
            active: form.has("isActive"),
        }
    }

    /// What the command gets. Of addresses and numbers the form shows the default one alone; the others stay.
    pub(super) fn input(&self, was: Option<&Person>) -> PersonInput {
        let number = |text: &str| text.parse::<i64>().ok();
        let texts = TextsInput {
            user_name: Some(self.user_name.clone()),
            culture_id: Some(self.language.clone()),
            time_zone_id: Some(self.time_zone.clone()),
            ..TextsInput::default()
        };
        PersonInput {
            person_type: number(&self.kind).and_then(|kind| PersonType::try_from(kind).ok()),
            profile_type: number(&self.role).and_then(|role| ProfileType::try_from(role).ok()),
            is_active: Some(self.active),
            access_profile: Some(self.profile.clone()),
            business_name: Some(self.name.clone()),
            texts,
            emails: emails(was, &self.email),
            contacts: contacts(was, &self.phone),
            teams: Some(self.teams.clone()),
            ..PersonInput::default()
        }
    }
}

/// The addresses with this one as the default; none when it is already.
fn emails(was: Option<&Person>, email: &str) -> Option<Vec<Email>> {
    if was.map_or("", |person| &person.reference.email) == email {
        return None;
    }
    let mut all = was.map(|person| person.emails.clone()).unwrap_or_default();
    match all.iter().position(|known| known.is_default) {
        Some(at) if email.is_empty() => drop(all.remove(at)),
        Some(at) => email.clone_into(&mut all[at].email),
        None => all.push(Email { email_type: "Profissional".into(), email: email.into(), is_default: true }),
    }
    Some(all)
}

/// The same for telephone numbers and the like.
fn contacts(was: Option<&Person>, phone: &str) -> Option<Vec<Contact>> {
    if was.map_or("", |person| &person.reference.phone) == phone {
        return None;
    }
    let mut all = was.map(|person| person.contacts.clone()).unwrap_or_default();
    match all.iter().position(|known| known.is_default) {
        Some(at) if phone.is_empty() => drop(all.remove(at)),
        Some(at) => phone.clone_into(&mut all[at].contact),
        None => {
            all.push(Contact { contact_type: "Telefone".into(), contact: phone.into(), is_default: true })
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::access_profile::AccessProfile;
    use model::person::PersonRef;

    fn ana() -> Person {
        let reference = PersonRef {
            id: "ana".into(),
            person_type: PersonType::Person,
            profile_type: ProfileType::Agent,
            business_name: "Ana".into(),
            email: "ana@desk.example".into(),
            phone: String::new(),
        };
        Person::new(reference, AccessProfile::AGENTS)
    }

    #[test]
    fn a_form_that_nobody_touched_leaves_addresses_alone() {
        let directory = Directory { profiles: AccessProfile::defaults(), teams: Vec::new() };
        let input = Fields::of(&ana(), &directory).input(Some(&ana()));
        assert_eq!((input.emails, input.contacts), (None, None));
        assert_eq!(input.access_profile.as_deref(), Some("agents"));
    }

    #[test]
    fn the_default_address_is_replaced_and_the_others_stay() {
        let mut person = ana();
        person.emails.push(Email { email: "private@ana.example".into(), ..Email::default() });
        let fields = Fields { email: "new@desk.example".into(), phone: "555".into(), ..Fields::fresh() };
        let input = fields.input(Some(&person));
        let emails: Vec<_> = input.emails.unwrap().into_iter().map(|email| email.email).collect();
        assert_eq!(emails, ["new@desk.example", "private@ana.example"]);
        assert_eq!(input.contacts.unwrap()[0].contact, "555");
        let none = Fields::fresh().input(Some(&person)).emails.unwrap();
        assert_eq!(none.len(), 1);
    }
}
