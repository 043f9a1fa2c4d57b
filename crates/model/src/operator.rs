//! How a condition looks at its field. Operators on state filter; operators on the change fire.
//! A new operator is a variant here and its line in `condition::holds`.

use crate::field::{Field, FieldKind};
use serde::{Deserialize, Serialize};

/// An operator of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// One of the field's values equals the value.
    Is,
    /// None of the field's values equals the value.
    IsNot,
    /// One of the field's values is among the values.
    In,
    /// The text has the value in it; tags and people: one of them equals the value.
    Contains,
    /// The field has no value.
    IsEmpty,
    /// The field has a value.
    IsSet,
    /// The save changed the field; at creation, set it.
    Changed,
    /// The save gave the field this value.
    ChangedTo,
    /// The save took this value from the field.
    ChangedFrom,
    /// The ticket was opened.
    Created,
    /// The ticket was deleted.
    Deleted,
    /// An action was added to the thread.
    ActionAdded,
    /// An action of the thread was edited.
    ActionEdited,
    /// A tag was added: the given one, or any.
    TagAdded,
}

/// How many values an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arity {
    /// None.
    None,
    /// None or one.
    Optional,
    /// One.
    One,
    /// One or more.
    Many,
}

use Operator::{
    ActionAdded, ActionEdited, Changed, ChangedFrom, ChangedTo, Contains, Created, Deleted, In, Is, IsEmpty,
    IsNot, IsSet, TagAdded,
};

impl Operator {
    /// All operators, in the order in which pages show them.
    pub const ALL: [Operator; 14] = [
        Is,
        IsNot,
        In,
        Contains,
        IsEmpty,
        IsSet,
        Changed,
        ChangedTo,
        ChangedFrom,
        Created,
        Deleted,
        ActionAdded,
        ActionEdited,
        TagAdded,
    ];

    /// The word in APIs and storage.
    pub fn word(self) -> &'static str {
        match self {
            Is => "is",
            IsNot => "is_not",
            In => "in",
            Contains => "contains",
            IsEmpty => "is_empty",
            IsSet => "is_set",
            Changed => "changed",
            ChangedTo => "changed_to",
            ChangedFrom => "changed_from",
            Created => "created",
            Deleted => "deleted",
            ActionAdded => "action_added",
            ActionEdited => "action_edited",
            TagAdded => "tag_added",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Operator> {
        Operator::ALL.into_iter().find(|operator| operator.word() == word)
    }

    /// Whether it looks at the change: a trigger needs at least one such condition.
    pub fn is_firing(self) -> bool {
        matches!(
            self,
            Changed | ChangedTo | ChangedFrom | Created | Deleted | ActionAdded | ActionEdited | TagAdded
        )
    }

    /// How many values it takes.
    pub fn arity(self) -> Arity {
        match self {
            Is | IsNot | Contains | ChangedTo | ChangedFrom => Arity::One,
            In => Arity::Many,
            TagAdded => Arity::Optional,
            IsEmpty | IsSet | Changed | Created | Deleted | ActionAdded | ActionEdited => Arity::None,
        }
    }

    /// Whether it can be asked of this field.
    pub fn fits(self, field: Field) -> bool {
        match self {
            Created | Deleted | ActionAdded | ActionEdited => field == Field::Ticket,
            TagAdded => matches!(field, Field::Tags | Field::Ticket),
            _ => field.kind() != FieldKind::Happening,
        }
    }
}
