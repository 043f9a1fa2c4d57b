//! What receivers answer, and what is kept of it.

use std::sync::Arc;

use engine::outbound::{Outbound, Policy, Request, Target};
use http::{HeaderMap, HeaderValue};

use super::server::{OK, Server};
use super::{answered, client, ends, local, post, unreachable_why};

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

#[tokio::test]
async fn a_call_is_a_post_of_the_exact_bytes() {
    let server = Server::answering(OK).await;
    let target = Target::parse(&server.url("/a%20b/hook?q='x'&token=%zz#fragment")).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", HeaderValue::from_static("dlv_1"));
    headers.insert("host", HeaderValue::from_static("evil.example"));
    headers.insert("content-length", HeaderValue::from_static("1"));
    headers.insert("transfer-encoding", HeaderValue::from_static("chunked"));
    let body = "{\"Subject\":\"ação\"}";
    let request = Request { target: Arc::new(target), headers, body: body.into() };
    let outcome = ends(client(local()).call(request)).await;
    assert!(outcome.is_accepted());

    let requests = server.requests();
    let (head, sent) = requests[0].split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /a%20b/hook?q='x'&token=%zz HTTP/1.1");
    lines.sort_unstable();
    let host = format!("host: {}", server.address);
    let length = format!("content-length: {}", body.len());
    assert_eq!(lines, [length.as_str(), &host, "webhook-id: dlv_1"], "and no accept-encoding");
    assert_eq!(sent, body);
}

#[tokio::test]
async fn the_answer_is_kept() {
    let server =
        Server::answering(answer("201 Made", "X-A: 1\r\nset-cookie: a\r\nset-cookie: b\r\n", "olá")).await;
    let answer = answered(post(&client(local()), &server.url("/")).await);
    assert_eq!(answer.status, 201);
    assert_eq!(answer.head, "content-length: 4\nx-a: 1\nset-cookie: a\nset-cookie: b");
    assert_eq!((answer.body.as_str(), answer.body_truncated), ("olá", false));
    assert_eq!((answer.retry_after_ms, answer.location), (None, None));
}

#[tokio::test]
async fn any_status_is_an_answer() {
    for status in [200, 202, 299, 400, 401, 404, 410, 418, 429, 500, 503, 599, 600, 999] {
        let server = Server::answering(answer(&format!("{status} Whatever"), "", "b")).await;
        let answer = answered(post(&client(local()), &server.url("/")).await);
        assert_eq!((answer.status, answer.body.as_str()), (status, "b"));
    }
    for status in ["204 No Content", "304 Not Modified"] {
        let server = Server::answering(format!("HTTP/1.1 {status}\r\n\r\n")).await;
        let answer = answered(post(&client(local()), &server.url("/")).await);
        assert_eq!((answer.body.as_str(), answer.body_truncated), ("", false), "{status}");
    }
}

#[tokio::test]
async fn redirects_are_shown_not_followed() {
    let elsewhere = Server::answering(OK).await;
    let location = elsewhere.url("/elsewhere?key=1");
    let client = client(local());
    for status in [301, 302, 303, 307, 308] {
        let server =
            Server::answering(answer(&format!("{status} Moved"), &format!("location: {location}\r\n"), ""))
                .await;
        let answer = answered(post(&client, &server.url("/")).await);
        assert_eq!((answer.status, answer.location.as_deref()), (status, Some(location.as_str())));
    }
    assert_eq!(elsewhere.connections_before_now().await, 0);
    let made = Server::answering(answer("201 Made", "location: /thing/1\r\n", "")).await;
    assert_eq!(answered(post(&client, &made.url("/")).await).location, None, "201 moves nothing");
}

#[tokio::test]
async fn waits_are_read_from_seconds_and_dates() {
    for (value, expected) in [
        ("120", Some(120_000)),
        ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30_000)),
        ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
        ("99999999999999999999", Some(365 * 24 * 3_600_000)),
        ("-1", None),
        ("tomorrow", None),
    ] {
        let server =
            Server::answering(answer("429 Slow Down", &format!("retry-after: {value}\r\n"), "")).await;
        let answer = answered(post(&client(local()), &server.url("/")).await);
        assert_eq!(answer.retry_after_ms, expected, "{value}");
    }
}

#[tokio::test]
async fn interim_answers_are_passed_over() {
    let mut bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nx: 1\r\n\r\n".to_vec();
    bytes.extend_from_slice(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
    bytes.extend_from_slice(OK);
    let server = Server::answering(bytes).await;
    let client = client(local());
    for _ in 0..2 {
        let answer = answered(post(&client, &server.url("/")).await);
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn interim_answers_without_end_are_cut() {
    let server = Server::start(|mut peer| async move {
        peer.request().await;
        while peer.send(b"HTTP/1.1 102 Processing\r\n\r\n").await {}
    })
    .await;
    let why = unreachable_why(post(&client(local()), &server.url("/")).await);
    assert!(why.contains("without an end"), "{why}");
}

#[tokio::test]
async fn switching_protocols_is_an_answer_like_another() {
    let server = Server::answering(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhello",
    )
    .await;
    let client = client(local());
    for _ in 0..2 {
        assert_eq!(answered(post(&client, &server.url("/")).await).status, 101);
    }
    assert_eq!(server.connections(), 2, "the connection speaks something else now");
}

#[tokio::test]
async fn compressed_bodies_are_kept_as_they_came() {
    // A gzip header that claims what follows is small; nothing is inflated, so nothing can explode.
    let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 100000\r\n\r\n".to_vec();
    bytes.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    bytes.resize(bytes.len() + 99_990, b'x');
    let server = Server::answering(bytes).await;
    let answer = answered(post(&client(local()), &server.url("/")).await);
    assert!(answer.body.starts_with("\u{1f}\u{fffd}\u{8}") && answer.body.ends_with('x'));
    assert!(answer.body.len() <= 64 * 1024 && answer.body_truncated);
}

#[tokio::test]
async fn chunks_are_joined() {
    let body = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;a=b\r\nol\u{c3}\r\n1\r\n";
    let mut bytes: Vec<u8> = body.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    bytes.extend_from_slice(b"\xa1\r\n0\r\nx-trailer: 1\r\n\r\n");
    let server = Server::answering(bytes).await;
    let client = client(local());
    for _ in 0..2 {
        assert_eq!(answered(post(&client, &server.url("/")).await).body, "olá");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_body_may_end_with_the_connection() {
    for version in ["1.0", "1.1"] {
        let server = Server::closing_after(format!("HTTP/{version} 200 OK\r\n\r\nuntil the end")).await;
        assert_eq!(answered(post(&client(local()), &server.url("/")).await).body, "until the end");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_replaced() {
    let server =
        Server::answering(b"HTTP/1.1 200 OK\r\nx: \xe9\r\ncontent-length: 4\r\n\r\na\xff\0b".to_vec()).await;
    let answer = answered(post(&client(local()), &server.url("/")).await);
    assert_eq!(answer.head, "x: \u{fffd}\ncontent-length: 4");
    assert_eq!(answer.body, "a\u{fffd}\u{fffd}b");
}

#[tokio::test]
async fn reading_stops_at_the_limit() {
    let max = Policy::default().answer_body_bytes_max;
    for (length, truncated) in [(max - 1, false), (max, false), (max + 1, true), (10 * max, true)] {
        let whole = Server::answering(answer("200 OK", "", &"x".repeat(length))).await;
        let chunked = Server::answering(format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{}\r\n0\r\n\r\n",
            "x".repeat(length)
        ))
        .await;
        for server in [whole, chunked] {
            let answer = answered(post(&client(local()), &server.url("/")).await);
            assert_eq!((answer.status, answer.body_truncated), (200, truncated), "{length}");
            assert_eq!(answer.body.len(), length.min(max));
        }
    }
}

#[tokio::test]
async fn a_body_without_end_is_complete_at_the_limit() {
    let server = Server::start(|mut peer| async move {
        peer.request().await;
        peer.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        let chunk = format!("400\r\n{}\r\n", "y".repeat(1024));
        while peer.send(chunk.as_bytes()).await {}
    })
    .await;
    let answer = answered(post(&client(local()), &server.url("/")).await);
    assert_eq!((answer.status, answer.body.len(), answer.body_truncated), (200, 64 * 1024, true));
    ends(server.closed(1)).await;
}

#[tokio::test]
async fn single_byte_chunks_reach_the_limit_too() {
    let mut bytes = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..70_000 {
        bytes.extend_from_slice(b"1\r\nz\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let server = Server::answering(bytes).await;
    let answer = answered(post(&client(local()), &server.url("/")).await);
    assert_eq!((answer.body.len(), answer.body_truncated), (64 * 1024, true));
}

#[tokio::test]
async fn an_answer_may_come_before_the_request_is_through() {
    let server = Server::start(|mut peer| async move {
        peer.one_byte().await;
        peer.send(b"HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig").await;
        peer.until_closed().await;
    })
    .await;
    let body = "b".repeat(8 * 1024 * 1024);
    let outcome = ends(client(local()).call(super::request(&server.url("/"), &body))).await;
    let answer = answered(outcome);
    assert_eq!((answer.status, answer.body.as_str()), (413, "big"));
}
