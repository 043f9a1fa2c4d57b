//! A trigger in JSON. What a caller may write stands in the same form in which it is answered, so that an answer's
//! conditions and actions can be sent back.

use crate::face::FaultForm;
use engine::Saved;
use model::condition::Conditions;
use model::ids::TriggerId;
use model::trigger::Trigger;
use model::trigger_action::TriggerAction;
use serde::Serialize;
use utoipa::ToSchema;

/// A trigger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trigger)]
pub(crate) struct TriggerForm {
    #[schema(value_type = String)]
    id: TriggerId,
    name: String,
    /// Always `ticket`.
    r#type: &'static str,
    description: String,
    enabled: bool,
    /// Its place in the order; triggers run from the lowest to the highest.
    position: i64,
    /// Rises with each save.
    revision: i64,
    #[schema(value_type = ConditionsForm)]
    conditions: Conditions,
    actions: Vec<ActionForm>,
    /// The endpoints of its webhooks, in the order of the actions.
    endpoints: Vec<String>,
    /// The integration that keeps it; none for one that people keep.
    managed_by: Option<String>,
    created_at: String,
    updated_at: String,
    /// What its author should know: the save was done all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Vec<FaultForm>>,
}

/// When a trigger fires: every node of ALL holds and, if ANY has nodes, one of ANY. One condition at least must look at
/// the change.
#[derive(ToSchema)]
#[schema(as = Conditions)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes how `model::condition::Conditions` is written")]
pub(crate) struct ConditionsForm {
    all: Option<Vec<NodeForm>>,
    any: Option<Vec<NodeForm>>,
}

/// A condition, or a nested pair of blocks.
#[derive(ToSchema)]
#[schema(as = ConditionNode)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes how `model::condition::Node` is written")]
pub(crate) enum NodeForm {
    Condition(ConditionForm),
    #[schema(no_recursion)]
    Block(ConditionsForm),
}

/// One line of a block.
#[derive(ToSchema)]
#[schema(as = Condition)]
#[expect(dead_code, reason = "describes how `model::condition::Condition` is written")]
pub(crate) struct ConditionForm {
    /// A field of the definitions, such as `status` or `custom_field:77`.
    field: String,
    /// An operator of the definitions that fits the field.
    operator: String,
    /// What it compares with: nothing, one value or several, as the operator says.
    value: Option<WantedForm>,
}

/// One value or several.
#[derive(ToSchema)]
#[schema(as = ConditionValue)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes how `model::condition::Wanted` is written")]
pub(crate) enum WantedForm {
    One(String),
    Many(Vec<String>),
}

/// What a trigger does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TriggerAction)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum ActionForm {
    /// POST the ticket to a URL.
    Webhook { url: String },
    /// Put the ticket into a status.
    SetStatus {
        status: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        justification: String,
    },
    /// Add a tag.
    AddTag { tag: String },
}

/// A new trigger.
#[derive(ToSchema)]
#[schema(as = TriggerBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `model::trigger_draft` reads")]
pub(crate) struct TriggerBody {
    #[schema(max_length = 128)]
    name: String,
    /// `ticket`, the only type there is.
    r#type: Option<String>,
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// True when absent.
    enabled: Option<bool>,
    conditions: ConditionsForm,
    actions: Vec<ActionForm>,
}

/// New members for a trigger; those that are absent stay.
#[derive(ToSchema)]
#[schema(as = TriggerPatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `model::trigger_draft` reads")]
pub(crate) struct TriggerPatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    r#type: Option<String>,
    #[schema(max_length = 2000)]
    description: Option<String>,
    enabled: Option<bool>,
    conditions: Option<ConditionsForm>,
    actions: Option<Vec<ActionForm>>,
}

impl From<TriggerAction> for ActionForm {
    fn from(action: TriggerAction) -> Self {
        match action {
            TriggerAction::Webhook { url, .. } => ActionForm::Webhook { url },
            TriggerAction::SetStatus { status, justification } => {
                ActionForm::SetStatus { status, justification }
            }
            TriggerAction::AddTag { tag } => ActionForm::AddTag { tag },
        }
    }
}

impl From<Trigger> for TriggerForm {
    fn from(trigger: Trigger) -> Self {
        let draft = trigger.draft;
        let endpoint = |action: &TriggerAction| match action {
            TriggerAction::Webhook { endpoint, .. } => endpoint.map(|id| id.to_string()),
            _ => None,
        };
        TriggerForm {
            id: trigger.id,
            name: draft.name,
            r#type: "ticket",
            description: draft.description,
            enabled: draft.enabled,
            position: trigger.position,
            revision: trigger.revision,
            conditions: draft.conditions,
            endpoints: draft.actions.iter().filter_map(endpoint).collect(),
            actions: draft.actions.into_iter().map(ActionForm::from).collect(),
            managed_by: trigger.managed_by.map(|integration| integration.to_string()),
            created_at: trigger.created_at.to_string(),
            updated_at: trigger.updated_at.to_string(),
            warnings: None,
        }
    }
}

impl From<Saved> for TriggerForm {
    fn from(saved: Saved) -> Self {
        let warnings = Some(saved.warnings.into_iter().map(FaultForm::from).collect());
        TriggerForm { warnings, ..saved.trigger.into() }
    }
}
