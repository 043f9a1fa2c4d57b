//! Receivers that follow a script, keep a ledger of their calls, and notice two calls of one delivery at a time.
//! Does not live here: the engine that calls them (`support`).

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::outbound::{Outbound, Request};
use futures_util::future::BoxFuture;
use model::outcome::{Answer, Outcome};
use serde_json::Value;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, sleep};

/// A call as the receiver saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) url: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
    pub(crate) at: Instant,
    /// Which of the calls before it had ended.
    pub(crate) ended_before: Vec<usize>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn ticket(&self) -> i64 {
        self.json()["Id"].as_i64().unwrap()
    }
}

/// What a receiver does with one call.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answers this status.
    Status(u16),
    /// Ends with this outcome.
    End(Box<Outcome>),
    /// Ends with this outcome after a while.
    After(Duration, Box<Outcome>),
    /// Never ends by itself.
    Hang,
    /// Answers 200 when it is let through.
    Gate(Arc<Semaphore>),
}

pub(crate) fn answer(status: u16) -> Outcome {
    Outcome::Answered(Answer {
        status,
        head: String::new(),
        body: "Ok".into(),
        body_truncated: false,
        retry_after_ms: None,
        location: None,
    })
}

/// A gate that lets nobody through yet.
pub(crate) fn closed_gate() -> (Act, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    (Act::Gate(Arc::clone(&gate)), gate)
}

/// What was called.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) seen: Vec<Seen>,
    /// Calls that are open, by their place in `seen`.
    pub(crate) open: Vec<usize>,
    ended: Vec<usize>,
    most_open: HashMap<String, usize>,
    /// Deliveries of which two calls were open at one time.
    pub(crate) overlapped: Vec<String>,
}

impl Ledger {
    /// Calls of this URL that are open.
    pub(crate) fn open_at(&self, url: &str) -> usize {
        self.open.iter().filter(|at| self.seen[**at].url == url).count()
    }

    /// Calls of this URL.
    pub(crate) fn seen_at(&self, url: &str) -> usize {
        self.seen.iter().filter(|call| call.url == url).count()
    }
}

/// Receivers that do what the script says, call by call; then what the mood of the URL is; then they answer 200.
#[derive(Default)]
pub(crate) struct Scripted {
    script: Mutex<VecDeque<Act>>,
    moods: Mutex<HashMap<String, Act>>,
    ledger: Mutex<Ledger>,
    changed: Notify,
}

/// An open call; dropped when it ends or is cut.
struct Open {
    receivers: Arc<Scripted>,
    at: usize,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut ledger = self.receivers.ledger.lock().unwrap();
        ledger.open.retain(|open| *open != self.at);
        ledger.ended.push(self.at);
        drop(ledger);
        self.receivers.changed.notify_waiters();
    }
}

impl Scripted {
    pub(crate) fn new(script: impl IntoIterator<Item = Act>) -> Arc<Self> {
        Arc::new(Scripted { script: Mutex::new(script.into_iter().collect()), ..Scripted::default() })
    }

    /// What a URL does from now on with calls that no script is left for.
    pub(crate) fn mood(&self, url: &str, act: Act) {
        self.moods.lock().unwrap().insert(url.into(), act);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.ledger.lock().unwrap().seen.clone()
    }

    /// The most calls of one delivery that were open at one time.
    pub(crate) fn most_open(&self) -> usize {
        if self.ledger.lock().unwrap().overlapped.is_empty() { 1 } else { 2 }
    }

    /// The most calls of a URL that were open at one time.
    pub(crate) fn most_open_at(&self, url: &str) -> usize {
        self.ledger.lock().unwrap().most_open.get(url).copied().unwrap_or_default()
    }

    /// Waits until this many calls have come in.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Seen> {
        self.wait_until(|ledger| ledger.seen.len() >= count).await;
        self.seen()
    }

    /// Waits until the ledger is what it must become.
    pub(crate) async fn wait_until(&self, ready: impl Fn(&Ledger) -> bool) {
        let waiting = async {
            loop {
                let next = self.changed.notified();
                tokio::pin!(next);
                next.as_mut().enable();
                if ready(&self.ledger.lock().unwrap()) {
                    return;
                }
                next.await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), waiting).await.is_err() {
            let ledger = self.ledger.lock().unwrap();
            let urls: Vec<_> = ledger.seen.iter().map(|call| call.url.as_str()).collect();
            panic!("the calls stay {urls:?}, open {:?}", ledger.open);
        }
    }

    fn begin(self: &Arc<Self>, request: &Request) -> (Act, Open) {
        let url = request.target.url().to_string();
        let scripted = self.script.lock().unwrap().pop_front();
        let act = scripted.or_else(|| self.moods.lock().unwrap().get(&url).cloned());
        let mut ledger = self.ledger.lock().unwrap();
        let call = Seen {
            url,
            headers: request.headers.clone(),
            body: String::from_utf8(request.body.to_vec()).unwrap(),
            at: Instant::now(),
            ended_before: ledger.ended.clone(),
        };
        if ledger.open.iter().any(|at| ledger.seen[*at].id() == call.id()) {
            ledger.overlapped.push(call.id().to_owned());
        }
        let at = ledger.seen.len();
        let url = call.url.clone();
        ledger.seen.push(call);
        ledger.open.push(at);
        let now_open = ledger.open_at(&url);
        let most = ledger.most_open.entry(url).or_default();
        *most = now_open.max(*most);
        drop(ledger);
        self.changed.notify_waiters();
        (act.unwrap_or(Act::Status(200)), Open { receivers: Arc::clone(self), at })
    }
}

/// Shares the receivers with the engine.
pub(crate) struct Line(pub(crate) Arc<Scripted>);

impl Outbound for Line {
    fn call(&self, request: Request) -> BoxFuture<'static, Outcome> {
        let receivers = Arc::clone(&self.0);
        Box::pin(async move {
            let (act, open) = receivers.begin(&request);
            let outcome = match act {
                Act::Status(status) => answer(status),
                Act::End(outcome) => *outcome,
                Act::After(wait, outcome) => {
                    sleep(wait).await;
                    *outcome
                }
                Act::Hang => std::future::pending().await,
                Act::Gate(gate) => {
                    gate.acquire().await.unwrap().forget();
                    answer(200)
                }
            };
            drop(open);
            outcome
        })
    }
}
