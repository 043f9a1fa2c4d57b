//! What the builder's form holds: read from what was posted, or from a trigger as it stands. Nothing is checked here; a
//! form that is half filled in is as good as any. The server keeps nothing of it.

use crate::form::Form;
use model::condition::{Condition, Conditions, Node};
use model::trigger::TriggerDraft;
use serde_json::Value;
use std::collections::BTreeMap;

/// One of the two blocks of conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    /// Every one must hold.
    All,
    /// One must hold.
    Any,
}

impl Block {
    /// Both, in the order of the page.
    pub(crate) const BOTH: [Block; 2] = [Block::All, Block::Any];

    /// The word in names of fields.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Block::All => "all",
            Block::Any => "any",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(word: &str) -> Option<Block> {
        Block::BOTH.into_iter().find(|block| block.as_str() == word)
    }
}

/// A condition as the form has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// The word of its field.
    pub(crate) field: String,
    /// The word of its operator.
    pub(crate) operator: String,
    /// Its values; none that are empty.
    pub(crate) values: Vec<String>,
}

/// A line of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// A condition.
    Row(Row),
    /// A nested pair of blocks, in JSON: the form shows it and passes it on.
    Nested(String),
}

/// What the trigger does, as the form has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Doing {
    /// The word of its kind.
    pub(crate) kind: String,
    /// Its members by name.
    pub(crate) members: Vec<(String, String)>,
}

impl Doing {
    /// A member; empty when it is not there.
    pub(crate) fn member(&self, name: &str) -> &str {
        let found = self.members.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Gives a member another value.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.members.retain(|(known, _)| known != name);
        self.members.push((name.to_owned(), value));
    }
}

/// The whole form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    /// The trigger's name.
    pub(crate) name: String,
    /// For people.
    pub(crate) description: String,
    /// Whether it runs.
    pub(crate) enabled: bool,
    /// The lines of ALL.
    pub(crate) all: Vec<Line>,
    /// The lines of ANY.
    pub(crate) any: Vec<Line>,
    /// What it does, in order.
    pub(crate) actions: Vec<Doing>,
    /// The number of the ticket to try it with, as typed.
    pub(crate) ticket: String,
}

impl Draft {
    /// What an empty form begins with: it fires for each new ticket and waits for a URL, so that a name and a URL are
    /// enough.
    pub(crate) fn fresh() -> Draft {
        let opened = Row { field: "ticket".into(), operator: "created".into(), values: Vec::new() };
        Draft {
            enabled: true,
            all: vec![Line::Row(opened)],
            actions: vec![Doing { kind: "webhook".into(), members: Vec::new() }],
            ..Draft::default()
        }
    }

    /// The form of a trigger as it stands.
    pub(crate) fn of(trigger: &TriggerDraft) -> Draft {
        let doing = |action: &model::trigger_action::TriggerAction| {
            let members = match serde_json::to_value(action) {
                Ok(Value::Object(members)) => members,
                _ => serde_json::Map::new(),
            };
            // The endpoint is ours: people name URLs.
            let typed = members.into_iter().filter(|(name, _)| name != "kind" && name != "endpoint");
            let text = |value: Value| value.as_str().map(str::to_owned);
            Doing {
                kind: action.kind().to_owned(),
                members: typed.filter_map(|(name, value)| Some((name, text(value)?))).collect(),
            }
        };
        let Conditions { all, any } = &trigger.conditions;
        Draft {
            name: trigger.name.clone(),
            description: trigger.description.clone(),
            enabled: trigger.enabled,
            all: all.iter().map(line).collect(),
            any: any.iter().map(line).collect(),
            actions: trigger.actions.iter().map(doing).collect(),
            ticket: String::new(),
        }
    }

    /// Reads what was posted.
    pub(crate) fn read(form: &Form) -> Draft {
        let mut draft = Draft::default();
        let mut lines: BTreeMap<(Block, usize), Line> = BTreeMap::new();
        let mut actions: BTreeMap<usize, Doing> = BTreeMap::new();
        for (name, value) in form.rest() {
            match name.as_str() {
                "name" => draft.name = value.trim().to_owned(),
                // Browsers end the lines of a text by both signs.
                "description" => draft.description = value.replace("\r\n", "\n"),
                "enabled" => draft.enabled = true,
                "ticket" => draft.ticket = value.trim().to_owned(),
                _ => {
                    let mut parts = name.splitn(3, '.');
                    let (head, at, member) = (parts.next(), parts.next(), parts.next());
                    let (Some(head), Some(member)) = (head, member) else { continue };
                    let Some(at) = at.and_then(|at| at.parse().ok()) else { continue };
                    if let Some(block) = Block::parse(head) {
                        put(lines.entry((block, at)).or_insert(Line::Row(Row::default())), member, value);
                    } else if head == "actions" {
                        put_member(actions.entry(at).or_default(), member, value);
                    }
                }
            }
        }
        for ((block, _), line) in lines {
            draft.lines_mut(block).push(line);
        }
        draft.actions = actions.into_values().collect();
        draft
    }

    /// The lines of a block.
    pub(crate) fn lines(&self, block: Block) -> &[Line] {
        match block {
            Block::All => &self.all,
            Block::Any => &self.any,
        }
    }

    /// The lines of a block, to be changed.
    pub(crate) fn lines_mut(&mut self, block: Block) -> &mut Vec<Line> {
        match block {
            Block::All => &mut self.all,
            Block::Any => &mut self.any,
        }
    }

    /// The conditions that are no nested blocks.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.all.iter().chain(&self.any).filter_map(|line| match line {
            Line::Row(row) => Some(row),
            Line::Nested(_) => None,
        })
    }
}

/// The line of a node.
pub(crate) fn line(node: &Node) -> Line {
    match node {
        Node::Leaf(condition) => Line::Row(row(condition)),
        // Conditions are texts all the way down: writing them cannot fail.
        Node::Block(inner) => Line::Nested(serde_json::to_string(inner).unwrap_or_default()),
    }
}

/// The row of a condition.
pub(crate) fn row(condition: &Condition) -> Row {
    Row {
        field: condition.field.to_string(),
        operator: condition.operator.word().to_owned(),
        values: condition.value.values().to_vec(),
    }
}

fn put(line: &mut Line, member: &str, value: &str) {
    if member == "nested" {
        *line = Line::Nested(value.to_owned());
        return;
    }
    let Line::Row(row) = line else { return };
    let mut add = |text: &str| {
        if !text.trim().is_empty() {
            row.values.push(text.trim().to_owned());
        }
    };
    match member {
        "field" => row.field = value.to_owned(),
        "operator" => row.operator = value.to_owned(),
        "value" => add(value),
        // One value a line.
        "values" => value.lines().for_each(add),
        _ => {}
    }
}

fn put_member(doing: &mut Doing, member: &str, value: &str) {
    match member {
        "kind" => doing.kind = value.to_owned(),
        _ => doing.members.push((member.to_owned(), value.trim().to_owned())),
    }
}
