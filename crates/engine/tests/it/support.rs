//! What the engine's stories are told with: an engine over a real database of its own, on the kind of database that this
//! run is about, and its domain.
//! Does not live here: the receivers that it calls (`receivers`).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use engine::commands::tickets::{ActionInput, TicketInput};
use engine::files::Files;
use engine::seed::{FirstDomain, Seed, first_domain};
use engine::{Caller, Engine, Parts, Random, Settings, SystemClock};
use model::change::Change;
use model::classification::Locale;
use model::delivery::State;
use model::ids::{ChangeId, DeliveryId, EndpointId};
use model::notice::{Notice, NoticeKind};
use model::time::{Clock, Timestamp};
use serde_json::{Value, json};
use store::attempts::AttemptRow;
use store::db::{Db, Query};
use store::log::{Filter, LogRow};
use store::testing::{Home, Kind};
use tokio::time::sleep;

use crate::receivers::{Act, Line, Scripted};

/// The API key of every test's domain.
pub(crate) const KEY: &str = "a-key-for-tests";

/// Bytes that a file may have.
pub(crate) const FILE_MAX: u64 = 1024 * 1024;

/// Fires for a new ticket.
pub(crate) fn created() -> Value {
    json!({ "field": "ticket", "operator": "created" })
}

/// Fires for a new subject, also for the one that a new ticket has.
pub(crate) fn renamed() -> Value {
    json!({ "field": "subject", "operator": "changed" })
}

/// A clock that stands until it is moved.
#[derive(Clone)]
pub(crate) struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    pub(crate) fn new() -> Self {
        ManualClock(Arc::new(AtomicI64::new(SystemClock.now().0)))
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// An engine over a database of its own.
pub(crate) struct Desk {
    pub(crate) engine: Engine,
    pub(crate) receivers: Arc<Scripted>,
    pub(crate) caller: Caller,
    /// The database behind the engine's back: another process, so to speak.
    pub(crate) db: Db,
    home: Home,
    settings: Settings,
    clock: Arc<dyn Clock>,
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

/// Times that no story comes to: what happens, happens without them.
pub(crate) fn patient() -> Settings {
    let mut settings = Settings::default();
    settings.retry.answer_within_ms = 60_000;
    // Stories that move the clock start again at a time that is not the server's.
    settings.node.skew_max = Duration::MAX;
    settings.shutdown_within = Duration::from_millis(100);
    settings
}

impl Desk {
    pub(crate) async fn open(settings: Settings, script: impl IntoIterator<Item = Act>) -> Desk {
        Desk::open_at(Arc::new(SystemClock), settings, script).await
    }

    pub(crate) async fn open_at(
        clock: Arc<dyn Clock>,
        settings: Settings,
        script: impl IntoIterator<Item = Act>,
    ) -> Desk {
        let home = Home::make(Kind::chosen()).await;
        Desk::open_in(home, clock, settings, Scripted::new(script)).await
    }

    async fn open_in(
        home: Home,
        clock: Arc<dyn Clock>,
        settings: Settings,
        receivers: Arc<Scripted>,
    ) -> Desk {
        let db = Db::open(home.settings()).await.unwrap();
        let random = Arc::new(Random::from_seed(1));
        let seed = Seed {
            categories: vec!["Printing".into(), "Network".into()],
            teams: vec!["Desk".into()],
            services: vec!["Hardware > Printer".into()],
            ..Seed::default()
        };
        let first = FirstDomain {
            name: "main".into(),
            locale: Locale::En,
            key: Some(KEY.into()),
            host_names: vec!["desk.example".into()],
            login: None,
            seed,
        };
        first_domain(&db, &*clock, &random, &first).await.unwrap();
        let engine = Engine::start(Parts {
            db: db.clone(),
            outbound: Arc::new(Line(Arc::clone(&receivers))),
            files: Files::in_directory(&home.directory().join("files"), FILE_MAX).unwrap(),
            clock: Arc::clone(&clock),
            random,
            settings: settings.clone(),
        })
        .await
        .unwrap();
        let caller = engine.authenticate(KEY).unwrap();
        Desk { engine, receivers, caller, db, home, settings, clock }
    }

    /// Stops the engine and starts another one over the same data, with receivers that follow a new script.
    pub(crate) async fn restart(self, script: impl IntoIterator<Item = Act>) -> Desk {
        self.restart_with(Scripted::new(script)).await
    }

    /// Stops the engine and starts another one over the same data.
    pub(crate) async fn restart_with(self, receivers: Arc<Scripted>) -> Desk {
        self.engine.stop().await;
        drop((self.engine, self.db));
        Desk::open_in(self.home, self.clock, self.settings, receivers).await
    }

    /// Stops the engine and opens its database, to look at what was left in it.
    pub(crate) async fn stop(self) -> (Db, Home) {
        self.engine.stop().await;
        drop((self.engine, self.db));
        let db = Db::open(self.home.settings()).await.unwrap();
        (db, self.home)
    }

    /// A trigger with one condition and one webhook.
    pub(crate) async fn trigger(&self, condition: Value, url: &str) -> engine::Saved {
        let json = json!({
            "name": format!("to {url}"),
            "conditions": { "all": [condition] },
            "actions": [{ "kind": "webhook", "url": url }],
        });
        self.engine.create_trigger(&self.caller, &json).await.unwrap()
    }

    /// The endpoint of a URL that a trigger has named.
    pub(crate) async fn endpoint(&self, url: &str) -> EndpointId {
        let found = store::endpoints::find_by_url(&self.engine.reader(), self.caller.domain, url).await;
        found.unwrap().unwrap()
    }

    /// A new ticket with one action.
    pub(crate) async fn ticket(&self) -> i64 {
        self.engine.create_ticket(&self.caller, new_ticket()).await.unwrap()
    }

    pub(crate) async fn rename(&self, ticket: i64, subject: &str) {
        self.rename_as(&self.caller, ticket, subject).await;
    }

    pub(crate) async fn rename_as(&self, caller: &Caller, ticket: i64, subject: &str) {
        self.engine.update_ticket(caller, ticket, subject_of(subject)).await.unwrap();
    }

    pub(crate) async fn log(&self) -> Vec<LogRow> {
        self.log_of(&Filter::default()).await
    }

    pub(crate) async fn log_of(&self, filter: &Filter) -> Vec<LogRow> {
        store::log::page(&self.engine.reader(), self.caller.domain, filter, None, 10_000).await.unwrap()
    }

    /// Waits until the log is what it must become.
    pub(crate) async fn log_until(&self, ready: impl Fn(&[LogRow]) -> bool) -> Vec<LogRow> {
        for _ in 0..4_000 {
            let log = self.log().await;
            if ready(&log) {
                return log;
            }
            sleep(Duration::from_millis(5)).await;
        }
        panic!("the log stays {:#?}", self.log().await);
    }

    /// Waits until the log has this many rows, all delivered.
    pub(crate) async fn all_delivered(&self, count: usize) -> Vec<LogRow> {
        self.log_until(|log| log.len() == count && log.iter().all(|row| row.state == State::Delivered)).await
    }

    /// A ticket's changes, oldest first.
    pub(crate) async fn changes(&self, ticket: i64) -> Vec<Change> {
        let (reader, newest) = (self.engine.reader(), ChangeId(i64::MAX));
        let found = store::changes::of_ticket(&reader, self.caller.domain, ticket, newest, 1_000).await;
        let mut changes = found.unwrap();
        changes.reverse();
        changes
    }

    /// Notices of this kind, newest first.
    pub(crate) async fn notices(&self, kind: NoticeKind) -> Vec<Notice> {
        let found = store::notices::page(&self.engine.reader(), self.caller.domain, "1", None, 1_000).await;
        found.unwrap().into_iter().filter(|notice| notice.kind == kind).collect()
    }

    pub(crate) async fn attempts(&self, delivery: DeliveryId) -> Vec<AttemptRow> {
        store::attempts::of_delivery(&self.engine.reader(), self.caller.domain, delivery).await.unwrap()
    }

    /// A number that a query over the whole database answers.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let rows = self.engine.reader().rows(Query::new(sql, vec![])).await.unwrap();
        rows[0].integer(0).unwrap()
    }

    /// Objects in the file store.
    pub(crate) fn objects(&self) -> usize {
        let (mut open, mut found) = (vec![self.home.directory().join("files")], 0);
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { open.push(path) } else { found += 1 }
            }
        }
        found
    }

    /// A figure of the metrics.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let text = self.engine.metrics_text();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap().parse().unwrap()
    }

    /// Waits until this many more looks at the queue have begun.
    pub(crate) async fn looks(&self, more: u64) {
        let begun = || self.metric("gatilho_queue_looks_total");
        let enough = begun() + more;
        until("the looks begin", async || begun() >= enough).await;
    }
}

/// Waits until something is so that gives no signal.
pub(crate) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    for _ in 0..10_000 {
        if holds().await {
            return;
        }
        sleep(Duration::from_millis(2)).await;
    }
    panic!("still not: {what}");
}

pub(crate) fn new_ticket() -> TicketInput {
    let action = ActionInput { description: Some("It is broken.".into()), ..ActionInput::default() };
    TicketInput {
        subject: Some("Printer".into()),
        clients: Some(vec!["1".into()]),
        actions: vec![action],
        ..TicketInput::default()
    }
}

pub(crate) fn subject_of(subject: &str) -> TicketInput {
    TicketInput { subject: Some(subject.into()), ..TicketInput::default() }
}
