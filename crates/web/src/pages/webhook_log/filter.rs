//! The log's filters as they stand in a page's address: each by itself, empty ones passed over, those at fault told beside
//! their field. Times may be written in the reader's zone, as browsers do, or with a zone, as links do.

use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::{Look, Viewer, Words};
use jiff::tz::TimeZone;
use model::delivery::Shown;
use model::time::Timestamp;
use std::str::FromStr;
use store::log::Filter;
use url::form_urlencoded::Serializer;

/// What stands in the filters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// What is meant.
    pub(crate) filter: Filter,
    /// As typed, for showing it again.
    pub(crate) ticket: String,
    /// As typed; of links, in the reader's zone.
    pub(crate) since: String,
    /// As `since`.
    pub(crate) until: String,
    /// As typed.
    pub(crate) url: String,
    /// The fields at fault.
    pub(crate) faults: Vec<Fault>,
}

/// A field that cannot be read.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// Its name in the form.
    pub(crate) field: &'static str,
    /// What would be right.
    pub(crate) text: String,
}

impl Asked {
    /// Takes the filters out of a form or an address. A URL becomes its endpoint.
    pub(crate) async fn read(app: &Shared, viewer: &Viewer, form: &mut Form) -> Result<Asked, Failure> {
        let mut asked = Asked::of(&viewer.look, form);
        if asked.url.is_empty() {
            return Ok(asked);
        }
        let reader = app.engine.reader();
        match store::endpoints::find_by_url(&reader, viewer.caller.domain, &asked.url).await? {
            Some(endpoint) => asked.filter.endpoint = Some(endpoint),
            None => asked.fault("url", viewer.look.words.say("log-fault-url")),
        }
        Ok(asked)
    }

    /// The same without looking anything up.
    fn of(look: &Look, form: &mut Form) -> Asked {
        let t = look.words;
        let mut asked = Asked {
            ticket: form.text("ticket").trim().to_owned(),
            since: form.text("since"),
            until: form.text("until"),
            url: form.text("url").trim().to_owned(),
            ..Asked::default()
        };
        let (status, trigger, endpoint) = (form.text("status"), form.text("trigger"), form.text("endpoint"));
        let number = |text: &str| text.parse().ok().filter(|number: &i64| *number > 0);
        asked.filter.status = asked.take("status", &status, Shown::parse, || t.say("log-fault-status"));
        asked.filter.trigger = asked.take("trigger", &trigger, parsed, || t.say("log-fault-trigger"));
        asked.filter.endpoint = asked.take("endpoint", &endpoint, parsed, || t.say("log-fault-endpoint"));
        let (ticket, since, until) = (asked.ticket.clone(), asked.since.clone(), asked.until.clone());
        asked.filter.ticket = asked.take("ticket", &ticket, number, || t.say("log-fault-ticket"));
        let time = |text: &str| instant(text, &look.zone);
        asked.filter.since = asked.take("since", &since, time, || t.say("log-fault-time"));
        asked.filter.until = asked.take("until", &until, time, || t.say("log-fault-time"));
        if let Some(at) = asked.filter.since {
            asked.since = local(at, &look.zone);
        }
        if let Some(at) = asked.filter.until {
            asked.until = local(at, &look.zone);
        }
        asked
    }

    fn take<T>(
        &mut self,
        field: &'static str,
        text: &str,
        read: impl FnOnce(&str) -> Option<T>,
        fault: impl FnOnce() -> String,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            self.fault(field, fault());
        }
        value
    }

    fn fault(&mut self, field: &'static str, text: String) {
        self.faults.push(Fault { field, text });
    }

    /// The fault of a field; empty when it has none.
    pub(crate) fn fault_of(&self, field: &str) -> &str {
        self.faults.iter().find(|fault| fault.field == field).map_or("", |fault| &fault.text)
    }

    /// Whether anything but status and time narrows the rows.
    pub(crate) fn is_narrow(&self) -> bool {
        self.filter.trigger.is_some() || self.filter.endpoint.is_some() || self.filter.ticket.is_some()
    }

    /// Whether there is any filter.
    pub(crate) fn is_any(&self) -> bool {
        self.is_narrow()
            || self.filter.status.is_some()
            || self.filter.since.is_some()
            || self.filter.until.is_some()
    }
}

/// The filter as a query, without `?`. URLs stand in it by their endpoint, which keeps their secrets out of logs.
pub(crate) fn query(filter: &Filter) -> String {
    let pairs = [
        ("status", filter.status.map(|status| status.as_str().to_owned())),
        ("trigger", filter.trigger.map(|id| id.to_string())),
        ("endpoint", filter.endpoint.map(|id| id.to_string())),
        ("ticket", filter.ticket.map(|number| number.to_string())),
        ("since", filter.since.map(|at| at.to_string())),
        ("until", filter.until.map(|at| at.to_string())),
    ];
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))));
    query.finish()
}

/// The statuses to choose from: word, name, whether it is chosen.
pub(crate) fn statuses(t: Words, filter: &Filter) -> Vec<(&'static str, String, bool)> {
    let choice = |shown: Shown| {
        (shown.as_str(), crate::view::status::Status::new(t, shown).word, filter.status == Some(shown))
    };
    Shown::ALL.map(choice).into()
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// Reads an instant; a time without a zone is the reader's.
fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(instant.as_millisecond()));
    }
    let civil: jiff::civil::DateTime = text.trim().parse().ok()?;
    let there = civil.to_zoned(zone.clone()).ok()?;
    Some(Timestamp(there.timestamp().as_millisecond()))
}

/// An instant as a browser's field for times takes it.
pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| String::new(),
        |instant| instant.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn of(query: &str) -> Asked {
        let look = Look::with(&HeaderMap::new(), None, Some("America/Sao_Paulo"));
        Asked::of(&look, &mut Form::of(query))
    }

    #[test]
    fn filters_read_back_what_links_write() {
        let filter = Filter {
            status: Some(Shown::Failed),
            trigger: Some(model::ids::TriggerId(5)),
            endpoint: Some(model::ids::EndpointId(7)),
            ticket: Some(12),
            since: Some(Timestamp(1_767_323_045_678)),
            until: Some(Timestamp(1_767_323_046_000)),
        };
        let asked = of(&query(&filter));
        assert_eq!(format!("{:?}", asked.filter), format!("{filter:?}"));
        assert!(asked.faults.is_empty() && asked.is_any() && asked.is_narrow());
        assert_eq!(asked.since, "2026-01-02T00:04:05");
    }

    #[test]
    fn a_time_without_a_zone_is_the_readers() {
        assert_eq!(of("since=2026-01-02T00:04").filter.since, Some(Timestamp(1_767_323_040_000)));
        assert!(!of("status=&trigger=&endpoint=&ticket=&since=&until=&url=").is_any());
    }

    #[test]
    fn each_field_at_fault_is_told() {
        let asked = of("status=broken&trigger=x&endpoint=dlv_1&ticket=-1&since=yesterday&until=5");
        let fields: Vec<&str> = asked.faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["status", "trigger", "endpoint", "ticket", "since", "until"]);
        assert_eq!((asked.ticket.as_str(), asked.since.as_str()), ("-1", "yesterday"));
        assert!(!asked.fault_of("ticket").is_empty() && asked.fault_of("url").is_empty());
    }
}
