//! The lists of a person as clients write them: addresses, contacts, e-mail addresses, links.

use crate::public::json::{Members, Objects, Reader, skip};
use model::person_record::{Address, Contact, Email, RelatedService, Relationship, limits};
use serde::de::MapAccess;

/// Reads a text member; none and null are empty.
fn text<'de, A: MapAccess<'de>>(
    name: &str,
    reader: &mut Reader,
    object: &mut A,
    max: usize,
) -> Result<String, A::Error> {
    Ok(reader.text(name, object.next_value()?, max).unwrap_or_default())
}

/// Reads a switch; off when null.
fn flag<'de, A: MapAccess<'de>>(name: &str, reader: &mut Reader, object: &mut A) -> Result<bool, A::Error> {
    Ok(reader.flag(name, &object.next_value()?).unwrap_or(false))
}

impl<'de> Members<'de> for Address {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let (place, public) = match name {
            "addresstype" => (&mut self.address_type, "addressType"),
            "country" => (&mut self.country, "country"),
            "postalcode" => (&mut self.postal_code, "postalCode"),
            "state" => (&mut self.state, "state"),
            "district" => (&mut self.district, "district"),
            "city" => (&mut self.city, "city"),
            "street" => (&mut self.street, "street"),
            "number" => (&mut self.number, "number"),
            "complement" => (&mut self.complement, "complement"),
            "reference" => (&mut self.reference, "reference"),
            "isdefault" => {
                self.is_default = flag("isDefault", reader, object)?;
                return Ok(());
            }
            _ => return skip(object),
        };
        *place = text(public, reader, object, limits::NAME)?;
        Ok(())
    }
}

impl<'de> Members<'de> for Contact {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "contacttype" => self.contact_type = text("contactType", reader, object, limits::NAME)?,
            "contact" => self.contact = text("contact", reader, object, limits::NAME)?,
            "isdefault" => self.is_default = flag("isDefault", reader, object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Email {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "emailtype" => self.email_type = text("emailType", reader, object, limits::NAME)?,
            "email" => self.email = text("email", reader, object, limits::NAME)?,
            "isdefault" => self.is_default = flag("isDefault", reader, object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Relationship {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let (place, public) = match name {
            "id" => {
                self.id = text("id", reader, object, limits::CODE)?;
                return Ok(());
            }
            "slaagreement" => {
                self.sla_agreement = text("slaAgreement", reader, object, limits::NAME)?;
                return Ok(());
            }
            "services" => {
                let (name, items_max) = ("services", limits::LIST);
                object.next_value_seed(Objects { reader, name, into: &mut self.services, items_max })?;
                return Ok(());
            }
            "forcechildrentohavesomeagreement" => {
                (&mut self.force_children_to_have_some_agreement, "forceChildrenToHaveSomeAgreement")
            }
            "allowallservices" => (&mut self.allow_all_services, "allowAllServices"),
            "includeinparents" => (&mut self.include_in_parents, "includeInParents"),
            "loadchildorganizations" => (&mut self.load_child_organizations, "loadChildOrganizations"),
            _ => return skip(object),
        };
        *place = flag(public, reader, object)?;
        Ok(())
    }
}

impl<'de> Members<'de> for RelatedService {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "id" => self.id = reader.integer("id", &object.next_value()?).unwrap_or_default(),
            "name" => self.name = text("name", reader, object, limits::NAME)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}
