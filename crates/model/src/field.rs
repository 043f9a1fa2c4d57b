//! What a condition can look at, and reading it from a ticket. A new field is a variant, its name and its reading.

use crate::classification::service_path;
use crate::text;
use crate::ticket::{CustomFieldValue, Ticket};
use crate::wording::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A field of a ticket that conditions name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the name says it")]
pub enum Field {
    /// The ticket as a whole: opened, deleted, an action added or edited.
    Ticket,
    Status,
    BaseStatus,
    Urgency,
    Category,
    Service,
    Owner,
    Team,
    Type,
    Origin,
    Subject,
    Tags,
    Client,
    /// A field of the domain's own, by its number.
    CustomField(i64),
}

/// How a field's values look, which decides the control on the page and the meaning of `contains`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Happenings only.
    Happening,
    /// One of the domain's names.
    Choice,
    /// One person, by reference code.
    Person,
    /// Several people, by reference code.
    People,
    /// Free text.
    Text,
    /// Several words.
    Tags,
    /// What the domain defined.
    Custom,
}

impl Field {
    /// All fields but the custom ones, in the order in which pages show them.
    pub const FIXED: [Field; 13] = [
        Field::Ticket,
        Field::Status,
        Field::BaseStatus,
        Field::Urgency,
        Field::Category,
        Field::Service,
        Field::Owner,
        Field::Team,
        Field::Type,
        Field::Origin,
        Field::Subject,
        Field::Tags,
        Field::Client,
    ];

    /// The word for a fixed field.
    pub fn word(self) -> &'static str {
        match self {
            Field::Ticket => "ticket",
            Field::Status => "status",
            Field::BaseStatus => "base_status",
            Field::Urgency => "urgency",
            Field::Category => "category",
            Field::Service => "service",
            Field::Owner => "owner",
            Field::Team => "team",
            Field::Type => "type",
            Field::Origin => "origin",
            Field::Subject => "subject",
            Field::Tags => "tags",
            Field::Client => "client",
            Field::CustomField(_) => "custom_field",
        }
    }

    /// How its values look.
    pub fn kind(self) -> FieldKind {
        match self {
            Field::Ticket => FieldKind::Happening,
            Field::Owner => FieldKind::Person,
            Field::Client => FieldKind::People,
            Field::Subject => FieldKind::Text,
            Field::Tags => FieldKind::Tags,
            Field::CustomField(_) => FieldKind::Custom,
            _ => FieldKind::Choice,
        }
    }

    /// Whether `contains` asks for a whole value, as of tags and people, instead of a part of a text.
    pub fn holds_whole_values(self) -> bool {
        matches!(self.kind(), FieldKind::Tags | FieldKind::Person | FieldKind::People)
    }

    /// The values that the ticket has in this field; none when it is empty. A service counts by its name and by its
    /// whole path (`Root > Middle > Leaf`).
    pub fn read(self, ticket: &Ticket) -> Vec<String> {
        let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        match self {
            Field::Ticket => Vec::new(),
            Field::Status => one(&ticket.status),
            Field::BaseStatus => one(ticket.base_status.as_str()),
            Field::Urgency => one(&ticket.urgency),
            Field::Category => one(&ticket.category),
            Field::Service => match ticket.service.as_slice() {
                [] => Vec::new(),
                [only] => one(only),
                [.., leaf] => vec![service_path(&ticket.service), leaf.clone()],
            },
            Field::Owner => ticket.owner.iter().map(|owner| owner.id.clone()).collect(),
            Field::Team => one(&ticket.owner_team),
            Field::Type => one(ticket.visibility.as_str()),
            Field::Origin => vec![ticket.origin.to_string()],
            Field::Subject => one(&ticket.subject),
            Field::Tags => ticket.tags.clone(),
            Field::Client => ticket.clients.iter().map(|client| client.id.clone()).collect(),
            Field::CustomField(id) => custom_values(ticket, id),
        }
    }

    /// Whether two states of a ticket hold the same in this field.
    pub fn same(self, left: &Ticket, right: &Ticket) -> bool {
        match self {
            Field::Ticket => true,
            Field::Status => left.status == right.status,
            Field::BaseStatus => left.base_status == right.base_status,
            Field::Urgency => left.urgency == right.urgency,
            Field::Category => left.category == right.category,
            Field::Service => left.service == right.service,
            Field::Owner => {
                left.owner.as_ref().map(|owner| &owner.id) == right.owner.as_ref().map(|owner| &owner.id)
            }
            Field::Team => left.owner_team == right.owner_team,
            Field::Type => left.visibility == right.visibility,
            Field::Origin => left.origin == right.origin,
            Field::Subject => left.subject == right.subject,
            Field::Tags => left.tags == right.tags,
            Field::Client => {
                left.clients.iter().map(|client| &client.id).eq(right.clients.iter().map(|client| &client.id))
            }
            Field::CustomField(id) => custom_lines(left, id).eq(custom_lines(right, id)),
        }
    }
}

fn custom_lines(ticket: &Ticket, id: i64) -> impl Iterator<Item = &CustomFieldValue> {
    ticket.custom_fields.iter().filter(move |value| value.custom_field_id == id)
}

fn custom_values(ticket: &Ticket, id: i64) -> Vec<String> {
    let mut values = Vec::new();
    for line in custom_lines(ticket, id) {
        values.extend(line.value.clone());
        for item in &line.items {
            // A file counts by its name; one without a name by its key, so that it does not pass for empty.
            let file = if item.file_name.is_empty() { &item.storage_file_guid } else { &item.file_name };
            let parts = [&item.custom_field_item, &item.person_id, &item.client_id, &item.team, file];
            values.extend(parts.into_iter().filter(|part| !part.is_empty()).cloned());
        }
    }
    values.retain(|value| !value.is_empty());
    values
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::CustomField(id) => write!(f, "custom_field:{id}"),
            fixed => f.write_str(fixed.word()),
        }
    }
}

impl FromStr for Field {
    type Err = Text;
    fn from_str(text: &str) -> Result<Self, Text> {
        if let Some(id) = text.strip_prefix("custom_field:") {
            return id
                .parse()
                .map(Field::CustomField)
                .map_err(|_| text!("`{text}` needs the custom field's number", text));
        }
        Field::FIXED.into_iter().find(|field| field.word() == text).ok_or_else(|| {
            let known: Vec<_> = Field::FIXED.iter().map(|field| field.word()).collect();
            text!(
                "`{text}` is no field; allowed are {allowed} and custom_field:<number>",
                text,
                allowed = known.join(", ")
            )
        })
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
