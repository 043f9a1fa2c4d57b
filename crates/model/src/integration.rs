//! One half of the link between two domains: which happenings cross, what names become, and the messages between the halves.
//! Does not live here: asking and telling (engine `integrations`).

mod mapping;

pub use mapping::{Mapping, Rule};

use crate::classification::BaseStatus;
use crate::ids::{DomainId, IntegrationId, TriggerId};
use crate::ticket_action::Visibility;
use crate::time::Timestamp;
use crate::trigger::TriggerDraft;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A happening that may cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// New tickets.
    Creation,
    /// Public entries of the thread.
    PublicActions,
    /// Internal entries.
    InternalActions,
    /// Every change of status.
    Status,
    /// Files of the entries that cross.
    Attachments,
    /// A status that resolves, closes or cancels.
    Closing,
}

impl Crossing {
    /// All of them, in the order of pages.
    pub const ALL: [Crossing; 6] = [
        Crossing::Creation,
        Crossing::PublicActions,
        Crossing::InternalActions,
        Crossing::Status,
        Crossing::Attachments,
        Crossing::Closing,
    ];

    /// The word in APIs and storage.
    pub fn word(self) -> &'static str {
        match self {
            Crossing::Creation => "creation",
            Crossing::PublicActions => "public_actions",
            Crossing::InternalActions => "internal_actions",
            Crossing::Status => "status",
            Crossing::Attachments => "attachments",
            Crossing::Closing => "closing",
        }
    }

    /// Whether entries of this visibility cross.
    pub fn lets_pass(events: &[Crossing], visibility: Visibility) -> bool {
        events.contains(match visibility {
            Visibility::Public => &Crossing::PublicActions,
            Visibility::Internal => &Crossing::InternalActions,
        })
    }

    /// Whether a change to this status crosses.
    pub fn lets_status_pass(events: &[Crossing], base: BaseStatus) -> bool {
        events.contains(&Crossing::Status) || (events.contains(&Crossing::Closing) && base.is_over())
    }

    /// The conditions of the trigger that tells of these happenings, as a trigger's JSON has them.
    pub fn conditions(events: &[Crossing]) -> Value {
        let happens = |operator: &str| json!({ "field": "ticket", "operator": operator });
        let mut any = Vec::new();
        for event in events {
            match event {
                Crossing::Creation => any.push(happens("created")),
                Crossing::PublicActions | Crossing::InternalActions => any.push(happens("action_added")),
                Crossing::Attachments => any.push(happens("action_edited")),
                Crossing::Status => any.push(json!({ "field": "status", "operator": "changed" })),
                Crossing::Closing => {
                    for base in BaseStatus::ALL.into_iter().filter(|base| base.is_over()) {
                        let to = base.as_str();
                        any.push(json!({ "field": "base_status", "operator": "changed_to", "value": to }));
                    }
                }
            }
        }
        any.dedup();
        json!({ "all": [], "any": any })
    }
}

/// What one half of an integration is set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HalfSettings {
    /// Where the other side's server is, without a slash at its end.
    pub url: String,
    /// The other half.
    pub peer: IntegrationId,
    /// It was set up here; the other half was made by it.
    pub made_here: bool,
    /// Which happenings cross.
    pub events: Vec<Crossing>,
    /// Both halves tell, or only the one that was not set up here.
    pub both_ways: bool,
    /// What the other side's names become here.
    #[serde(default)]
    pub mapping: Mapping,
    /// Reference code of who stands as author here.
    pub author: String,
    /// The conditions of the trigger here, as somebody wrote them; those of the events when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Value>,
    /// The hash of what takes this half away while the answer to its offer is lost; none where it was set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<String>,
    /// The trigger here and how it must look; none when this half does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<(TriggerId, TriggerDraft)>,
}

impl HalfSettings {
    /// Whether this half tells the other one of what happens.
    pub fn tells(&self) -> bool {
        self.both_ways || !self.made_here
    }
}

/// What the side that sets up offers the other one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// The domain that offers.
    pub domain: DomainId,
    /// How the offering server is reached.
    pub url: String,
    /// The offering half.
    pub id: IntegrationId,
    /// What opens it.
    pub secret: String,
    /// Which happenings cross.
    pub events: Vec<Crossing>,
    /// Whether both tell.
    pub both_ways: bool,
    /// What names become over there.
    #[serde(default)]
    pub mapping: Mapping,
    /// Conditions for the trigger over there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Value>,
    /// What it is for.
    pub purpose: OfferPurpose,
    /// What takes it back, known to nobody but who offers; empty for a mere question.
    pub withdrawal: String,
}

/// What an [`Offer`] is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferPurpose {
    /// To be linked.
    Link,
    /// To learn whether it would be accepted; nothing is made.
    Check,
    /// To take away what the same offer may have made: its answer was lost.
    Withdraw,
}

/// The answer to an [`Offer`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The half that was made, or taken away; the offering one again when it was a mere question.
    pub id: IntegrationId,
    /// What opens the one that was made.
    pub secret: String,
}

/// What one half asks of the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// What happened to a ticket since this version of it; all of it since 0. Answer: [`News`], or null.
    News {
        /// Its number.
        number: i64,
        /// The version that the asker has seen.
        since: i64,
    },
    /// Take note of a ticket's counterpart. Answer: [`Linked`].
    Link {
        /// The ticket of the half that is asked.
        number: i64,
        /// Its counterpart.
        theirs: i64,
        /// Its counterpart's version up to which there is nothing to tell.
        version: i64,
        /// Its counterpart's status.
        status: String,
        /// The version of the ticket that the asker has seen; none for a ticket of which nothing crossed yet.
        seen: Option<i64>,
    },
    /// Take note of the status of a ticket's counterpart, if it still is. Answer: nothing.
    Status {
        /// The ticket of the half that is asked.
        number: i64,
        /// Its counterpart.
        theirs: i64,
        /// Its counterpart's status.
        status: String,
    },
    /// Forget a ticket's counterpart. Answer: nothing.
    Unlink {
        /// The ticket of the half that is asked.
        number: i64,
        /// Its counterpart.
        theirs: i64,
    },
    /// The bytes of a file of a linked ticket.
    File {
        /// The ticket.
        number: i64,
        /// The file's key.
        key: String,
    },
    /// Take over what both halves share, and put the trigger in order.
    Agree(Terms),
    /// How it stands. Answer: [`Standing`].
    Standing,
    /// Be gone, with the trigger.
    Remove,
}

/// What both halves share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Whether anything crosses; none leaves it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// How the asker's server is reached.
    pub url: String,
    /// Which happenings cross.
    pub events: Vec<Crossing>,
    /// Whether both tell.
    pub both_ways: bool,
}

/// The answer to [`Ask::Link`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// The ticket's version at which both were linked: what happened to it later is told.
    pub version: i64,
    /// Its status.
    pub status: String,
    /// Something happened to it that the asker has not seen.
    pub has_news: bool,
    /// Whether it has this counterpart now: somebody may have unlinked it, or given it another one.
    pub is_linked: bool,
}

/// How one direction fares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Messages that wait, at most 10 001 counted.
    pub waiting: i64,
    /// When the oldest of them was made.
    pub oldest: Option<Timestamp>,
    /// What the last attempt ran into, or empty.
    pub error: String,
}

/// How one half stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether anything crosses.
    pub enabled: bool,
    /// What differs between its trigger and what was agreed, in words; empty for nothing.
    pub drift: Vec<String>,
    /// What it tells the other half.
    pub way: Way,
    /// The trigger that does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerId>,
}

/// What happened to a ticket, as far as it crosses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The ticket.
    pub number: i64,
    /// Its version.
    pub version: i64,
    /// The version of its counterpart that it has seen.
    pub seen: i64,
    /// Its counterpart, if it knows it.
    pub counterpart: Option<i64>,
    /// The counterpart's status as it knows it, or empty.
    pub counterpart_status: String,
    /// Its version at which both were linked; 0 before.
    pub linked: i64,
    /// Its status.
    pub status: String,
    /// All of it, when the asker has seen nothing yet.
    pub opened: Option<Opened>,
    /// A change of status.
    pub moved: Option<Moved>,
    /// Entries that were added or got files, in the order of the thread.
    pub actions: Vec<ActionNews>,
}

/// A ticket that is new to the other side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the ticket's field of that name")]
pub struct Opened {
    pub visibility: Visibility,
    pub subject: String,
    pub urgency: String,
    pub category: String,
    pub service: Vec<String>,
    /// Reference codes.
    pub clients: Vec<String>,
}

/// A change of status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Its name.
    pub status: String,
    /// What it means.
    pub base: BaseStatus,
    /// The reason given, or empty.
    pub justification: String,
    /// When.
    pub at: Timestamp,
}

/// An entry of the thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the action's field of that name")]
pub struct ActionNews {
    pub id: i64,
    pub visibility: Visibility,
    pub description: String,
    pub html_description: String,
    pub created_at: Timestamp,
    pub files: Vec<FileNews>,
}

/// A file of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNews {
    /// Its key over there.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// Whether a change of status over there stands over one here that its maker had not seen: the later save does; in the same
/// millisecond that of the half with the smaller id.
pub fn stands(theirs: (Timestamp, IntegrationId), ours: (Timestamp, IntegrationId)) -> bool {
    theirs.0 > ours.0 || (theirs.0 == ours.0 && theirs.1 < ours.1)
}

#[cfg(test)]
#[path = "integration_tests.rs"]
mod tests;
