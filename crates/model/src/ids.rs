//! Identifiers: time-ordered 63-bit numbers inside, opaque prefixed strings outside.
//! The number goes to SQL as `bigint`; the string goes to APIs, logs and pages.

use crate::text;
use crate::wording::{Argument, Text};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 13;

/// An identifier that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct UnreadableId {
    prefix: &'static str,
}

impl UnreadableId {
    /// What is wrong with it.
    pub fn text(&self) -> Text {
        text!(
            "is not an identifier of the form {prefix}_… with {digits} characters",
            prefix = self.prefix,
            digits = DIGITS
        )
    }
}

fn encode(number: i64) -> [u8; DIGITS] {
    let mut digits = [b'0'; DIGITS];
    let mut rest = number as u64;
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    digits
}

fn decode(text: &str) -> Option<i64> {
    if text.len() != DIGITS {
        return None;
    }
    let mut number: u64 = 0;
    for byte in text.bytes() {
        let digit = ALPHABET.iter().position(|&letter| letter == byte)? as u64;
        number = number.checked_mul(32)?.checked_add(digit)?;
    }
    i64::try_from(number).ok()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl $name {
            /// The type prefix of the outside form.
            pub const PREFIX: &'static str = $prefix;
        }

        impl Argument for $name {
            fn text(&self) -> Text {
                Text::Given(self.to_string())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($prefix, "_"))?;
                for digit in encode(self.0) {
                    fmt::Write::write_char(f, char::from(digit))?;
                }
                Ok(())
            }
        }

        impl FromStr for $name {
            type Err = UnreadableId;
            fn from_str(text: &str) -> Result<Self, UnreadableId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map($name)
                    .ok_or(UnreadableId { prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// One help desk: the tenant.
    DomainId = "dom";
    /// One save of one ticket.
    ChangeId = "chg";
    /// A rule.
    TriggerId = "trg";
    /// A receiving URL within a domain.
    EndpointId = "end";
    /// One frozen body.
    PayloadId = "pay";
    /// One frozen payload on its way to one endpoint; also the `webhook-id`.
    DeliveryId = "dlv";
    /// One HTTP call of a delivery.
    AttemptId = "att";
    /// An item under the bell.
    NoticeId = "ntc";
    /// An API key.
    KeyId = "key";
    /// Somebody's stay after a log-in.
    SessionId = "ses";
    /// One life of one node: made anew at each start.
    IncarnationId = "inc";
    /// A set of parameters that people share; unique within its domain.
    AccessProfileId = "apf";
    /// A group of agents.
    TeamId = "tem";
    /// A status of a domain.
    StatusId = "sta";
    /// An urgency of a domain.
    UrgencyId = "urg";
    /// A category of a domain.
    CategoryId = "cat";
    /// A service of a domain; its number is small and is the public API's `id`.
    ServiceId = "srv";
    /// A custom field of a domain; its number is small and is the public API's `customFieldId`.
    CustomFieldId = "cfd";
    /// A service level agreement of a domain.
    SlaAgreementId = "sla";
    /// One half of the link between two domains.
    IntegrationId = "int";
}

/// Milliseconds of 2020-01-01T00:00:00Z: where the 42 clock bits begin (they last until 2159).
const EPOCH_MS: i64 = 1_577_836_800_000;
const NODE_BITS: u32 = 8;
const SEQUENCE_BITS: u32 = 13;

/// Makes identifiers for one node: 42 bits of clock, 8 of node, 13 of sequence.
/// Always rising, also when the clock stands still or steps back.
#[derive(Debug)]
pub struct IdMaker {
    node: AtomicU64,
    /// Clock and sequence bits of the last id, without the node.
    last: AtomicU64,
}

impl IdMaker {
    /// A maker for the node with this number.
    pub fn new(node: u8) -> Self {
        IdMaker { node: AtomicU64::new(u64::from(node)), last: AtomicU64::new(0) }
    }

    /// From now on numbers are made for the node with this number: a new life that got another one.
    pub fn set_node(&self, node: u8) {
        self.node.store(u64::from(node), Ordering::Relaxed);
    }

    /// The next number that is also above `previous`, which may come from a node whose clock is a little ahead.
    pub fn next_above(&self, previous: i64, now_ms: i64) -> i64 {
        let id = self.next(now_ms);
        if id > previous {
            return id;
        }
        self.next((previous >> (NODE_BITS + SEQUENCE_BITS)) + EPOCH_MS + 1)
    }

    /// The next number. `now_ms` is Unix time in milliseconds.
    pub fn next(&self, now_ms: i64) -> i64 {
        let clock = (now_ms - EPOCH_MS).max(0) as u64;
        let floor = clock << SEQUENCE_BITS;
        // Relaxed: the value alone matters, it orders no other memory.
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(floor.max(last + 1)))
            .unwrap_or_default();
        let value = floor.max(last + 1);
        let (clock, sequence) = (value >> SEQUENCE_BITS, value & ((1 << SEQUENCE_BITS) - 1));
        let node = self.node.load(Ordering::Relaxed);
        ((clock << (NODE_BITS + SEQUENCE_BITS)) | (node << SEQUENCE_BITS) | sequence) as i64
    }
}

/// The smallest id that a maker could make at this instant: ids below it are older.
pub fn first_at(at: crate::time::Timestamp) -> i64 {
    (at.0 - EPOCH_MS).max(0) << (NODE_BITS + SEQUENCE_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outside_form_reads_back_and_keeps_the_order() {
        let (small, large) = (DeliveryId(5), DeliveryId(i64::MAX));
        assert_eq!(small.to_string(), "dlv_0000000000005");
        assert_eq!(large.to_string().parse(), Ok(large));
        assert!(small.to_string() < large.to_string());
    }

    #[test]
    fn foreign_and_broken_forms_are_refused() {
        for text in
            ["", "dlv_", "trg_0000000000005", "dlv_000000000000", "dlv_zzzzzzzzzzzzz", "dlv_00000000000U5"]
        {
            assert!(text.parse::<DeliveryId>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_id_is_above_one_of_a_node_whose_clock_is_ahead() {
        let (ahead, behind) = (IdMaker::new(7), IdMaker::new(3));
        let now = EPOCH_MS + 50;
        let mut previous = 0;
        for _ in 0..10 {
            for (maker, clock) in [(&ahead, now + 900), (&behind, now)] {
                let id = maker.next_above(previous, clock);
                assert!(id > previous);
                previous = id;
            }
        }
        let alone = IdMaker::new(3);
        assert_eq!(alone.next_above(5, now), IdMaker::new(3).next(now), "the clock counts where it can");
    }

    #[test]
    fn ids_rise_though_the_clock_steps_back() {
        let maker = IdMaker::new(7);
        let mut last = 0;
        for now in [EPOCH_MS + 50, EPOCH_MS + 50, EPOCH_MS + 10, EPOCH_MS + 51] {
            for _ in 0..10_000 {
                let id = maker.next(now);
                assert!(id > last);
                last = id;
            }
        }
    }
}
