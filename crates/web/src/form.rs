//! Forms of pages: read whole, bounded, and only from pages of this server. Fields may repeat.

use crate::Shared;
use crate::auth::origin;
use crate::error::Failure;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use model::text;
use url::form_urlencoded;

/// Bytes that a form may have.
const BYTES_MAX: usize = 256 * 1024;

/// The fields of a form, in the order in which they came.
#[derive(Debug, Default, Clone)]
pub(crate) struct Form {
    pairs: Vec<(String, String)>,
}

impl FromRequest<Shared> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        origin::check(app, request.method(), request.headers())?;
        let bytes = to_bytes(request.into_body(), BYTES_MAX).await.map_err(|_| {
            Failure::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                text!("the form did not arrive, or is longer than 256 KiB"),
            )
        })?;
        Ok(Form { pairs: form_urlencoded::parse(&bytes).into_owned().collect() })
    }
}

impl Form {
    /// A form with these fields, as a query or a test writes them.
    pub(crate) fn of(query: &str) -> Form {
        Form { pairs: form_urlencoded::parse(query.as_bytes()).into_owned().collect() }
    }

    /// Adds a field, as forms that come with files give them.
    pub(crate) fn push(&mut self, name: String, value: String) {
        self.pairs.push((name, value));
    }

    /// Takes a field out; empty when absent.
    pub(crate) fn text(&mut self, name: &str) -> String {
        match self.pairs.iter().position(|(known, _)| known == name) {
            Some(at) => self.pairs.remove(at).1,
            None => String::new(),
        }
    }

    /// Takes all fields of that name out.
    pub(crate) fn all(&mut self, name: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.pairs).into_iter().partition(|(known, _)| known == name);
        self.pairs = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// Whether a box is ticked or a button of that name was pressed.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == name)
    }

    /// What is left, in order.
    pub(crate) fn rest(&self) -> &[(String, String)] {
        &self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_out_in_order() {
        let mut form = Form::of("a=1&b=x&a=2&c=");
        assert_eq!((form.text("b").as_str(), form.text("b").as_str()), ("x", ""));
        assert_eq!(form.all("a"), ["1", "2"]);
        assert!(form.has("c") && !form.has("a"));
        assert_eq!(form.rest().len(), 1);
    }
}
