//! What is wrong with an input, said where it stands. Forms and APIs print the same faults.

use crate::text;
use crate::wording::Text;
use serde::{Deserialize, Serialize};

/// One fault of an input: where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Path of the field as the caller wrote it, such as `conditions.all[0].operator`; empty for the whole input.
    pub field: String,
    /// Says what is wrong and what would be right. APIs print it in English; pages in the language of who reads.
    pub message: Text,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, message: Text) -> Self {
        Fault { field: field.into(), message }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.field.is_empty() {
            self.message.fmt(f)
        } else {
            write!(f, "{}: {}", self.field, self.message)
        }
    }
}

/// Checks a text's length in characters.
pub fn check_length(faults: &mut Vec<Fault>, field: &str, text: &str, max: usize) {
    let length = text.chars().count();
    if length > max {
        faults.push(Fault::new(
            field,
            text!("has {length} characters; at most {max} are allowed", length, max),
        ));
    }
}
