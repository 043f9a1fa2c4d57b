//! Instants as people read them: in their zone, in their language's order.

use super::look::Look;
use askama::filters::HtmlSafe;
use model::time::Timestamp;
use std::fmt;

/// An instant on a page: a `time` element, whose title names the zone.
#[derive(Debug, Clone)]
pub(crate) struct Instant {
    machine: String,
    shown: String,
    title: String,
}

impl Instant {
    /// The instant as this reader sees it.
    pub(crate) fn new(look: &Look, at: Timestamp) -> Instant {
        let machine = at.to_string();
        let Ok(instant) = jiff::Timestamp::from_millisecond(at.0) else {
            return Instant { shown: machine.clone(), title: machine.clone(), machine };
        };
        let there = instant.to_zoned(look.zone.clone());
        let shown = there.strftime(&look.words.say("date-time")).to_string();
        let title = format!("{shown} {}", there.strftime("%Z (%:z)"));
        Instant { machine, shown, title }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Digits, letters of zones and punctuation of dates: nothing to escape.
        write!(out, "<time datetime=\"{}\" title=\"{}\">{}</time>", self.machine, self.title, self.shown)
    }
}

/// It escapes nothing since it holds nothing but numbers and the names of zones.
impl HtmlSafe for Instant {}

/// The instant as this reader reads it in a sentence.
pub(crate) fn plain(look: &Look, at: Timestamp) -> String {
    Instant::new(look, at).shown
}

/// The beginning of a day that somebody chose in a form (`2027-01-31`), in their zone.
pub(crate) fn read_local_date(look: &Look, text: &str) -> Option<Timestamp> {
    let day: jiff::civil::Date = text.parse().ok()?;
    let there = day.to_zoned(look.zone.clone()).ok()?;
    Some(Timestamp(there.timestamp().as_millisecond()))
}

/// A span of time in a few signs: `250 ms`, `3.2 s`, `2 min`, `4 h`.
pub(crate) fn span(ms: i64) -> String {
    match ms {
        i64::MIN..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min", ms / 60_000),
        _ => format!("{} h", ms / 3_600_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue, header};

    #[test]
    fn an_instant_is_shown_in_the_readers_zone_and_order() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("pt-BR"));
        let look = Look::with(&headers, None, Some("America/Sao_Paulo"));
        let shown = Instant::new(&look, Timestamp(1_767_323_045_000)).to_string();
        assert_eq!(
            shown,
            "<time datetime=\"2026-01-02T03:04:05.000Z\" title=\"02/01/2026 00:04:05 -03 (-03:00)\">02/01/2026 00:04:05</time>"
        );
    }

    #[test]
    fn a_day_begins_in_the_readers_zone() {
        let look = Look::with(&HeaderMap::new(), None, Some("America/Sao_Paulo"));
        assert_eq!(read_local_date(&look, "2026-01-02"), Some(Timestamp(1_767_322_800_000)));
        assert_eq!((read_local_date(&look, "soon"), read_local_date(&look, "")), (None, None));
    }

    #[test]
    fn a_span_has_one_unit() {
        assert_eq!([span(7), span(3_249), span(120_000), span(7_200_000)], ["7 ms", "3.2 s", "2 min", "2 h"]);
    }
}
