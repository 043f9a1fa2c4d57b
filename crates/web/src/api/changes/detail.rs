//! A change with all that followed from it.

use super::ticket::{DifferenceForm, TicketForm, differences};
use crate::api::deliveries::form::DeliveryForm;
use crate::api::forms::{ActorForm, CauseForm, FiringForm};
use model::change::{Change, Effect};
use model::ids::{ChangeId, TriggerId};
use model::ticket::Ticket;
use serde::Serialize;
use store::log::LogRow;
use utoipa::ToSchema;

/// What one save did to one ticket, and all that followed from it, committed as one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeForm {
    #[schema(value_type = String)]
    id: ChangeId,
    /// The ticket's number.
    ticket: i64,
    /// The ticket's version after it.
    ticket_version: i64,
    at: String,
    actor: ActorForm,
    cause: CauseForm,
    /// The domain's configuration under which the triggers ran.
    config_revision: i64,
    created: bool,
    deleted: bool,
    /// Ids of the actions that were added.
    actions_added: Vec<i64>,
    /// Ids of the actions that were edited.
    actions_edited: Vec<i64>,
    /// The ticket before; null when this opened it.
    before: Option<TicketForm>,
    /// The ticket after the save and its triggers.
    after: TicketForm,
    /// What the save itself changed, before any trigger.
    delta: Vec<DifferenceForm>,
    /// What triggers changed, in order.
    effects: Vec<EffectForm>,
    /// The triggers that fired, in order.
    firings: Vec<FiringForm>,
    /// Why a guard ended the run of triggers; null when none did.
    ended: Option<String>,
    deliveries: Vec<DeliveryForm>,
}

/// What one firing changed on the ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Effect)]
struct EffectForm {
    #[schema(value_type = String)]
    trigger: TriggerId,
    revision: i64,
    /// In which pass over the triggers, from 1.
    pass: u32,
    delta: Vec<DifferenceForm>,
}

impl ChangeForm {
    /// Writes a change with the rows of its deliveries.
    pub(super) fn new(change: &Change, deliveries: Vec<LogRow>) -> Self {
        let before = change.before().map(TicketForm::from);
        let saved = change.after_save();
        let delta = differences(before.as_ref(), &TicketForm::from(&saved));
        ChangeForm {
            id: change.id,
            ticket: change.ticket_number,
            ticket_version: change.ticket_version,
            at: change.at.to_string(),
            actor: (&change.actor).into(),
            cause: change.cause.into(),
            config_revision: change.config_revision,
            created: change.happenings.created,
            deleted: change.happenings.deleted,
            actions_added: change.happenings.actions_added.clone(),
            actions_edited: change.happenings.actions_edited.clone(),
            before,
            after: TicketForm::from(&change.after()),
            delta,
            effects: effects(&change.effects, saved),
            firings: change.firings.iter().map(FiringForm::from).collect(),
            ended: change.ended.map(|end| end.in_words().to_string()),
            deliveries: deliveries.into_iter().map(DeliveryForm::from).collect(),
        }
    }
}

/// Each effect as the difference between the states around it.
fn effects(effects: &[Effect], mut ticket: Ticket) -> Vec<EffectForm> {
    let mut before = TicketForm::from(&ticket);
    let mut forms = Vec::with_capacity(effects.len());
    for effect in effects {
        effect.delta.apply(&mut ticket);
        let after = TicketForm::from(&ticket);
        forms.push(EffectForm {
            trigger: effect.trigger,
            revision: effect.revision,
            pass: effect.pass,
            delta: differences(Some(&before), &after),
        });
        before = after;
    }
    forms
}
