//! The way out against real sockets: no receiver is simulated inside the process, none is outside this
//! machine.
//! Does not live here: the judgement of addresses and the reading of URLs, tested beside their code.

mod addresses;
mod answers;
mod breaks;
mod reuse;
mod server;
mod tls;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use engine::outbound::{Client, Outbound, Policy, Request, Target, UnixMillis};
use http::HeaderMap;
use model::outcome::{Answer, Outcome};

/// 1994-11-06 08:49:37 UTC, in Unix milliseconds.
const NOW_MS: i64 = 784_111_777_000;

/// A value that must not turn up in any text meant for people.
const QUERY_SECRET: &str = "hunter2";

fn now() -> UnixMillis {
    Arc::new(|| NOW_MS)
}

/// Lets calls reach this machine.
fn local() -> Policy {
    allowing(&["127.0.0.0/8", "::1/128"])
}

fn allowing(networks: &[&str]) -> Policy {
    let allow_networks = networks.iter().map(|text| text.parse().unwrap()).collect();
    Policy { allow_networks, ..Policy::default() }
}

fn client(policy: Policy) -> Client {
    Client::new(policy, now()).unwrap()
}

fn request(url: &str, body: &str) -> Request {
    let target = Arc::new(Target::parse(url).unwrap());
    Request { target, headers: HeaderMap::new(), body: body.to_owned().into() }
}

/// One call with a small body. A text that holds the secret of the query fails the test.
async fn post(client: &Client, url: &str) -> Outcome {
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}token={QUERY_SECRET}");
    let outcome = ends(client.call(request(&url, "{}"))).await;
    let why = match &outcome {
        Outcome::Blocked { why } | Outcome::Unreachable { why } => Some(why.to_string()),
        _ => None,
    };
    if let Some(why) = why {
        assert!(!why.contains(QUERY_SECRET), "{why}");
        assert!(why.len() > 20, "not much of a reason: {why}");
    }
    outcome
}

/// Waits, but not for ever: a call that hangs should fail its test, not stop the run.
async fn ends<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("this should have come to an end")
}

fn answered(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Answered(answer) => answer,
        other => panic!("no answer: {other:?}"),
    }
}

fn unreachable_why(outcome: Outcome) -> String {
    match outcome {
        Outcome::Unreachable { why } => why.to_string(),
        other => panic!("not unreachable: {other:?}"),
    }
}

fn blocked_why(outcome: Outcome) -> String {
    match outcome {
        Outcome::Blocked { why } => why.to_string(),
        other => panic!("not blocked: {other:?}"),
    }
}
