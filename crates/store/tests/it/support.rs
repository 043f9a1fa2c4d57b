//! Lives here: a small table of the tests' own, writes on it, and a gate that holds the writer.
//! Not here: assertions of a single test.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use fail::FailScenario;
use store::db::{CommitError, Db, Done, Query, Reader, Row, Step, Value, Write};
use store::testing::TestDatabase;

/// Two tables: rows with a version to guard, and notes that refer to them.
pub(crate) async fn make_tables(db: &Db) {
    const ROWS: &str =
        "create table t_seam (id bigint not null primary key, version bigint not null, body text)";
    const NOTES: &str = "create table t_note (id bigint not null primary key, seam_id bigint not null references t_seam (id))";
    let write = Write::new().step(Step::new(ROWS, vec![])).step(Step::new(NOTES, vec![]));
    db.commit(write).await.expect("the tables are made");
}

pub(crate) fn insert(id: i64, body: &str) -> Step {
    const SQL: &str = "insert into t_seam (id, version, body) values ($1, 1, $2)";
    Step::new(SQL, vec![id.into(), body.into()])
}

pub(crate) fn note(id: i64, seam_id: i64) -> Step {
    Step::new("insert into t_note (id, seam_id) values ($1, $2)", vec![id.into(), seam_id.into()])
}

/// Raises the version of a row, if it is still this one.
pub(crate) fn bump(id: i64, version: i64) -> Step {
    const SQL: &str = "update t_seam set version = version + 1 where id = $1 and version = $2";
    Step::guarded(SQL, vec![id.into(), version.into()])
}

pub(crate) async fn rows(reader: &Reader, sql: &'static str, params: Vec<Value>) -> Vec<Row> {
    reader.rows(Query::new(sql, params)).await.expect("the rows are read")
}

pub(crate) async fn integer(reader: &Reader, sql: &'static str) -> i64 {
    rows(reader, sql, vec![]).await[0].integer(0).expect("an integer")
}

pub(crate) async fn count(reader: &Reader) -> i64 {
    integer(reader, "select count(*) from t_seam").await
}

pub(crate) async fn version(reader: &Reader, id: i64) -> i64 {
    let found = rows(reader, "select version from t_seam where id = $1", vec![id.into()]).await;
    found[0].integer(0).expect("a version")
}

/// SQLite's own look at the whole file.
pub(crate) async fn assert_sound(database: &TestDatabase) {
    let found = rows(&database.reader(), "pragma integrity_check", vec![]).await;
    assert_eq!(found[0].text(0), Ok("ok"));
}

pub(crate) type Commit = Pin<Box<dyn Future<Output = Result<Done, CommitError>> + Send>>;

/// Hands a write over without waiting for its answer.
pub(crate) fn hand_over(db: &Db, write: Write) -> Commit {
    let db = db.clone();
    let mut commit: Commit = Box::pin(async move { db.commit(write).await });
    let poll = commit.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll.is_pending(), "the writer was to be held");
    commit
}

/// Holds the writer before it looks for what else is waiting, and counts its groups.
pub(crate) struct Gate {
    scenario: FailScenario<'static>,
    open: Sender<()>,
    groups: Arc<AtomicUsize>,
}

impl Gate {
    pub(crate) fn close() -> Self {
        Self::close_in(FailScenario::setup())
    }

    /// The same in a scenario that is set up already.
    pub(crate) fn close_in(scenario: FailScenario<'static>) -> Self {
        let (open, opened) = channel::<()>();
        let (opened, groups) = (Mutex::new(opened), Arc::new(AtomicUsize::new(0)));
        let seen = Arc::clone(&groups);
        let wait = move || {
            seen.fetch_add(1, Ordering::SeqCst);
            // Nothing is ever sent: this ends when the gate is opened, and is open from then on.
            let _ = opened.lock().expect("no other thread waits here").recv();
        };
        fail::cfg_callback("store::group", wait).expect("the failpoint is set");
        Self { scenario, open, groups }
    }

    /// Lets the writer go, waits for the answers, and tells in how many groups they came.
    pub(crate) async fn open(self, commits: Vec<Commit>) -> (Vec<Result<Done, CommitError>>, usize) {
        drop(self.open);
        let mut answers = Vec::new();
        for commit in commits {
            answers.push(commit.await);
        }
        self.scenario.teardown();
        (answers, self.groups.load(Ordering::SeqCst))
    }
}
