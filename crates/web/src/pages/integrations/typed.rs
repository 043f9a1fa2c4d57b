//! What the form of an integration holds: read from what was sent, or from an integration as it stands.

use super::mapping::TypedMapping;
use crate::form::Form;
use crate::pages::triggers::builder::{Draft, conditions, line};
use engine::commands::integrations::{HalfPatch, NewIntegration};
use model::condition::Conditions;
use model::integration::{Crossing, Mapping};
use serde_json::Value;
use store::integrations::Half;

/// Characters that are read of a line.
const TYPED_MAX: usize = 8_192;

/// What the form holds.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) key: String,
    pub(super) events: Vec<Crossing>,
    pub(super) both_ways: bool,
    /// The conditions hold for the trigger over there as well.
    pub(super) there_too: bool,
    pub(super) author: String,
    pub(super) mapping: TypedMapping,
    /// Its conditions are those of the form.
    pub(super) draft: Draft,
}

/// The lines of what fires for these happenings.
fn filled_in(events: &[Crossing]) -> Draft {
    written(&Crossing::conditions(events)).unwrap_or_default()
}

/// The lines of conditions in JSON.
fn written(json: &Value) -> Option<Draft> {
    let Conditions { all, any } = serde_json::from_value(json.clone()).ok()?;
    Some(Draft {
        all: all.iter().map(line).collect(),
        any: any.iter().map(line).collect(),
        ..Draft::default()
    })
}

impl Typed {
    /// What a new integration begins with.
    pub(super) fn fresh(author: &str) -> Typed {
        let events =
            vec![Crossing::Creation, Crossing::PublicActions, Crossing::Status, Crossing::Attachments];
        Typed {
            name: String::new(),
            url: String::new(),
            key: String::new(),
            draft: filled_in(&events),
            events,
            both_ways: true,
            there_too: true,
            author: author.to_owned(),
            mapping: TypedMapping::of(&Mapping::default()),
        }
    }

    /// An integration as it stands.
    pub(super) fn of(half: &Half) -> Typed {
        let settings = &half.settings;
        let own = settings.conditions.as_ref().and_then(written);
        Typed {
            name: half.name.clone(),
            url: settings.url.clone(),
            key: String::new(),
            events: settings.events.clone(),
            both_ways: settings.both_ways,
            there_too: false,
            author: settings.author.clone(),
            mapping: TypedMapping::of(&settings.mapping),
            draft: own.unwrap_or_else(|| filled_in(&settings.events)),
        }
    }

    /// What was sent. Conditions that nobody touched follow the happenings.
    pub(super) fn read(mut form: Form) -> Typed {
        let form = &mut form;
        let mut text = |name: &str| form.text(name).trim().chars().take(TYPED_MAX).collect::<String>();
        let (name, url, key, author) = (text("name"), text("url"), text("key"), text("author"));
        let events = |words: Vec<String>| -> Vec<Crossing> {
            Crossing::ALL.into_iter().filter(|event| words.iter().any(|word| word == event.word())).collect()
        };
        let (chosen, was) = (events(form.all("events")), events(form.all("was")));
        let (both_ways, there_too) = (form.has("both_ways"), form.has("there_too"));
        let mapping = TypedMapping::read(form);
        let mut draft = Draft::read(form);
        let untouched = {
            let before = filled_in(&was);
            draft.all == before.all && draft.any == before.any
        };
        if untouched {
            draft = filled_in(&chosen);
        }
        Typed { name, url, key, events: chosen, both_ways, there_too, author, mapping, draft }
    }

    /// Fills the conditions in from the happenings again.
    pub(super) fn fill_in(&mut self) {
        self.draft = filled_in(&self.events);
    }

    /// Whether the conditions are those of the happenings.
    pub(super) fn is_filled_in(&self) -> bool {
        let usual = filled_in(&self.events);
        self.draft.all == usual.all && self.draft.any == usual.any
    }

    /// The conditions, when they are not those of the happenings.
    fn own_conditions(&self) -> Option<Value> {
        (!self.is_filled_in()).then(|| conditions(&self.draft))
    }

    /// What the command gets for a new one.
    pub(super) fn input(&self) -> NewIntegration {
        let own = self.own_conditions();
        NewIntegration {
            name: self.name.clone(),
            url: self.url.clone(),
            key: self.key.clone(),
            events: self.events.clone(),
            both_ways: self.both_ways,
            mapping: self.mapping.mapping(),
            author: Some(self.author.clone()),
            their_conditions: own.clone().filter(|_| self.there_too || !self.both_ways),
            conditions: own.filter(|_| self.both_ways),
        }
    }

    /// What the command gets for one that exists. An empty key leaves the known one alone.
    pub(super) fn patch(&self, half: &Half) -> HalfPatch {
        let tells = self.both_ways || !half.settings.made_here;
        HalfPatch {
            name: Some(self.name.clone()),
            key: Some(self.key.clone()).filter(|key| !key.is_empty()),
            enabled: None,
            events: Some(self.events.clone()),
            both_ways: Some(self.both_ways),
            mapping: Some(self.mapping.mapping()),
            author: Some(self.author.clone()),
            conditions: tells.then(|| self.own_conditions()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_follow_what_crosses_until_somebody_touches_them() {
        let fresh = Typed::fresh("1");
        assert!(fresh.is_filled_in() && fresh.input().conditions.is_none());
        // As a browser sends the fresh form, with another choice of happenings.
        let lines = "any.0.field=ticket&any.0.operator=created&any.1.field=status&any.1.operator=changed";
        let sent = |rest: &str| Typed::read(Form::of(&format!("was=creation&was=status&{lines}{rest}")));
        let followed = sent("&events=creation");
        assert!(followed.is_filled_in() && followed.draft.any.len() == 1);
        let touched =
            sent("&events=creation&all.0.field=status&all.0.operator=is&all.0.value=New&both_ways=1");
        assert!(!touched.is_filled_in() && touched.draft.any.len() == 2);
        let input = touched.input();
        assert!(input.conditions.is_some() && input.their_conditions.is_none());
    }

    #[test]
    fn one_way_the_conditions_are_those_over_there() {
        let mut typed = Typed::fresh("1");
        typed.draft.any.pop();
        typed.both_ways = false;
        typed.there_too = false;
        let input = typed.input();
        assert!(input.conditions.is_none() && input.their_conditions.is_some());
    }
}
