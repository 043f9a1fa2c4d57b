//! A person as clients write it, read once and straight from its bytes.

use crate::error::Failure;
use crate::public::json::{Found, Members, Objects, Reader, Texts as TextList, read, skip};
use crate::public::tickets::custom_field::CustomField;
use model::person_input::{Password, PersonInput};
use model::person_record::{Texts, limits};
use model::text;
use serde::de::MapAccess;

/// Characters of a password.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=128;

#[derive(Default)]
struct Body {
    id: Option<String>,
    input: PersonInput,
}

/// Reads a new person: the reference code, if one is given, and the rest.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_new(bytes: &[u8]) -> Result<(Option<String>, PersonInput), Failure> {
    let mut body = Body::default();
    let mut reader = read(bytes, &mut body)?;
    let missing = [
        ("personType", body.input.person_type.is_none()),
        ("profileType", body.input.profile_type.is_none()),
        ("businessName", body.input.business_name.is_none()),
    ];
    for (name, _) in missing.into_iter().filter(|(_, is_missing)| *is_missing) {
        if !reader.has_fault_at(name) {
            reader.fault(name, text!("is missing"));
        }
    }
    reader.finish()?;
    Ok((body.id, body.input))
}

/// Reads the change of a person; a reference code in it is passed over.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_change(bytes: &[u8]) -> Result<PersonInput, Failure> {
    let mut body = Body::default();
    read(bytes, &mut body)?.finish()?;
    Ok(body.input)
}

/// Reads a list of objects; null is as if it were absent.
fn list<'de, T: Members<'de> + Default, A: MapAccess<'de>>(
    name: &'static str,
    reader: &mut Reader,
    object: &mut A,
) -> Result<Option<Vec<T>>, A::Error> {
    let (mut items, items_max) = (Vec::new(), limits::LIST);
    let found = object.next_value_seed(Objects { reader, name, into: &mut items, items_max })?;
    Ok((found == Found::It).then_some(items))
}

impl<'de> Members<'de> for Body {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let input = &mut self.input;
        match name {
            "id" => self.id = reader.text("id", object.next_value()?, limits::CODE),
            "isactive" => input.is_active = reader.flag("isActive", &object.next_value()?),
            "persontype" => input.person_type = reader.code("personType", &object.next_value()?),
            "profiletype" => input.profile_type = reader.code("profileType", &object.next_value()?),
            "accessprofile" => {
                input.access_profile = reader.text("accessProfile", object.next_value()?, limits::NAME);
            }
            "businessname" => {
                input.business_name = reader.text("businessName", object.next_value()?, limits::NAME);
            }
            "password" => input.password = password(reader, object)?,
            "addresses" => input.addresses = list("addresses", reader, object)?,
            "contacts" => input.contacts = list("contacts", reader, object)?,
            "emails" => input.emails = list("emails", reader, object)?,
            "relationships" => input.relationships = list("relationships", reader, object)?,
            "customfieldvalues" => input.custom_fields = CustomField::read_all(reader, object)?,
            "teams" => {
                let (mut names, items_max, length_max) = (Vec::new(), limits::LIST, limits::NAME);
                let into = &mut names;
                let texts = TextList { reader, name: "teams", into, items_max, length_max };
                if object.next_value_seed(texts)? == Found::It {
                    input.teams = Some(names);
                }
            }
            other => match Texts::ALL.iter().find(|(_, public, _)| public.eq_ignore_ascii_case(other)) {
                Some((own, public, max)) => {
                    let text = reader.text(public, object.next_value()?, *max);
                    if let Some(place) = input.texts.of(own) {
                        *place = Some(text.unwrap_or_default());
                    }
                }
                None => skip(object)?,
            },
        }
        Ok(())
    }
}

/// Reads a password; null and an empty one are none.
fn password<'de, A: MapAccess<'de>>(
    reader: &mut Reader,
    object: &mut A,
) -> Result<Option<Password>, A::Error> {
    let text = reader.text("password", object.next_value()?, *PASSWORD.end());
    let text = text.filter(|text| !text.is_empty());
    if text.as_deref().is_some_and(|text| text.chars().count() < *PASSWORD.start()) {
        reader.fault("password", text!("must have {min} characters or more", min = *PASSWORD.start()));
    }
    Ok(text.map(Password))
}
