//! How an endpoint does, as the native API and the pages tell it.

use crate::Shared;
use crate::error::Failure;
use model::notice::NoticeKind;
use store::endpoints::EndpointRow;

/// How far back given-up deliveries are counted: 24 h.
pub(crate) const COUNTED_MS: i64 = 24 * 60 * 60 * 1_000;

/// How an endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    /// Neither of the others.
    Healthy,
    /// From the first failed attempt until the next success.
    Failing,
    /// Its deliveries are held.
    Paused,
}

impl Health {
    /// Reads it.
    pub(crate) async fn read(app: &Shared, row: &EndpointRow) -> Result<Health, Failure> {
        if row.paused {
            return Ok(Health::Paused);
        }
        let (reader, subject) = (app.engine.reader(), row.id.to_string());
        let is_open =
            store::notices::is_open(&reader, row.domain, NoticeKind::WebhookFailing, &subject).await?;
        Ok(if is_open { Health::Failing } else { Health::Healthy })
    }

    /// The word of the native API.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Health::Healthy => "healthy",
            Health::Failing => "failing",
            Health::Paused => "paused",
        }
    }
}
