//! Queries of the public API: names match without case, booleans in any case, what is not known is ignored, as clients
//! of Movidesk expect.

use crate::Shared;
use crate::error::Failure;
use crate::public::odata::Texts;
use axum::extract::FromRequestParts;
use http::request::Parts;
use model::text;
use url::form_urlencoded;

/// The parameters that mean something here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PublicQuery {
    /// Which ticket or person.
    pub(crate) id: Option<String>,
    /// Which ticket, by its protocol.
    pub(crate) protocol: Option<String>,
    /// Answer a creation with the whole object.
    pub(crate) return_all: bool,
    /// Show deleted actions too.
    pub(crate) include_deleted: bool,
    /// Rows to pass over.
    pub(crate) skip: Option<String>,
    /// Rows to answer.
    pub(crate) top: Option<String>,
    /// What the rows of a list show, which they are, and in which order.
    pub(crate) options: Texts,
}

impl FromRequestParts<Shared> for PublicQuery {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Failure> {
        Ok(PublicQuery::of(parts.uri.query().unwrap_or_default()))
    }
}

impl PublicQuery {
    fn of(query: &str) -> Self {
        let mut known = PublicQuery::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            if is("id") {
                known.id = Some(value.trim().to_owned());
            } else if is("token") {
                // Read by `auth`.
            } else if is("protocol") {
                known.protocol = Some(value.trim().to_owned());
            } else if is("returnAllProperties") {
                known.return_all = value.trim().eq_ignore_ascii_case("true");
            } else if is("includeDeletedItems") {
                known.include_deleted = value.trim().eq_ignore_ascii_case("true");
            } else if is("$skip") {
                known.skip = Some(value.trim().to_owned());
            } else if is("$top") {
                known.top = Some(value.trim().to_owned());
            } else if is("$select") {
                join(&mut known.options.select, &value);
            } else if is("$expand") {
                join(&mut known.options.expand, &value);
            } else if is("$filter") {
                known.options.filter = Some(value.into_owned());
            } else if is("$orderby") {
                known.options.order_by = Some(value.into_owned());
            }
        }
        known
    }

    /// The number of the ticket that is asked for.
    pub(crate) fn ticket_number(&self) -> Result<i64, Failure> {
        let (name, text) = match (&self.id, &self.protocol) {
            (Some(id), _) => ("id", id),
            // Tickets have no protocol of their own here: their number serves as one.
            (None, Some(protocol)) => ("protocol", protocol),
            (None, None) => {
                return Err(Failure::fault("id", text!("is missing; give the ticket's number as `id`")));
            }
        };
        match text.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ if name == "protocol" => {
                Err(Failure::missing(format_args!("ticket with the protocol `{text}`")))
            }
            _ => Err(Failure::fault("id", text!("is `{text}`; must be a ticket's number", text))),
        }
    }

    /// The reference code of the person that is asked for.
    pub(crate) fn person_code(&self) -> Result<&str, Failure> {
        let given = self.id.as_deref().filter(|id| !id.is_empty());
        given.ok_or_else(|| {
            Failure::fault("id", text!("is missing; give the person's reference code as `id`"))
        })
    }

    /// How many rows to pass over and to answer.
    pub(crate) fn rows(&self, top_max: i64, skip_max: i64) -> Result<(i64, i64), Failure> {
        let number = |name: &str, text: &Option<String>, default: i64, max: i64| match text {
            None => Ok(default),
            Some(text) => text.parse().ok().filter(|number| (0..=max).contains(number)).ok_or_else(|| {
                Failure::fault(name, text!("is `{text}`; must be a number from 0 to {max}", text, max))
            }),
        };
        let top = number("$top", &self.top, 100, i64::from(i32::MAX))?.min(top_max);
        Ok((number("$skip", &self.skip, 0, skip_max)?, top))
    }
}

/// A list that is given twice is one list.
fn join(known: &mut Option<String>, more: &str) {
    match known {
        Some(known) if !known.trim().is_empty() => {
            known.push(',');
            known.push_str(more);
        }
        _ => *known = Some(more.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_tolerant_of_how_clients_write_them() {
        let query =
            PublicQuery::of("token=x&ID=%205&ReturnAllProperties=True&%24select=id&orderBy=x&$top=7&foo");
        assert_eq!(query.ticket_number().ok(), Some(5));
        assert!(query.return_all);
        let select = |query: &str| PublicQuery::of(query).options.select;
        assert_eq!(select("%24select=id").as_deref(), Some("id"));
        assert_eq!(select("$Select=id&$select=a,b&orderBy=x").as_deref(), Some("id,a,b"));
        assert_eq!(query.rows(1_000, 10).ok(), Some((0, 7)));
        assert_eq!(PublicQuery::of("protocol=12").ticket_number().ok(), Some(12));
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let told = |query: &str| {
            PublicQuery::of(query).ticket_number().map_err(|failure| failure.detail.to_string())
        };
        assert_eq!(told("id=5a"), Err("id: is `5a`; must be a ticket's number".into()));
        assert_eq!(told("protocol=5a"), Err("there is no ticket with the protocol `5a`".into()));
        assert!(told("").is_err_and(|detail| detail.starts_with("id: is missing")));
        let rows = |query: &str| PublicQuery::of(query).rows(1_000, 10).is_err();
        assert!(rows("$skip=11") && rows("$top=-1") && rows("$top=x") && !rows("$top=5000"));
    }
}
