//! Small forms that several nouns share: people, actors, causes, named triggers, reasons.

use model::cause::{Actor, Cause, Via};
use model::condition::{Reason, Wanted};
use model::ids::{ChangeId, TriggerId};
use model::matching::Firing;
use model::person::PersonRef;
use serde::Serialize;
use utoipa::ToSchema;

/// A person as tickets and changes name them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonForm {
    /// Reference code.
    id: String,
    name: String,
    /// 1 person, 2 company, 4 department.
    person_type: i64,
    /// 1 agent, 2 client, 3 agent and client.
    profile_type: i64,
}

impl From<&PersonRef> for PersonForm {
    fn from(person: &PersonRef) -> Self {
        PersonForm {
            id: person.id.clone(),
            name: person.business_name.clone(),
            person_type: person.person_type.into(),
            profile_type: person.profile_type.into(),
        }
    }
}

/// Who made a change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct ActorForm {
    /// Null for the system.
    person: Option<PersonForm>,
    /// `page`, `api_key`, `integration` or `system`.
    via: &'static str,
    /// The API key used.
    key: Option<String>,
}

impl From<&Actor> for ActorForm {
    fn from(actor: &Actor) -> Self {
        let via = match actor.via {
            Via::Page => "page",
            Via::ApiKey => "api_key",
            Via::Integration => "integration",
            Via::System => "system",
        };
        let key = actor.key.map(|key| key.to_string());
        ActorForm { person: actor.person.as_ref().map(PersonForm::from), via, key }
    }
}

/// What a change follows from: a chain of changes that crosses webhooks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cause)]
pub(crate) struct CauseForm {
    /// The change that began the chain.
    #[schema(value_type = String)]
    root: ChangeId,
    /// Changes before this one; 0 for the root itself.
    depth: u32,
    /// The integration by which the chain came in from another domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<String>,
}

impl From<Cause> for CauseForm {
    fn from(cause: Cause) -> Self {
        CauseForm {
            root: cause.root,
            depth: cause.depth,
            integration: cause.integration.map(|integration| integration.to_string()),
        }
    }
}

/// A trigger by name, as it was called then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NamedTrigger)]
pub(crate) struct NamedTrigger {
    #[schema(value_type = String)]
    pub(crate) id: TriggerId,
    pub(crate) name: String,
}

/// Why one condition held or did not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reason)]
pub(crate) struct ReasonForm {
    /// Where the condition stands, such as `all[0]`.
    path: String,
    field: String,
    operator: &'static str,
    /// What it compares with.
    value: Vec<String>,
    /// The field's values before the change.
    before: Vec<String>,
    /// The field's values at that moment.
    after: Vec<String>,
    /// Whether it held.
    held: bool,
}

impl From<&Reason> for ReasonForm {
    fn from(reason: &Reason) -> Self {
        let value = match &reason.condition.value {
            Wanted::Nothing => Vec::new(),
            wanted => wanted.values().to_vec(),
        };
        ReasonForm {
            path: reason.path.clone(),
            field: reason.condition.field.to_string(),
            operator: reason.condition.operator.word(),
            value,
            before: reason.before.clone(),
            after: reason.after.clone(),
            held: reason.held,
        }
    }
}

/// A trigger that fired, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Firing)]
pub(crate) struct FiringForm {
    trigger: NamedTrigger,
    /// The revision that ran.
    revision: i64,
    /// In which pass over the triggers, from 1.
    pass: u32,
    /// At which position in the order.
    position: i64,
    /// Every condition in reading order.
    reasons: Vec<ReasonForm>,
    /// What its actions did, in order.
    actions: Vec<ActionResultForm>,
    /// Why its actions were undone, all of them.
    fault: Option<String>,
}

/// What one action of a firing did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActionResult)]
struct ActionResultForm {
    kind: String,
    /// Whether it changed the ticket.
    changed: bool,
    /// The endpoint it sends to.
    endpoint: Option<String>,
}

impl From<&Firing> for FiringForm {
    fn from(firing: &Firing) -> Self {
        let result = |result: &model::matching::ActionResult| ActionResultForm {
            kind: result.kind.clone(),
            changed: result.changed,
            endpoint: result.endpoint.map(|endpoint| endpoint.to_string()),
        };
        FiringForm {
            trigger: NamedTrigger { id: firing.trigger, name: firing.name.clone() },
            revision: firing.revision,
            pass: firing.pass,
            position: firing.position,
            reasons: firing.reasons.iter().map(ReasonForm::from).collect(),
            actions: firing.actions.iter().map(result).collect(),
            fault: firing.fault.clone(),
        }
    }
}
