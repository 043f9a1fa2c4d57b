//! Lives here: a server that is away, ends connections, may not be written or is slow: what is answered, and that work
//! goes on by itself after.
//! Not here: commits whose outcome is not known (`unknown`).

use std::time::Duration;

use store::db::{CommitError, Db, OpenError, ReadError, Settings, Step, Write};
use store::testing::{Kind, TestDatabase};
use tokio::time::Instant;

use super::proxy::{Cut, Proxy};
use crate::support::{bump, count, hand_over, insert, make_tables, version};

const OTHERS: &str = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

fn slow(tenths: i64) -> Write {
    const SQL: &str =
        "update t_seam set version = version + 1 where id = $1 and pg_sleep($2::bigint / 10.0)::text = ''";
    Write::new().step(Step::new(SQL, vec![1.into(), tenths.into()]))
}

async fn one_row(change: impl FnOnce(&mut Settings)) -> TestDatabase {
    let database = TestDatabase::with(Kind::Postgres, change).await;
    make_tables(&database.db).await;
    database.db.commit(Write::new().step(insert(1, "x"))).await.expect("inserted");
    assert_eq!(count(&database.reader()).await, 1);
    database
}

/// Ends every connection of the product.
async fn end_all(database: &TestDatabase) {
    database.ask(&format!("select pg_terminate_backend(pid) {OTHERS}")).await;
}

/// Waits until the slow write runs on the server.
async fn begun(database: &TestDatabase) {
    let sql = format!("select count(*) {OTHERS} and state = 'active' and wait_event = 'PgSleep'");
    while database.ask(&sql).await != [["1"]] {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_were_ended_while_nothing_ran_are_not_noticed_by_anybody() {
    let database = one_row(|_| ()).await;
    for before in 1..4 {
        end_all(&database).await;
        database.db.commit(Write::new().step(bump(1, before))).await.expect("over a new connection");
        end_all(&database).await;
        assert_eq!(version(&database.reader(), 1).await, before + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_was_ended_before_its_commit_is_sent_again() {
    let database = one_row(|_| ()).await;
    let db = database.db.clone();
    let writing = tokio::spawn(async move { db.commit(slow(5)).await });
    begun(&database).await;
    end_all(&database).await;
    writing.await.expect("no panic").expect("it was done over a new connection");
    assert_eq!(version(&database.reader(), 1).await, 2, "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_was_ended_and_has_no_time_left_was_not_stored() {
    let database = one_row(|settings| settings.connect_within = Duration::from_millis(1)).await;
    let db = database.db.clone();
    let writing = tokio::spawn(async move { db.commit(slow(50)).await });
    begun(&database).await;
    end_all(&database).await;
    let Err(CommitError::Unavailable(text)) = writing.await.expect("no panic") else {
        panic!("it was answered")
    };
    assert!(text.contains("nothing was stored") && text.contains("look whether the server runs"), "{text}");
    assert_eq!(version(&database.reader(), 1).await, 1);
    database.db.commit(Write::new().step(bump(1, 1))).await.expect("it works again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_may_not_be_written_says_so_and_reads_go_on() {
    let database = one_row(|settings| settings.connect_within = Duration::from_millis(300)).await;
    let set = "do $$ begin execute 'alter database ' || current_database() || ' set default_transaction_read_only = on';
        end $$";
    database.command(set).await;
    end_all(&database).await;
    let Err(CommitError::Unavailable(text)) = database.db.commit(Write::new().step(bump(1, 1))).await else {
        panic!("it was written")
    };
    assert!(
        text.contains("target_session_attrs=read-write") && text.contains("nothing was stored"),
        "{text}"
    );
    assert_eq!(version(&database.reader(), 1).await, 1);
    let reset = "begin read write;
        do $$ begin execute 'alter database ' || current_database() || ' reset default_transaction_read_only'; end $$;
        commit";
    database.command(reset).await;
    database.db.commit(Write::new().step(bump(1, 1))).await.expect("it may be written again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_of_the_server_is_told_and_nothing_is_half_stored() {
    let database = one_row(|_| ()).await;
    // The server's own error, raised where it would be: at the second statement of the write.
    let full = "create function full_disk() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
        create trigger full_disk before insert on t_seam for each row execute function full_disk()";
    database.command(full).await;
    let write = || Write::new().step(bump(1, 1)).step(insert(2, "x"));
    let Err(CommitError::Unavailable(text)) = database.db.commit(write()).await else {
        panic!("it was written")
    };
    assert!(text.contains("free space on the database server's disk"), "{text}");
    assert_eq!((version(&database.reader(), 1).await, count(&database.reader()).await), (1, 1));
    database.command("drop trigger full_disk on t_seam").await;
    database.db.commit(write()).await.expect("there is room again");
    assert_eq!((version(&database.reader(), 1).await, count(&database.reader()).await), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_takes_too_long_is_ended_and_was_not_stored() {
    let database = one_row(|settings| settings.write_limit = Duration::from_millis(200)).await;
    let Err(CommitError::Unavailable(text)) = database.db.commit(slow(50)).await else {
        panic!("it was written")
    };
    assert!(text.contains("pg_stat_activity"), "{text}");
    assert_eq!(version(&database.reader(), 1).await, 1);
    database.db.commit(Write::new().step(bump(1, 1))).await.expect("the next one is not harmed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_waits_for_ever_while_the_server_is_away() {
    let (database, proxy) =
        Proxy::database(|settings| settings.connect_within = Duration::from_millis(300)).await;
    make_tables(&database.db).await;
    proxy.cut(Cut::Always);
    let began = Instant::now();
    let write = database.db.commit(Write::new().step(insert(1, "x"))).await;
    assert!(matches!(write, Err(CommitError::Unavailable(_))), "{write:?}");
    let read = database.reader().rows(store::db::Query::new("select 1", vec![])).await;
    assert!(matches!(read, Err(ReadError::Unavailable(_))), "{read:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    proxy.cut(Cut::Never);
    database.db.commit(Write::new().step(insert(1, "x"))).await.expect("it is back");
    assert_eq!(count(&database.reader()).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_says_nothing_keeps_nobody_from_the_next() {
    let database = TestDatabase::postgres().await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let place = silent.local_addr().expect("an address");
    let url = database.url().replace("postgres@", &format!("postgres@{place},"));
    let settings = Settings::postgres(format!("{url}?target_session_attrs=read-write&connect_timeout=1"));
    let db = Db::open(settings).await.expect("the second host answers");
    make_tables(&db).await;
    db.commit(Write::new().step(insert(1, "x"))).await.expect("inserted");
    assert_eq!(count(&db.reader()).await, 1);
    db.close().await;
    drop(silent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_writes_wait_and_no_more() {
    let (database, proxy) = Proxy::database(|settings| {
        settings.connect_within = Duration::from_secs(2);
        settings.writers = 1;
        settings.group_writes = 1;
    })
    .await;
    make_tables(&database.db).await;
    proxy.cut(Cut::Always);
    let write = |id: i64| Write::new().step(insert(id, "x"));
    let waiting: Vec<_> = (0..10_000).map(|id| hand_over(&database.db, write(id))).collect();
    // One of them may be in the writer's hand.
    let (one, other) = (database.db.commit(write(10_001)), database.db.commit(write(10_002)));
    let refused = tokio::select! { answer = one => answer, answer = other => answer };
    let Err(CommitError::Unavailable(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("too many writes are waiting"), "{text}");
    proxy.cut(Cut::Never);
    drop(waiting);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_at_the_same_time_make_one_schema() {
    let database = TestDatabase::postgres().await;
    database.command("drop schema public cascade; create schema public").await;
    let open = || Db::open(database.settings().clone());
    let opened = tokio::join!(open(), open(), open());
    for db in [opened.0, opened.1, opened.2] {
        db.expect("opens").close().await;
    }
    assert_eq!(database.ask("select count(*) from refinery_schema_history").await, [["1"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_another_version_is_refused_and_left_alone() {
    let database = TestDatabase::postgres().await;
    let newer = "insert into refinery_schema_history (version, name, applied_on, checksum)
        values (9999, 'later', '2030-01-01T00:00:00Z', '1')";
    database.command(newer).await;
    let error = Db::open(database.settings().clone()).await.expect_err("refused");
    assert!(matches!(error, OpenError::Newer { found: 9999, known } if known >= 1), "{error:?}");
    database.command("delete from refinery_schema_history where version = 9999").await;
    database.command("update refinery_schema_history set checksum = '1' where version = 1").await;
    let error = Db::open(database.settings().clone()).await.expect_err("refused");
    assert!(matches!(error, OpenError::Diverged(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_opened_is_named_without_its_password() {
    let database = TestDatabase::postgres().await;
    let url = database.url().replace("//postgres@", "//postgres:s3cret@");
    let missing = format!("{}_missing", url);
    for (url, wanted) in [
        (missing.as_str(), "create database"),
        ("postgres://me:s3cret@127.0.0.1:1/desk", "postgres://127.0.0.1:1/desk"),
        ("postgres://me:s3cret@127.0.0.1:x/desk", "postgres://user:password@host"),
        ("/var/lib/gatilho", "postgres://user:password@host"),
    ] {
        let settings = Settings::postgres(url);
        let told = format!("{settings:?} {}", Db::open(settings.clone()).await.expect_err("refused"));
        assert!(told.contains(wanted) && !told.contains("s3cret"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_drains_what_waits_and_refuses_what_comes_after() {
    let database = TestDatabase::postgres().await;
    make_tables(&database.db).await;
    let commits: Vec<_> =
        (0..100).map(|id| hand_over(&database.db, Write::new().step(insert(id, "x")))).collect();
    database.db.clone().close().await;
    for commit in commits {
        commit.await.expect("it was handed over before");
    }
    let late = database.db.commit(Write::new().step(insert(200, "x"))).await;
    assert!(matches!(late, Err(CommitError::Unavailable(_))), "{late:?}");
    let read = database.reader().rows(store::db::Query::new("select 1", vec![])).await;
    assert!(matches!(read, Err(ReadError::Unavailable(_))), "{read:?}");
    let database = database.reopen(|_| ()).await.expect("opens again");
    assert_eq!(count(&database.reader()).await, 100);
}
