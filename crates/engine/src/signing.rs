//! Signatures of Standard Webhooks, scheme `v1`: HMAC-SHA256 over `id.timestamp.body`.
//! Checking one is in `verify`. Does not live here: where secrets are kept and how they are encrypted (store
//! `endpoints`, engine `commands`).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What a secret's text begins with.
const PREFIX: &str = "whsec_";

/// Bytes that a secret may have.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Bytes of a secret made here: those of a SHA-256, past which nothing is gained.
const BYTES_NEW: usize = 32;

/// A signing secret. Overwritten in memory when dropped; shown by no log.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

/// What is wrong with the text of a secret. Never repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretFault {
    /// It does not begin with `whsec_`.
    #[error("the secret must begin with {PREFIX}")]
    Prefix,
    /// What follows is not base64.
    #[error("the secret must be {PREFIX} followed by base64 with its padding")]
    Base64,
    /// Too few or too many bytes.
    #[error("the secret has {bytes} bytes; it must have {} to {}", BYTES.start(), BYTES.end())]
    Length {
        /// How many it has.
        bytes: usize,
    },
}

impl Secret {
    /// Makes a secret of 32 random bytes.
    pub fn generate(random: &mut impl rand::Rng) -> Secret {
        let mut bytes = Zeroizing::new(vec![0; BYTES_NEW]);
        random.fill_bytes(&mut bytes);
        Secret(bytes)
    }

    /// Reads `whsec_` followed by base64.
    ///
    /// # Errors
    /// A [`SecretFault`] that says what to correct.
    pub fn parse(text: &str) -> Result<Secret, SecretFault> {
        let encoded = text.trim_ascii().strip_prefix(PREFIX).ok_or(SecretFault::Prefix)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| SecretFault::Base64)?);
        if !BYTES.contains(&bytes.len()) {
            return Err(SecretFault::Length { bytes: bytes.len() });
        }
        Ok(Secret(bytes))
    }

    /// The text that [`Secret::parse`] reads and that receivers are given.
    pub fn to_string(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + self.0.len().div_ceil(3) * 4));
        text.push_str(PREFIX);
        STANDARD.encode_string(&*self.0, &mut text);
        text
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        // Every length is a good key for an HMAC.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("an HMAC takes keys of any length");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }

    fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        self.mac(id, timestamp, body).finalize().into_bytes().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(•••)")
    }
}

/// The value of `webhook-signature`: one `v1,…` for each secret, separated by spaces, in their order. Two
/// secrets are there during a rotation; the receiver accepts what either of them signed.
///
/// `id` is the value of `webhook-id` and has no dot in it; `timestamp_s` is that of `webhook-timestamp`, in
/// Unix seconds; `body` the exact bytes sent.
pub fn signature_header(secrets: &[&Secret], id: &str, timestamp_s: i64, body: &[u8]) -> String {
    let timestamp = timestamp_s.to_string();
    // "v1,", 44 characters of base64, and a space.
    let mut header = String::with_capacity(secrets.len() * 48);
    for secret in secrets {
        if !header.is_empty() {
            header.push(' ');
        }
        header.push_str("v1,");
        STANDARD.encode_string(secret.sign(id, &timestamp, body), &mut header);
    }
    header
}

#[cfg(test)]
mod tests;
mod verify;

pub use verify::{SignatureFault, Signed, TOLERANCE_S, verify};
