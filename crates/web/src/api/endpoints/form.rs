//! An endpoint in JSON, with its state and its counts.

use crate::Shared;
use crate::error::Failure;
use crate::health::{COUNTED_MS, Health};
use model::ids::EndpointId;
use serde::Serialize;
use store::endpoints::EndpointRow;
use utoipa::ToSchema;

/// A receiving URL of the domain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Endpoint)]
pub(crate) struct EndpointForm {
    #[schema(value_type = String)]
    id: EndpointId,
    /// As typed in the trigger.
    url: String,
    /// `healthy`; `failing` from the first failed attempt until the next success; `paused` while deliveries are held.
    state: &'static str,
    /// Why it is paused; empty when it is not.
    pause_reason: String,
    counts: CountsForm,
    /// The last success, to the minute.
    last_delivered_at: Option<String>,
    /// Until when the secret before the last rotation signs beside the new one; null when none does.
    previous_secret_until: Option<String>,
    created_at: String,
}

/// How many of its deliveries stand where. Past 10000 of each are not counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndpointCounts)]
struct CountsForm {
    /// Queued, held, or waiting for a further attempt.
    waiting: i64,
    /// Given up within the last 24 h.
    failed: i64,
}

impl EndpointForm {
    /// Reads what belongs to an endpoint.
    pub(super) async fn read(app: &Shared, row: EndpointRow) -> Result<Self, Failure> {
        let (reader, now) = (app.engine.reader(), app.engine.now());
        let counts = store::endpoints::counts(&reader, row.domain, row.id, now.plus_ms(-COUNTED_MS)).await?;
        let state = Health::read(app, &row).await?.as_str();
        let until = row.previous_secret.map(|(_, until)| until).filter(|until| *until > now);
        Ok(EndpointForm {
            id: row.id,
            url: row.url,
            state,
            pause_reason: row.pause_reason,
            counts: CountsForm { waiting: counts.waiting, failed: counts.failed },
            last_delivered_at: row.last_delivered_at.map(|at| at.to_string()),
            previous_secret_until: until.map(|at| at.to_string()),
            created_at: row.created_at.to_string(),
        })
    }
}
