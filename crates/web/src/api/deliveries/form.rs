//! A row of the execution log.

use crate::api::forms::NamedTrigger;
use model::ids::DeliveryId;
use serde::Serialize;
use store::log::LogRow;
use utoipa::ToSchema;

/// A row of the execution log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryForm {
    /// Also the `webhook-id` that the receiver sees.
    #[schema(value_type = String)]
    id: DeliveryId,
    last_update: String,
    /// `queued`, `sending`, `retrying`, `delivered`, `failed`, `held` or `cancelled`.
    status: &'static str,
    /// Attempts of the round, the one under way included.
    attempts: i64,
    /// As typed in the trigger.
    url: String,
    /// What went wrong last; empty when nothing did.
    error: String,
    /// The trigger that fired.
    trigger: NamedTrigger,
    /// The ticket's number.
    ticket: i64,
}

impl From<LogRow> for DeliveryForm {
    fn from(row: LogRow) -> Self {
        DeliveryForm {
            id: row.id,
            last_update: row.updated_at.to_string(),
            status: row.state.shown(row.paused).as_str(),
            attempts: row.attempts,
            url: row.url,
            error: row.error,
            trigger: NamedTrigger { id: row.trigger, name: row.trigger_name },
            ticket: row.ticket_number,
        }
    }
}
