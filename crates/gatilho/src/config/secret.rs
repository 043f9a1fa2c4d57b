//! Values that must not be shown: they print as `•••`, so that a debug line of the whole configuration is harmless.
//!
//! Encrypting with the master key is not here.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// What is printed in the place of what is not.
pub(super) const MASK: &str = "•••";

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// The text itself, for the one place that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// The 32 bytes that encrypt the secrets kept in the database.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MasterKey([u8; 32]);

impl MasterKey {
    /// Reads 64 hexadecimal digits or the base64 of 32 bytes; anything else is `None`.
    pub(crate) fn parse(text: &str) -> Option<MasterKey> {
        let bytes = from_hex(text).or_else(|| from_base64(text))?;
        bytes.try_into().ok().map(MasterKey)
    }

    /// The bytes, for the cipher.
    pub(crate) fn reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 {
        return None;
    }
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    Some(digits?.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|form| form.decode(text).ok())
}
