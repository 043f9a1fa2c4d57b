//! The merged settings as they were written, and the reading of one setting into its type.
//!
//! Reading never stops: a setting that cannot be read leaves a fault behind and answers a stand-in, so that one pass
//! finds every fault. Stand-ins never leave this module, since `into_result` refuses as soon as there is a fault.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{Fault, Faults, Source};
use super::units::Quantity;

/// A value as it was written, before anybody knows what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    /// Text, from any layer. From environment and flags everything is text.
    Text(String),
    /// A number of the file: its digits.
    Number(String),
    /// A yes or no of the file.
    Flag(bool),
    /// A list of texts of the file.
    List(Vec<String>),
    /// Something no setting may be, by the name TOML gives it.
    Other(&'static str),
}

/// A value and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Sourced {
    pub(super) raw: Raw,
    pub(super) source: Source,
}

/// Settings whose value is never repeated in a fault.
const SECRET: [&str; 5] =
    ["bootstrap.key", "bootstrap.password", "files.secret_key", "security.master_key", "store.database"];

/// All settings by `section.key`, and the faults found so far.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) entries: BTreeMap<String, Sourced>,
    pub(super) faults: Vec<Fault>,
    refused: BTreeSet<String>,
}

impl Values {
    /// The settings if nothing was wrong, else all that was, in the order of the keys.
    pub(super) fn into_result<T>(mut self, config: T) -> Result<T, Faults> {
        if self.faults.is_empty() {
            return Ok(config);
        }
        self.faults.sort_by(|a, b| a.key.cmp(&b.key));
        Err(Faults(self.faults))
    }

    /// A quantity between `least` and `most`; `why` completes "must be … to …: ".
    pub(super) fn bounded<Q: Quantity>(&mut self, key: &str, least: Q, most: Q, why: &str) -> Q {
        let raw = self.raw(key);
        let value = match &raw {
            Raw::Text(text) | Raw::Number(text) => Q::parse(text.trim()),
            Raw::Flag(_) | Raw::List(_) | Raw::Other(_) => None,
        };
        match value {
            Some(value) if least <= value && value <= most => value,
            Some(_) => {
                let what = format!("must be {} to {}: {why}", least.show(), most.show());
                self.refuse(key, &raw, &what)
            }
            None => self.refuse(key, &raw, &format!("write {}", Q::FORM)),
        }
    }

    /// A text that `parse` accepts; `form` says what it accepts. Texts are trimmed.
    pub(super) fn parsed<T>(
        &mut self,
        key: &str,
        stand_in: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        let raw = self.raw(key);
        let Raw::Text(text) = &raw else {
            return self.refuse_as(key, &raw, "write a text", stand_in);
        };
        match parse(text.trim()) {
            Ok(value) => value,
            Err(what) => self.refuse_as(key, &raw, &what, stand_in),
        }
    }

    /// A yes or no.
    pub(super) fn flag(&mut self, key: &str) -> bool {
        let raw = self.raw(key);
        let text = match &raw {
            Raw::Flag(value) => return *value,
            Raw::Text(text) | Raw::Number(text) => text.trim().to_ascii_lowercase(),
            Raw::List(_) | Raw::Other(_) => String::new(),
        };
        match text.as_str() {
            "true" | "yes" | "on" | "1" => true,
            "false" | "no" | "off" | "0" => false,
            _ => self.refuse(key, &raw, "write true or false"),
        }
    }

    /// A list, or one text with commas; each item is read by `parse`, and each that fails is a fault of its own.
    pub(super) fn list<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let raw = self.raw(key);
        let items: Vec<String> = match &raw {
            Raw::List(items) => items.clone(),
            Raw::Text(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
            Raw::Number(_) | Raw::Flag(_) | Raw::Other(_) => {
                return self.refuse(key, &raw, "write a list of texts");
            }
        };
        let mut read = Vec::with_capacity(items.len());
        for item in items.into_iter().filter(|item| !item.is_empty()) {
            match parse(&item) {
                Ok(value) => read.push(value),
                Err(what) => self.refuse(key, &Raw::Text(item), &what),
            }
        }
        read
    }

    /// A rule between two settings: a fault of `key` unless it `holds`. Silent if one of the two is already refused,
    /// since its value is then a stand-in.
    pub(super) fn rule(&mut self, key: &str, other: &str, holds: bool, what: &str) {
        if !holds && !self.refused.contains(key) && !self.refused.contains(other) {
            let raw = self.raw(key);
            let what = format!("{what} ({other} is {})", written(&self.raw(other)));
            self.refuse_as(key, &raw, &what, ());
        }
    }

    /// Whether no layer above the defaults says anything about it.
    pub(super) fn is_default(&self, key: &str) -> bool {
        self.entries.get(key).is_none_or(|entry| entry.source == Source::Default)
    }

    /// The value of a known key. The defaults hold every key, which a test proves.
    fn raw(&self, key: &str) -> Raw {
        self.entries.get(key).map_or(Raw::Other("nothing"), |entry| entry.raw.clone())
    }

    fn refuse<T: Default>(&mut self, key: &str, raw: &Raw, what: &str) -> T {
        self.refuse_as(key, raw, what, T::default())
    }

    fn refuse_as<T>(&mut self, key: &str, raw: &Raw, what: &str, stand_in: T) -> T {
        let source = self.entries.get(key).map_or(Source::Default, |entry| entry.source.clone());
        let what = if SECRET.contains(&key) { what.to_owned() } else { format!("{}: {what}", written(raw)) };
        self.faults.push(Fault { key: key.to_owned(), source, what });
        self.refused.insert(key.to_owned());
        stand_in
    }
}

/// A value as its writer knows it.
fn written(raw: &Raw) -> String {
    match raw {
        Raw::Text(text) => format!("{text:?}"),
        Raw::Number(digits) => digits.clone(),
        Raw::Flag(value) => value.to_string(),
        Raw::List(items) => format!("{items:?}"),
        Raw::Other(kind) => format!("a {kind}"),
    }
}
