//! A person as clients write it. Of several addresses the default one is kept, else the first.

use crate::error::Failure;
use crate::public::json::{Members, Objects, Reader, Texts, read, skip};
use crate::public::reference::CODE_MAX;
use engine::commands::people::NewPerson;
use model::person::{PersonType, ProfileType};
use model::ticket::limits;
use serde::de::MapAccess;
use utoipa::ToSchema;

/// Addresses and teams of a person.
const LIST_MAX: usize = 100;

/// A person as clients write it. Names match without case; other members are ignored.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicPersonBody)]
#[expect(dead_code, reason = "describes what `Body` reads")]
pub(crate) struct PersonBody {
    /// Reference code; made when absent.
    #[schema(max_length = 64)]
    id: Option<String>,
    /// True when absent.
    is_active: Option<bool>,
    /// 1 person, 2 company, 4 department.
    person_type: i64,
    /// 1 agent, 2 client, 3 agent and client.
    profile_type: i64,
    /// By name; the role's default when absent.
    access_profile: Option<String>,
    #[schema(max_length = 128)]
    business_name: String,
    emails: Option<Vec<EmailBody>>,
    contacts: Option<Vec<ContactBody>>,
    /// Names of the teams of an agent.
    teams: Option<Vec<String>>,
}

/// An e-mail address.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicEmailBody)]
#[expect(dead_code, reason = "describes what `Address` reads")]
struct EmailBody {
    email: String,
    is_default: Option<bool>,
}

/// Another way to reach somebody.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicContactBody)]
#[expect(dead_code, reason = "describes what `Address` reads")]
struct ContactBody {
    contact: String,
    is_default: Option<bool>,
}

#[derive(Default)]
struct Body {
    id: Option<String>,
    is_active: Option<bool>,
    person_type: Option<PersonType>,
    profile_type: Option<ProfileType>,
    access_profile: Option<String>,
    business_name: Option<String>,
    emails: Vec<Address>,
    contacts: Vec<Address>,
    teams: Vec<String>,
}

/// An e-mail address or another contact.
#[derive(Default)]
struct Address {
    text: String,
    is_default: bool,
}

fn chosen(addresses: Vec<Address>) -> String {
    let at = addresses.iter().position(|address| address.is_default).unwrap_or(0);
    addresses.into_iter().nth(at).map(|address| address.text).unwrap_or_default()
}

/// Reads a new person.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_new(bytes: &[u8]) -> Result<NewPerson, Failure> {
    let mut body = Body::default();
    let mut reader = read(bytes, &mut body)?;
    let missing = [
        ("personType", body.person_type.is_none()),
        ("profileType", body.profile_type.is_none()),
        ("businessName", body.business_name.is_none()),
    ];
    for (name, _) in missing.into_iter().filter(|(_, is_missing)| *is_missing) {
        if !reader.has_fault_at(name) {
            reader.fault(name, "is missing");
        }
    }
    reader.finish()?;
    Ok(NewPerson {
        id: body.id,
        // Checked above; the defaults are never used.
        person_type: body.person_type.unwrap_or(PersonType::Person),
        profile_type: body.profile_type.unwrap_or(ProfileType::Client),
        business_name: body.business_name.unwrap_or_default(),
        email: chosen(body.emails),
        phone: chosen(body.contacts),
        is_active: body.is_active.unwrap_or(true),
        access_profile: body.access_profile.unwrap_or_default(),
        teams: body.teams,
    })
}

impl<'de> Members<'de> for Body {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "id" => self.id = reader.text("id", object.next_value()?, CODE_MAX),
            "isactive" => self.is_active = reader.flag("isActive", &object.next_value()?),
            "persontype" => self.person_type = reader.code("personType", &object.next_value()?),
            "profiletype" => self.profile_type = reader.code("profileType", &object.next_value()?),
            "accessprofile" => {
                self.access_profile = reader.text("accessProfile", object.next_value()?, limits::NAME);
            }
            "businessname" => {
                self.business_name = reader.text("businessName", object.next_value()?, limits::NAME)
            }
            "emails" => {
                let list = Objects { reader, name: "emails", into: &mut self.emails, items_max: LIST_MAX };
                object.next_value_seed(list)?;
            }
            "contacts" => {
                let list =
                    Objects { reader, name: "contacts", into: &mut self.contacts, items_max: LIST_MAX };
                object.next_value_seed(list)?;
            }
            "teams" => {
                let (items_max, length_max) = (LIST_MAX, limits::NAME);
                object.next_value_seed(Texts {
                    reader,
                    name: "teams",
                    into: &mut self.teams,
                    items_max,
                    length_max,
                })?;
            }
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Address {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "email" => {
                self.text = reader.text("email", object.next_value()?, limits::NAME).unwrap_or_default()
            }
            "contact" => {
                self.text = reader.text("contact", object.next_value()?, limits::NAME).unwrap_or_default()
            }
            "isdefault" => self.is_default = reader.flag("isDefault", &object.next_value()?).unwrap_or(false),
            _ => skip(object)?,
        }
        Ok(())
    }
}
