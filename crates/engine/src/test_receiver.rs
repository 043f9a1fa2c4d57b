//! The built-in test receiver: an address of each domain that is answered inside this process, without a socket, through the
//! same queue and log as every other. It accepts everything and remembers for an hour what it was sent last.
//! In memory alone: with several nodes each shows what it sent itself.

use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use crate::outbound::{Outbound, Request, Target};
use crate::vault::Vault;
use futures_util::future::BoxFuture;
use model::access_profile::Grant;
use model::ids::DomainId;
use model::outcome::{Answer, Outcome};
use model::time::{Clock, Timestamp};
use model::wording::Text;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// The host of its addresses. It ends in a name that is kept free for private use and stands for no machine.
const HOST: &str = "test-receiver.gatilho.internal";

/// Requests that are remembered for a domain, and for how long: milliseconds.
const REQUESTS_MAX: usize = 20;
const HOUR_MS: i64 = 3_600_000;

/// Bytes of a body that are remembered.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// A request that it was sent.
#[derive(Debug)]
pub struct Received {
    /// Counts all requests of this process.
    pub number: u64,
    /// When it came.
    pub at: Timestamp,
    /// Its headers, `name: value` lines.
    pub head: String,
    /// Its body, cut where it is longer than what is remembered.
    pub body: String,
}

/// What was received: by domain, newest first; and the number of the last one.
#[derive(Debug, Default)]
struct Memory {
    requests: HashMap<DomainId, VecDeque<Arc<Received>>>,
    last: u64,
}

impl Memory {
    fn forget(&mut self, before: Timestamp) {
        self.requests.retain(|_, requests| {
            requests.retain(|request| request.at > before);
            !requests.is_empty()
        });
    }

    fn keep(&mut self, domain: DomainId, request: &Request, now: Timestamp) {
        self.forget(now.plus_ms(-HOUR_MS));
        self.last += 1;
        let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))
        };
        let head: Vec<String> = request.headers.iter().map(line).collect();
        let kept = request.body.len().min(BODY_BYTES_MAX);
        let body = String::from_utf8_lossy(&request.body[..kept]).into_owned();
        let received = Received { number: self.last, at: now, head: head.join("\n"), body };
        let requests = self.requests.entry(domain).or_default();
        requests.push_front(Arc::new(received));
        requests.truncate(REQUESTS_MAX);
    }
}

/// Stands before the way out and takes what is meant for it.
pub(crate) struct TestReceiver {
    out: Arc<dyn Outbound>,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

impl TestReceiver {
    pub(crate) fn before(out: Arc<dyn Outbound>, vault: Arc<Vault>, clock: Arc<dyn Clock>) -> TestReceiver {
        TestReceiver { out, vault, clock, memory: Mutex::default() }
    }

    fn url(&self, domain: DomainId) -> String {
        format!("https://{HOST}/{}", self.vault.receiver_token(domain))
    }

    fn received(&self, domain: DomainId) -> Vec<Arc<Received>> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.forget(self.clock.now().plus_ms(-HOUR_MS));
        memory.requests.get(&domain).map(|requests| requests.iter().cloned().collect()).unwrap_or_default()
    }

    fn receive(&self, request: &Request) -> Outcome {
        let token = request.target.url().path().trim_start_matches('/');
        let Some(domain) = self.vault.read_receiver(token) else {
            return answer(404, "there is no such test receiver\n");
        };
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.keep(domain, request, self.clock.now());
        answer(200, "received\n")
    }
}

fn answer(status: u16, body: &str) -> Outcome {
    Outcome::Answered(Answer {
        status,
        head: "content-type: text/plain; charset=utf-8".into(),
        body: body.into(),
        body_truncated: false,
        retry_after_ms: None,
        location: None,
    })
}

impl Outbound for TestReceiver {
    fn call(&self, request: Request) -> BoxFuture<'static, Outcome> {
        match request.target.host() == HOST {
            true => Box::pin(std::future::ready(self.receive(&request))),
            false => self.out.call(request),
        }
    }

    fn objection(&self, url: &str) -> BoxFuture<'static, Option<Text>> {
        match Target::parse(url) {
            Ok(target) if target.host() == HOST => Box::pin(std::future::ready(None)),
            _ => self.out.objection(url),
        }
    }
}

impl Engine {
    /// The address of the domain's test receiver, to be given to a trigger.
    ///
    /// # Errors
    /// When the caller may not create triggers.
    pub fn test_receiver_url(&self, caller: &Caller) -> Result<String, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        Ok(self.core.receiver.url(caller.domain))
    }

    /// What the domain's test receiver was sent within the hour, newest first.
    ///
    /// # Errors
    /// When the caller may not create triggers.
    pub fn test_requests(&self, caller: &Caller) -> Result<Vec<Arc<Received>>, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        Ok(self.core.receiver.received(caller.domain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    struct At(AtomicI64);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::SeqCst))
        }
    }

    struct Elsewhere;

    impl Outbound for Elsewhere {
        fn call(&self, _: Request) -> BoxFuture<'static, Outcome> {
            Box::pin(std::future::ready(Outcome::NoAnswer))
        }

        fn objection(&self, _: &str) -> BoxFuture<'static, Option<Text>> {
            Box::pin(std::future::ready(Some(Text::given("shut"))))
        }
    }

    fn receiver() -> (TestReceiver, Arc<At>) {
        let clock = Arc::new(At(AtomicI64::new(1_000)));
        let vault = Arc::new(Vault::new(&[7; 32]));
        (TestReceiver::before(Arc::new(Elsewhere), vault, clock.clone()), clock)
    }

    async fn post(receiver: &TestReceiver, url: &str, body: &str) -> Outcome {
        let target = Arc::new(Target::parse(url).unwrap());
        let headers = [(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain"))];
        let body = bytes::Bytes::from(body.to_owned());
        receiver.call(Request { target, headers: headers.into_iter().collect(), body }).await
    }

    #[tokio::test]
    async fn it_accepts_what_its_domain_sends_and_shows_it_to_nobody_else() {
        let (receiver, _) = receiver();
        let outcome = post(&receiver, &receiver.url(DomainId(1)), "one").await;
        assert!(outcome.is_accepted());
        let received = receiver.received(DomainId(1));
        assert_eq!((received.len(), received[0].body.as_str()), (1, "one"));
        assert_eq!(
            (received[0].head.as_str(), received[0].at),
            ("content-type: text/plain", Timestamp(1_000))
        );
        assert!(receiver.received(DomainId(2)).is_empty());
        assert_eq!(receiver.objection(&receiver.url(DomainId(1))).await, None);
    }

    #[tokio::test]
    async fn other_hosts_are_called_and_other_paths_are_not_there() {
        let (receiver, _) = receiver();
        let url = receiver.url(DomainId(1));
        assert_eq!(post(&receiver, &url.replace(HOST, "example.com"), "").await, Outcome::NoAnswer);
        assert_eq!(receiver.objection("https://example.com/").await, Some(Text::given("shut")));
        let guessed = post(&receiver, &format!("https://{HOST}/dom_1.guess"), "").await;
        assert!(matches!(guessed, Outcome::Answered(Answer { status: 404, .. })));
        assert!(receiver.received(DomainId(1)).is_empty());
    }

    #[tokio::test]
    async fn it_remembers_a_few_and_for_an_hour_alone() {
        let (receiver, clock) = receiver();
        let url = receiver.url(DomainId(1));
        for number in 0..30 {
            post(&receiver, &url, &format!("{number}{}", "x".repeat(BODY_BYTES_MAX))).await;
        }
        let received = receiver.received(DomainId(1));
        assert_eq!((received.len(), received[0].number), (REQUESTS_MAX, 30));
        assert_eq!(received[0].body.len(), BODY_BYTES_MAX);
        clock.0.fetch_add(HOUR_MS, Ordering::SeqCst);
        assert!(receiver.received(DomainId(1)).is_empty());
    }
}
