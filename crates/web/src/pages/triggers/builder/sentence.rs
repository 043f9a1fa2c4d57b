//! What a trigger does, in a sentence of the reader's language. Each operator and action is one message with its places;
//! what is listed is joined by messages too, since languages differ.

use super::draft::{Block, Doing, Draft, Line, Row, line};
use crate::api::definitions::form::{DefinitionsForm, FieldForm};
use crate::mask::mask_url;
use crate::view::Words;
use model::condition::Conditions;
use model::operator::{Arity, Operator};
use std::collections::HashMap;

/// What sentences are made with.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a> {
    /// The reader's language.
    pub(crate) t: Words,
    /// What people call fields, operators and values.
    pub(crate) definitions: &'a DefinitionsForm,
    /// Names of people by reference code, as far as known.
    pub(crate) people: &'a HashMap<String, String>,
}

impl Teller<'_> {
    /// The whole trigger.
    pub(crate) fn trigger(&self, draft: &Draft) -> String {
        let (all, any) = (self.block(&draft.all, Block::All), self.block(&draft.any, Block::Any));
        let actions: Vec<String> = draft.actions.iter().map(|doing| self.action(doing)).collect();
        let actions = match actions.is_empty() {
            true => self.t.say("does-nothing"),
            false => self.joined(&actions, "join-and"),
        };
        let mut told = match (all.is_empty(), any.is_empty()) {
            (true, true) => self.t.one("sentence-never", "actions", actions),
            (false, true) => self.t.two("sentence-when", "conditions", all, "actions", actions),
            (true, false) => self.t.two("sentence-when", "conditions", any, "actions", actions),
            (false, false) => {
                let both = self.t.two("sentence-both", "all", all, "any", any);
                self.t.two("sentence-when", "conditions", both, "actions", actions)
            }
        };
        // What is still missing at the end is not followed by a full stop.
        if told.ends_with("….") {
            told.pop();
        }
        told
    }

    fn block(&self, lines: &[Line], block: Block) -> String {
        let joint = match block {
            Block::All => "join-and",
            Block::Any => "join-or",
        };
        let told: Vec<String> = lines.iter().map(|line| self.line(line)).collect();
        self.joined(&told, joint)
    }

    /// One line of a block.
    pub(crate) fn line(&self, line: &Line) -> String {
        match line {
            Line::Row(row) => self.condition(row),
            Line::Nested(text) => self.nested(text),
        }
    }

    /// A nested pair of blocks, in brackets.
    fn nested(&self, text: &str) -> String {
        let Ok(Conditions { all, any }) = serde_json::from_str::<Conditions>(text) else {
            return self.t.say("nested-unreadable");
        };
        let lines = |nodes: &[model::condition::Node]| nodes.iter().map(line).collect::<Vec<_>>();
        let all = self.block(&lines(&all), Block::All);
        let any = self.block(&lines(&any), Block::Any);
        let inside = match (all.is_empty(), any.is_empty()) {
            (_, true) => all,
            (true, false) => any,
            (false, false) => self.t.two("sentence-both", "all", all, "any", any),
        };
        self.t.one("in-brackets", "text", inside)
    }

    /// One condition.
    pub(crate) fn condition(&self, row: &Row) -> String {
        let field = self.definitions.fields.iter().find(|field| field.name == row.field);
        let label = field.map_or(row.field.as_str(), |field| field.label.text(self.t.locale()));
        let arity = Operator::parse(&row.operator).map(Operator::arity);
        let values: Vec<String> = match arity {
            Some(Arity::None) => Vec::new(),
            Some(Arity::One | Arity::Optional) => row.values.iter().take(1).cloned().collect(),
            Some(Arity::Many) | None => row.values.clone(),
        };
        let told: Vec<String> = values.iter().map(|value| self.value(field, value)).collect();
        let value = match told.is_empty() {
            true => "…".to_owned(),
            false => self.joined(&told, "join-or"),
        };
        let id = match arity {
            Some(Arity::Optional) if told.is_empty() => format!("op-{}-any", row.operator),
            _ => format!("op-{}", row.operator),
        };
        let sentence = self.t.two(&id, "field", label, "value", value.as_str());
        if sentence != id {
            return sentence;
        }
        // An operator that has no sentence yet is told by its name.
        let operator = self.definitions.operators.iter().find(|operator| operator.name == row.operator);
        let operator =
            operator.map_or(row.operator.as_str(), |operator| operator.label.text(self.t.locale()));
        let value = if arity == Some(Arity::None) { "" } else { &value };
        format!("{label} {operator} {value}").trim_end().to_owned()
    }

    /// A value as people know it, in quotes.
    pub(crate) fn value(&self, field: Option<&FieldForm>, value: &str) -> String {
        let values = field.and_then(|field| field.values.as_ref());
        let defined = values.and_then(|values| values.iter().find(|known| known.value == value));
        let name = defined.map(|known| known.label.text(self.t.locale()));
        let person = || {
            let is_person = field.is_some_and(|field| super::view::names_people(field.kind));
            self.people.get(value).filter(|_| is_person).map(String::as_str)
        };
        self.t.one("in-quotes", "text", name.or_else(person).unwrap_or(value))
    }

    fn action(&self, doing: &Doing) -> String {
        let quoted = |name: &str| {
            let text = doing.member(name);
            if text.is_empty() { "…".to_owned() } else { self.t.one("in-quotes", "text", text) }
        };
        match doing.kind.as_str() {
            "webhook" => {
                let url = mask_url(doing.member("url"));
                self.t.one("does-webhook", "url", if url.is_empty() { "…".to_owned() } else { url })
            }
            "set_status" => self.t.one("does-set_status", "status", quoted("status")),
            "add_tag" => self.t.one("does-add_tag", "tag", quoted("tag")),
            other => {
                let defined = self.definitions.actions.iter().find(|action| action.kind == other);
                defined.map_or(other, |action| action.label.text(self.t.locale())).to_owned()
            }
        }
    }

    /// Several as one: the last two joined by the message, the others by commas.
    fn joined(&self, parts: &[String], joint: &str) -> String {
        match parts {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => {
                self.t.two(joint, "first", first.join(&self.t.say("join-comma")), "last", last)
            }
        }
    }
}
