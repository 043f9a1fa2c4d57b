//! What stands under the bell: one item per endpoint and outage, never one per attempt.

use crate::ids::{EndpointId, NoticeId, TriggerId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Deliveries to an endpoint fail.
    WebhookFailing,
    /// An endpoint answered 410 and was paused.
    EndpointPaused,
    /// A trigger's effect was undone.
    TriggerFault,
    /// A guard ended a chain of causes.
    ChainEnded,
    /// A trigger fires very often on one ticket.
    PossibleLoop,
    /// The domain's backlog limit was reached.
    BacklogFull,
}

impl NoticeKind {
    /// All kinds.
    pub const ALL: [NoticeKind; 6] = [
        NoticeKind::WebhookFailing,
        NoticeKind::EndpointPaused,
        NoticeKind::TriggerFault,
        NoticeKind::ChainEnded,
        NoticeKind::PossibleLoop,
        NoticeKind::BacklogFull,
    ];

    /// The word in the column and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            NoticeKind::WebhookFailing => "webhook_failing",
            NoticeKind::EndpointPaused => "endpoint_paused",
            NoticeKind::TriggerFault => "trigger_fault",
            NoticeKind::ChainEnded => "chain_ended",
            NoticeKind::PossibleLoop => "possible_loop",
            NoticeKind::BacklogFull => "backlog_full",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<NoticeKind> {
        NoticeKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// An item under the bell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its identity.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// The endpoint it is about, if any.
    pub endpoint: Option<EndpointId>,
    /// That endpoint's URL with its secrets hidden, or empty.
    pub url: String,
    /// The trigger it is about, if any.
    pub trigger: Option<TriggerId>,
    /// The ticket of the newest event, if any.
    pub ticket_number: Option<i64>,
    /// What happened last, in words.
    pub text: String,
    /// How often it happened.
    pub count: i64,
    /// Deliveries that were given up.
    pub gave_up: i64,
    /// First time.
    pub opened_at: Timestamp,
    /// Last time.
    pub updated_at: Timestamp,
    /// When it was over.
    pub recovered_at: Option<Timestamp>,
    /// Whether the asking person has read its present state.
    pub read: bool,
}
