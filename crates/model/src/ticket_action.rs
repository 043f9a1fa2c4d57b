//! An entry in a ticket's thread: the article's `Actions[]`.

use crate::person::PersonRef;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Who may read a ticket or an action: the public API's `type` (1, 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub enum Visibility {
    /// 1: agents only.
    Internal,
    /// 2: the client too.
    Public,
}

impl Visibility {
    /// The word that conditions compare.
    pub fn as_str(self) -> &'static str {
        match self {
            Visibility::Internal => "internal",
            Visibility::Public => "public",
        }
    }
}

impl From<Visibility> for i64 {
    fn from(visibility: Visibility) -> i64 {
        match visibility {
            Visibility::Internal => 1,
            Visibility::Public => 2,
        }
    }
}

impl TryFrom<i64> for Visibility {
    type Error = String;
    fn try_from(code: i64) -> Result<Self, String> {
        match code {
            1 => Ok(Visibility::Internal),
            2 => Ok(Visibility::Public),
            _ => Err(format!("is {code}; allowed are 1 (internal) and 2 (public)")),
        }
    }
}

/// Where a ticket or an action came from: the public API's `origin`.
pub mod origin {
    /// The first action of a ticket.
    pub const FIRST_ACTION: i64 = 0;
    /// Written on the web page by a client.
    pub const WEB_CLIENT: i64 = 1;
    /// Written on the web page by an agent.
    pub const WEB_AGENT: i64 = 2;
    /// Made by a trigger.
    pub const TRIGGER: i64 = 4;
    /// Came through the web API.
    pub const WEB_API: i64 = 9;
    /// Came from a linked domain.
    pub const INTEGRATION: i64 = 19;
}

/// A file of an action.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Name shown to people, at most 255 characters.
    pub file_name: String,
    /// Storage key, at most 255 characters.
    pub path: String,
    /// Who added it; the action's author when none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<PersonRef>,
    /// When it was added; with the action when none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
}

/// An action as it stands in the thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketAction {
    /// Sequence within the ticket, from 1.
    pub id: i64,
    /// Who may read it.
    pub visibility: Visibility,
    /// See [`origin`].
    pub origin: i64,
    /// Plain text.
    pub description: String,
    /// The same as HTML.
    pub html_description: String,
    /// Its author; none for the system.
    pub created_by: Option<PersonRef>,
    /// When it was written.
    pub created_at: Timestamp,
    /// Taken back.
    pub is_deleted: bool,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Its own tags.
    #[serde(default)]
    pub tags: Vec<String>,
}
