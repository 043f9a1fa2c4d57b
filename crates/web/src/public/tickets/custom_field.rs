//! The values of a domain's own fields as clients write them: a text, or items.

use crate::public::json::{Found, Members, Objects, Reader, skip};
use crate::public::reference::CODE_MAX;
use model::text;
use model::ticket::{CustomFieldItem, CustomFieldValue, limits};
use serde::de::MapAccess;

/// Characters of a list's item, of a file's key and of its name.
const ITEM_MAX: usize = 256;

#[derive(Default)]
pub(in crate::public) struct CustomField {
    id: Option<i64>,
    rule: Option<i64>,
    line: Option<i64>,
    value: Option<String>,
    items: Vec<Item>,
}

#[derive(Default)]
struct Item(CustomFieldItem);

impl CustomField {
    /// Reads the member `customFieldValues`; null is as if it were absent.
    pub(in crate::public) fn read_all<'de, A: MapAccess<'de>>(
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<Option<Vec<CustomFieldValue>>, A::Error> {
        let mut fields: Vec<CustomField> = Vec::new();
        let (name, items_max) = ("customFieldValues", limits::CUSTOM_VALUES);
        if object.next_value_seed(Objects { reader, name, into: &mut fields, items_max })? != Found::It {
            return Ok(None);
        }
        let values = fields.into_iter().enumerate();
        Ok(Some(values.filter_map(|(at, field)| field.into_value(reader, at)).collect()))
    }

    fn into_value(self, reader: &mut Reader, at: usize) -> Option<CustomFieldValue> {
        let mut needed = |member: &str, number: Option<i64>| {
            if number.is_none() {
                reader.fault(&format!("customFieldValues[{at}].{member}"), text!("is missing"));
            }
            number
        };
        let (id, rule) = (needed("customFieldId", self.id), needed("customFieldRuleId", self.rule));
        let line = self.line.unwrap_or(1);
        if line < 1 {
            reader.fault(&format!("customFieldValues[{at}].line"), text!("must be 1 or more"));
        }
        Some(CustomFieldValue {
            custom_field_id: id?,
            custom_field_rule_id: rule?,
            line,
            value: self.value,
            items: self.items.into_iter().map(|item| item.0).collect(),
        })
    }
}

impl<'de> Members<'de> for CustomField {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "customfieldid" => self.id = reader.integer("customFieldId", &object.next_value()?),
            "customfieldruleid" => self.rule = reader.integer("customFieldRuleId", &object.next_value()?),
            "line" => self.line = reader.integer("line", &object.next_value()?),
            "value" => self.value = reader.text("value", object.next_value()?, limits::CUSTOM_VALUE),
            "items" => {
                let items_max = limits::CUSTOM_VALUES;
                object.next_value_seed(Objects {
                    reader,
                    name: "items",
                    into: &mut self.items,
                    items_max,
                })?;
            }
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Item {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let mut text = |name: &str, max: usize| {
            let scalar = object.next_value()?;
            Ok::<_, A::Error>(reader.text(name, scalar, max).unwrap_or_default())
        };
        let item = &mut self.0;
        match name {
            "customfielditem" => item.custom_field_item = text("customFieldItem", ITEM_MAX)?,
            "personid" => item.person_id = text("personId", CODE_MAX)?,
            "clientid" => item.client_id = text("clientId", CODE_MAX)?,
            "team" => item.team = text("team", limits::NAME)?,
            "storagefileguid" => item.storage_file_guid = text("storageFileGuid", ITEM_MAX)?,
            "filename" => item.file_name = text("fileName", ITEM_MAX)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}
