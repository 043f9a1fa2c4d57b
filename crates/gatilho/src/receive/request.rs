//! What a request must look like, what is kept of it, and how it is refused. No I/O.
//! Not here: who may send (`gate`), reading and storing (`intake`).

use super::gate::Gate;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::signing::SignatureFault;
use model::inbox::ticket_of;
use model::time::Timestamp;
use serde::de::IgnoredAny;
use store::inbox::{Arrival, digest};
use thiserror::Error;

/// Bytes that a body may have.
pub(super) const BODY_MAX: usize = 2 * 1024 * 1024;

/// Bytes that path and query may have together.
const ADDRESS_MAX: usize = 8 * 1024;

/// Bytes that names and values of all headers may have: they go into the program's environment.
const HEADERS_MAX: usize = 32 * 1024;

/// Characters that an id may have; a longer one is none.
const ID_MAX: usize = 200;

/// Headers that are neither kept nor handed on: they are about the connection, or hold credentials.
const LEFT_OUT: [&str; 9] = [
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "expect",
    "upgrade",
    "authorization",
    "proxy-authorization",
    "cookie",
];

/// Why nothing was stored.
#[derive(Debug, Error)]
pub(super) enum Refusal {
    #[error("this address may not send here")]
    Address,
    #[error("the secret in the query is missing or wrong")]
    QuerySecret,
    #[error("{0}")]
    Signature(SignatureFault),
    #[error("webhooks are sent with POST")]
    Method,
    #[error("path and query are longer than 8 KiB")]
    LongAddress,
    #[error("the headers are longer than 32 KiB")]
    LongHeaders,
    #[error("send JSON, with content-type: application/json")]
    NotJsonType,
    #[error("the body is not JSON")]
    NotJson,
    #[error("the body is longer than 2 MiB")]
    LongBody,
    #[error("the body did not arrive in time")]
    SlowBody,
    #[error("too many requests are being received: send it again later")]
    Busy,
    #[error("it could not be stored: send it again later")]
    Storage,
}

impl Refusal {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Refusal::Address => StatusCode::FORBIDDEN,
            Refusal::QuerySecret | Refusal::Signature(_) => StatusCode::UNAUTHORIZED,
            Refusal::Method => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::LongAddress => StatusCode::URI_TOO_LONG,
            Refusal::LongHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Refusal::NotJsonType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::NotJson => StatusCode::BAD_REQUEST,
            Refusal::LongBody => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Refusal::Busy | Refusal::Storage => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status(), format!("{self}\n")).into_response();
        let more = match self {
            Refusal::Method => Some((ALLOW, "POST")),
            Refusal::Busy | Refusal::Storage => Some((RETRY_AFTER, "5")),
            _ => None,
        };
        if let Some((name, value)) = more {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        // The body may not have been read: nothing more can come over this connection.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }
}

/// Looks at everything that can be seen before the body.
///
/// # Errors
/// Why it is not received.
pub(super) fn look_at_head(parts: &Parts) -> Result<(), Refusal> {
    if parts.method != Method::POST {
        return Err(Refusal::Method);
    }
    let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
    if address.len() > ADDRESS_MAX {
        return Err(Refusal::LongAddress);
    }
    let headers = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
    if headers.sum::<usize>() > HEADERS_MAX {
        return Err(Refusal::LongHeaders);
    }
    if is_json(&parts.headers) { Ok(()) } else { Err(Refusal::NotJsonType) }
}

/// Whether the content is said to be JSON. A page in a browser can send other types to this machine unasked.
fn is_json(headers: &HeaderMap) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(kind.as_str(), "application/json" | "text/json")
        || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// What is kept of a request.
///
/// # Errors
/// When the body is not JSON.
pub(super) fn arrival(
    parts: &Parts,
    body: &[u8],
    gate: &Gate,
    fold_ms: Option<i64>,
    at: Timestamp,
) -> Result<Arrival, Refusal> {
    let body = std::str::from_utf8(body).map_err(|_| Refusal::NotJson)?;
    let ticket = ticket_of(body);
    // What names a ticket has been read to its end.
    if ticket.is_none() {
        serde_json::from_str::<IgnoredAny>(body).map_err(|_| Refusal::NotJson)?;
    }
    let webhook_id = webhook_id(&parts.headers);
    let marks = fold_ms.filter(|_| webhook_id.is_none());
    Ok(Arrival {
        webhook_id,
        resend: resend(&parts.headers),
        ticket,
        path: parts.uri.path().to_owned(),
        query: gate.without_secrets(parts.uri.query().unwrap_or_default()),
        headers: kept(&parts.headers),
        body: body.to_owned(),
        digest: marks.map(|_| digest(body)),
        repeats_since: marks.map_or(at, |ms| at.plus_ms(-ms)),
        at,
    })
}

fn webhook_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("webhook-id")?.to_str().ok()?.trim();
    (1..=ID_MAX).contains(&id.len()).then(|| id.to_owned())
}

/// How often a person sent it again; 0 for what nobody did.
fn resend(headers: &HeaderMap) -> i64 {
    let number =
        headers.get("gatilho-resend").and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok());
    number.map_or(0, i64::from)
}

/// Names in small letters and values; several of one name with commas between them, as HTTP has it.
fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let names = headers.keys().filter(|name| !LEFT_OUT.contains(&name.as_str()));
    names
        .map(|name| {
            let values = headers.get_all(name).iter();
            let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
            (name.as_str().to_owned(), values.join(", "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
        let request = Request::builder().method(method).uri(uri);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_original_s_webhooks_are_taken_as_they_are() {
        for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON", "text/json"] {
            assert!(look_at_head(&parts("POST", "/hooks?x=1", &[("content-type", kind)])).is_ok(), "{kind}");
        }
        assert!(look_at_head(&parts("POST", "/", &[("content-type", "application/problem+json")])).is_ok());
    }

    #[test]
    fn what_is_no_webhook_is_refused_with_its_status() {
        let json = ("content-type", "application/json");
        let long = "x".repeat(ADDRESS_MAX);
        let heavy = "x".repeat(HEADERS_MAX);
        for (request, status) in [
            (parts("GET", "/", &[json]), 405),
            (parts("PUT", "/", &[json]), 405),
            (parts("POST", &format!("/{long}"), &[json]), 414),
            (parts("POST", "/", &[json, ("x", &heavy)]), 431),
            (parts("POST", "/", &[]), 415),
            (parts("POST", "/", &[("content-type", "text/plain")]), 415),
            (parts("POST", "/", &[("content-type", "application/x-www-form-urlencoded")]), 415),
        ] {
            let refused = look_at_head(&request).unwrap_err();
            assert_eq!(refused.status(), status, "{refused}");
        }
    }

    fn open() -> Gate {
        use clap::Parser;
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            args: super::super::ReceiveArgs,
        }
        Gate::new(&Line::parse_from(["it", "--exec", "true"]).args).unwrap()
    }

    #[test]
    fn credentials_are_neither_kept_nor_handed_on() {
        let headers = [("Authorization", "Bearer x"), ("Cookie", "a=b"), ("X-A", "1"), ("x-a", "2")];
        let kept = kept(&parts("POST", "/", &headers).headers);
        assert_eq!(kept, [("x-a".to_owned(), "1, 2".to_owned())]);
    }

    #[test]
    fn what_is_not_json_is_no_arrival() {
        let request = parts("POST", "/", &[]);
        for body in [
            &b""[..],
            b"Id=1",
            b"{",
            b"{}{}",
            b"\"\xff\"",
            b"\xef\xbb\xbf{}",
            b"nul",
            b"{\"Id\":1",
            b"{\"Id\":1}}",
        ] {
            assert!(arrival(&request, body, &open(), None, Timestamp(0)).is_err(), "{body:?}");
        }
        for body in ["{}", " [1, 2]\n", "\"x\"", "null"] {
            let stored = arrival(&request, body.as_bytes(), &open(), None, Timestamp(0)).unwrap();
            assert_eq!(stored.body, body, "byte for byte");
        }
    }

    #[test]
    fn only_what_has_no_id_can_be_a_repeat() {
        let with = |headers: &[(&str, &str)], fold| {
            arrival(&parts("POST", "/", headers), b"{}", &open(), fold, Timestamp(900)).unwrap()
        };
        let plain = with(&[], Some(300));
        assert_eq!((plain.digest.is_some(), plain.repeats_since), (true, Timestamp(600)));
        assert!(with(&[], None).digest.is_none());
        let named = with(&[("webhook-id", "dlv_1"), ("gatilho-resend", "2")], Some(300));
        assert_eq!((named.webhook_id.as_deref(), named.resend, named.digest), (Some("dlv_1"), 2, None));
        let odd = with(&[("webhook-id", &"x".repeat(201)), ("gatilho-resend", "-2")], None);
        assert_eq!((odd.webhook_id, odd.resend), (None, 0));
    }
}
