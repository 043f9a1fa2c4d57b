//! The receiving side of a signature: whether a request was signed with one of the secrets, and lately.

use super::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac;

/// Seconds that a signature's timestamp may be off, either way.
pub const TOLERANCE_S: i64 = 300;

/// Signatures that are looked at: two secrets of a rotation, and room. Others in the header are overlooked.
const SIGNATURES_MAX: usize = 8;

/// Why a request is not believed. Says nothing about the secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureFault {
    /// A header is not there.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// The timestamp is no number.
    #[error("webhook-timestamp is not in Unix seconds")]
    Timestamp,
    /// The timestamp is too far from now: a replay, or a clock that is wrong.
    #[error("webhook-timestamp is more than {TOLERANCE_S} s off: a replay, or one of the clocks is wrong")]
    Old,
    /// None of the secrets made any of the signatures.
    #[error("webhook-signature was not made with this secret")]
    Wrong,
}

/// The three headers of a signature, as far as they are there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signed<'a> {
    /// `webhook-id`
    pub id: Option<&'a str>,
    /// `webhook-timestamp`
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`
    pub signature: Option<&'a str>,
}

/// Looks whether one of the secrets signed these bytes within [`TOLERANCE_S`] of `now_s` (Unix seconds). Signatures are
/// compared in constant time.
///
/// # Errors
/// A [`SignatureFault`].
pub fn verify(secrets: &[Secret], signed: Signed<'_>, body: &[u8], now_s: i64) -> Result<(), SignatureFault> {
    let id = signed.id.ok_or(SignatureFault::Missing("webhook-id"))?;
    let timestamp = signed.timestamp.ok_or(SignatureFault::Missing("webhook-timestamp"))?;
    let signature = signed.signature.ok_or(SignatureFault::Missing("webhook-signature"))?;
    let at: i64 = timestamp.parse().map_err(|_| SignatureFault::Timestamp)?;
    if at.abs_diff(now_s) > TOLERANCE_S.unsigned_abs() {
        return Err(SignatureFault::Old);
    }
    let given: Vec<Vec<u8>> = signature
        .split(' ')
        .filter_map(|part| part.strip_prefix("v1,"))
        .take(SIGNATURES_MAX)
        .filter_map(|text| STANDARD.decode(text).ok())
        .collect();
    for secret in secrets {
        for signature in &given {
            if secret.mac(id, timestamp, body).verify_slice(signature).is_ok() {
                return Ok(());
            }
        }
    }
    Err(SignatureFault::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::signature_header;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    const NOW: i64 = 1_764_807_672;
    const BODY: &[u8] = br#"{"Id":1}"#;

    fn secrets() -> [Secret; 3] {
        let mut random = StdRng::seed_from_u64(7);
        [Secret::generate(&mut random), Secret::generate(&mut random), Secret::generate(&mut random)]
    }

    fn judged(known: &[Secret], by: &[&Secret], at: i64, body: &[u8]) -> Result<(), SignatureFault> {
        let (timestamp, header) = (at.to_string(), signature_header(by, "dlv_1", at, BODY));
        let signed = Signed { id: Some("dlv_1"), timestamp: Some(&timestamp), signature: Some(&header) };
        verify(known, signed, body, NOW)
    }

    #[test]
    fn what_one_of_the_secrets_signed_is_believed() {
        let [old, new, other] = secrets();
        let known = [old.clone(), new.clone()];
        for by in [&[&old][..], &[&new], &[&other, &new]] {
            assert_eq!(judged(&known, by, NOW, BODY), Ok(()));
        }
        assert_eq!(judged(&known, &[&other], NOW, BODY), Err(SignatureFault::Wrong));
        assert_eq!(judged(&[], &[&other], NOW, BODY), Err(SignatureFault::Wrong));
    }

    #[test]
    fn other_bytes_and_other_times_are_not_believed() {
        let [secret, ..] = secrets();
        let known = [secret.clone()];
        assert_eq!(judged(&known, &[&secret], NOW, br#"{"Id":2}"#), Err(SignatureFault::Wrong));
        for off in [-301, 301] {
            assert_eq!(judged(&known, &[&secret], NOW + off, BODY), Err(SignatureFault::Old), "{off}");
        }
        for off in [-300, 300] {
            assert_eq!(judged(&known, &[&secret], NOW + off, BODY), Ok(()), "{off}");
        }
    }

    #[test]
    fn what_is_missing_or_broken_is_named() {
        let [secret, ..] = secrets();
        let known = [secret];
        let whole = Signed { id: Some("a"), timestamp: Some("1764807672"), signature: Some("v1,eA==") };
        for (signed, fault) in [
            (Signed { id: None, ..whole }, SignatureFault::Missing("webhook-id")),
            (Signed { timestamp: None, ..whole }, SignatureFault::Missing("webhook-timestamp")),
            (Signed { signature: None, ..whole }, SignatureFault::Missing("webhook-signature")),
            (Signed { timestamp: Some("soon"), ..whole }, SignatureFault::Timestamp),
            (Signed { timestamp: Some("-9223372036854775808"), ..whole }, SignatureFault::Old),
            (Signed { signature: Some("v1,%%% v1a,eA== eA=="), ..whole }, SignatureFault::Wrong),
            (Signed { signature: Some(""), ..whole }, SignatureFault::Wrong),
            (whole, SignatureFault::Wrong),
        ] {
            assert_eq!(verify(&known, signed, BODY, NOW), Err(fault), "{signed:?}");
        }
    }
}
