//! The raw limit: the server's kind of client posting the server's body to the same receiver with nothing between. Beside
//! it the same with a bare connection for each client, which no program that calls many receivers can have.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bytes::{BufMut as _, Bytes, BytesMut};
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Uri};

use crate::clock::SECOND;
use crate::load::{Pace, Shots, Via};
use crate::marker::{Marker, span};
use crate::measure::{Bench, Measured, Plan, Reach};
use crate::receiver::endpoint;

/// The length of the body when there is no server to take one from.
const LENGTH: usize = 2_000;

/// A webhook's body around its subject.
#[derive(Clone)]
pub(crate) struct Template {
    before: Bytes,
    after: Bytes,
}

impl Template {
    /// A made-up body of the usual length.
    pub(crate) fn made_up() -> Self {
        let before = r#"{"Id":1,"Type":2,"Subject":""#;
        let after = r#"","Urgency":"","Status":"","Actions":[{"Id":1,"Description":""#;
        let end = r#""}]}"#;
        let filler = "x".repeat(LENGTH - before.len() - after.len() - end.len());
        Self { before: before.into(), after: format!("{after}{filler}{end}").into() }
    }

    /// A body the server sent.
    pub(crate) fn of(body: &Bytes) -> Result<Self> {
        let (start, end) = span(body).context("the server's webhook has no \"Subject\"")?;
        Ok(Self { before: body.slice(..start), after: body.slice(end..) })
    }

    fn body(&self, marker: &Marker) -> Bytes {
        let subject = marker.subject();
        let mut body = BytesMut::with_capacity(self.before.len() + subject.len() + self.after.len());
        body.put_slice(&self.before);
        body.put_slice(subject.as_bytes());
        body.put_slice(&self.after);
        body.freeze()
    }

    /// Posts like the server's, straight to a receiver.
    pub(crate) fn posts(&self, address: SocketAddr, via: Via, run: u32) -> Result<Shots> {
        let template = self.clone();
        let host = HeaderValue::from_str(&address.to_string())?;
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let agent = HeaderValue::from_static(concat!("Gatilho/", env!("CARGO_PKG_VERSION")));
        let signature = HeaderValue::from_static("v1,bm90aGluZyBpcyBzaWduZWQgaGVyZSwgaXQgaXMgYSBsaW1pdA==");
        let uri: Uri = match via {
            Via::OwnConnections => endpoint(0).parse()?,
            Via::Pool => format!("http://{address}{}", endpoint(0)).parse()?,
        };
        Ok(Arc::new(move |seq, sent_ns| {
            let body = template.body(&Marker { run, seq, sent_ns, route: 0 });
            Ok(Request::builder()
                .method(Method::POST)
                .uri(uri.clone())
                .header(HOST, host.clone())
                .header(CONTENT_TYPE, json.clone())
                .header("user-agent", agent.clone())
                .header("webhook-id", format!("msg_{run}_{seq}"))
                .header("webhook-timestamp", sent_ns / SECOND)
                .header("webhook-signature", signature.clone())
                .body(Full::new(body))?)
        }))
    }
}

/// One slice of the raw limit, or of the bare one.
pub(crate) async fn slice(bench: &mut Bench, via: Via, length_ns: u64) -> Result<Measured> {
    bench.progress.title("raw limit");
    let address = bench.receiver.address();
    let template = bench.template.clone();
    let plan = Plan {
        title: "raw limit",
        servers: Vec::new(),
        addresses: vec![address],
        via,
        shots: &|run| template.posts(address, via, run),
        pace: Pace::Closed,
        endpoints: 1,
        hanging: 0,
        watched_from: 0,
        reach: Reach::Ticket(1),
        warm_up_ns: length_ns / 10,
        length_ns,
        desk: None,
        kills_one: false,
    };
    bench.measure(&plan).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKER: Marker = Marker { run: 1, seq: 2, sent_ns: 3, route: 0 };

    #[test]
    fn a_body_carries_the_mark_of_its_change() -> Result<()> {
        let body = Template::made_up().body(&MARKER);
        assert_eq!(Marker::find(&body), Some(MARKER));
        assert!((LENGTH..LENGTH + 60).contains(&body.len()), "{}", body.len());
        serde_json::from_slice::<serde_json::Value>(&body)?;
        Ok(())
    }

    #[test]
    fn a_sample_keeps_all_but_its_subject() -> Result<()> {
        let sample = Bytes::from_static(br#"{"Id":7,"Subject": "bench r9 s9 t9 ep0000","Urgency":"High"}"#);
        let body = Template::of(&sample)?.body(&MARKER);
        assert_eq!(Marker::find(&body), Some(MARKER));
        assert!(body.ends_with(br#"","Urgency":"High"}"#));
        assert!(Template::of(&Bytes::from_static(b"{}")).is_err());
        Ok(())
    }
}
