//! Reads a TOML text into flat entries with their lines, keeping on after a fault.
//!
//! Which names and values are right is not known here.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::values::Raw;

/// One `key = value` of a section.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) section: String,
    pub(super) name: String,
    pub(super) raw: Raw,
    pub(super) line: usize,
}

impl Entry {
    /// `section.key`.
    pub(super) fn key(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }
}

/// A place where the text is not what a configuration looks like.
#[derive(Debug)]
pub(super) struct Broken {
    /// The name at fault, if there is one.
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) what: String,
}

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) entries: Vec<Entry>,
    pub(super) errors: Vec<Broken>,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Document {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut document = Document::default();
    for error in errors {
        let line = error.span().map_or(0, |span| line_at(text, span.start));
        let what = format!("is not TOML: {}", error.message());
        document.errors.push(Broken { key: String::new(), line, what });
    }
    // What follows a syntax fault may be misread; it would only add faults that are none.
    if document.errors.is_empty() {
        for (name, value) in table.get_ref() {
            let line = line_at(text, name.span().start);
            read_section(text, name.get_ref(), line, value, &mut document);
        }
    }
    document
}

fn read_section(text: &str, section: &str, line: usize, value: &Spanned<DeValue<'_>>, into: &mut Document) {
    let DeValue::Table(table) = value.get_ref() else {
        let what = format!("stands outside a section; write it under a [section], not as {section} = …");
        return into.errors.push(Broken { key: section.to_owned(), line, what });
    };
    for (name, value) in table {
        let line = line_at(text, name.span().start);
        let (section, name) = (section.to_owned(), name.get_ref().to_string());
        into.entries.push(Entry { section, name, raw: raw(value.get_ref()), line });
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("number too large"), |number| Raw::Number(number.to_string())),
        DeValue::Boolean(value) => Raw::Flag(*value),
        DeValue::Array(items) => {
            texts(items).map_or(Raw::Other("list with other things than texts"), Raw::List)
        }
        DeValue::Float(_) => Raw::Other("fraction"),
        DeValue::Datetime(_) => Raw::Other("date"),
        DeValue::Table(_) => Raw::Other("table"),
    }
}

fn texts(items: &DeArray<'_>) -> Option<Vec<String>> {
    items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
}

/// The line of a byte offset, counted from 1.
fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
