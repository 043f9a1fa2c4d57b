//! Editing a domain's words: make, change, put in order, take away. Pure: the whole input is read before anything changes.
//! Not here: how each noun is read from JSON (`names`), what triggers make of a new name (`trigger_draft::rename`).

use super::word::Word;
use super::{Classification, service_path};
use crate::access_profile::Grant;
use crate::fault::Fault;
use crate::field::Field;
use crate::ids::ServiceId;
use crate::text;
use crate::text::same;
use crate::wording::Text;
use serde_json::Value;

/// Bytes of all words of a domain as JSON: every node keeps them in memory, and every edit writes them whole.
pub const BYTES_MAX: usize = 2 * 1024 * 1024;

/// A kind of word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the name says it")]
pub enum Noun {
    Status,
    Urgency,
    Category,
    Service,
    CustomField,
    SlaAgreement,
}

impl Noun {
    /// What it is called in messages.
    pub fn text(self) -> Text {
        match self {
            Noun::Status => text!("status"),
            Noun::Urgency => text!("urgency"),
            Noun::Category => text!("category"),
            Noun::Service => text!("service"),
            Noun::CustomField => text!("custom field"),
            Noun::SlaAgreement => text!("SLA agreement"),
        }
    }

    /// Who may edit it.
    pub fn grant(self) -> Grant {
        match self {
            Noun::SlaAgreement => Grant::AllowManagingSla,
            _ => Grant::AllowManagingClassification,
        }
    }
}

/// A name that triggers may know, and the one that took its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    /// The field whose values it is among.
    pub field: Field,
    /// The name before.
    pub was: String,
    /// The name now.
    pub is: String,
}

/// Why an edit cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditFault {
    /// There is no such word.
    Missing,
    /// The input has faults.
    Invalid(Vec<Fault>),
    /// Something else needs it as it is.
    Conflict(Text),
}

/// The place of a word among others.
pub(super) fn place<T>(items: &[T], is_it: impl Fn(&T) -> bool) -> Result<usize, EditFault> {
    items.iter().position(is_it).ok_or(EditFault::Missing)
}

impl Classification {
    /// Makes a word and answers the number of its identity. `id` is a new one; services and custom fields, whose numbers
    /// are small, count their own.
    ///
    /// # Errors
    /// Every fault of the input.
    pub fn create(&mut self, noun: Noun, id: i64, json: &Value) -> Result<i64, EditFault> {
        let id = match noun {
            Noun::Service | Noun::CustomField => self.next_number(),
            _ => id,
        };
        self.put(noun, id, true, json)?;
        self.bounded()?;
        Ok(id)
    }

    /// Replaces the members that the patch names, and answers the names that changed with it.
    ///
    /// # Errors
    /// `Missing`, or every fault of the input.
    pub fn patch(&mut self, noun: Noun, id: i64, patch: &Value) -> Result<Vec<Renaming>, EditFault> {
        let whole = self.overlaid(noun, id, patch)?;
        let renamings = self.put(noun, id, false, &whole)?;
        self.bounded()?;
        Ok(renamings)
    }

    fn bounded(&self) -> Result<(), EditFault> {
        let bytes = serde_json::to_string(self).map_or(0, |json| json.len());
        if bytes <= BYTES_MAX {
            return Ok(());
        }
        let text =
            text!("all words of a domain have at most {max} bytes; take some away first", max = BYTES_MAX);
        Err(EditFault::Conflict(text))
    }

    /// Takes a word away, or out of use when `keep` says that tickets have it or another word names it.
    ///
    /// # Errors
    /// `Missing`, or what needs it as it is.
    pub fn remove(&mut self, noun: Noun, id: i64, keep: bool) -> Result<(), EditFault> {
        let keep = keep || self.is_named(noun, id);
        match noun {
            Noun::Status => {
                let at = place(&self.statuses, |status| status.id.0 == id)?;
                self.check_status_may_go(at)?;
                remove_word(&mut self.statuses, at, keep);
            }
            Noun::Urgency => {
                let at = place(&self.urgencies, |urgency| urgency.id.0 == id)?;
                remove_word(&mut self.urgencies, at, keep);
            }
            Noun::Category => {
                let at = place(&self.categories, |category| category.id.0 == id)?;
                remove_word(&mut self.categories, at, keep);
            }
            Noun::Service => {
                let at = place(&self.services, |service| service.id.0 == id)?;
                self.check_service_may_go(at)?;
                match keep {
                    true => self.services[at].is_active = false,
                    false => drop(self.services.remove(at)),
                }
            }
            Noun::CustomField => {
                let at = place(&self.custom_fields, |field| field.number == id)?;
                match keep {
                    true => self.custom_fields[at].is_active = false,
                    false => drop(self.custom_fields.remove(at)),
                }
            }
            // Tickets keep the names of theirs; nothing else refers to one.
            Noun::SlaAgreement => {
                let at = place(&self.sla_agreements, |agreement| agreement.id.0 == id)?;
                drop(self.sla_agreements.remove(at));
            }
        }
        Ok(())
    }

    /// A status may go when another one can take its place.
    fn check_status_may_go(&self, at: usize) -> Result<(), EditFault> {
        let status = &self.statuses[at];
        let mut others = self
            .statuses
            .iter()
            .filter(|other| other.base == status.base && other.is_active && other.id != status.id);
        if status.is_default {
            let text = text!(
                "`{name}` is the default of its base status; make another one the default first",
                name = status.name
            );
            return Err(EditFault::Conflict(text));
        }
        if status.is_active && others.next().is_none() {
            let text = text!(
                "`{name}` is the last of the base status {base}; make another one first",
                name = status.name,
                base = status.base.text()
            );
            return Err(EditFault::Conflict(text));
        }
        Ok(())
    }

    fn check_service_may_go(&self, at: usize) -> Result<(), EditFault> {
        let path = &self.services[at].path;
        let below = |other: &&super::Service| other.path.len() > path.len() && other.path.starts_with(path);
        match self.services.iter().filter(|other| other.is_active).find(below) {
            None => Ok(()),
            Some(other) => {
                let text = text!(
                    "`{name}` stands below it; move it or take it away first",
                    name = service_path(&other.path)
                );
                Err(EditFault::Conflict(text))
            }
        }
    }

    /// Whether another word names this one by its identity.
    fn is_named(&self, noun: Noun, id: i64) -> bool {
        let rules = || self.sla_agreements.iter().flat_map(|agreement| &agreement.rules);
        match noun {
            Noun::Status | Noun::CustomField | Noun::SlaAgreement => false,
            Noun::Urgency => {
                rules().any(|rule| rule.urgencies.iter().any(|urgency| urgency.0 == id))
                    || self
                        .services
                        .iter()
                        .any(|service| service.default_urgency.is_some_and(|it| it.0 == id))
            }
            Noun::Category => {
                rules().any(|rule| rule.categories.iter().any(|category| category.0 == id))
                    || self.services.iter().any(|service| {
                        let mut named = service.categories.iter().flatten().chain(&service.default_category);
                        named.any(|category| category.0 == id)
                    })
            }
            Noun::Service => {
                let id = ServiceId(id);
                let mut shown = self.custom_fields.iter().flat_map(|field| &field.rules);
                rules().any(|rule| rule.services.contains(&id))
                    || shown.any(|rule| rule.services.contains(&id))
            }
        }
    }

    /// Puts words into this order. Every one must be named, each once.
    ///
    /// # Errors
    /// What is missing, unknown or named twice.
    pub fn order(&mut self, noun: Noun, ids: &[i64]) -> Result<(), EditFault> {
        match noun {
            Noun::Status => order(&mut self.statuses, ids, |status| status.id.0),
            Noun::Urgency => order(&mut self.urgencies, ids, |urgency| urgency.id.0),
            Noun::Category => order(&mut self.categories, ids, |category| category.id.0),
            Noun::Service => order(&mut self.services, ids, |service| service.id.0),
            Noun::CustomField => order(&mut self.custom_fields, ids, |field| field.number),
            Noun::SlaAgreement => order(&mut self.sla_agreements, ids, |agreement| agreement.id.0),
        }
    }

    /// The name of a word.
    pub fn name_of(&self, noun: Noun, id: i64) -> Option<&str> {
        fn named<T>(items: &[T], is_it: impl Fn(&T) -> bool, name: impl Fn(&T) -> &str) -> Option<&str> {
            items.iter().find(|item| is_it(item)).map(name)
        }
        match noun {
            Noun::Status => named(&self.statuses, |it| it.id.0 == id, |it| &it.name),
            Noun::Urgency => named(&self.urgencies, |it| it.id.0 == id, |it| &it.name),
            Noun::Category => named(&self.categories, |it| it.id.0 == id, |it| &it.name),
            Noun::Service => named(&self.services, |it| it.id.0 == id, |it| it.name()),
            Noun::CustomField => named(&self.custom_fields, |it| it.number == id, |it| &it.name),
            Noun::SlaAgreement => named(&self.sla_agreements, |it| it.id.0 == id, |it| &it.name),
        }
    }
}

fn remove_word<W: Word>(words: &mut Vec<W>, at: usize, keep: bool) {
    match keep {
        true => words[at].set_active(false),
        false => drop(words.remove(at)),
    }
}

fn order<T>(items: &mut [T], ids: &[i64], id: impl Fn(&T) -> i64) -> Result<(), EditFault> {
    let fault = |message: Text| Err(EditFault::Invalid(vec![Fault::new("ids", message)]));
    for (at, wanted) in ids.iter().enumerate() {
        if ids[..at].contains(wanted) || !items.iter().any(|item| id(item) == *wanted) {
            let message = text!("names one twice, or one that does not exist");
            return Err(EditFault::Invalid(vec![Fault::new(format!("ids[{at}]"), message)]));
        }
    }
    if ids.len() != items.len() {
        return fault(text!(
            "names {count} of {all}; name each one once",
            count = ids.len(),
            all = items.len()
        ));
    }
    items.sort_by_key(|item| ids.iter().position(|wanted| *wanted == id(item)));
    Ok(())
}

/// Whether another word has this name or had it.
pub(super) fn taken<W: Word>(words: &[W], id: i64, name: &str) -> Option<Text> {
    let mut others = words.iter().filter(|word| word.id() != id);
    others.find_map(|word| {
        if same(word.name(), name) {
            return Some(text!("`{name}` exists already", name = word.name()));
        }
        let had = word.former_names().iter().any(|former| same(former, name));
        had.then(|| {
            text!(
                "was the name of `{name}`, and tickets may still carry it; choose another",
                name = word.name()
            )
        })
    })
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
