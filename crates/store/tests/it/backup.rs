//! Lives here: that a backup made at work is whole, of one moment, and a database again.
//! Not here: when backups are made.

use std::fs;

use store::db::{BackupError, Db, Settings, Write};
use store::testing::TestDatabase;

use crate::support::{count, insert, integer, make_tables, note, rows};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_writing_is_a_whole_database_of_one_moment() {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db).await;
    let write = |id: i64| Write::new().step(insert(id, &"x".repeat(4000))).step(note(id, id));
    for id in 0..500 {
        database.db.commit(write(id)).await.expect("inserted");
    }
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let db = database.db.clone();
    let writing = tokio::spawn(async move {
        let mut id = 500;
        while stopped.try_recv().is_err() {
            db.commit(write(id)).await.expect("inserted");
            id += 1;
        }
        id
    });
    let kept = database.directory().join("kept");
    fs::create_dir(&kept).expect("a directory");
    database.db.backup(&kept.join("gatilho.db")).await.expect("backed up");
    let during = count(&database.reader()).await;
    stop.send(()).expect("it still writes");
    let written = writing.await.expect("no panic");

    let names: Vec<_> =
        fs::read_dir(&kept).expect("listed").map(|entry| entry.expect("read").file_name()).collect();
    assert_eq!(names, ["gatilho.db"], "nothing but the backup is left");
    let copy = Db::open(Settings::sqlite(&kept)).await.expect("a backup is a database");
    let reader = copy.reader();
    assert_eq!(rows(&reader, "pragma integrity_check", vec![]).await[0].text(0), Ok("ok"));
    let copied = count(&reader).await;
    assert!((500..=during).contains(&copied), "{copied} of {during}, in the end {written}");
    assert_eq!(integer(&reader, "select count(*) from t_note").await, copied, "no write is half in it");
    assert_eq!(integer(&reader, "select max(id) + 1 from t_seam").await, copied, "and none is left out");
    copy.close().await;
    assert_eq!(count(&database.reader()).await, written);
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_leaves_nothing_half_done() {
    let database = TestDatabase::sqlite().await;
    let taken = database.directory().join("taken");
    fs::write(&taken, "dear to somebody").expect("written");
    assert_eq!(database.db.backup(&taken).await, Err(BackupError::Exists(taken.clone())));
    assert_eq!(fs::read_to_string(&taken).expect("it is there"), "dear to somebody");

    let nowhere = database.directory().join("missing/backup");
    let error = database.db.backup(&nowhere).await.expect_err("there is no such directory");
    assert!(matches!(error, BackupError::Failed { .. }), "{error:?}");

    let closed = database.db.clone();
    closed.clone().close().await;
    let late = database.directory().join("late");
    assert_eq!(closed.backup(&late).await, Err(BackupError::Closed));
    assert!(!late.exists());
}
