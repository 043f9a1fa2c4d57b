//! Fields that a domain adds to its tickets, and the display rules that show them.

use super::TicketTypes;
use crate::ids::ServiceId;
use serde::{Deserialize, Serialize};

/// What the values of a custom field look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the name says it")]
pub enum CustomFieldKind {
    #[default]
    Text,
    /// Brazilian: `1.530,75`.
    Number,
    /// ISO, UTC: `2026-03-04T03:00:00.000Z`.
    Date,
    /// A day that does not matter and a time: `1991-01-01T15:30:00.000Z`.
    Time,
    Email,
    Phone,
    Url,
    /// One of the field's items.
    SingleChoice,
    /// Some of the field's items.
    MultiChoice,
    /// People by reference code.
    Person,
    /// Clients by reference code.
    Client,
    Team,
    File,
}

impl CustomFieldKind {
    /// All of them with their words.
    pub const ALL: [(&str, CustomFieldKind); 13] = [
        ("text", CustomFieldKind::Text),
        ("number", CustomFieldKind::Number),
        ("date", CustomFieldKind::Date),
        ("time", CustomFieldKind::Time),
        ("email", CustomFieldKind::Email),
        ("phone", CustomFieldKind::Phone),
        ("url", CustomFieldKind::Url),
        ("single_choice", CustomFieldKind::SingleChoice),
        ("multi_choice", CustomFieldKind::MultiChoice),
        ("person", CustomFieldKind::Person),
        ("client", CustomFieldKind::Client),
        ("team", CustomFieldKind::Team),
        ("file", CustomFieldKind::File),
    ];

    /// The word of APIs.
    pub fn as_str(self) -> &'static str {
        CustomFieldKind::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Whether items hold its values, instead of a text.
    pub fn has_items(self) -> bool {
        use CustomFieldKind::{Client, File, MultiChoice, Person, SingleChoice, Team};
        matches!(self, SingleChoice | MultiChoice | Person | Client | Team | File)
    }

    /// Whether the domain says which items there are.
    pub fn is_choice(self) -> bool {
        matches!(self, CustomFieldKind::SingleChoice | CustomFieldKind::MultiChoice)
    }
}

/// A display rule: where a field is shown, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomFieldRule {
    /// The public API's `customFieldRuleId`.
    pub number: i64,
    /// Name on screen.
    pub name: String,
    /// Whether a ticket can have several lines of it.
    pub several_lines: bool,
    /// On which tickets it is shown.
    pub ticket_types: TicketTypes,
    /// With which services and those below them it is shown; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceId>,
}

/// A field that the domain added to its tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// The public API's `customFieldId`.
    pub number: i64,
    /// Name on screen.
    pub name: String,
    /// What its values look like; never changes.
    pub kind: CustomFieldKind,
    /// What can be chosen, of the kinds that are choices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// Display rules that show it.
    pub rules: Vec<CustomFieldRule>,
    /// Whether tickets can be given new values of it.
    pub is_active: bool,
}

impl CustomField {
    /// One in use, shown by rules with these numbers on all tickets, in as many lines as one likes.
    pub fn new(number: i64, name: &str, kind: CustomFieldKind, rules: &[i64]) -> Self {
        let rule = |number: &i64| CustomFieldRule {
            number: *number,
            name: name.to_owned(),
            several_lines: true,
            ticket_types: TicketTypes::Both,
            services: Vec::new(),
        };
        let rules = rules.iter().map(rule).collect();
        CustomField { number, name: name.to_owned(), kind, items: Vec::new(), rules, is_active: true }
    }
}
