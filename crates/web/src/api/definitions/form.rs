//! The shape of the definitions, filled from the model's tables and the domain's words.

use super::labels::{self, Label};
use model::classification::{BaseStatus, Classification, service_path};
use model::field::{Field, FieldKind};
use model::operator::{Arity, Operator};
use model::ticket::limits::NAME;
use model::trigger::limits::URL;
use serde::Serialize;
use utoipa::ToSchema;

/// The largest origin there is.
const ORIGIN_MAX: i64 = 25;

/// What a trigger can be made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TriggerDefinitions)]
pub(crate) struct DefinitionsForm {
    pub(crate) types: Vec<NamedForm>,
    pub(crate) fields: Vec<FieldForm>,
    pub(crate) operators: Vec<OperatorForm>,
    pub(crate) actions: Vec<ActionForm>,
}

/// A word and what people call it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinedName)]
pub(crate) struct NamedForm {
    pub(crate) name: &'static str,
    pub(crate) label: Label,
}

/// What a condition can look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinedField)]
pub(crate) struct FieldForm {
    /// What a condition writes as `field`.
    pub(crate) name: String,
    /// `happening`, `choice`, `person`, `people`, `text`, `tags` or `custom`.
    #[schema(value_type = String)]
    pub(crate) kind: FieldKind,
    pub(crate) label: Label,
    /// The operators that fit it.
    pub(crate) operators: Vec<&'static str>,
    /// The values there are; null when any text is possible.
    pub(crate) values: Option<Vec<ValueForm>>,
}

/// A value that a condition can compare with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinedValue)]
pub(crate) struct ValueForm {
    /// What a condition writes as `value`.
    pub(crate) value: String,
    pub(crate) label: Label,
}

/// How a condition looks at its field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinedOperator)]
pub(crate) struct OperatorForm {
    /// What a condition writes as `operator`.
    pub(crate) name: &'static str,
    pub(crate) label: Label,
    /// How many values it takes: `none`, `optional`, `one` or `many`.
    #[schema(value_type = String)]
    pub(crate) arity: Arity,
    /// Whether it looks at the change: a trigger needs at least one such condition.
    pub(crate) firing: bool,
}

/// What a trigger can do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinedAction)]
pub(crate) struct ActionForm {
    /// What an action writes as `kind`.
    pub(crate) kind: &'static str,
    pub(crate) label: Label,
    /// Its other members.
    pub(crate) members: Vec<MemberForm>,
}

/// A member of an action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinedMember)]
pub(crate) struct MemberForm {
    pub(crate) name: &'static str,
    pub(crate) label: Label,
    pub(crate) required: bool,
    /// Characters at most.
    pub(crate) length_max: usize,
    /// The values there are; null when any text is possible.
    pub(crate) values: Option<Vec<ValueForm>>,
}

impl DefinitionsForm {
    /// The definitions of a domain with these words.
    pub(crate) fn of(words: &Classification) -> Self {
        let custom = words.custom_fields.iter().map(|custom| Field::CustomField(custom.number));
        let operator = |operator: Operator| OperatorForm {
            name: operator.word(),
            label: labels::operator(operator),
            arity: operator.arity(),
            firing: operator.is_firing(),
        };
        DefinitionsForm {
            types: vec![NamedForm { name: "ticket", label: labels::TICKET }],
            fields: Field::FIXED.into_iter().chain(custom).map(|field| FieldForm::of(field, words)).collect(),
            operators: Operator::ALL.into_iter().map(operator).collect(),
            actions: actions(words),
        }
    }
}

impl FieldForm {
    fn of(field: Field, words: &Classification) -> Self {
        let label = match field {
            Field::CustomField(id) => Label::same(
                words.custom_field(id).map_or_else(|| field.to_string(), |custom| custom.name.clone()),
            ),
            fixed => labels::field(fixed),
        };
        FieldForm {
            name: field.to_string(),
            kind: field.kind(),
            label,
            operators: Operator::ALL
                .into_iter()
                .filter(|operator| operator.fits(field))
                .map(Operator::word)
                .collect(),
            values: values(field, words),
        }
    }
}

fn named<'n>(names: impl Iterator<Item = &'n String>) -> Vec<ValueForm> {
    names.map(|name| ValueForm { value: name.clone(), label: Label::same(name.clone()) }).collect()
}

fn values(field: Field, words: &Classification) -> Option<Vec<ValueForm>> {
    let labelled = |value: String, label: Label| ValueForm { value, label };
    let values = match field {
        Field::Status => named(words.statuses.iter().map(|status| &status.name)),
        Field::Urgency => named(words.urgencies.iter().map(|urgency| &urgency.name)),
        Field::Category => named(words.categories.iter().map(|category| &category.name)),
        Field::Team => named(words.teams.iter()),
        Field::Service => {
            let paths: Vec<String> =
                words.services.iter().map(|service| service_path(&service.path)).collect();
            named(paths.iter())
        }
        Field::BaseStatus => {
            let value = |base: BaseStatus| labelled(base.as_str().into(), labels::base_status(base));
            BaseStatus::ALL.into_iter().map(value).collect()
        }
        Field::Type => labels::TYPES.into_iter().map(|(word, label)| labelled(word.into(), label)).collect(),
        Field::Origin => {
            (0..=ORIGIN_MAX).map(|code| labelled(code.to_string(), labels::origin(code))).collect()
        }
        Field::Ticket
        | Field::Owner
        | Field::Subject
        | Field::Tags
        | Field::Client
        | Field::CustomField(_) => {
            return None;
        }
    };
    Some(values)
}

fn actions(words: &Classification) -> Vec<ActionForm> {
    let member =
        |name, label, required, length_max| MemberForm { name, label, required, length_max, values: None };
    let in_use = words.statuses.iter().filter(|status| status.is_active);
    let status = member("status", labels::field(Field::Status), true, NAME);
    vec![
        ActionForm {
            kind: "webhook",
            label: labels::WEBHOOK,
            members: vec![member("url", labels::URL, true, URL)],
        },
        ActionForm {
            kind: "set_status",
            label: labels::SET_STATUS,
            members: vec![
                MemberForm { values: Some(named(in_use.map(|status| &status.name))), ..status },
                member("justification", labels::JUSTIFICATION, false, NAME),
            ],
        },
        ActionForm {
            kind: "add_tag",
            label: labels::ADD_TAG,
            members: vec![member("tag", labels::TAG, true, NAME)],
        },
    ]
}
