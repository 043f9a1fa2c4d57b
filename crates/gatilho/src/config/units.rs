//! Numbers with bounds and how they are written: times (`30s`), sizes (`2 MiB`), plain counts (`4096`).
//!
//! Which setting has which bounds is not here, but in `read`.

use std::time::Duration;

use jiff::SpanRelativeTo;
use jiff::fmt::friendly::SpanParser;

/// A quantity that can be read from text, compared with its bounds, and shown again.
pub(super) trait Quantity: PartialOrd + Copy + Default {
    /// What a right value looks like, to complete "write …".
    const FORM: &'static str;

    /// Reads it from text. A bare whole number from a file arrives here as its digits.
    fn parse(text: &str) -> Option<Self>;

    /// The shortest exact way to write it.
    fn show(self) -> String;
}

impl Quantity for Duration {
    const FORM: &'static str = "a time with its unit, such as 500ms, 30s, 2m, 1h or 30d";

    fn parse(text: &str) -> Option<Duration> {
        let span = SpanParser::new().parse_span(text).ok()?;
        let exact = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        Duration::try_from(exact).ok()
    }

    fn show(self) -> String {
        const UNITS: [(u128, &str); 5] =
            [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
        let ms = self.as_millis();
        if ms == 0 {
            return "0s".to_owned();
        }
        UNITS
            .iter()
            .find(|(size, _)| ms.is_multiple_of(*size))
            .map_or_else(|| format!("{ms}ms"), |(size, unit)| format!("{}{unit}", ms / size))
    }
}

/// A size in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bytes(pub(super) usize);

const SIZES: [(usize, &str); 4] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B")];

impl Quantity for Bytes {
    const FORM: &'static str = "a size in bytes, or with a unit: 512 KiB, 2 MiB, 1 GiB";

    fn parse(text: &str) -> Option<Bytes> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = match unit.trim_start() {
            "" => "B",
            unit => unit,
        };
        let (size, _) = SIZES.iter().find(|(_, name)| name.eq_ignore_ascii_case(unit))?;
        number.parse::<usize>().ok()?.checked_mul(*size).map(Bytes)
    }

    fn show(self) -> String {
        let (size, unit) =
            SIZES.iter().find(|(size, _)| self.0 > 0 && self.0.is_multiple_of(*size)).unwrap_or(&(1, "B"));
        format!("{} {unit}", self.0 / size)
    }
}

macro_rules! count {
    ($($kind:ty),+) => {$(
        impl Quantity for $kind {
            const FORM: &'static str = "a whole number";

            fn parse(text: &str) -> Option<Self> {
                text.replace('_', "").parse().ok()
            }

            fn show(self) -> String {
                self.to_string()
            }
        }
    )+};
}

count!(u32, u64, usize);
