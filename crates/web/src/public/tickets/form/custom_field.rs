//! The value of a field of the domain's own as clients get it.

use crate::public::or_null;
use model::ticket::{CustomFieldItem, CustomFieldValue};
use serde::Serialize;
use utoipa::ToSchema;

/// The value of a field of the domain's own: a text, or items.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicCustomField)]
pub(super) struct CustomFieldForm<'t> {
    custom_field_id: i64,
    custom_field_rule_id: i64,
    line: i64,
    value: Option<&'t str>,
    items: Vec<CustomFieldItemForm<'t>>,
}

/// One item of such a value.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicCustomFieldItem)]
struct CustomFieldItemForm<'t> {
    person_id: Option<&'t str>,
    client_id: Option<&'t str>,
    team: Option<&'t str>,
    custom_field_item: &'t str,
    storage_file_guid: &'t str,
    file_name: Option<&'t str>,
}

impl<'t> CustomFieldForm<'t> {
    pub(super) fn new(value: &'t CustomFieldValue) -> Self {
        let item = |item: &'t CustomFieldItem| CustomFieldItemForm {
            person_id: or_null(&item.person_id),
            client_id: or_null(&item.client_id),
            team: or_null(&item.team),
            custom_field_item: &item.custom_field_item,
            storage_file_guid: &item.storage_file_guid,
            file_name: or_null(&item.file_name),
        };
        CustomFieldForm {
            custom_field_id: value.custom_field_id,
            custom_field_rule_id: value.custom_field_rule_id,
            line: value.line,
            value: value.value.as_deref(),
            items: value.items.iter().map(item).collect(),
        }
    }
}
