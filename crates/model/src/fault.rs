//! What is wrong with an input, said where it stands. Forms and APIs print the same faults.

use serde::{Deserialize, Serialize};

/// One fault of an input: where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Path of the field as the caller wrote it, such as `conditions.all[0].operator`; empty for the whole input.
    pub field: String,
    /// Says what is wrong and what would be right.
    pub message: String,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Fault { field: field.into(), message: message.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.field.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.field, self.message)
        }
    }
}

/// Checks a text's length in characters.
pub fn check_length(faults: &mut Vec<Fault>, field: &str, text: &str, max: usize) {
    let length = text.chars().count();
    if length > max {
        faults.push(Fault::new(field, format!("has {length} characters; at most {max} are allowed")));
    }
}
