//! What the engine's stories are told with: a real database in a directory of its own, receivers that follow a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::commands::tickets::{ActionInput, TicketInput};
use engine::outbound::{Outbound, Request};
use engine::seed::{FirstDomain, Seed, first_domain};
use engine::{Caller, Engine, Parts, Random, Settings, SystemClock};
use futures_util::future::BoxFuture;
use model::classification::Locale;
use model::outcome::{Answer, Outcome};
use serde_json::{Value, json};
use store::db::Db;
use store::log::{Filter, LogRow};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// The API key of every test's domain.
pub(crate) const KEY: &str = "a-key-for-tests";

/// A call as the receiver saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) url: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What a scripted receiver does with one call.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answers this status.
    Status(u16),
    /// Answers this outcome after a while.
    After(Duration, Box<Outcome>),
    /// Never ends by itself.
    Hang,
}

/// Receivers that do what the script says, call by call; then they answer 200. Calls of every URL share the script.
#[derive(Default)]
pub(crate) struct Scripted {
    script: Mutex<VecDeque<Act>>,
    seen: Mutex<Vec<Seen>>,
    open: Mutex<usize>,
    most_open: Mutex<usize>,
    arrived: Notify,
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

/// Counts a call as open until it is dropped.
struct Open(Arc<Scripted>);

impl Drop for Open {
    fn drop(&mut self) {
        *self.0.open.lock().unwrap() -= 1;
    }
}

impl Scripted {
    pub(crate) fn new(script: impl IntoIterator<Item = Act>) -> Arc<Self> {
        Arc::new(Scripted { script: Mutex::new(script.into_iter().collect()), ..Scripted::default() })
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The most calls that were open at one time.
    pub(crate) fn most_open(&self) -> usize {
        *self.most_open.lock().unwrap()
    }

    /// Waits until this many calls have come in.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Seen> {
        let arrived = async {
            loop {
                let next = self.arrived.notified();
                if self.seen().len() >= count {
                    return self.seen();
                }
                next.await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), arrived).await {
            Ok(seen) => seen,
            Err(_) => panic!("{} of {count} calls came", self.seen().len()),
        }
    }
}

/// Shares the receivers with the engine.
pub(crate) struct Line(pub(crate) Arc<Scripted>);

impl Outbound for Line {
    fn call(&self, request: Request) -> BoxFuture<'static, Outcome> {
        let scripted = Arc::clone(&self.0);
        Box::pin(async move {
            let act = scripted.script.lock().unwrap().pop_front().unwrap_or(Act::Status(200));
            scripted.seen.lock().unwrap().push(Seen {
                url: request.target.url().to_string(),
                headers: request.headers.clone(),
                body: String::from_utf8(request.body.to_vec()).unwrap(),
                at: Instant::now(),
            });
            let now_open = {
                let mut open = scripted.open.lock().unwrap();
                *open += 1;
                *open
            };
            {
                let mut most = scripted.most_open.lock().unwrap();
                *most = (*most).max(now_open);
            }
            let open = Open(Arc::clone(&scripted));
            scripted.arrived.notify_waiters();
            let outcome = match act {
                Act::Status(status) => answer(status),
                Act::After(wait, outcome) => {
                    sleep(wait).await;
                    *outcome
                }
                Act::Hang => std::future::pending().await,
            };
            drop(open);
            outcome
        })
    }
}

/// An engine over a database of its own.
pub(crate) struct Desk {
    pub(crate) engine: Engine,
    pub(crate) receivers: Arc<Scripted>,
    pub(crate) caller: Caller,
    directory: tempfile::TempDir,
    settings: Settings,
}

/// Quick times: an answer within 200 ms, a cut at 600 ms, a retry each 50 ms.
pub(crate) fn quick() -> Settings {
    let mut settings = Settings::default();
    settings.retry.answer_within_ms = 200;
    settings.retry.cancel_after_ms = 600;
    settings.retry.retry_every_ms = 50;
    settings.shutdown_within = Duration::from_millis(100);
    settings
}

impl Desk {
    pub(crate) async fn open(settings: Settings, script: impl IntoIterator<Item = Act>) -> Desk {
        Desk::open_in(tempfile::tempdir().unwrap(), settings, Scripted::new(script)).await
    }

    async fn open_in(directory: tempfile::TempDir, settings: Settings, receivers: Arc<Scripted>) -> Desk {
        let db = Db::open(store::db::Settings::sqlite(directory.path())).await.unwrap();
        let random = Arc::new(Random::from_seed(1));
        let seed = Seed {
            categories: vec!["Printing".into(), "Network".into()],
            teams: vec!["Desk".into()],
            services: vec!["Hardware > Printer".into()],
            ..Seed::default()
        };
        let first = FirstDomain { name: "main".into(), locale: Locale::En, key: Some(KEY.into()), seed };
        first_domain(&db, &SystemClock, &random, &first).await.unwrap();
        let engine = Engine::start(Parts {
            db,
            outbound: Arc::new(Line(Arc::clone(&receivers))),
            clock: Arc::new(SystemClock),
            random,
            settings: settings.clone(),
        })
        .await
        .unwrap();
        let caller = engine.authenticate(KEY).unwrap();
        Desk { engine, receivers, caller, directory, settings }
    }

    /// Stops the engine and starts another one over the same data.
    pub(crate) async fn restart(self, script: impl IntoIterator<Item = Act>) -> Desk {
        self.engine.stop().await;
        Desk::open_in(self.directory, self.settings, Scripted::new(script)).await
    }

    pub(crate) async fn trigger(&self, condition: Value, url: &str) -> engine::Saved {
        let json = json!({
            "name": format!("to {url}"),
            "conditions": { "all": [condition] },
            "actions": [{ "kind": "webhook", "url": url }],
        });
        self.engine.create_trigger(&self.caller, &json).await.unwrap()
    }

    /// A new ticket with one action.
    pub(crate) async fn ticket(&self) -> i64 {
        let action = ActionInput { description: Some("It is broken.".into()), ..ActionInput::default() };
        let input = TicketInput {
            subject: Some("Printer".into()),
            clients: Some(vec!["1".into()]),
            actions: vec![action],
            ..TicketInput::default()
        };
        self.engine.create_ticket(&self.caller, input).await.unwrap()
    }

    pub(crate) async fn rename(&self, ticket: i64, subject: &str) {
        let input = TicketInput { subject: Some(subject.into()), ..TicketInput::default() };
        self.engine.update_ticket(&self.caller, ticket, input).await.unwrap();
    }

    pub(crate) async fn log(&self) -> Vec<LogRow> {
        store::log::page(&self.engine.reader(), self.caller.domain, &Filter::default(), None, 100)
            .await
            .unwrap()
    }

    /// Waits until the log is what it must become.
    pub(crate) async fn log_until(&self, ready: impl Fn(&[LogRow]) -> bool) -> Vec<LogRow> {
        for _ in 0..2_000 {
            let log = self.log().await;
            if ready(&log) {
                return log;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("the log stays {:#?}", self.log().await);
    }
}
