//! Conditions: leaves `{field, operator, value}` in nestable ALL and ANY blocks; asking a leaf of an event; the reasons.
//! Evaluation is total: an empty field has a defined meaning and nothing throws.

use crate::facts::{Event, has};
use crate::field::Field;
use crate::operator::Operator;
use crate::text::fold;
use serde::{Deserialize, Serialize};

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Wanted {
    /// Nothing.
    #[default]
    Nothing,
    /// One value.
    One(String),
    /// Several values.
    Many(Vec<String>),
}

impl Wanted {
    /// The values as a list.
    pub fn values(&self) -> &[String] {
        match self {
            Wanted::Nothing => &[],
            Wanted::One(value) => std::slice::from_ref(value),
            Wanted::Many(values) => values,
        }
    }

    fn is_nothing(&self) -> bool {
        *self == Wanted::Nothing
    }

    fn rename(&mut self, old: &str, new: &str) -> bool {
        let values = match self {
            Wanted::Nothing => return false,
            Wanted::One(value) => std::slice::from_mut(value),
            Wanted::Many(values) => values.as_mut_slice(),
        };
        let mut renamed = false;
        for value in values.iter_mut().filter(|value| crate::text::same(value, old)) {
            new.clone_into(value);
            renamed = true;
        }
        renamed
    }
}

/// One line of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// What it looks at.
    pub field: Field,
    /// How.
    pub operator: Operator,
    /// What it compares with.
    #[serde(default, skip_serializing_if = "Wanted::is_nothing")]
    pub value: Wanted,
}

/// A line or a nested pair of blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Node {
    /// A line.
    Leaf(Condition),
    /// A nested pair of blocks, which holds as one.
    Block(Conditions),
}

/// A pair of blocks. It holds when every node of ALL holds and, if ANY has nodes, one of ANY.
/// Unknown members are refused: a line that cannot be read must not pass for an empty block, which always holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Every one must hold.
    #[serde(default)]
    pub all: Vec<Node>,
    /// One must hold.
    #[serde(default)]
    pub any: Vec<Node>,
}

impl Conditions {
    /// Visits each line with its path, such as `all[0]` or `any[1].all[0]`, in reading order.
    pub fn visit<'c>(&'c self, prefix: &str, each: &mut dyn FnMut(String, &'c Condition)) {
        for (block, nodes) in [("all", &self.all), ("any", &self.any)] {
            for (at, node) in nodes.iter().enumerate() {
                let path = format!("{prefix}{block}[{at}]");
                match node {
                    Node::Leaf(condition) => each(path, condition),
                    Node::Block(inner) => inner.visit(&format!("{path}."), each),
                }
            }
        }
    }

    /// All lines, in reading order.
    pub fn leaves(&self) -> Vec<(String, &Condition)> {
        let mut leaves = Vec::new();
        self.visit("", &mut |path, condition| leaves.push((path, condition)));
        leaves
    }

    /// The fields whose values the lines look at, each once. A line on the ticket as a whole looks at none.
    pub fn reads(&self) -> Vec<Field> {
        let mut reads = Vec::new();
        self.visit("", &mut |_, condition| {
            let field = condition.read_field();
            if field != Field::Ticket && !reads.contains(&field) {
                reads.push(field);
            }
        });
        reads
    }
}

impl Conditions {
    /// Puts a value's new name where a line on the field has the old one. Answers whether any had.
    pub fn rename(&mut self, field: Field, old: &str, new: &str) -> bool {
        let mut renamed = false;
        for node in self.all.iter_mut().chain(&mut self.any) {
            renamed |= match node {
                Node::Leaf(condition) if condition.field == field => condition.value.rename(old, new),
                Node::Leaf(_) => false,
                Node::Block(inner) => inner.rename(field, old, new),
            };
        }
        renamed
    }
}

impl Condition {
    /// The field whose values it looks at: "a tag was added" looks at the tags, whichever field it is asked of.
    pub fn read_field(&self) -> Field {
        if self.operator == Operator::TagAdded { Field::Tags } else { self.field }
    }
}

/// A line made ready: values folded once.
#[derive(Debug, Clone)]
pub struct Test {
    /// What it looks at.
    pub field: Field,
    /// How.
    pub operator: Operator,
    /// Folded values.
    pub wanted: Vec<String>,
}

impl Test {
    /// Makes a line ready.
    pub fn new(condition: &Condition) -> Self {
        let wanted = condition.value.values().iter().map(|value| fold(value).into_owned()).collect();
        Test { field: condition.field, operator: condition.operator, wanted }
    }

    /// Asks it of an event.
    pub fn holds(&self, event: &Event<'_>) -> bool {
        let now = || event.after.values(self.field);
        let any = |ask: &dyn Fn(&str) -> bool| self.wanted.iter().any(|value| ask(value));
        match self.operator {
            Operator::Is | Operator::In => any(&|value| has(now(), value)),
            Operator::IsNot => !any(&|value| has(now(), value)),
            Operator::Contains if self.field.holds_whole_values() => any(&|value| has(now(), value)),
            Operator::Contains => any(&|value| now().iter().any(|text| text.contains(value))),
            Operator::IsEmpty => now().is_empty(),
            Operator::IsSet => !now().is_empty(),
            Operator::Changed => event.changed(self.field),
            Operator::ChangedTo => any(&|value| event.gained(self.field, value)),
            Operator::ChangedFrom => {
                any(&|value| has(event.before.values(self.field), value) && !has(now(), value))
            }
            Operator::Created => event.happenings.created,
            Operator::Deleted => event.happenings.deleted,
            Operator::ActionAdded => !event.happenings.actions_added.is_empty(),
            Operator::ActionEdited => !event.happenings.actions_edited.is_empty(),
            Operator::TagAdded if self.wanted.is_empty() => {
                let before = event.before.values(Field::Tags);
                event.after.values(Field::Tags).iter().any(|tag| !has(before, tag))
            }
            Operator::TagAdded => any(&|value| event.gained(Field::Tags, value)),
        }
    }
}

/// Blocks made ready.
#[derive(Debug, Clone)]
pub enum Tree {
    /// A line.
    Leaf(Test),
    /// A pair of blocks.
    Block {
        /// Every one must hold.
        all: Vec<Tree>,
        /// One must hold, if there are any.
        any: Vec<Tree>,
    },
}

impl Tree {
    /// Makes blocks ready.
    pub fn new(conditions: &Conditions) -> Self {
        let ready = |nodes: &[Node]| {
            nodes
                .iter()
                .map(|node| match node {
                    Node::Leaf(condition) => Tree::Leaf(Test::new(condition)),
                    Node::Block(inner) => Tree::new(inner),
                })
                .collect()
        };
        Tree::Block { all: ready(&conditions.all), any: ready(&conditions.any) }
    }

    /// Asks the blocks of an event.
    pub fn holds(&self, event: &Event<'_>) -> bool {
        match self {
            Tree::Leaf(test) => test.holds(event),
            Tree::Block { all, any } => {
                all.iter().all(|node| node.holds(event))
                    && (any.is_empty() || any.iter().any(|node| node.holds(event)))
            }
        }
    }

    /// Whether a line that looks at the change holds. Without one a trigger stays still, whatever its filters say.
    pub fn fires(&self, event: &Event<'_>) -> bool {
        match self {
            Tree::Leaf(test) => test.operator.is_firing() && test.holds(event),
            Tree::Block { all, any } => all.iter().chain(any).any(|node| node.fires(event)),
        }
    }
}

/// Why a line held or did not: what it wanted and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Where the line stands, such as `all[0]`.
    pub path: String,
    /// The line.
    #[serde(flatten)]
    pub condition: Condition,
    /// The field's values before the save, shortened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// The field's values at that moment, shortened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// Whether it held.
    pub held: bool,
}

/// Characters of a value that a reason keeps.
const REASON_VALUE_MAX: usize = 120;
/// Values that a reason keeps.
const REASON_VALUES_MAX: usize = 10;

/// The reason of every line, in reading order.
pub fn reasons(conditions: &Conditions, event: &Event<'_>) -> Vec<Reason> {
    let shown = |field: Field, ticket: Option<&crate::ticket::Ticket>| -> Vec<String> {
        let values = ticket.map(|ticket| field.read(ticket)).unwrap_or_default();
        let short = |value: String| match value.char_indices().nth(REASON_VALUE_MAX) {
            Some((cut, _)) => format!("{}…", &value[..cut]),
            None => value,
        };
        values.into_iter().take(REASON_VALUES_MAX).map(short).collect()
    };
    let mut reasons = Vec::new();
    conditions.visit("", &mut |path, condition| {
        let field = condition.read_field();
        reasons.push(Reason {
            path,
            condition: condition.clone(),
            before: shown(field, event.before.ticket),
            after: shown(field, event.after.ticket),
            held: Test::new(condition).holds(event),
        });
    });
    reasons
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
