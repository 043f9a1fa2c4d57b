//! Lives here: several nodes on one database: they share its queue, wake each other, and can ask the server about itself.
//! Not here: what a node does when it is woken (the engine).

use std::collections::BTreeSet;
use std::time::Duration;

use model::ids::IncarnationId;
use store::db::{BackupError, Db, Replication, Wakes, Write};
use store::deliveries::{self, NewDelivery};
use store::testing::TestDatabase;
use tokio::time::timeout;

use crate::rows::{ENDPOINT, House, at, delivery};

/// More than any wake takes; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a wake that must not come is waited for.
const QUIET: Duration = Duration::from_millis(200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_claim_at_the_same_time_never_take_one_row() {
    let house = House::on(TestDatabase::postgres().await).await;
    let other = Db::open(house.database.settings().clone()).await.expect("a second node");
    let many: Vec<NewDelivery> = (1..=400).map(|id| delivery(id, 0)).collect();
    house.enqueue(&many).await;
    let mut tasks = Vec::new();
    for number in 0..40 {
        let db = if number % 2 == 0 { house.db().clone() } else { other.clone() };
        let step = deliveries::claim(ENDPOINT, IncarnationId(number % 2), at(1), 15);
        tasks.push(tokio::spawn(async move { db.commit(Write::new().step(step)).await }));
    }
    let mut seen = BTreeSet::new();
    for task in tasks {
        let done = task.await.expect("no panic").expect("claimed");
        let claims = deliveries::claimed(&done.returned[0]).expect("read");
        assert!(claims.len() <= 15, "{} were asked for", claims.len());
        for claim in claims {
            assert!(seen.insert(claim.id), "{} was claimed twice", claim.id);
        }
    }
    // A claim passes over rows that another one is taking, so some may be left for the next.
    loop {
        let left = house.claim(1, 100).await;
        if left.is_empty() {
            break;
        }
        left.iter().for_each(|claim| assert!(seen.insert(claim.id), "{} was claimed twice", claim.id));
    }
    assert_eq!(seen.len(), 400);
    other.close().await;
}

async fn wakes(wakes: &mut Wakes, within: Duration) -> bool {
    timeout(within, wakes.next()).await.is_ok()
}

/// Until the node is heard: listening begins a moment after it was asked for.
async fn wake_until_heard(node: &Db, other: &mut Wakes) {
    let heard = async {
        loop {
            node.notify();
            if wakes(other, QUIET).await {
                return;
            }
        }
    };
    timeout(PATIENCE, heard).await.expect("it is heard");
    // One that came late.
    while wakes(other, QUIET).await {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_wakes_the_others_and_not_itself() {
    let database = TestDatabase::postgres().await;
    let other = Db::open(database.settings().clone()).await.expect("a second node");
    let (mut here, mut there) = (database.db.listen(), other.listen());
    wake_until_heard(&database.db, &mut there).await;
    wake_until_heard(&other, &mut here).await;
    assert!(database.db.is_shared());
    while wakes(&mut there, QUIET).await {}
    database.db.notify();
    assert!(wakes(&mut there, PATIENCE).await);
    assert!(!wakes(&mut here, QUIET).await, "its own voice");
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_deaf_for_a_moment_is_woken_once() {
    let database = TestDatabase::postgres().await;
    let other = Db::open(database.settings().clone()).await.expect("a second node");
    let mut there = other.listen();
    wake_until_heard(&database.db, &mut there).await;
    let end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
        and query like 'listen %'";
    assert_eq!(database.ask(end).await, [["t"]]);
    assert!(wakes(&mut there, PATIENCE).await, "something may have been missed");
    wake_until_heard(&database.db, &mut there).await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_tells_its_clock_and_who_copies_it() {
    let database = TestDatabase::postgres().await;
    let (one, other) = (database.db.clock_ms().await, database.db.clock_ms().await);
    let (one, other) = (one.expect("asked").expect("it has one"), other.expect("asked").expect("it has one"));
    assert!(one > 1_700_000_000_000 && one <= other && other - one < 60_000, "{one} {other}");
    let facts = database.db.replication().await.expect("asked").expect("it is a server");
    let Replication { standbys, synchronous_standby_names, synchronous_commit } = facts;
    assert_eq!((standbys.len(), synchronous_standby_names.as_str()), (0, ""));
    assert!(["on", "off"].contains(&synchronous_commit.as_str()), "{synchronous_commit}");
    let session = "select count(*) from pg_stat_activity where datname = current_database()
        and application_name = 'gatilho'";
    assert_ne!(database.ask(session).await, [["0"]]);
    let backup = database.db.backup(&database.directory().join("kept")).await;
    assert_eq!(backup, Err(BackupError::Server));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_waits_for_the_disk_whatever_the_server_was_told() {
    let database = TestDatabase::postgres().await;
    let off = "do $$ begin execute 'alter database ' || current_database() || ' set synchronous_commit = off'; end $$";
    database.command(off).await;
    let database = database.reopen(|_| ()).await.expect("opens");
    const SEEN: &str = "select case when current_setting('synchronous_commit') = 'on' then 1 else 0 end";
    let write = || Write::new().step(store::db::Step::new(SEEN, vec![]));
    let done = database.db.commit(write()).await.expect("asked");
    assert_eq!(done.returned[0][0].integer(0), Ok(1));
    let apply = "do $$ begin execute 'alter database ' || current_database() || ' set synchronous_commit = remote_apply'; end $$";
    database.command(apply).await;
    let database = database.reopen(|_| ()).await.expect("opens");
    let done = database.db.commit(write()).await.expect("asked");
    assert_eq!(done.returned[0][0].integer(0), Ok(0), "what is stronger stays");
}

#[tokio::test]
async fn an_embedded_database_has_no_other_nodes() {
    let database = TestDatabase::sqlite().await;
    assert!(!database.db.is_shared());
    database.db.notify();
    assert!(!wakes(&mut database.db.listen(), QUIET).await);
    assert_eq!(database.db.clock_ms().await, Ok(None));
    assert_eq!(database.db.replication().await, Ok(None));
}
