//! Trying a trigger before it is saved: reading what somebody wrote, and sending its receiver a test. Nothing is stored.

use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use crate::outbound::{Request, Target};
use crate::signing::{Secret, signature_header};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use model::access_profile::Grant;
use model::fault::Fault;
use model::ids::{DeliveryId, DomainId};
use model::outcome::Outcome;
use model::payload::Payload;
use model::text;
use model::time::Timestamp;
use model::trigger::TriggerDraft;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Tests that one person may send within a minute.
pub const TESTS_A_MINUTE: usize = 10;
const MINUTE_MS: i64 = 60_000;

/// A test to be sent.
#[derive(Debug, Clone)]
pub struct Test {
    /// Where to, as typed.
    pub url: String,
    /// What to send.
    pub payload: Payload,
    /// The version of the ticket that it tells of.
    pub ticket_version: i64,
}

/// What was said to a receiver, and what it did.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The request's first line and headers, as they were sent.
    pub request_head: String,
    /// The request's body.
    pub request_body: String,
    /// What the receiver did.
    pub outcome: Outcome,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}

/// Who sent how many tests lately.
#[derive(Debug, Default)]
pub(crate) struct TestLimit(Mutex<HashMap<(DomainId, String), VecDeque<Timestamp>>>);

impl TestLimit {
    /// Counts a test; false for one too many.
    fn take(&self, domain: DomainId, person: &str, now: Timestamp) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, sent| {
            sent.retain(|at| now.0 - at.0 < MINUTE_MS);
            !sent.is_empty()
        });
        let sent = all.entry((domain, person.to_owned())).or_default();
        let is_free = sent.len() < TESTS_A_MINUTE;
        if is_free {
            sent.push_back(now);
        }
        is_free
    }
}

impl Engine {
    /// Reads a trigger as somebody wrote it, as a save would, and stores nothing.
    ///
    /// # Errors
    /// `Invalid` with every fault's path.
    pub async fn check_trigger(&self, caller: &Caller, json: &Value) -> Result<TriggerDraft, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let config = self.core.config.domain(caller.domain)?;
        self.read_draft(caller, &config, json).await
    }

    /// What the guard of the way out says to a trigger's URLs now.
    ///
    /// # Errors
    /// Only when the caller may not create triggers.
    pub async fn url_warnings(&self, caller: &Caller, draft: &TriggerDraft) -> Result<Vec<Fault>, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        Ok(self.warnings(draft).await)
    }

    /// Sends a body to a URL now and waits for the answer as long as a delivery would. It is signed with the secret of the
    /// URL's endpoint; one that is no endpoint yet gets a signature of the right form that it cannot check.
    ///
    /// # Errors
    /// `Invalid` for a URL that is none; `Conflict` when the person has sent ten tests within a minute.
    pub async fn send_test(&self, caller: &Caller, test: Test) -> Result<Conversation, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let target = Target::parse(&test.url).map_err(|fault| Error::invalid("url", fault.text()))?;
        let (core, now) = (&self.core, self.core.clock.now());
        if !core.tests.take(caller.domain, caller.person_id(), now) {
            return Err(Error::Conflict(text!(
                "{max} tests a minute are allowed; wait a little",
                max = TESTS_A_MINUTE
            )));
        }
        let headers = self.test_headers(caller, &test, now);
        let request_head = head_lines(&target, &headers, test.payload.body.len());
        let body = bytes::Bytes::from(test.payload.body.clone());
        let call = core.outbound.call(Request { target: Arc::new(target), headers, body });
        let limit = Duration::from_millis(core.settings.retry.answer_within_ms.unsigned_abs());
        let outcome = tokio::time::timeout(limit, call).await.unwrap_or(Outcome::NoAnswer);
        let took_ms = core.clock.now().0 - now.0;
        Ok(Conversation { request_head, request_body: test.payload.body, outcome, took_ms })
    }

    /// The headers of a delivery without what only deliveries have, and a mark.
    fn test_headers(&self, caller: &Caller, test: &Test, now: Timestamp) -> HeaderMap {
        let core = &self.core;
        let id = DeliveryId(core.ids.next(now.0)).to_string().replace(DeliveryId::PREFIX, "test");
        let body = test.payload.body.as_bytes();
        let seconds = now.0 / 1_000;
        let signature = match core.dispatcher.lanes().find_url(caller.domain, &test.url) {
            Some(lane) => signature_header(&lane.secrets.load().signing_at(now), &id, seconds, body),
            None => signature_header(&[&core.random.with(Secret::generate)], &id, seconds, body),
        };
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(CONTENT_TYPE, "application/json; charset=utf-8");
        put(USER_AGENT, &core.settings.user_agent);
        put(HeaderName::from_static("webhook-id"), &id);
        put(HeaderName::from_static("webhook-timestamp"), &seconds.to_string());
        put(HeaderName::from_static("webhook-signature"), &signature);
        put(HeaderName::from_static("gatilho-ticket-version"), &test.ticket_version.to_string());
        put(HeaderName::from_static("gatilho-test"), "true");
        if test.payload.truncated {
            put(HeaderName::from_static("gatilho-truncated"), "true");
        }
        headers
    }
}

/// The request's head as it goes over the wire.
fn head_lines(target: &Target, headers: &HeaderMap, body_bytes: usize) -> String {
    let uri = target.uri();
    let path = uri.path_and_query().map_or("/", |whole| whole.as_str());
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let mut lines = vec![format!("POST {path} HTTP/1.1"), format!("{HOST}: {host}")];
    for (name, value) in headers {
        lines.push(format!("{name}: {}", value.to_str().unwrap_or_default()));
    }
    lines.push(format!("{CONTENT_LENGTH}: {body_bytes}"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_test_of_a_minute_waits_for_the_next() {
        let (limit, domain) = (TestLimit::default(), DomainId(1));
        let taken = (0..12).filter(|at| limit.take(domain, "1", Timestamp(*at))).count();
        assert_eq!(taken, TESTS_A_MINUTE);
        assert!(limit.take(domain, "2", Timestamp(12)), "another person");
        assert!(limit.take(DomainId(2), "1", Timestamp(12)), "another domain");
        assert!(limit.take(domain, "1", Timestamp(MINUTE_MS)), "the first is a minute old");
        assert!(!limit.take(domain, "1", Timestamp(MINUTE_MS)));
    }
}
