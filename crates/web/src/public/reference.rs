//! A person as tickets name them: reading the reference code, writing the whole.

use super::json::{Members, Reader, skip};
use super::or_null;
use model::person::PersonRef;
use serde::Serialize;
use serde::de::MapAccess;
use utoipa::ToSchema;

/// Characters of a reference code.
pub(crate) const CODE_MAX: usize = 64;

/// The reference code that an object names; its other members are passed over.
#[derive(Debug, Default)]
pub(crate) struct Reference {
    pub(crate) id: Option<String>,
}

impl<'de> Members<'de> for Reference {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "id" => self.id = reader.text("id", object.next_value()?, CODE_MAX),
            _ => skip(object)?,
        }
        Ok(())
    }
}

/// A person inside a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicReference)]
pub(crate) struct ReferenceForm<'p> {
    /// Reference code.
    id: &'p str,
    /// 1 person, 2 company, 4 department.
    person_type: i64,
    /// 1 agent, 2 client, 3 agent and client.
    profile_type: i64,
    business_name: &'p str,
    email: Option<&'p str>,
    phone: Option<&'p str>,
}

impl<'p> From<&'p PersonRef> for ReferenceForm<'p> {
    fn from(person: &'p PersonRef) -> Self {
        ReferenceForm {
            id: &person.id,
            person_type: person.person_type.into(),
            profile_type: person.profile_type.into(),
            business_name: &person.business_name,
            email: or_null(&person.email),
            phone: or_null(&person.phone),
        }
    }
}
