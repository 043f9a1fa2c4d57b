//! Which connections are used again, and that no request ever goes out twice.

use std::collections::HashMap;
use std::time::Duration;

use engine::outbound::{Outbound, Policy};

use super::server::{OK, Server};
use super::{answered, client, ends, local, post, request};

#[tokio::test]
async fn calls_in_a_row_share_a_connection() {
    let server = Server::answering(OK).await;
    let client = client(local());
    for _ in 0..20 {
        assert_eq!(answered(post(&client, &server.url("/")).await).status, 200);
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(server.requests().len(), 20);
}

#[tokio::test]
async fn answers_without_a_body_leave_the_connection_usable() {
    let server = Server::answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let client = client(local());
    for _ in 0..5 {
        assert_eq!(answered(post(&client, &server.url("/")).await).status, 204);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn calls_at_once_each_have_a_connection() {
    let server = Server::answering(OK).await;
    let client = client(local());
    let calls = (0..50).map(|_| client.call(request(&server.url("/"), "{}")));
    let outcomes = ends(futures_util::future::join_all(calls)).await;
    assert!(outcomes.iter().all(model::outcome::Outcome::is_accepted));
    assert_eq!(server.requests().len(), 50);
}

#[tokio::test]
async fn a_connection_is_not_used_again_when_its_answer_was_cut() {
    let max = Policy::default().answer_body_bytes_max;
    // One byte past the limit may already have been read; even then the connection is given up.
    for length in [max + 1, max + 4096, 4 * max] {
        let bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}", "x".repeat(length));
        let server = Server::answering(bytes).await;
        let client = client(local());
        for _ in 0..5 {
            assert!(answered(post(&client, &server.url("/")).await).body_truncated);
        }
        assert_eq!(server.connections(), 5, "{length}");
    }
}

#[tokio::test]
async fn a_connection_is_not_used_again_when_its_head_was_refused() {
    let head = "a: b\r\n".repeat(70);
    let server = Server::answering(format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{head}\r\n")).await;
    let client = client(local());
    for _ in 0..3 {
        super::unreachable_why(post(&client, &server.url("/")).await);
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn connection_close_is_obeyed() {
    let server =
        Server::answering("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok").await;
    let client = client(local());
    for _ in 0..3 {
        assert_eq!(answered(post(&client, &server.url("/")).await).body, "ok");
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn an_old_connection_is_not_used_again() {
    let server = Server::answering(OK).await;
    let client = client(Policy { idle: Duration::from_millis(1), ..local() });
    for _ in 0..3 {
        assert_eq!(answered(post(&client, &server.url("/")).await).status, 200);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.connections(), 3);
    ends(server.closed(2)).await;
}

#[tokio::test]
async fn receivers_do_not_share_connections() {
    let one = Server::answering(OK).await;
    let other = Server::answering(OK).await;
    let client = client(local());
    for _ in 0..3 {
        answered(post(&client, &one.url("/")).await);
        answered(post(&client, &other.url("/")).await);
    }
    assert_eq!((one.connections(), other.connections()), (1, 1));
}

#[tokio::test]
async fn a_request_that_a_closing_connection_took_is_not_repeated() {
    // Answers the first request of a connection, and hangs up on the second after reading it.
    let server = Server::start(|mut peer| async move {
        peer.request().await;
        peer.send(OK).await;
        peer.request().await;
    })
    .await;
    let client = client(local());
    assert_eq!(answered(post(&client, &server.url("/first")).await).status, 200);
    let why = super::unreachable_why(post(&client, &server.url("/second")).await);
    assert!(why.contains("closed the connection without an answer"), "{why}");
    let seconds = server.requests().iter().filter(|request| request.starts_with("POST /second")).count();
    assert_eq!(seconds, 1);
    assert_eq!(answered(post(&client, &server.url("/third")).await).status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_goes_out_twice_while_connections_close_under_it() {
    // Closes unasked right after each answer, so that calls race with closing connections.
    let server = Server::closing_after(OK).await;
    let client = client(local());
    let mut accepted = 0;
    for number in 0..300 {
        let outcome = ends(client.call(request(&server.url(&format!("/{number}")), "{}"))).await;
        accepted += usize::from(outcome.is_accepted());
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for request in server.requests() {
        *seen.entry(request.lines().next().unwrap().to_owned()).or_default() += 1;
    }
    assert!(seen.values().all(|count| *count == 1), "{seen:?}");
    assert!(seen.len() >= accepted);
}
