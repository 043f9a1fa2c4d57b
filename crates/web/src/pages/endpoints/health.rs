//! How an endpoint does.

use crate::Shared;
use crate::error::Failure;
use crate::view::Words;
use model::notice::NoticeKind;
use store::endpoints::EndpointRow;

/// How far back given-up deliveries are counted: 24 h.
pub(super) const COUNTED_MS: i64 = 24 * 60 * 60 * 1_000;

/// How an endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Healthy,
    /// From the first failed attempt until the next success.
    Failing,
    /// Its deliveries are held.
    Paused,
}

impl Health {
    /// Reads it.
    pub(super) async fn read(app: &Shared, row: &EndpointRow) -> Result<Health, Failure> {
        if row.paused {
            return Ok(Health::Paused);
        }
        let (reader, subject) = (app.engine.reader(), row.id.to_string());
        let is_open =
            store::notices::is_open(&reader, row.domain, NoticeKind::WebhookFailing, &subject).await?;
        Ok(if is_open { Health::Failing } else { Health::Healthy })
    }

    /// Its word.
    pub(super) fn message(self, t: Words) -> String {
        match self {
            Health::Healthy => t.say("endpoint-healthy"),
            Health::Failing => t.say("endpoint-failing"),
            Health::Paused => t.say("endpoint-paused"),
        }
    }

    /// Its colour.
    pub(super) fn class(self) -> &'static str {
        match self {
            Health::Healthy => "good",
            Health::Failing => "bad",
            Health::Paused => "warn",
        }
    }

    /// Its sign.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Health::Healthy => "✓",
            Health::Failing => "✕",
            Health::Paused => "❚❚",
        }
    }
}
