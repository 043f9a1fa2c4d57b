//! The server's API as far as a benchmark needs it: tickets, triggers, and the change of a subject.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Uri};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::{Body, Line, expect_success, request};
use crate::load::Shots;
use crate::marker::Marker;
use crate::server::KEY;

/// How many tickets the changes are spread over.
pub(crate) const TICKETS: u32 = 1_000;

/// The text of each ticket's action, which makes a webhook's body about 2 KB.
const DESCRIPTION: &str = "The printer on the second floor takes the job, shows it as done and prints nothing. \
    It was switched off and on, the cable was changed, and another user sees the same. ";

const MAKERS: u32 = 16;

/// Makes tickets, several at a time, and tells their numbers.
pub(crate) async fn make_tickets(address: SocketAddr, count: u32) -> Result<Arc<[u64]>> {
    let mut makers = JoinSet::new();
    for maker in 0..MAKERS {
        let share = (maker..count).step_by(MAKERS as usize).count();
        makers.spawn(async move {
            let mut line = Line::new(address);
            let mut numbers = Vec::with_capacity(share);
            for _ in 0..share {
                numbers.push(make_ticket(&mut line, address).await?);
            }
            anyhow::Ok(numbers)
        });
    }
    let mut numbers = Vec::new();
    while let Some(share) = makers.join_next().await {
        numbers.extend(share??);
    }
    Ok(numbers.into())
}

async fn make_ticket(line: &mut Line, address: SocketAddr) -> Result<u64> {
    let ticket = json!({
        "type": 2,
        "subject": "bench: before the first change",
        "createdBy": { "id": "1" },
        "clients": [{ "id": "1" }],
        "actions": [{ "type": 2, "description": DESCRIPTION.repeat(4) }],
    });
    let path = format!("/public/v1/tickets?token={KEY}");
    let post = request("POST", address, &path, ticket.to_string())?;
    let answer: Value = serde_json::from_slice(&expect_success("making a ticket", line.call(post).await?)?)?;
    answer["id"].as_u64().context("the answer to a new ticket has no number in \"id\"")
}

/// Makes a trigger that sends a webhook to each URL when the subject changes; with a word, when it is in it.
pub(crate) async fn make_trigger(
    line: &mut Line,
    address: SocketAddr,
    name: &str,
    word: Option<&str>,
    urls: &[String],
) -> Result<()> {
    let mut all = vec![json!({ "field": "subject", "operator": "changed" })];
    if let Some(word) = word {
        all.insert(0, json!({ "field": "subject", "operator": "contains", "value": word }));
    }
    let actions: Vec<Value> = urls.iter().map(|url| json!({ "kind": "webhook", "url": url })).collect();
    let trigger = json!({
        "name": name,
        "type": "ticket",
        "enabled": true,
        "conditions": { "all": all, "any": [] },
        "actions": actions,
    });
    let post = authorized(request("POST", address, "/api/v1/triggers", trigger.to_string())?)?;
    expect_success("making a trigger", line.call(post).await?).map(drop)
}

/// A request of the native API with the server's key.
pub(crate) fn authorized(mut request: Request<Body>) -> Result<Request<Body>> {
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {KEY}"))?);
    Ok(request)
}

/// Changes one ticket after the other, in a circle. A ticket's changes all go to the same endpoint.
pub(crate) fn changes(address: SocketAddr, tickets: &[u64], run: u32, endpoints: usize) -> Result<Shots> {
    let uris: Vec<Uri> = tickets
        .iter()
        .map(|number| format!("/public/v1/tickets?token={KEY}&id={number}").parse())
        .collect::<Result<_, _>>()?;
    let host = HeaderValue::from_str(&address.to_string())?;
    Ok(Arc::new(move |seq, sent_ns| {
        let ticket = seq as usize % uris.len();
        let subject = Marker { run, seq, sent_ns, route: ticket % endpoints }.subject();
        Ok(Request::builder()
            .method(Method::PATCH)
            .uri(uris[ticket].clone())
            .header(HOST, host.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::new(Bytes::from(format!("{{\"subject\":\"{subject}\"}}"))))?)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tickets_changes_keep_their_endpoint() -> Result<()> {
        let shots = changes(SocketAddr::from(([127, 0, 0, 1], 80)), &[11, 12, 13, 14], 1, 2)?;
        let first = shots(1, 5)?;
        let again = shots(5, 9)?;
        assert_eq!(first.uri(), again.uri());
        assert!(first.uri().path_and_query().is_some_and(|path| path.as_str().ends_with("&id=12")));
        assert_eq!(first.method(), Method::PATCH);
        Ok(())
    }
}
