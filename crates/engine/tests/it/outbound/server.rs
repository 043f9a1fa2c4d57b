//! A receiver that does byte for byte what a test tells it to.
//! Does not live here: what it is told.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A small complete answer.
pub(super) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Listens until dropped.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    seen: Arc<Seen>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
    closed: AtomicUsize,
    close: Notify,
}

/// One connection, as the script sees it.
pub(super) struct Peer {
    io: Box<dyn Io>,
    seen: Arc<Seen>,
    /// Bytes that came after the last request.
    ahead: Vec<u8>,
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

impl Server {
    /// Runs the script for each connection to a free port of 127.0.0.1.
    pub(super) async fn start<F, Fut>(script: F) -> Server
    where
        F: Fn(Peer) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Server::listen("127.0.0.1:0", None, script).await
    }

    /// Answers every request of every connection with these bytes.
    pub(super) async fn answering(bytes: impl Into<Vec<u8>>) -> Server {
        let bytes = Arc::new(bytes.into());
        Server::start(move |mut peer| {
            let bytes = bytes.clone();
            async move {
                while peer.request().await.is_some() {
                    peer.send(&bytes).await;
                }
            }
        })
        .await
    }

    /// Takes one request, sends these bytes, and closes.
    pub(super) async fn closing_after(bytes: impl Into<Vec<u8>>) -> Server {
        let bytes = Arc::new(bytes.into());
        Server::start(move |mut peer| {
            let bytes = bytes.clone();
            async move {
                peer.request().await;
                peer.send(&bytes).await;
            }
        })
        .await
    }

    pub(super) async fn listen<F, Fut>(at: &str, tls: Option<TlsAcceptor>, script: F) -> Server
    where
        F: Fn(Peer) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(at).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let script = Arc::new(script);
        let listening = tokio::spawn({
            let seen = seen.clone();
            async move {
                while let Ok((tcp, _)) = listener.accept().await {
                    seen.connections.fetch_add(1, Ordering::SeqCst);
                    let (seen, script, tls) = (seen.clone(), script.clone(), tls.clone());
                    tokio::spawn(async move {
                        let io: Box<dyn Io> = match tls {
                            None => Box::new(tcp),
                            Some(tls) => match tls.accept(tcp).await {
                                Ok(stream) => Box::new(stream),
                                Err(_) => return,
                            },
                        };
                        script(Peer { io, seen, ahead: Vec::new() }).await;
                    });
                }
            }
        });
        Server { address, seen, listening }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Connections accepted so far.
    pub(super) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Requests read so far, head and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Waits until this many connections were seen closed by the other side.
    pub(super) async fn closed(&self, count: usize) {
        loop {
            let closing = self.seen.close.notified();
            if self.seen.closed.load(Ordering::SeqCst) >= count {
                return;
            }
            closing.await;
        }
    }

    /// Connections accepted before one that this opens now: accepting is first come, first served.
    pub(super) async fn connections_before_now(&self) -> usize {
        let before = self.connections();
        let _knock = std::net::TcpStream::connect(self.address).unwrap();
        while self.connections() == before {
            tokio::task::yield_now().await;
        }
        self.connections() - 1
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Peer {
    /// The next request; `None` when the other side has closed.
    pub(super) async fn request(&mut self) -> Option<String> {
        loop {
            if let Some(length) = complete(&self.ahead) {
                let rest = self.ahead.split_off(length);
                let request = String::from_utf8(std::mem::replace(&mut self.ahead, rest)).unwrap();
                self.seen.requests.lock().unwrap().push(request.clone());
                return Some(request);
            }
            match self.io.read_buf(&mut self.ahead).await {
                Ok(read) if read > 0 => {}
                _ => {
                    self.note_closed();
                    return None;
                }
            }
        }
    }

    /// Reads one byte and leaves the rest unread: closing then resets the connection.
    pub(super) async fn one_byte(&mut self) {
        let _ = self.io.read_u8().await;
    }

    /// Sends; that the other side is gone is no matter. False then.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> bool {
        let sent = self.io.write_all(bytes).await.is_ok() && self.io.flush().await.is_ok();
        if !sent {
            self.note_closed();
        }
        sent
    }

    /// Ends what we send, and goes on listening.
    pub(super) async fn close_half(&mut self) {
        let _ = self.io.shutdown().await;
    }

    /// Reads until the other side closes.
    pub(super) async fn until_closed(&mut self) {
        let mut sink = [0; 4096];
        while matches!(self.io.read(&mut sink).await, Ok(read) if read > 0) {}
        self.note_closed();
    }

    fn note_closed(&self) {
        self.seen.closed.fetch_add(1, Ordering::SeqCst);
        self.seen.close.notify_waiters();
    }
}

/// The length of the first request, once all of it has come.
fn complete(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).unwrap().to_ascii_lowercase();
    let body = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |value| value.trim().parse().unwrap());
    (bytes.len() >= head + body).then_some(head + body)
}
