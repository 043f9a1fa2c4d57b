//! Lives here: everything of one database carried over into another: whole, twice, after an interruption, and what is
//! refused.
//! Not here: which tables and columns there are, which is compared in `schemas`.

use std::sync::Arc;

use model::ids::{ChangeId, IncarnationId};
use store::db::{Db, Query, Step, Value, Write};
use store::testing::TestDatabase;
use store::transfer::{self, Compared, Kind, Table, TransferError, tables};
use store::{nodes, tickets};
use tokio::sync::Notify;

use crate::rows::{DOMAIN, at, domain};

/// More than two slices.
const ROWS: i64 = 1_203;

const NULLABLE: [&str; 14] = [
    "api_keys.expires_at_ms",
    "endpoints.previous_secret",
    "endpoints.previous_until_ms",
    "endpoints.last_delivered_at_ms",
    "tickets.owner_id",
    "deliveries.due_at_ms",
    "deliveries.lease_owner",
    "deliveries.failed_at_ms",
    "deliveries.status_code",
    "attempts.ended_at_ms",
    "attempts.status_code",
    "notices.endpoint_id",
    "notices.ticket_number",
    "notices.recovered_at_ms",
];

/// A value of a made-up row, with what the databases keep differently: nulls, booleans, NUL and its stand-in.
fn value(table: &Table, at: usize, row: i64) -> Value {
    let column = table.columns[at];
    let name = format!("{}.{}", table.name, column.name);
    match (column.kind, name.as_str()) {
        (_, nullable) if row % 3 == 0 && NULLABLE.contains(&nullable) => Value::Null,
        (Kind::Integer, "domains.domain_id" | "instance.id") => row.into(),
        (Kind::Integer, name) if name.ends_with(".domain_id") => (1 + row % 2).into(),
        // Both ends of the numbers, and each once.
        (Kind::Integer, _) if row % 2 == 0 => (i64::MAX - row).into(),
        (Kind::Integer, _) => (i64::MIN + row).into(),
        (Kind::Boolean, _) => (row % 2 == 0).into(),
        (Kind::Text, "deliveries.state") => "queued".into(),
        (Kind::Text, _) => format!("{row} é \0 \u{fdd0}0 {name}").into(),
    }
}

async fn fill(db: &Db) {
    for table in tables() {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let numbers: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let sql =
            format!("insert into {} ({}) values ({})", table.name, names.join(", "), numbers.join(", "));
        let rows = if table.name == "instance" { 1 } else { ROWS };
        let row = |row: i64| (0..names.len()).map(|at| value(table, at, row)).collect();
        let step = Step::many(sql.leak(), (1..=rows).map(row).collect());
        db.commit(Write::new().step(step)).await.unwrap_or_else(|error| panic!("{}: {error}", table.name));
    }
}

async fn carry(from: &TestDatabase, to: &TestDatabase) -> Result<Vec<Compared>, TransferError> {
    transfer::check(&from.reader(), &to.reader()).await?;
    let sums = transfer::copy(&from.reader(), &to.db, &mut |_| ()).await?;
    transfer::compare(&sums, &to.reader(), &mut |_| ()).await
}

fn assert_whole(compared: &[Compared]) {
    assert_eq!(compared.len(), tables().len());
    for one in compared {
        let rows = if one.table == "instance" { 1 } else { ROWS };
        assert!(one.agree() && one.from.rows == rows, "{one:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_arrives_and_doing_it_again_changes_nothing() {
    let (from, to) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    fill(&from.db).await;
    assert_whole(&carry(&from, &to).await.expect("carried over"));
    assert_whole(&carry(&from, &to).await.expect("carried over again"));
    // The other way round, so that nothing hangs on which one is read.
    let back = TestDatabase::sqlite().await;
    assert_whole(&carry(&to, &back).await.expect("carried back"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_interrupted_is_done_again() {
    let (from, to) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    fill(&from.db).await;
    let cut = Arc::new(Notify::new());
    let at = Arc::clone(&cut);
    let reader = from.reader();
    let mut told = move |progress: transfer::Progress| {
        if progress.table == "deliveries" && progress.rows > 0 {
            at.notify_one();
        }
    };
    tokio::select! {
        biased;
        () = cut.notified() => {}
        _ = transfer::copy(&reader, &to.db, &mut told) => panic!("it was to be cut"),
    }
    let count = async |sql| {
        to.reader().rows(Query::new(sql, vec![])).await.expect("read")[0].integer(0).expect("a count")
    };
    let half = count("select count(*) from deliveries").await;
    assert!(half > 0 && half < ROWS, "{half}");
    assert_eq!(count("select count(*) from attempts").await, 0);
    assert_whole(&carry(&from, &to).await.expect("carried over"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_difference_is_found_in_its_table() {
    let (from, to) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    fill(&from.db).await;
    carry(&from, &to).await.expect("carried over");
    const CHANGE: &str = "update attempts set error = 'x' where attempt_id = $1";
    let one = value(tables().iter().find(|table| table.name == "attempts").expect("there"), 2, 7);
    to.db.commit(Write::new().step(Step::guarded(CHANGE, vec![one]))).await.expect("changed");
    let compared = carry(&from, &to).await.expect("carried over");
    let differing: Vec<_> = compared.iter().filter(|one| !one.agree()).map(|one| one.table).collect();
    assert_eq!(differing, ["attempts"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ticket_numbers_go_on_after_the_tickets() {
    let (from, to) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    for step in [
        store::domains::insert(&domain(DOMAIN, "main"), at(0)),
        tickets::insert(DOMAIN, &crate::rows::ticket(41, 1), ChangeId(1)),
    ] {
        from.db.commit(Write::new().step(step)).await.expect("made");
    }
    carry(&from, &to).await.expect("carried over");
    let taken = to.db.commit(Write::new().step(tickets::take_numbers(DOMAIN, 20))).await.expect("taken");
    assert_eq!(taken.returned[0][0].integer(0), Ok(61));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_is_somebody_elses_is_refused() {
    let (from, to) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    assert_eq!(carry(&from, &to).await.err(), Some(TransferError::Empty));
    let make = async |database: &TestDatabase, name: &str, mark: &str| {
        let write = Write::new()
            .step(store::domains::insert(&domain(DOMAIN, name), at(0)))
            .step(store::instance::set_key_mark(mark));
        database.db.commit(write).await.expect("made");
    };
    make(&from, "ours", "a").await;
    make(&to, "theirs", "a").await;
    assert_eq!(carry(&from, &to).await.err(), Some(TransferError::Different("theirs".into())));
    let other_key = TestDatabase::postgres().await;
    make(&other_key, "ours", "b").await;
    assert_eq!(carry(&from, &other_key).await.err(), Some(TransferError::Different("master key b".into())));

    let used = TestDatabase::postgres().await;
    let free = nodes::free_number(&used.reader()).await.expect("read").expect("free");
    let join = nodes::join(free, IncarnationId(9), "host 7", at(0));
    used.db.commit(Write::new().step(join)).await.expect("joined");
    assert_eq!(carry(&from, &used).await.err(), Some(TransferError::Living("host 7".into())));
    let leave = Step::new("update nodes set incarnation = null", vec![]);
    used.db.commit(Write::new().step(leave)).await.expect("left");
    assert_eq!(carry(&from, &used).await.err(), Some(TransferError::Used));
    let rows = used.reader().rows(Query::new("select domain_id from domains", vec![])).await.expect("read");
    assert!(rows.is_empty(), "nothing was carried over");
}
