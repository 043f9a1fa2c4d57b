//! The kinds of words that have a page, and how their words become rows.

use super::PATH;
use super::typed::Typed;
use crate::view::faults::Faults;
use model::classification::{Classification, Noun, Word};
use std::str::FromStr;

/// A kind of word that has a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind(pub(super) Noun);

/// A word of the list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: i64,
    /// Its name; of a service the whole path.
    pub(super) label: String,
    /// Messages that say more of it.
    pub(super) marks: Vec<String>,
    pub(super) active: bool,
    /// What its form holds.
    pub(super) typed: Typed,
    pub(super) faults: Faults,
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(slug: &str) -> Result<Kind, ()> {
        Kind::ALL.into_iter().find(|kind| kind.slug() == slug).ok_or(())
    }
}

impl Kind {
    /// All of them, in the order of the tabs.
    pub(super) const ALL: [Kind; 5] = [
        Kind(Noun::Status),
        Kind(Noun::Urgency),
        Kind(Noun::Category),
        Kind(Noun::Service),
        Kind(Noun::CustomField),
    ];

    /// The word in addresses and messages.
    pub(super) fn slug(self) -> &'static str {
        match self.0 {
            Noun::Status => "statuses",
            Noun::Urgency => "urgencies",
            Noun::Category => "categories",
            Noun::Service => "services",
            Noun::CustomField | Noun::SlaAgreement => "custom-fields",
        }
    }

    /// Its page.
    pub(super) fn address(self) -> String {
        format!("{PATH}/{}", self.slug())
    }

    /// Whether its words have an order that people choose.
    pub(super) fn is_ordered(self) -> bool {
        matches!(self.0, Noun::Status | Noun::Urgency)
    }

    /// The numbers of all its words, in order.
    pub(super) fn numbers(self, words: &Classification) -> Vec<i64> {
        match self.0 {
            Noun::Status => words.statuses.iter().map(Word::id).collect(),
            Noun::Urgency => words.urgencies.iter().map(Word::id).collect(),
            Noun::Category => words.categories.iter().map(Word::id).collect(),
            Noun::Service => words.services.iter().map(|service| service.id.0).collect(),
            Noun::CustomField | Noun::SlaAgreement => {
                words.custom_fields.iter().map(|field| field.number).collect()
            }
        }
    }

    /// Its words from `start` on, at most `count`, each with its place.
    pub(super) fn rows(self, words: &Classification, start: usize, count: usize) -> Vec<(i64, Row)> {
        fn some<'w, T>(
            items: &'w [T],
            (start, count): (usize, usize),
            row: impl Fn(&'w T) -> Row,
        ) -> Vec<(i64, Row)> {
            (0..).zip(items).skip(start).take(count).map(|(at, item)| (at, row(item))).collect()
        }
        let part = (start, count);
        match self.0 {
            Noun::Status => some(&words.statuses, part, |status| {
                let mut marks = vec![format!("base-{}", status.base.as_str())];
                marks.extend(status.is_default.then(|| "status-default".to_owned()));
                marks.extend(status.requires_justification.then(|| "status-requires".to_owned()));
                Row::new(status.id.0, status.name.clone(), marks, status.is_active, Typed::of_status(status))
            }),
            Noun::Urgency => some(&words.urgencies, part, |word| {
                Row::new(word.id.0, word.name.clone(), Vec::new(), word.is_active, Typed::named(&word.name))
            }),
            Noun::Category => some(&words.categories, part, |word| {
                Row::new(word.id.0, word.name.clone(), Vec::new(), word.is_active, Typed::named(&word.name))
            }),
            Noun::Service => some(&words.services, part, |service| {
                let (label, typed) = (service.path.join(" > "), Typed::named(service.name()));
                Row::new(service.id.0, label, Vec::new(), service.is_active, typed)
            }),
            Noun::CustomField | Noun::SlaAgreement => some(&words.custom_fields, part, |field| {
                let marks = vec![format!("kind-{}", field.kind.as_str())];
                Row::new(field.number, field.name.clone(), marks, field.is_active, Typed::of_field(field))
            }),
        }
    }
}

impl Row {
    fn new(number: i64, label: String, marks: Vec<String>, active: bool, typed: Typed) -> Row {
        Row { number, label, marks, active, typed, faults: Faults::default() }
    }
}
