//! How custom fields look, and what a caller may write of one.

use crate::error::Failure;
use model::classification::{Classification, CustomField, CustomFieldRule};
use model::ids::{CustomFieldId, ServiceId};
use serde::Serialize;
use utoipa::ToSchema;

/// A field that the domain adds to its tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomField)]
pub(crate) struct CustomFieldForm {
    #[schema(value_type = String)]
    id: CustomFieldId,
    /// Its `customFieldId` in the public API and in the webhook's body; a trigger calls it `custom_field:NUMBER`.
    number: i64,
    name: String,
    /// `text`, `number`, `date`, `time`, `email`, `phone`, `url`, `single_choice`, `multi_choice`, `person`, `client`,
    /// `team` or `file`.
    kind: &'static str,
    /// What can be chosen, for the choices.
    items: Vec<String>,
    /// Where it is shown.
    rules: Vec<RuleForm>,
    /// Whether tickets can be given new values of it.
    is_active: bool,
}

/// Where a custom field is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomFieldRule)]
struct RuleForm {
    /// Its `customFieldRuleId` in the public API.
    number: i64,
    name: String,
    /// Whether a ticket can have several lines of it.
    several_lines: bool,
    /// `public`, `internal` or `both`.
    ticket_types: &'static str,
    /// With which services and those below them it is shown; with all when empty.
    #[schema(value_type = Vec<String>)]
    services: Vec<ServiceId>,
}

impl From<&CustomField> for CustomFieldForm {
    fn from(field: &CustomField) -> Self {
        let rule = |rule: &CustomFieldRule| RuleForm {
            number: rule.number,
            name: rule.name.clone(),
            several_lines: rule.several_lines,
            ticket_types: rule.ticket_types.as_str(),
            services: rule.services.clone(),
        };
        CustomFieldForm {
            id: CustomFieldId(field.number),
            number: field.number,
            name: field.name.clone(),
            kind: field.kind.as_str(),
            items: field.items.clone(),
            rules: field.rules.iter().map(rule).collect(),
            is_active: field.is_active,
        }
    }
}

/// A new custom field.
#[derive(ToSchema)]
#[schema(as = CustomFieldBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct CustomFieldBody {
    #[schema(max_length = 128)]
    name: String,
    /// `text`, `number`, `date`, `time`, `email`, `phone`, `url`, `single_choice`, `multi_choice`, `person`, `client`, `team` or `file`; text when absent.
    kind: Option<String>,
    /// What can be chosen, for the choices.
    items: Option<Vec<String>>,
    /// Where it is shown.
    rules: Option<Vec<RuleBody>>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
}

/// New values for a custom field; its kind never changes.
#[derive(ToSchema)]
#[schema(as = CustomFieldPatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct CustomFieldPatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    /// `text`, `number`, `date`, `time`, `email`, `phone`, `url`, `single_choice`, `multi_choice`, `person`, `client`, `team` or `file`; text when absent.
    kind: Option<String>,
    /// What can be chosen, for the choices.
    items: Option<Vec<String>>,
    /// Where it is shown.
    rules: Option<Vec<RuleBody>>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
}

/// A rule as a caller writes it.
#[derive(ToSchema)]
#[schema(as = CustomFieldRuleBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct RuleBody {
    /// None for a new rule.
    number: Option<i64>,
    #[schema(max_length = 128)]
    name: String,
    /// Whether a ticket can have several lines of it; false when absent.
    several_lines: Option<bool>,
    /// `public`, `internal` or `both`; both when absent.
    ticket_types: Option<String>,
    /// With which services and those below them it is shown; with all when empty.
    services: Option<Vec<String>>,
}

/// The custom field with this id.
///
/// # Errors
/// Not found.
pub(super) fn found(words: &Classification, id: CustomFieldId) -> Result<CustomFieldForm, Failure> {
    let found = words.custom_fields.iter().find(|it| it.number == id.0);
    found.map(CustomFieldForm::from).ok_or_else(|| Failure::missing(format_args!("custom field {id}")))
}
