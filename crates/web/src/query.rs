//! Queries of the native API: every parameter is known, given once and in order, or the request is refused naming it.
//! Queries of the public API are tolerant: see `public::query`.

use crate::Shared;
use crate::error::Failure;
use axum::extract::FromRequestParts;
use http::request::Parts;
use model::fault::Fault;
use model::text;
use model::time::Timestamp;
use model::wording::Text;
use std::str::FromStr;
use url::form_urlencoded;

/// Rows of a page when none are asked for.
const LIMIT_DEFAULT: i64 = 50;

/// Rows of a page at most.
const LIMIT_MAX: i64 = 100;

/// The parameters of a request. Each read takes one away; [`Query::finish`] refuses what is left.
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

/// An endpoint without parameters.
pub(crate) struct NoQuery;

/// Which page of a list: after which row, and how many.
pub(crate) struct PageAsked<const N: usize> {
    /// The key of the last row of the page before.
    pub(crate) after: Option<[i64; N]>,
    /// Rows wanted.
    pub(crate) limit: usize,
}

/// The same for lists whose rows are keyed by two texts.
pub(crate) struct TextPage {
    /// The key of the last row of the page before.
    pub(crate) after: Option<(String, String)>,
    /// Rows wanted.
    pub(crate) limit: usize,
}

impl TextPage {
    /// Rows to read: one more than wanted tells whether there is a next page.
    pub(crate) fn rows(&self) -> i64 {
        self.limit as i64 + 1
    }
}

impl<const N: usize> PageAsked<N> {
    /// Rows to read: one more than wanted tells whether there is a next page.
    pub(crate) fn rows(&self) -> i64 {
        self.limit as i64 + 1
    }
}

impl FromRequestParts<Shared> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Failure> {
        Ok(Query::of(parts.uri.query().unwrap_or_default()))
    }
}

impl FromRequestParts<Shared> for NoQuery {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Failure> {
        Query::of(parts.uri.query().unwrap_or_default()).finish().map(|()| NoQuery)
    }
}

impl Query {
    pub(crate) fn of(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Query { pairs, known: Vec::new(), faults: Vec::new() }
    }

    /// Adds parameters that came another way.
    pub(crate) fn add(&mut self, pairs: Vec<(String, String)>) {
        self.pairs.extend(pairs);
    }

    /// The parameter as it stands.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let at = self.pairs.iter().position(|(given, _)| given == name)?;
        let (_, value) = self.pairs.remove(at);
        if self.pairs.iter().any(|(given, _)| given == name) {
            self.faults.push(Fault::new(name, text!("is given more than once")));
            self.pairs.retain(|(given, _)| given != name);
        }
        Some(value)
    }

    /// The parameter in its type; `wanted` completes "must be …".
    pub(crate) fn read<T>(
        &mut self,
        name: &'static str,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            self.faults.push(Fault::new(name, text!("must be {wanted}", wanted)));
        }
        value
    }

    /// An identifier.
    pub(crate) fn id<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &'static str) -> Option<T> {
        let text = self.text(name)?;
        text.parse()
            .map_err(|error: T::Err| self.faults.push(Fault::new(name, Text::given(error.to_string()))))
            .ok()
    }

    /// A ticket's number.
    pub(crate) fn ticket(&mut self, name: &'static str) -> Option<i64> {
        self.read(name, "a ticket's number", |text| text.parse().ok().filter(|number| *number > 0))
    }

    /// An instant.
    pub(crate) fn instant(&mut self, name: &'static str) -> Option<Timestamp> {
        self.read(name, "a time such as 2026-01-02T03:04:05Z", Timestamp::parse)
    }

    /// A switch; off when absent.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        self.read(name, "true or false", |text| text.parse().ok()).unwrap_or(false)
    }

    /// Which page; `list` is the name under which the list's cursors are made.
    pub(crate) fn page<const N: usize>(&mut self, list: &str) -> PageAsked<N> {
        let (limit, after) = self.asked(|text| crate::cursor::read(list, text));
        PageAsked { after, limit }
    }

    /// Which page of a list that is keyed by two texts.
    pub(crate) fn text_page(&mut self, list: &str) -> TextPage {
        let (limit, after) = self.asked(|text| crate::cursor::read_texts(list, text));
        TextPage { after, limit }
    }

    fn asked<T>(&mut self, cursor: impl FnOnce(&str) -> Option<T>) -> (usize, Option<T>) {
        let limit = self.read("limit", "a number from 1 to 100", |text| {
            text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit))
        });
        let wanted = "the next_cursor of an earlier page of this list, or absent";
        let after = self.read("cursor", wanted, cursor);
        (limit.unwrap_or(LIMIT_DEFAULT) as usize, after)
    }

    /// A switch that may be absent.
    pub(crate) fn choice(&mut self, name: &'static str) -> Option<bool> {
        self.read(name, "true or false", |text| text.parse().ok())
    }

    /// Refuses the request if a parameter is at fault or not known.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let known = match self.known.is_empty() {
            true => "none are possible here".to_owned(),
            false => format!("possible are {}", self.known.join(", ")),
        };
        let unknown = self
            .pairs
            .into_iter()
            .map(|(name, _)| Fault::new(name, text!("is no parameter; {known}", known)));
        self.faults.extend(unknown);
        if self.faults.is_empty() { Ok(()) } else { Err(Failure::invalid(self.faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(query: Query) -> Vec<String> {
        query
            .finish()
            .err()
            .map_or(Vec::new(), |failure| failure.faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn parameters_are_known_once_and_in_order() {
        let mut query = Query::of("ticket=5&since=2026-01-02T03:04:05Z&count=true&limit=7");
        assert_eq!(query.ticket("ticket"), Some(5));
        assert_eq!(query.instant("since"), Some(Timestamp(1_767_323_045_000)));
        assert!(query.flag("count"));
        assert_eq!(query.page::<1>("x").limit, 7);
        assert!(faults(query).is_empty());
    }

    #[test]
    fn each_fault_names_its_parameter() {
        let mut query = Query::of("ticket=-1&ticket=2&status=broken&limit=101&cursor=zz");
        assert_eq!(query.ticket("ticket"), None);
        query.page::<1>("x");
        assert_eq!(
            faults(query),
            [
                "ticket: is given more than once",
                "ticket: must be a ticket's number",
                "limit: must be a number from 1 to 100",
                "cursor: must be the next_cursor of an earlier page of this list, or absent",
                "status: is no parameter; possible are ticket, limit, cursor",
            ]
        );
        assert_eq!(faults(Query::of("a=1")), ["a: is no parameter; none are possible here"]);
    }
}
