//! What a server answered, in a form that tells what went wrong when a story expected something else.

use serde_json::Value;
use std::time::Duration;
use ureq::http::Request;
use ureq::{Agent, AsSendBody};

/// An answer, whole.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Method and address, for messages.
    asked: String,
}

impl Answer {
    /// Sends a request, whatever comes back.
    pub(crate) fn to(agent: &Agent, request: Request<impl AsSendBody>) -> Result<Answer, ureq::Error> {
        let asked = format!("{} {}", request.method(), request.uri().path());
        let mut response = agent.run(request)?;
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = response.body_mut().read_to_string()?;
        Ok(Answer { status: response.status().as_u16(), headers, body, asked })
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON, whatever the status.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.body))
    }

    /// The body of a success; null when it is empty.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} answered {}: {}", self.asked, self.status, self.body);
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The body of a refusal with this status.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answered: {}", self.asked, self.body);
        self.json()
    }
}

/// A client that takes every status for an answer and follows nothing.
pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .proxy(None)
        .build()
        .into()
}
