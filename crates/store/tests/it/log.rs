//! Lives here: that SQLite's write-ahead log is copied into the database and never grows without bound.
//! Not here: what is in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use store::db::{Query, ReadError, Step, Write};
use store::testing::{Kind, TestDatabase};

use crate::support::{count, insert, make_tables};

const LIMIT: u64 = 256 * 1024;
const NEVER: Duration = Duration::from_secs(3600);
/// More than the longest wait anybody would call a success; only a failing test waits that long.
const PATIENCE: usize = 3000;

fn heavy(id: i64) -> Write {
    Write::new().step(insert(id, &"x".repeat(32 * 1024)))
}

#[tokio::test]
async fn the_writer_restarts_the_log_by_itself() {
    let alone = |settings: &mut store::db::Settings| {
        settings.checkpoint_every = NEVER;
        settings.log_limit = LIMIT;
    };
    let database = TestDatabase::with(Kind::Sqlite, alone).await;
    make_tables(&database.db).await;
    let mut longest = 0;
    for id in 0..200 {
        database.db.commit(heavy(id)).await.expect("inserted");
        longest = longest.max(database.log_bytes());
    }
    assert!(longest >= LIMIT, "it was to reach its limit, and got to {longest}");
    assert!(longest < 2 * LIMIT, "6 MiB were written through a log of {longest} bytes");
    assert_eq!(count(&database.reader()).await, 200);
}

#[tokio::test]
async fn the_thread_copies_the_log_while_the_writer_does_not() {
    let scenario = fail::FailScenario::setup();
    let checkpoints = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&checkpoints);
    let count = move || {
        seen.fetch_add(1, Ordering::SeqCst);
    };
    fail::cfg_callback("store::checkpoint", count).expect("the failpoint is set");
    let database = TestDatabase::with(Kind::Sqlite, |settings| settings.log_limit = u64::MAX).await;
    make_tables(&database.db).await;
    for id in 0..50 {
        database.db.commit(heavy(id)).await.expect("inserted");
    }
    for _ in 0..PATIENCE {
        if database.file_bytes() > 50 * 32 * 1024 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(database.file_bytes() > 50 * 32 * 1024, "the log was not copied into the database");
    assert!(checkpoints.load(Ordering::SeqCst) > 0);
    scenario.teardown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_holds_the_log_lets_go_in_time() {
    let small = |settings: &mut store::db::Settings| {
        settings.log_limit = LIMIT;
        settings.read_limit = Duration::from_secs(1);
    };
    let database = TestDatabase::with(Kind::Sqlite, small).await;
    make_tables(&database.db).await;
    const ENDLESS: &str = "with recursive n(i) as (select 1 union all select i + 1 from n where i > 0) \
                           select count(*) from n, t_seam";
    database.db.commit(heavy(0)).await.expect("inserted");
    let reader = database.reader();
    let read = tokio::spawn(async move { reader.rows(Query::new(ENDLESS, vec![])).await });
    let (mut id, mut longest) = (1, 0);
    while !read.is_finished() {
        database.db.commit(heavy(id)).await.expect("a reader never holds up a writer");
        longest = longest.max(database.log_bytes());
        id += 1;
    }
    assert_eq!(read.await.expect("no panic"), Err(ReadError::TooSlow));
    assert!(longest > 2 * LIMIT, "the reader was to hold the log, which got to {longest}");

    // Freed of it, the log shrinks to its limit, though little is written any more.
    const TOUCH: &str = "update t_seam set version = version + 1 where id = 0";
    for _ in 0..PATIENCE {
        database.db.commit(Write::new().step(Step::new(TOUCH, vec![]))).await.expect("done");
        if database.log_bytes() <= LIMIT {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let left = database.log_bytes();
    assert!(left <= LIMIT, "the log kept {left} of {longest} bytes");
    assert_eq!(count(&database.reader()).await, id);
}
