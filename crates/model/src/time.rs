//! Instants as Unix milliseconds, and the `Clock` that hands them out. The clock is named here and read only above.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Where instants come from. The real one reads the system clock; tests own theirs.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

impl Timestamp {
    /// This instant moved by `ms` milliseconds, held within range.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Timestamp(self.0.saturating_add(ms))
    }

    fn instant(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// Movidesk's form of a date: UTC with seven decimals and no zone, `2025-12-04T00:21:12.5903668`
    /// (seen in captured answers of its public API).
    pub fn to_movidesk(self) -> String {
        format!("{}0000", self.instant().strftime("%Y-%m-%dT%H:%M:%S.%3f"))
    }

    /// Movidesk's form of an SLA date: to the second, no zone.
    pub fn to_movidesk_seconds(self) -> String {
        self.instant().strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// Reads RFC 3339, or a date and time without zone, taken as UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let instant = text.parse::<jiff::Timestamp>().ok().or_else(|| {
            let civil = text.parse::<jiff::civil::DateTime>().ok()?;
            civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        })?;
        Some(Timestamp(instant.as_millisecond()))
    }
}

/// RFC 3339 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.instant().strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
    }
}

/// A length of time in words for people: `3 s`, `500 ms`, `2 min`, `14.2 s`.
pub fn in_words(ms: i64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        _ if ms % 60_000 == 0 => format!("{} min", ms / 60_000),
        _ if ms % 1_000 == 0 => format!("{} s", ms / 1_000),
        _ => format!("{:.1} s", ms as f64 / 1_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_an_instant() {
        let instant = Timestamp(1_764_807_672_590);
        assert_eq!(instant.to_string(), "2025-12-04T00:21:12.590Z");
        assert_eq!(instant.to_movidesk(), "2025-12-04T00:21:12.5900000");
        assert_eq!(instant.to_movidesk_seconds(), "2025-12-04T00:21:12");
        for text in
            ["2025-12-04T00:21:12.590Z", "2025-12-04T00:21:12.5900000", "2025-12-03T21:21:12.59-03:00"]
        {
            assert_eq!(Timestamp::parse(text), Some(instant), "{text}");
        }
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn lengths_in_words() {
        let words: Vec<_> = [500, 3_000, 14_200, 120_000].map(in_words).into();
        assert_eq!(words, ["500 ms", "3 s", "14.2 s", "2 min"]);
    }
}
