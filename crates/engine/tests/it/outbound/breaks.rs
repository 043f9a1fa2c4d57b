//! Receivers that break off, overdo it or talk nonsense: never a panic, always a reason.

use engine::outbound::{Outbound, Policy};
use tokio::net::TcpListener;

use super::server::{OK, Server};
use super::{answered, client, ends, local, post, request, unreachable_why};

async fn why_of(server: &Server) -> String {
    unreachable_why(post(&client(local()), &server.url("/")).await)
}

#[tokio::test]
async fn a_port_without_a_listener() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let why = unreachable_why(post(&client(local()), &format!("http://{address}/")).await);
    assert_eq!(
        why,
        format!("{address} refused the connection; is the receiver running, and is the port right?")
    );
}

#[tokio::test]
async fn closing_at_once() {
    let server = Server::start(|peer| async move { drop(peer) }).await;
    let why = why_of(&server).await;
    assert!(why.contains("log of the receiver"), "{why}");
}

#[tokio::test]
async fn closing_after_the_request() {
    let server = Server::closing_after("").await;
    let why = why_of(&server).await;
    assert!(why.contains("closed the connection without an answer"), "{why}");
    assert_eq!(server.requests().len(), 1, "sent once, whatever happened to it");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn resetting_in_the_middle_of_the_request() {
    let server = Server::start(|mut peer| async move { peer.one_byte().await }).await;
    let why = why_of(&server).await;
    assert!(why.contains("log of the receiver"), "{why}");
    assert_eq!(server.connections(), 1, "what may have been read is not sent again");
}

#[tokio::test]
async fn half_a_head() {
    for bytes in ["HTTP/1.1 200 OK\r\ncontent-len", "HTTP/1.1 2", "H"] {
        let why = why_of(&Server::closing_after(bytes).await).await;
        assert!(why.contains("closed the connection without an answer"), "{why}");
    }
}

#[tokio::test]
async fn half_a_body() {
    for bytes in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nhalf\r\n",
    ] {
        let why = why_of(&Server::closing_after(bytes).await).await;
        assert!(why.contains("answered 200 but broke off in the middle"), "{bytes:?}: {why}");
    }
}

#[tokio::test]
async fn closing_only_our_side_is_no_excuse() {
    let server = Server::start(|mut peer| async move {
        peer.request().await;
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
        peer.close_half().await;
        peer.until_closed().await;
    })
    .await;
    assert!(why_of(&server).await.contains("broke off"));
    let silent = Server::start(|mut peer| async move {
        peer.close_half().await;
        peer.until_closed().await;
    })
    .await;
    assert!(why_of(&silent).await.contains("log of the receiver"));
}

#[tokio::test]
async fn an_answer_that_nobody_waited_for() {
    // Sent behind the proper one, it must not pass for the answer to the next request.
    let client = client(local());
    let server =
        Server::answering([OK, b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged"].concat()).await;
    for _ in 0..5 {
        assert_eq!(answered(post(&client, &server.url("/")).await).body, "ok");
    }
    assert_eq!(server.connections(), 5);
}

#[tokio::test]
async fn something_else_than_http() {
    for bytes in [
        &b"\x15\x03\x03\x00\x02\x02\x32"[..],
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"220 mail.example ESMTP\r\n",
        b"garbage garbage garbage\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/3.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &[0; 64],
    ] {
        let why = why_of(&Server::closing_after(bytes).await).await;
        assert!(why.contains("did not answer with HTTP/1.1"), "{bytes:?}: {why}");
        assert!(why.ends_with("does that port want https://?"), "{why}");
    }
}

#[tokio::test]
async fn heads_past_the_limits() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(17 * 1024));
    let huge = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1024 * 1024));
    let many = |count: usize| {
        format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{}\r\n", "a: b\r\n".repeat(count - 1))
    };
    for bytes in [long, huge, many(65), many(99), many(101), many(2000)] {
        let why = why_of(&Server::closing_after(bytes).await).await;
        assert!(why.contains("head of") || why.contains(" headers; at most 64"), "{why}");
    }
    let most = answered(post(&client(local()), &Server::answering(many(64)).await.url("/")).await);
    assert_eq!(most.head.lines().count(), 64);
    let few = client(Policy { headers_max: 2, ..local() });
    let why = unreachable_why(post(&few, &Server::answering(many(3)).await.url("/")).await);
    assert!(why.ends_with("has 3 headers; at most 2 are taken"), "{why}");
    let more = client(Policy { headers_max: 200, ..local() });
    assert_eq!(
        answered(post(&more, &Server::answering(many(150)).await.url("/")).await).head.lines().count(),
        150
    );
}

#[tokio::test]
async fn headers_without_end() {
    let server = Server::start(|mut peer| async move {
        peer.request().await;
        peer.send(b"HTTP/1.1 200 OK\r\n").await;
        while peer.send(b"x-more: and more\r\n").await {}
    })
    .await;
    let why = why_of(&server).await;
    assert!(why.contains("the head of the answer") && why.contains("too large"), "{why}");
    ends(server.closed(1)).await;
}

#[tokio::test]
async fn trailers_and_chunk_extensions_without_end() {
    for (lead, more) in [("0\r\n", "x-more: and more\r\n"), ("1;", "ext=and-more;")] {
        let server = Server::start(move |mut peer| async move {
            peer.request().await;
            peer.send(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{lead}").as_bytes())
                .await;
            while peer.send(more.as_bytes()).await {}
        })
        .await;
        let why = why_of(&server).await;
        assert!(why.contains("answered 200 but broke off"), "{why}");
        ends(server.closed(1)).await;
    }
}

#[tokio::test]
async fn dropping_the_call_closes_the_connection() {
    // One that never answers, one that drips its body.
    let silent = Server::start(|mut peer| async move {
        peer.request().await;
        peer.until_closed().await;
    })
    .await;
    let dripping = Server::start(|mut peer| async move {
        peer.request().await;
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await;
        peer.send(b"d").await;
        peer.until_closed().await;
    })
    .await;
    let client = client(local());
    for server in [silent, dripping] {
        let mut call = client.call(request(&server.url("/"), "{}"));
        while server.requests().is_empty() {
            let waiting = futures_util::future::poll_fn(|cx| {
                std::task::Poll::Ready(std::future::Future::poll(call.as_mut(), cx).is_pending())
            });
            assert!(waiting.await, "the call ended although the answer did not");
            tokio::task::yield_now().await;
        }
        drop(call);
        ends(server.closed(1)).await;
        assert_eq!(server.connections(), 1);
    }
}
