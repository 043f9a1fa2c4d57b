//! Lives here: looking at a database, and copying it, beside the process that owns it and without one.
//! Not here: backups by the owner (`backup`).

use std::fs;
use std::time::Duration;

use model::time::Timestamp;
use store::db::{
    BackupError, Database, Db, Inspection, OpenError, Query, ReadError, Settings, Soundness, Step, Write,
    backup_directory, is_in_use,
};
use store::overview::{self, Overview};
use store::testing::TestDatabase;

use crate::support::{count, insert, make_tables};

const LONG: Duration = Duration::from_secs(30);

fn directory(database: &TestDatabase) -> &std::path::Path {
    let Database::Sqlite { directory } = &database.settings().database else { panic!("it has no directory") };
    directory
}

#[tokio::test]
async fn whoever_looks_sees_what_is_committed_and_changes_nothing() {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db).await;
    database.db.commit(Write::new().step(insert(1, "x"))).await.expect("inserted");
    let seen = Inspection::open(directory(&database)).expect("opens").expect("there is one");
    let rows = seen.rows(&Query::new("select count(*) from t_seam", vec![]), LONG).expect("read");
    assert_eq!(rows[0].integer(0), Ok(1));
    let refused = seen.rows(&Query::new("delete from t_seam", vec![]), LONG);
    assert!(matches!(refused, Err(ReadError::Faulty(_))), "{refused:?}");
    assert_eq!(count(&database.reader()).await, 1);
    assert_eq!(seen.soundness(LONG), Ok(Soundness::Sound));
    let sizes = seen.sizes().expect("read");
    assert!(sizes.used > 4096 && sizes.log > 0, "{sizes:?}");
    let schema = seen.schema().expect("read");
    assert!(schema.found == schema.known && schema.found > 0 && schema.diverged.is_none(), "{schema:?}");
}

#[tokio::test]
async fn the_lock_is_seen_and_not_taken() {
    let database = TestDatabase::sqlite().await;
    let data = directory(&database).to_owned();
    assert!(is_in_use(&data).expect("asked"));
    let TestDatabase { db, .. } = database;
    db.close().await;
    let lonely = tempfile::tempdir().expect("a directory");
    assert!(!is_in_use(lonely.path()).expect("asked"));
    assert_eq!(fs::read_dir(lonely.path()).expect("listed").count(), 0, "nothing was made");
    let held = Db::open(Settings::sqlite(lonely.path())).await.expect("opens");
    assert!(is_in_use(lonely.path()).expect("asked"));
    held.close().await;
    assert!(!is_in_use(lonely.path()).expect("asked"));
}

#[tokio::test]
async fn where_there_is_no_database_none_is_made() {
    let empty = tempfile::tempdir().expect("a directory");
    assert!(Inspection::open(empty.path()).expect("asked").is_none());
    let to = empty.path().join("copy");
    assert_eq!(backup_directory(empty.path(), &to), Err(BackupError::Missing(empty.path().to_owned())),);
    assert_eq!(fs::read_dir(empty.path()).expect("listed").count(), 0);
}

#[tokio::test]
async fn other_versions_are_told_apart() {
    let database = TestDatabase::sqlite().await;
    let seen = Inspection::open(directory(&database)).expect("opens").expect("there is one");
    const NEWER: &str = "insert into refinery_schema_history (version, name, applied_on, checksum) \
                         values (9999, 'later', '2030-01-01T00:00:00Z', '1')";
    database.db.commit(Write::new().step(Step::new(NEWER, vec![]))).await.expect("written");
    let schema = seen.schema().expect("read");
    assert!(schema.found == 9999 && schema.known < 9999 && schema.diverged.is_none(), "{schema:?}");
    const OTHER: &str = "update refinery_schema_history set checksum = '1' where version = 1";
    database.db.commit(Write::new().step(Step::new(OTHER, vec![]))).await.expect("written");
    assert_eq!(seen.schema().expect("read").diverged, Some(1));
}

#[tokio::test]
async fn damage_is_told_and_no_backup_is_made_of_it() {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db).await;
    for id in 0..200 {
        database.db.commit(Write::new().step(insert(id, &"x".repeat(4000)))).await.expect("inserted");
    }
    let data = directory(&database).to_owned();
    database.db.clone().close().await;
    let file = data.join("gatilho.db");
    let mut bytes = fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 20_000].fill(0xaa);
    fs::write(&file, bytes).expect("written");
    let seen = Inspection::open(&data).expect("opens").expect("there is one");
    let found = seen.soundness(LONG).expect("looked");
    assert!(matches!(&found, Soundness::Damaged(lines) if !lines.is_empty()), "{found:?}");
    let to = database.directory().join("copy");
    let refused = backup_directory(&data, &to);
    assert!(matches!(refused, Err(BackupError::Unsound(_))), "{refused:?}");
    let left: Vec<_> = fs::read_dir(database.directory()).expect("listed").flatten().collect();
    assert_eq!(left.len(), 1, "only the data directory: {left:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_cannot_be_looked_at() {
    let data = tempfile::tempdir().expect("a directory");
    fs::write(data.path().join("gatilho.db"), "not a database ".repeat(100)).expect("written");
    let told = match Inspection::open(data.path()) {
        Ok(seen) => seen.expect("there is a file").schema().err().map(|error| error.to_string()),
        Err(OpenError::Database(text)) => Some(text),
        Err(other) => Some(format!("{other:?}")),
    };
    assert!(told.as_deref().is_some_and(|text| text.contains("not a database")), "{told:?}");
}

#[tokio::test]
async fn a_look_at_everything_ends_in_time() {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db).await;
    for id in 0..300 {
        database.db.commit(Write::new().step(insert(id, &"x".repeat(4000)))).await.expect("inserted");
    }
    let seen = Inspection::open(directory(&database)).expect("opens").expect("there is one");
    assert_eq!(seen.soundness(Duration::ZERO), Ok(Soundness::Unfinished));
    let endless = "with recursive n (x) as (select 1 union all select x + 1 from n) select count(*) from n";
    let ended = seen.rows(&Query::new(endless, vec![]), Duration::from_millis(20));
    assert_eq!(ended, Err(ReadError::TooSlow));
}

#[tokio::test]
async fn a_backup_needs_no_owner_and_no_odd_name_harms_it() {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db).await;
    database.db.commit(Write::new().step(insert(1, "x"))).await.expect("inserted");
    let data = directory(&database).to_owned();
    let kept = database.directory().join("50% of what? #1");
    fs::create_dir(&kept).expect("a directory");
    backup_directory(&data, &kept.join("while used")).expect("backed up");
    database.db.clone().close().await;
    backup_directory(&data, &kept.join("gatilho.db")).expect("backed up");
    let mut names: Vec<_> =
        fs::read_dir(&kept).expect("listed").flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["gatilho.db", "while used"]);
    let copy = Db::open(Settings::sqlite(&kept)).await.expect("a backup is a database");
    assert_eq!(count(&copy.reader()).await, 1);
    copy.close().await;
}

#[tokio::test]
async fn the_overview_of_an_empty_database_is_empty() {
    let database = TestDatabase::sqlite().await;
    let seen = Inspection::open(directory(&database)).expect("opens").expect("there is one");
    let overview = overview::read(&seen, Timestamp(1_767_323_045_000)).expect("read");
    let nothing = Overview {
        waiting: 0,
        held: 0,
        failed: 0,
        failing: Vec::new(),
        unread_notices: 0,
        changes_a_day: 0,
        changes: Some(0),
    };
    assert_eq!(overview, nothing);
}

#[tokio::test]
async fn the_overview_counts_changes_of_the_last_day() {
    let database = TestDatabase::sqlite().await;
    let now = Timestamp(1_767_323_045_000);
    const CHANGE: &str =
        "insert into changes (change_id, domain_id, ticket_number, ticket_version, at_ms, data)
        values ($1, 1, 1, $1, $2, '{}')";
    let at = |id: i64, ms: i64| vec![id.into(), ms.into()];
    let old = (1..=5).map(|id| at(id, now.0 - 3 * 86_400_000)).collect();
    let recent = (6..=8).map(|id| at(id, now.0 - 1000)).collect();
    let write = Write::new().step(Step::many(CHANGE, old)).step(Step::many(CHANGE, recent));
    database.db.commit(write).await.expect("written");
    let seen = Inspection::open(directory(&database)).expect("opens").expect("there is one");
    let overview = overview::read(&seen, now).expect("read");
    assert_eq!((overview.changes_a_day, overview.changes), (3, Some(8)));

    // 20 000 in the last hour: the newest 10 000 fill half of it, which makes 480 000 a day.
    for slice in 0..40 {
        let ids = (0..500).map(|n| 100 + slice * 500 + n);
        let rows = ids.map(|id| at(id, now.0 - 3_600_000 + (id - 100) * 180)).collect();
        database.db.commit(Write::new().step(Step::many(CHANGE, rows))).await.expect("written");
    }
    let overview = overview::read(&seen, now).expect("read");
    assert!((479_000..481_000).contains(&overview.changes_a_day), "{overview:?}");
}
