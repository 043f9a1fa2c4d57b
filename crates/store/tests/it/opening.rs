//! Lives here: opening and closing a database: the lock, the version, the directory, and what survives.
//! Not here: what migrations contain.

use std::fs;
use std::time::Duration;

use store::db::{CommitError, Db, OpenError, Query, ReadError, Settings, Step, Write};
use store::testing::TestDatabase;

use crate::support::{Gate, count, hand_over, insert, make_tables};

#[tokio::test]
async fn a_directory_belongs_to_one_at_a_time() {
    let database = TestDatabase::sqlite().await;
    let second = Db::open(database.settings().clone()).await.expect_err("it is taken");
    assert!(matches!(second, OpenError::Locked { .. }), "{second:?}");
    assert!(second.to_string().contains("another gatilho process uses"), "{second}");
    database.reopen(|_| ()).await.expect("it is free once it is closed");
}

#[tokio::test]
async fn a_directory_is_free_when_the_last_handle_is_gone() {
    let TestDatabase { db, .. } = TestDatabase::sqlite().await;
    let directory = tempfile::tempdir().expect("a directory");
    let settings = Settings::sqlite(directory.path().join("made/when/missing"));
    drop(db);
    let db = Db::open(settings.clone()).await.expect("opens");
    make_tables(&db).await;
    db.commit(Write::new().step(insert(1, "x"))).await.expect("inserted");
    drop((db.clone(), db));
    // Nobody waits for the threads of a dropped handle, so they need a moment.
    let mut opened = Db::open(settings.clone()).await;
    for _ in 0..3000 {
        if opened.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        opened = Db::open(settings.clone()).await;
    }
    let db = opened.expect("the lock was let go");
    assert_eq!(count(&db.reader()).await, 1);
    db.close().await;
}

#[tokio::test]
async fn closing_drains_what_waits_and_refuses_what_comes_after() {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db).await;
    let gate = Gate::close();
    let commits: Vec<_> =
        (0..100).map(|id| hand_over(&database.db, Write::new().step(insert(id, "x")))).collect();
    let closing = tokio::spawn(database.db.clone().close());
    let (answers, _) = gate.open(commits).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    closing.await.expect("no panic");
    let late = database.db.commit(Write::new().step(insert(200, "x"))).await;
    assert!(matches!(late, Err(CommitError::Unavailable(_))), "{late:?}");
    let read = database.reader().rows(Query::new("select 1", vec![])).await;
    assert!(matches!(read, Err(ReadError::Unavailable(_))), "{read:?}");
    assert_eq!(database.log_bytes(), 0, "the log was copied and is gone");
    let database = database.reopen(|_| ()).await.expect("opens again");
    assert_eq!(count(&database.reader()).await, 100);
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_alone() {
    let database = TestDatabase::sqlite().await;
    const NEWER: &str = "insert into refinery_schema_history (version, name, applied_on, checksum) \
                         values (9999, 'later', '2030-01-01T00:00:00Z', '1')";
    database.db.commit(Write::new().step(Step::new(NEWER, vec![]))).await.expect("written");
    let error = database.reopen(|_| ()).await.expect_err("refused");
    assert!(matches!(error, OpenError::Newer { found: 9999, known } if known >= 1), "{error:?}");
    assert!(error.to_string().contains("install the newer gatilho"), "{error}");
}

#[tokio::test]
async fn a_database_of_another_build_is_refused() {
    let database = TestDatabase::sqlite().await;
    const OTHER: &str = "update refinery_schema_history set checksum = '1' where version = 1";
    database.db.commit(Write::new().step(Step::new(OTHER, vec![]))).await.expect("written");
    let error = database.reopen(|_| ()).await.expect_err("refused");
    assert!(matches!(error, OpenError::Diverged(_)), "{error:?}");
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    fs::write(&file, "in the way").expect("written");
    // Neither can be written by anybody, root included.
    for place in [file.join("data"), "/proc/self".into()] {
        let error = Db::open(Settings::sqlite(&place)).await.expect_err("refused");
        assert!(matches!(error, OpenError::Directory { .. }), "{error:?}");
        assert!(error.to_string().contains(&*place.to_string_lossy()), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_kept() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("gatilho.db");
    let content = "not a database, but dear to somebody ".repeat(100);
    fs::write(&file, &content).expect("written");
    let error = Db::open(Settings::sqlite(directory.path())).await.expect_err("refused");
    assert!(matches!(&error, OpenError::Database(text) if text.contains("not a database")), "{error:?}");
    assert_eq!(fs::read_to_string(&file).expect("it is there"), content);
}

#[tokio::test]
async fn only_the_user_may_look_into_the_directory() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    Db::open(Settings::sqlite(&data)).await.expect("opens").close().await;
    let mode = data.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}
