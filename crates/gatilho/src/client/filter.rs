//! Which deliveries: the filter as it is typed and as the API reads it.

use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::SpanRelativeTo;
use jiff::fmt::friendly::SpanParser;
use model::ids::TriggerId;
use model::time::Timestamp;

/// The words of the log.
const STATUSES: [&str; 7] = ["queued", "sending", "retrying", "delivered", "failed", "held", "cancelled"];

/// Which deliveries; everything given must hold.
#[derive(Debug, Args)]
pub(crate) struct Filter {
    /// Only with this status
    #[arg(long, value_parser = PossibleValuesParser::new(STATUSES))]
    status: Option<String>,
    /// Only of this trigger (its id, as `gatilho trigger list` names it)
    #[arg(long, value_name = "ID")]
    trigger: Option<TriggerId>,
    /// Only of this ticket
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..))]
    ticket: Option<i64>,
    /// Only to this receiver (its whole URL)
    #[arg(long)]
    url: Option<String>,
    /// Only updated at this time or later: 2026-01-02T03:04:05Z, 2026-01-02 (UTC), or how long ago: 30m, 2h, 7d
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Moment>,
    /// Only updated before this time, written in the same way
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Moment>,
}

/// A point in time as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    At(Timestamp),
    /// Milliseconds before now.
    Ago(i64),
}

impl Moment {
    fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Moment::At(at) => at,
            Moment::Ago(ms) => Timestamp(now.0.saturating_sub(ms)),
        }
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    if let Some(at) = Timestamp::parse(text.trim()) {
        return Ok(Moment::At(at));
    }
    let span = SpanParser::new().parse_span(text.trim()).ok();
    let ago = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    let ms = ago.and_then(|ago| i64::try_from(ago.as_millis()).ok()).filter(|ms| *ms >= 0);
    ms.map(Moment::Ago)
        .ok_or_else(|| "write a time as 2026-01-02T03:04:05Z, or how long ago as 2h or 7d".to_owned())
}

impl Filter {
    /// The parameters that the API reads.
    pub(super) fn query(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let given = [
            ("status", self.status.clone()),
            ("trigger", self.trigger.map(|id| id.to_string())),
            ("ticket", self.ticket.map(|number| number.to_string())),
            ("url", self.url.clone()),
            ("since", self.since.map(|moment| moment.at(now).to_string())),
            ("until", self.until.map(|moment| moment.at(now).to_string())),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now = Timestamp(1_767_323_045_000);
        let at = |text: &str| moment(text).map(|moment| moment.at(now).to_string());
        for (text, instant) in [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
            ("2026-01-02T00:04:05-03:00", "2026-01-02T03:04:05.000Z"),
            ("2026-01-02", "2026-01-02T00:00:00.000Z"),
            ("2h", "2026-01-02T01:04:05.000Z"),
            ("1d 30m", "2026-01-01T02:34:05.000Z"),
        ] {
            assert_eq!(at(text).as_deref(), Ok(instant), "{text}");
        }
        for text in ["", "yesterday", "-2h", "2"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_what_was_given_is_asked() {
        let none = Filter { status: None, trigger: None, ticket: None, url: None, since: None, until: None };
        assert!(none.query(Timestamp(0)).is_empty());
        let some = Filter { ticket: Some(7), url: Some("https://a.example/?x=1&y".into()), ..none };
        let query = [("ticket", "7".to_owned()), ("url", "https://a.example/?x=1&y".to_owned())];
        assert_eq!(some.query(Timestamp(0)), query);
    }
}
