//! Named words of a domain: statuses, urgencies, categories, and for which tickets they can be chosen.

use super::BaseStatus;
use crate::ids::{CategoryId, StatusId, UrgencyId};
use crate::text;
use crate::text::same;
use crate::ticket_action::Visibility;
use crate::wording::Text;
use serde::{Deserialize, Serialize};

/// For which tickets a word can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketTypes {
    /// Public tickets.
    Public,
    /// Internal tickets.
    Internal,
    /// All tickets.
    #[default]
    Both,
}

impl TicketTypes {
    /// All of them with their words.
    pub const ALL: [(&str, TicketTypes); 3] =
        [("public", TicketTypes::Public), ("internal", TicketTypes::Internal), ("both", TicketTypes::Both)];

    /// Whether a ticket of that kind is among them.
    pub fn has(self, visibility: Visibility) -> bool {
        match self {
            TicketTypes::Public => visibility == Visibility::Public,
            TicketTypes::Internal => visibility == Visibility::Internal,
            TicketTypes::Both => true,
        }
    }

    /// The word of APIs.
    pub fn as_str(self) -> &'static str {
        match self {
            TicketTypes::Public => "public",
            TicketTypes::Internal => "internal",
            TicketTypes::Both => "both",
        }
    }
}

/// A status of the domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its identity.
    pub id: StatusId,
    /// Display name, at most 128 characters.
    pub name: String,
    /// What it means; never changes.
    #[serde(rename = "base_status")]
    pub base: BaseStatus,
    /// Whether a ticket needs a reason to stand in it.
    pub requires_justification: bool,
    /// The reasons there are; when there are none, any text is one.
    pub justifications: Vec<String>,
    /// Which tickets can have it.
    pub ticket_types: TicketTypes,
    /// Whether it can be chosen.
    pub is_active: bool,
    /// Whether it stands for its base status where no status is named.
    pub is_default: bool,
    /// Names it had, oldest first: tickets written then still carry them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<String>,
}

impl Status {
    /// One for all tickets that asks for no reason.
    pub fn new(id: StatusId, name: &str, base: BaseStatus) -> Self {
        Status {
            id,
            name: name.to_owned(),
            base,
            requires_justification: false,
            justifications: Vec::new(),
            ticket_types: TicketTypes::Both,
            is_active: true,
            is_default: false,
            former_names: Vec::new(),
        }
    }
}

impl Status {
    /// The reason for a ticket to stand in it, in the domain's spelling.
    ///
    /// # Errors
    /// What is wrong with the given one, in words.
    pub fn reason(&self, given: &str) -> Result<String, Text> {
        let known = || self.justifications.join(", ");
        if given.is_empty() {
            return match (self.requires_justification, self.justifications.is_empty()) {
                (false, _) => Ok(String::new()),
                (true, true) => Err(text!("is missing; `{name}` needs a reason", name = self.name)),
                (true, false) => Err(text!(
                    "is missing; `{name}` needs one of {reasons}",
                    name = self.name,
                    reasons = known()
                )),
            };
        }
        if self.justifications.is_empty() {
            return Ok(given.to_owned());
        }
        let found = self.justifications.iter().find(|reason| same(reason, given));
        found.cloned().ok_or_else(|| {
            text!(
                "`{given}` is no reason for `{name}`; there are {reasons}",
                given,
                name = self.name,
                reasons = known()
            )
        })
    }
}

/// How urgent a ticket can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urgency {
    /// Its identity.
    pub id: UrgencyId,
    /// Display name, at most 128 characters.
    pub name: String,
    /// Whether it can be chosen.
    pub is_active: bool,
    /// Names it had, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<String>,
}

impl Urgency {
    /// One in use.
    pub fn new(id: UrgencyId, name: &str) -> Self {
        Urgency { id, name: name.to_owned(), is_active: true, former_names: Vec::new() }
    }
}

/// What kind of request a ticket can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its identity.
    pub id: CategoryId,
    /// Display name, at most 128 characters.
    pub name: String,
    /// Which tickets can have it.
    pub ticket_types: TicketTypes,
    /// Whether it can be chosen.
    pub is_active: bool,
    /// Names it had, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<String>,
}

impl Category {
    /// One in use for all tickets.
    pub fn new(id: CategoryId, name: &str) -> Self {
        let (ticket_types, is_active) = (TicketTypes::Both, true);
        Category { id, name: name.to_owned(), ticket_types, is_active, former_names: Vec::new() }
    }
}

/// What statuses, urgencies and categories have in common.
pub trait Word {
    /// The number of its identity.
    fn id(&self) -> i64;
    /// Its name.
    fn name(&self) -> &str;
    /// Names it had.
    fn former_names(&self) -> &[String];
    /// Gives it a name, and keeps the one it had.
    fn rename(&mut self, name: &str);
    /// Puts it in use, or out of use.
    fn set_active(&mut self, is_active: bool);
}

/// Names that a word keeps of its past, at most; the oldest goes first.
const FORMER_NAMES: usize = 20;

macro_rules! word {
    ($($name:ident),+) => {$(
        impl Word for $name {
            fn id(&self) -> i64 {
                self.id.0
            }

            fn name(&self) -> &str {
                &self.name
            }

            fn former_names(&self) -> &[String] {
                &self.former_names
            }

            fn rename(&mut self, name: &str) {
                let was = std::mem::replace(&mut self.name, name.to_owned());
                self.former_names.retain(|former| *former != name && *former != was);
                self.former_names.push(was);
                if self.former_names.len() > FORMER_NAMES {
                    self.former_names.remove(0);
                }
            }

            fn set_active(&mut self, is_active: bool) {
                self.is_active = is_active;
            }
        }
    )+};
}

word!(Status, Urgency, Category);

/// The word of that name, case and accents folded.
pub fn find<'w, W: Word>(words: &'w [W], name: &str) -> Option<&'w W> {
    words.iter().find(|word| same(word.name(), name))
}
