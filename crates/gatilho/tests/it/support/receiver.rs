//! A receiver of webhooks: a real socket, a script that says how each request is answered, and a ledger of all of them.

use super::wait::PATIENCE;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::time::Instant;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// When its last byte was there.
    pub(crate) at: Instant,
    /// Which connection it came over, from 0.
    pub(crate) connection: usize,
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The identity of the delivery.
    #[track_caller]
    pub(crate) fn webhook_id(&self) -> &str {
        self.header("webhook-id").expect("each webhook has an id")
    }

    /// The body.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A status, headers and a body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// The same, after this time.
    Late(Duration, u16),
    /// Nothing, until the receiver is dropped or the caller goes.
    Hang,
    /// The connection is closed without an answer.
    Close,
}

impl Reply {
    /// A bare status.
    pub(crate) fn status(status: u16) -> Self {
        Reply::Answer(status, Vec::new(), String::new())
    }
}

/// What a receiver does with its n-th request, from 0.
type Script = dyn Fn(usize, &Received) -> Reply + Send + Sync;

/// The same answer to everybody.
pub(crate) fn always(reply: Reply) -> impl Fn(usize, &Received) -> Reply + Send + Sync + 'static {
    move |_, _| reply.clone()
}

/// One answer after the other; the last one stays.
pub(crate) fn in_turn(replies: Vec<Reply>) -> impl Fn(usize, &Received) -> Reply + Send + Sync + 'static {
    move |number, _| replies[number.min(replies.len() - 1)].clone()
}

/// A receiver that listens. Dropped, it closes every connection.
#[derive(Debug)]
pub(crate) struct Receiver {
    address: SocketAddr,
    desk: Arc<Desk>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    requests: Vec<Received>,
    connections: Vec<TcpStream>,
    /// Requests that are being answered, and the most there ever were.
    open: usize,
    most_open: usize,
    closed: bool,
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under the lock")
    }

    /// Takes a request down and tells its number.
    fn enter(&self, request: Received) -> usize {
        let mut state = self.state();
        state.requests.push(request);
        state.open += 1;
        state.most_open = state.most_open.max(state.open);
        self.changed.notify_all();
        state.requests.len() - 1
    }

    fn leave(&self) {
        self.state().open -= 1;
        self.changed.notify_all();
    }

    /// Waits this long, or until the receiver closes.
    fn linger(&self, time: Duration) {
        let state = self.state();
        drop(self.changed.wait_timeout_while(state, time, |state| !state.closed));
    }
}

impl Receiver {
    /// Listens on a free port.
    pub(crate) fn start(script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Receiver {
        Receiver::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), script)
    }

    /// Listens here, as a receiver that comes back.
    pub(crate) fn start_at(
        address: SocketAddr,
        script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> Receiver {
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("an address");
        let desk = Arc::<Desk>::default();
        let script: Arc<Script> = Arc::new(script);
        let theirs = Arc::clone(&desk);
        let accepting = std::thread::spawn(move || accept(&listener, &theirs, &script));
        Receiver { address, desk, accepting: Some(accepting) }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A URL of it; `path` with its slash, and with a query if it shall have one.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Everything that arrived so far, in the order in which it was complete.
    pub(crate) fn requests(&self) -> Vec<Received> {
        self.desk.state().requests.clone()
    }

    /// The most requests that were open at once.
    pub(crate) fn most_open(&self) -> usize {
        self.desk.state().most_open
    }

    /// Waits until so many requests have arrived, and tells all there are.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Received> {
        self.wait_until(&format!("{count} requests"), |requests| requests.len() >= count)
    }

    /// Waits until the ledger is as it should be, and tells it.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, good: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let state = self.desk.state();
        let waited = self.desk.changed.wait_timeout_while(state, PATIENCE, |state| !good(&state.requests));
        let (state, timeout) = waited.expect("no panic under the lock");
        let requests = state.requests.clone();
        drop(state);
        assert!(!timeout.timed_out(), "{what}: not within {} s, but {}", PATIENCE.as_secs(), requests.len());
        requests
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let mut state = self.desk.state();
        state.closed = true;
        for connection in state.connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        drop(state);
        self.desk.changed.notify_all();
        // Wakes the thread that accepts, which looks at `closed`.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

fn accept(listener: &TcpListener, desk: &Arc<Desk>, script: &Arc<Script>) {
    for connection in 0.. {
        let Ok((stream, _)) = listener.accept() else { return };
        let mut state = desk.state();
        if state.closed {
            return;
        }
        state.connections.extend(stream.try_clone());
        drop(state);
        let (desk, script) = (Arc::clone(desk), Arc::clone(script));
        std::thread::spawn(move || serve(&stream, connection, &desk, &*script));
    }
}

/// Answers one request after the other until the connection ends.
fn serve(stream: &TcpStream, connection: usize, desk: &Desk, script: &Script) {
    // Without it each answer would wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let mut input = BufReader::new(stream);
    while let Some(request) = read(&mut input, connection) {
        let number = desk.enter(request.clone());
        let goes_on = reply(stream, script(number, &request), desk);
        desk.leave();
        if !goes_on {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

fn read(input: &mut BufReader<&TcpStream>, connection: usize) -> Option<Received> {
    let mut line = || {
        let mut line = String::new();
        input.read_line(&mut line).ok().filter(|length| *length > 0)?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let header = line()?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':')?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0)];
    input.read_exact(&mut body).ok()?;
    Some(Received { at: Instant::now(), connection, method, path, headers, body })
}

/// Answers; tells whether the connection goes on.
fn reply(mut stream: &TcpStream, reply: Reply, desk: &Desk) -> bool {
    let (status, headers, body) = match reply {
        Reply::Answer(status, headers, body) => (status, headers, body),
        Reply::Late(time, status) => {
            desk.linger(time);
            (status, Vec::new(), String::new())
        }
        Reply::Hang => {
            wait_for_the_end(stream, desk);
            return false;
        }
        Reply::Close => return false,
    };
    let mut text = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(&body);
    stream.write_all(text.as_bytes()).is_ok()
}

/// Holds the request until the caller hangs up or the receiver is dropped.
fn wait_for_the_end(mut stream: &TcpStream, desk: &Desk) {
    // Nothing more comes over a connection that waits for its answer, but its end.
    let mut nothing = [0; 1];
    while !desk.state().closed && stream.read(&mut nothing).is_ok_and(|length| length > 0) {}
}
