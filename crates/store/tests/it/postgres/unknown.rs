//! Lives here: connections that are lost while a commit is on its way: nobody is told what is not known, and the same
//! write with the same ids finds out.
//! Not here: connections that are lost before (`faults`).

use store::db::{CommitError, Write};

use super::proxy::{Cut, Proxy};
use crate::support::{bump, count, insert, make_tables, note, version};

/// Rows that refer to each other, so that the write is merged, guarded and ordered.
fn write() -> Write {
    Write::new().step(bump(1, 1)).step(insert(2, "x")).step(note(2, 2))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_did_not_arrive_is_unknown_and_the_same_write_does_it() {
    let (database, proxy) = Proxy::database(|_| ()).await;
    make_tables(&database.db).await;
    database.db.commit(Write::new().step(insert(1, "x"))).await.expect("inserted");
    proxy.cut(Cut::BeforeCommit);
    assert_eq!(database.db.commit(write()).await, Err(CommitError::Unknown));
    assert_eq!((version(&database.reader(), 1).await, count(&database.reader()).await), (1, 1));
    database.db.commit(write()).await.expect("nothing had been stored");
    assert_eq!((version(&database.reader(), 1).await, count(&database.reader()).await), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_was_lost_is_unknown_and_the_same_write_finds_it_done() {
    let (database, proxy) = Proxy::database(|_| ()).await;
    make_tables(&database.db).await;
    database.db.commit(Write::new().step(insert(1, "x"))).await.expect("inserted");
    proxy.cut(Cut::AfterCommit);
    assert_eq!(database.db.commit(write()).await, Err(CommitError::Unknown));
    assert_eq!((version(&database.reader(), 1).await, count(&database.reader()).await), (2, 2));
    // A consumed version, or a key that is taken: both say that it was done.
    assert_eq!(database.db.commit(write()).await, Err(CommitError::Stale));
    let again = database.db.commit(Write::new().step(insert(2, "x"))).await;
    assert_eq!(again, Err(CommitError::Conflict("t_seam_pkey".into())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_makes_what_it_uses_is_unknown_too() {
    use store::db::Step;
    let (database, proxy) = Proxy::database(|_| ()).await;
    const TABLE: &str = "create table t_late (id bigint primary key)";
    let write = || {
        Write::new()
            .step(Step::new(TABLE, vec![]))
            .step(Step::new("insert into t_late (id) values ($1)", vec![1.into()]))
    };
    proxy.cut(Cut::BeforeCommit);
    assert_eq!(database.db.commit(write()).await, Err(CommitError::Unknown));
    database.db.commit(write()).await.expect("nothing had been stored");
}
