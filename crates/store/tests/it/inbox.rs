//! Lives here: the inbox: what is stored once, whose turn it is, what may be done beside its owner, how statements run.
//! Not here: running programs (the process's stories).

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use model::inbox::RequestState;
use model::time::Timestamp;
use store::db::{CommitError, Db, Inspection, OpenError, Query, Row, Settings, Value, Write, commit_beside};
use store::inbox::{self, Arrival, Ended, Entry, Filter, Whole};
use store::testing::heard;
use tempfile::TempDir;

struct Inbox {
    db: Db,
    directory: TempDir,
}

fn at(ms: i64) -> Timestamp {
    Timestamp(1_000_000 + ms)
}

fn arrival(ticket: &str, ms: i64) -> Arrival {
    Arrival {
        webhook_id: None,
        resend: 0,
        ticket: Some(ticket.to_owned()).filter(|ticket| !ticket.is_empty()),
        path: "/hooks".into(),
        query: "a=1".into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: format!("{{\"Id\":\"{ticket}\"}}"),
        digest: None,
        repeats_since: at(ms),
        at: at(ms),
    }
}

fn named(id: &str, resend: i64, ms: i64) -> Arrival {
    Arrival { webhook_id: Some(id.into()), resend, ..arrival("", ms) }
}

impl Inbox {
    async fn open() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let db = Db::open(Settings::inbox(directory.path().join("inbox.db"))).await.expect("it opens");
        Inbox { db, directory }
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("inbox.db")
    }

    async fn write(&self, write: Write) -> Result<Vec<Row>, CommitError> {
        Ok(self.db.commit(write).await?.returned.into_iter().flatten().collect())
    }

    /// The number of a request that is new.
    async fn store(&self, arrival: &Arrival) -> Option<i64> {
        match self.write(Write::new().step(inbox::store(arrival))).await {
            Err(CommitError::Stale) => return None,
            stored => assert_eq!(stored.expect("stored"), []),
        }
        let newest = self.rows(Query::new("select max(request_id) from requests", Vec::new())).await;
        Some(newest[0].integer(0).expect("a number"))
    }

    async fn arrive(&self, arrival: &Arrival) -> i64 {
        self.store(arrival).await.expect("it is new")
    }

    async fn rows(&self, query: Query) -> Vec<Row> {
        self.db.reader().rows(query).await.expect("read")
    }

    async fn due(&self, ms: i64) -> Vec<i64> {
        let rows = self.rows(inbox::due(at(ms), 100)).await;
        rows.iter().map(|row| row.integer(0).expect("a number")).collect()
    }

    async fn start(&self, request: i64) -> inbox::Run {
        let rows = self.write(Write::new().step(inbox::start(request, at(50)))).await.expect("it starts");
        inbox::read_run(&rows[0]).expect("a run")
    }

    async fn end(&self, request: i64, state: RequestState, due_ms: i64) {
        let ended = Ended { state, due_at: at(due_ms), error: "exit status 1".into(), output: "no".into() };
        self.write(inbox::finish(request, &ended, at(60))).await.expect("it ends");
    }

    async fn whole(&self, request: i64) -> Whole {
        Whole::read(&self.rows(inbox::find(request)).await[0]).expect("whole")
    }

    async fn list(&self, filter: &Filter, after: Option<&Entry>, limit: i64) -> Vec<Entry> {
        let rows = self.rows(inbox::page(filter, after.map(|entry| entry.request), limit)).await;
        rows.iter().map(|row| Entry::read(row).expect("an entry")).collect()
    }
}

#[tokio::test]
async fn a_webhook_id_is_stored_once_and_again_when_it_was_sent_again() {
    let house = Inbox::open().await;
    let first = house.arrive(&named("dlv_1", 0, 0)).await;
    assert_eq!(house.store(&named("dlv_1", 0, 9)).await, None);
    let again = house.arrive(&named("dlv_1", 1, 10)).await;
    assert!(again > first);
    assert_eq!(house.store(&named("dlv_1", 1, 11)).await, None);
    house.arrive(&named("dlv_2", 0, 12)).await;
    // Without a name nothing is recognised.
    house.arrive(&arrival("", 13)).await;
    house.arrive(&arrival("", 13)).await;
    assert_eq!(house.due(99).await.len(), 5);
}

#[tokio::test]
async fn a_run_gets_what_arrived_and_leaves_how_it_ended() {
    let house = Inbox::open().await;
    let request = house.arrive(&Arrival { ticket: Some("7".into()), ..named("dlv_1", 3, 0) }).await;
    let run = house.start(request).await;
    let stored = named("dlv_1", 3, 0);
    assert_eq!((run.request, run.resend, run.attempt, run.repeat), (request, 3, 1, false));
    assert_eq!((run.webhook_id.as_deref(), run.ticket.as_deref()), (Some("dlv_1"), Some("7")));
    assert_eq!((run.path.as_str(), run.query.as_str(), &*run.body), ("/hooks", "a=1", &*stored.body));
    assert_eq!(run.headers, stored.headers);
    let twice = house.write(Write::new().step(inbox::start(request, at(51)))).await;
    assert_eq!(twice, Err(CommitError::Stale), "it runs");
    house.end(request, RequestState::Waiting, 1_000).await;
    assert!(house.due(999).await.is_empty());
    assert_eq!(house.due(1_000).await, [request]);
    let whole = house.whole(request).await;
    assert_eq!((whole.entry.state, whole.entry.attempts), (RequestState::Waiting, 1));
    assert_eq!((whole.entry.error.as_str(), whole.output.as_str()), ("exit status 1", "no"));
    let ended =
        Ended { state: RequestState::Done, due_at: at(0), error: String::new(), output: String::new() };
    let not_running = house.write(inbox::finish(request, &ended, at(61))).await;
    assert_eq!(not_running, Err(CommitError::Stale));
}

#[tokio::test]
async fn requests_of_a_ticket_have_their_turn_one_after_the_other() {
    let house = Inbox::open().await;
    let first = house.arrive(&arrival("7", 0)).await;
    let second = house.arrive(&arrival("7", 1)).await;
    let other = house.arrive(&arrival("8", 2)).await;
    let third = house.arrive(&arrival("7", 3)).await;
    assert_eq!(house.due(99).await, [first, other]);
    house.start(first).await;
    assert_eq!(house.due(99).await, [other], "while it runs");
    house.end(first, RequestState::Waiting, 5_000).await;
    assert_eq!(house.due(99).await, [other], "while it waits to be run again");
    house.start(first).await;
    house.end(first, RequestState::Dead, 0).await;
    assert_eq!(house.due(99).await, [second, other], "what was given up stands in nobody's way");
    house.write(inbox::set_aside(second, at(70))).await.expect("dropped");
    assert_eq!(house.due(99).await, [other, third]);
    house.start(third).await;
    house.end(third, RequestState::Done, 0).await;
    let fourth = house.arrive(&arrival("7", 80)).await;
    assert_eq!(house.due(99).await, [other, fourth]);
}

#[tokio::test]
async fn what_is_run_anew_goes_before_what_came_later() {
    let house = Inbox::open().await;
    let first = house.arrive(&arrival("7", 0)).await;
    house.start(first).await;
    house.end(first, RequestState::Dead, 0).await;
    let second = house.arrive(&arrival("7", 1)).await;
    let third = house.arrive(&arrival("7", 2)).await;
    assert_eq!(house.due(99).await, [second]);
    house.write(inbox::retry(first, at(70))).await.expect("it waits again");
    assert_eq!(house.due(99).await, [first]);
    assert_eq!(house.whole(first).await.entry.attempts, 0, "a new round");
    house.start(first).await;
    assert_eq!(house.write(inbox::retry(first, at(71))).await, Err(CommitError::Stale), "it runs");
    assert_eq!(house.write(inbox::set_aside(first, at(71))).await, Err(CommitError::Stale), "it runs");
    house.end(first, RequestState::Done, 0).await;
    assert_eq!(house.due(99).await, [second]);
    // What was done can be run anew while a later one runs, and is not lost when that ends.
    house.start(second).await;
    house.write(inbox::retry(first, at(72))).await.expect("it waits again");
    house.end(second, RequestState::Waiting, 0).await;
    assert_eq!(house.due(99).await, [first]);
    house.start(first).await;
    house.end(first, RequestState::Done, 0).await;
    house.start(second).await;
    house.end(second, RequestState::Done, 0).await;
    assert_eq!(house.due(99).await, [third]);
    assert_eq!(house.write(inbox::retry(999, at(73))).await, Err(CommitError::Stale), "there is none");
}

#[tokio::test]
async fn a_run_that_was_cut_does_not_count() {
    let house = Inbox::open().await;
    let request = house.arrive(&arrival("7", 0)).await;
    house.start(request).await;
    let running = house.rows(inbox::running()).await;
    assert_eq!((running[0].integer(0), running[0].integer(1)), (Ok(request), Ok(1)));
    house.write(Write::new().step(inbox::release(request, at(70)))).await.expect("given back");
    assert!(house.rows(inbox::running()).await.is_empty());
    assert_eq!(house.due(99).await, [request]);
    assert_eq!(house.start(request).await.attempt, 1);
}

#[tokio::test]
async fn equal_bytes_within_the_time_are_marked_and_stored() {
    let house = Inbox::open().await;
    let marked = |body: &str, ms| Arrival {
        body: body.to_owned(),
        digest: Some(inbox::digest(body)),
        repeats_since: at(ms - 300),
        ..arrival("", ms)
    };
    let mut repeats = Vec::new();
    for (body, ms) in [("{}", 0), ("{}", 300), ("[]", 301), ("{}", 601)] {
        let request = house.arrive(&marked(body, ms)).await;
        repeats.push(house.start(request).await.repeat);
    }
    assert_eq!(repeats, [false, true, false, false]);
}

#[tokio::test]
async fn an_inbox_has_one_owner_and_others_may_look_and_change_a_little() {
    let house = Inbox::open().await;
    let file = house.file();
    let second = Db::open(Settings::inbox(&file)).await.expect_err("it has an owner");
    assert_eq!(second, OpenError::InboxLocked { file: file.clone() });
    let request = house.arrive(&arrival("7", 0)).await;
    house.start(request).await;
    house.end(request, RequestState::Dead, 0).await;
    let outside = Inspection::open_inbox(&file).expect("it opens").expect("it is there");
    let schema = outside.schema().expect("it has one");
    assert_eq!((schema.found, schema.diverged), (schema.known, None));
    let rows = outside.rows(&inbox::find(request), std::time::Duration::from_secs(9)).expect("read");
    assert_eq!(Whole::read(&rows[0]).expect("whole").entry.state, RequestState::Dead);
    commit_beside(&file, inbox::retry(request, at(70))).expect("it is changed beside its owner");
    assert_eq!(house.due(99).await, [request]);
    assert_eq!(commit_beside(&file, inbox::retry(999, at(70))), Err(CommitError::Stale));
    house.db.clone().close().await;
    commit_beside(&file, inbox::set_aside(request, at(71))).expect("it is changed without an owner");
    let again = Db::open(Settings::inbox(&file)).await.expect("it has no owner any more");
    let row = again.reader().first(inbox::find(request)).await.expect("read").expect("it is there");
    assert_eq!(Whole::read(&row).expect("whole").entry.state, RequestState::Dropped);
    again.close().await;
}

#[tokio::test]
async fn what_is_no_inbox_is_not_made_one_from_outside() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("inbox.db");
    assert!(Inspection::open_inbox(&file).expect("no fault").is_none());
    let refused = commit_beside(&file, inbox::retry(1, at(0))).expect_err("there is none");
    assert!(matches!(&refused, CommitError::Unavailable(text) if text.contains("there is no inbox at")));
    assert!(!file.exists());
}

#[tokio::test]
async fn an_inbox_is_for_its_user_alone() {
    let house = Inbox::open().await;
    house.arrive(&arrival("7", 0)).await;
    for name in ["inbox.db", "inbox.db-wal", "inbox.db-shm", "inbox.db-lock"] {
        let mode = house.directory.path().join(name).metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn only_what_was_done_or_dropped_long_ago_is_taken_away() {
    let house = Inbox::open().await;
    let states = [RequestState::Done, RequestState::Dead, RequestState::Waiting];
    for (ticket, state) in states.into_iter().enumerate() {
        let request = house.arrive(&arrival(&ticket.to_string(), 0)).await;
        house.start(request).await;
        house.end(request, state, 0).await;
    }
    let dropped = house.arrive(&arrival("d", 0)).await;
    house.write(inbox::set_aside(dropped, at(60))).await.expect("dropped");
    let prune = |ms| inbox::prune(at(ms)).into_iter().collect::<Write>();
    assert!(house.write(prune(60)).await.expect("pruned").is_empty(), "not long enough ago");
    assert_eq!(house.write(prune(61)).await.expect("pruned").len(), 2);
    let left: Vec<_> =
        house.list(&Filter::default(), None, 9).await.iter().map(|entry| entry.state).collect();
    assert_eq!(left, [RequestState::Waiting, RequestState::Dead], "the newest first");
    // A number is never given twice.
    assert!(house.arrive(&arrival("", 99)).await > dropped);
}

#[tokio::test]
async fn the_list_goes_on_where_a_page_ended() {
    let house = Inbox::open().await;
    let mut all = Vec::new();
    for ms in [0, 5, 5, 5, 9] {
        all.insert(0, house.arrive(&arrival(if ms == 5 { "5" } else { "" }, ms)).await);
    }
    let numbers = |entries: &[Entry]| entries.iter().map(|entry| entry.request).collect::<Vec<_>>();
    let first = house.list(&Filter::default(), None, 2).await;
    let rest = house.list(&Filter::default(), first.last(), 9).await;
    assert_eq!([numbers(&first), numbers(&rest)].concat(), all);
    let waiting = Filter { state: Some(RequestState::Waiting), ticket: None };
    assert_eq!(numbers(&house.list(&waiting, None, 9).await), all);
    let of_ticket = Filter { ticket: Some("5".into()), ..waiting.clone() };
    assert_eq!(numbers(&house.list(&of_ticket, None, 9).await), all[1..4]);
    let dead = Filter { state: Some(RequestState::Dead), ..of_ticket };
    assert!(house.list(&dead, None, 9).await.is_empty());
    let counted = house.rows(inbox::counts()).await;
    assert_eq!(inbox::read_counts(&counted[0]), Ok([5, 0, 0]));
}

#[tokio::test]
async fn what_arrived_and_what_changed_is_followed() {
    let house = Inbox::open().await;
    let (first, second) = (house.arrive(&arrival("", 0)).await, house.arrive(&arrival("", 40)).await);
    let third = house.arrive(&arrival("", 55)).await;
    let follow = async |query| -> Vec<(i64, i64)> {
        let rows = house.rows(query).await;
        let entries = rows.iter().map(|row| Entry::read(row).expect("an entry"));
        entries.map(|entry| (entry.request, entry.updated_at.0 - at(0).0)).collect()
    };
    assert_eq!(follow(inbox::changed_since(at(0), 9)).await, [], "nothing changed since it arrived");
    assert_eq!(follow(inbox::arrived_after(first, 9)).await, [(second, 40), (third, 55)]);
    house.start(first).await;
    assert_eq!(follow(inbox::changed_since(at(50), 9)).await, [(first, 50)]);
    assert_eq!(follow(inbox::changed_since(at(51), 9)).await, []);
    assert_eq!(follow(inbox::latest(9)).await, [(third, 55), (first, 50), (second, 40)]);
    house.end(first, RequestState::Done, 0).await;
    assert_eq!(follow(inbox::latest(2)).await, [(first, 60), (third, 55)]);
}

/// The index or key that each statement goes along; the queue is not sorted, nor is the list but for what waits.
#[tokio::test]
async fn no_statement_reads_the_inbox_from_end_to_end() {
    let house = Inbox::open().await;
    for number in 0..300 {
        let request = house.arrive(&arrival(&(number % 40).to_string(), number)).await;
        if number < 40 {
            house.start(request).await;
            house.end(request, RequestState::Done, 0).await;
        }
    }
    let before = heard();
    let request = house.arrive(&Arrival { digest: Some(inbox::digest("x")), ..named("dlv_9", 0, 0) }).await;
    house.start(request).await;
    house.end(request, RequestState::Done, 0).await;
    house.write(inbox::retry(request, at(70))).await.expect("again");
    house.write(inbox::set_aside(request, at(70))).await.expect("dropped");
    house.write(Write::new().step(inbox::release(request, at(70)))).await.expect("released");
    house.write(inbox::prune(at(-1)).into_iter().collect()).await.expect("pruned");
    house.due(99).await;
    house.whole(request).await;
    for ticket in [None, Some("1".to_owned())] {
        for state in [None, Some(RequestState::Dead), Some(RequestState::Waiting)] {
            house.list(&Filter { state, ticket: ticket.clone() }, None, 9).await;
        }
    }
    for query in [
        inbox::running(),
        inbox::counts(),
        inbox::changed_since(at(0), 9),
        inbox::arrived_after(0, 9),
        inbox::latest(9),
    ] {
        house.rows(query).await;
    }
    let new = heard().len() - before.len();
    assert!(new >= 12, "statements were heard: {new}");
    for sql in heard().into_iter().filter(|sql| sql.contains("requests")) {
        let text: &'static str = Box::leak(format!("explain query plan {sql}").into_boxed_str());
        let numbers = (1..=20).rev().find(|number| sql.contains(&format!("${number}"))).unwrap_or(0);
        let plan = house.rows(Query::new(text, vec![Value::Null; numbers])).await;
        // What waits is counted and sorted along its own index; the last few of two orders are made one.
        let sorted = sql.contains("state = 'waiting' and +request_id <");
        let waits = sorted || sql.contains("count(*)");
        let merges = sql.contains("union all") && sql.contains("desc limit $1)");
        let mut lines = plan.iter().map(|row| row.text(3).expect("a line"));
        assert!(!sorted || lines.any(|line| line.ends_with("COVERING INDEX requests_due")), "{sql}");
        for line in plan.iter().map(|row| row.text(3).expect("a line")) {
            let along_due = waits && line.ends_with("COVERING INDEX requests_due");
            let newest = merges && line == "SCAN requests";
            assert!(!line.starts_with("SCAN requests") || along_due || newest, "{line}\n{sql}");
            assert!(!line.contains("TEMP B-TREE") || waits || merges, "{line}\n{sql}");
        }
    }
}
