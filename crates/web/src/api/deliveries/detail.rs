//! A delivery with everything known of it.

use crate::api::forms::{FiringForm, NamedTrigger};
use crate::sent;
use model::change::Change;
use model::ids::{ChangeId, DeliveryId};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use store::attempts::AttemptRow;
use store::log::LogRow;
use utoipa::ToSchema;

/// What the store knows of a delivery. Changes and payloads may have been swept out before it.
pub(super) struct Known {
    pub(super) row: LogRow,
    pub(super) attempts: Vec<AttemptRow>,
    pub(super) payload: Option<(Arc<str>, bool)>,
    pub(super) change: Option<Change>,
}

/// A delivery with everything known of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryDetail)]
pub(crate) struct DeliveryDetailForm {
    #[schema(value_type = String)]
    id: DeliveryId,
    last_update: String,
    created_at: String,
    /// `queued`, `sending`, `retrying`, `delivered`, `failed`, `held` or `cancelled`.
    status: &'static str,
    url: String,
    error: String,
    /// What the receiver answered last.
    status_code: Option<i64>,
    trigger: NamedTrigger,
    /// The trigger's revision that fired.
    trigger_revision: i64,
    /// The ticket's number.
    ticket: i64,
    /// The ticket's version that the body tells of.
    ticket_version: i64,
    #[schema(value_type = String)]
    change: ChangeId,
    endpoint: String,
    /// From 1; more after a resend.
    round: i64,
    /// Attempts of the round, the one under way included.
    attempt_count: i64,
    /// When the next attempt is due; null when none is.
    next_attempt_at: Option<String>,
    request: RequestForm,
    payload: Option<PayloadForm>,
    /// Why the trigger fired, condition by condition; null once the change has been swept out.
    why: Option<FiringForm>,
    /// Every attempt of every round, oldest first.
    attempts: Vec<AttemptForm>,
}

/// What is sent beside the body.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryRequest)]
struct RequestForm {
    /// Always POST.
    method: &'static str,
    /// As the newest attempt sent them. What is signed with a secret is shown as `•••`.
    headers: Vec<HeaderForm>,
}

/// A header.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Header)]
struct HeaderForm {
    name: &'static str,
    value: String,
}

/// The frozen body: the same bytes in every attempt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payload)]
struct PayloadForm {
    /// Byte for byte.
    text: String,
    /// The same, parsed.
    #[schema(value_type = Object)]
    json: Box<RawValue>,
    bytes: usize,
    /// Something was left out to stay within the limit of a body.
    truncated: bool,
}

/// One HTTP call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
struct AttemptForm {
    id: String,
    round: i64,
    /// Its number in the round.
    number: i64,
    started_at: String,
    /// When it was decided how the attempt went: the call may have gone on.
    decided_at: String,
    /// When the call ended; null while it is open.
    ended_at: Option<String>,
    duration_ms: Option<i64>,
    /// `accepted`, `refused`, `no_answer`, `unreachable`, `blocked`, `cancelled`, `interrupted` or `late`.
    outcome: String,
    status_code: Option<i64>,
    error: String,
    /// What the receiver answered; null when it did not.
    response: Option<ResponseForm>,
}

/// What the receiver answered, as far as it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Response)]
struct ResponseForm {
    /// `name: value` lines.
    head: String,
    body: String,
    /// The body was longer than what is kept.
    truncated: bool,
}

impl DeliveryDetailForm {
    /// Puts together what is known.
    pub(super) fn new(known: Known) -> Self {
        let Known { row, attempts, payload, change } = known;
        let truncated = payload.as_ref().is_some_and(|(_, truncated)| *truncated);
        let headers = sent::headers(&row, &attempts, truncated).into_iter();
        let headers = headers.map(|(name, value)| HeaderForm { name, value }).collect();
        let request = RequestForm { method: "POST", headers };
        let fired = change
            .as_ref()
            .and_then(|change| change.firings.iter().find(|firing| firing.trigger == row.trigger));
        DeliveryDetailForm {
            id: row.id,
            last_update: row.updated_at.to_string(),
            created_at: row.created_at.to_string(),
            status: row.state.shown(row.paused).as_str(),
            url: row.url,
            error: row.error,
            status_code: row.status_code,
            trigger: NamedTrigger { id: row.trigger, name: row.trigger_name },
            trigger_revision: row.trigger_revision,
            ticket: row.ticket_number,
            ticket_version: row.ticket_version,
            change: row.change,
            endpoint: row.endpoint.to_string(),
            round: row.round,
            attempt_count: row.attempts,
            next_attempt_at: row.due_at.filter(|_| !row.state.is_closed()).map(|due| due.to_string()),
            request,
            payload: payload.map(PayloadForm::new),
            why: fired.map(FiringForm::from),
            attempts: attempts.into_iter().map(AttemptForm::from).collect(),
        }
    }
}

impl PayloadForm {
    fn new((text, truncated): (Arc<str>, bool)) -> Self {
        // Bodies are JSON that was made here; should one not be, the text is there.
        let json = RawValue::from_string(text.to_string()).unwrap_or_default();
        PayloadForm { bytes: text.len(), text: text.to_string(), json, truncated }
    }
}

impl From<AttemptRow> for AttemptForm {
    fn from(row: AttemptRow) -> Self {
        let answered = row.status_code.is_some();
        AttemptForm {
            id: row.id.to_string(),
            round: row.round,
            number: row.number,
            started_at: row.started_at.to_string(),
            decided_at: row.verdict_at.to_string(),
            ended_at: row.ended_at.map(|at| at.to_string()),
            duration_ms: row.ended_at.map(|at| at.0 - row.started_at.0),
            outcome: row.outcome,
            status_code: row.status_code,
            error: row.error,
            response: answered.then_some(ResponseForm {
                head: row.response_head,
                body: row.response_body,
                truncated: row.response_truncated,
            }),
        }
    }
}
