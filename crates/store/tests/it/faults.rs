//! Lives here: disks that are full or fail: what is answered, that nothing is half stored, that work goes on after.
//! Not here: power loss, which is proven on the whole program.
//!
//! Two of the tests run a second time inside a process of their own, whose files cannot grow: one behind the
//! system's limit on file sizes, one on a small file system. Both work for root and for everybody else.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use store::db::{CommitError, Database, Db, Settings, Step, Write};
use store::testing::TestDatabase;

use crate::support::{Gate, assert_sound, bump, count, hand_over, insert, integer, make_tables, note};

#[tokio::test]
async fn a_full_disk_fails_the_whole_group_and_nothing_is_half_stored() {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db).await;
    database.db.commit(Write::new().step(insert(0, "guarded"))).await.expect("inserted");
    let pages = integer(&database.reader(), "select page_count from pragma_page_count").await;
    let quota = u64::try_from(pages).expect("a count") + 50;
    let database = database.reopen(|settings| settings.max_pages = Some(quota)).await.expect("opens");

    let gate = Gate::close();
    let write =
        |id: i64| Write::new().step(bump(0, id)).step(insert(id, &"x".repeat(64 * 1024))).step(note(id, id));
    let commits = (1..=8).map(|id| hand_over(&database.db, write(id))).collect();
    let (answers, groups) = gate.open(commits).await;
    assert_eq!(groups, 1);
    for answer in answers {
        let Err(CommitError::Unavailable(text)) = answer else { panic!("{answer:?}") };
        assert!(
            text.contains("full") && text.contains("quota") && text.contains("nothing was stored"),
            "{text}"
        );
        assert!(text.contains(&*database.directory().to_string_lossy()), "it names the place: {text}");
    }
    let reader = database.reader();
    assert_eq!(count(&reader).await, 1, "not even the first of the group, for which there was room");
    assert_eq!(crate::support::version(&reader, 0).await, 1);

    // There is room for one of them alone, then for no more, and for one again after a row is gone.
    let mut stored = 0;
    let refused = loop {
        match database.db.commit(write(stored + 1)).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, CommitError::Unavailable(_)), "{refused:?}");
    assert!(stored > 0);
    let delete = [
        Step::new("delete from t_note where id = $1", vec![stored.into()]),
        Step::new("delete from t_seam where id = $1", vec![stored.into()]),
    ];
    database
        .db
        .commit(delete.into_iter().fold(Write::new(), Write::step))
        .await
        .expect("deleting needs no room");
    let again = Write::new().step(insert(99, &"x".repeat(60 * 1024)));
    database.db.commit(again).await.expect("room is found again");
    assert_eq!(count(&reader).await, 1 + stored);
    assert_sound(&database).await;
}

#[test]
fn an_io_error_fails_the_write_and_the_next_one_finds_a_new_connection() {
    // Past its limit a process is killed, unless it ignores the signal; then the write fails.
    let script = "trap '' XFSZ; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().expect("a test knows its program"))
        .args(child("inside_a_limit_on_file_sizes"))
        .env(CHILD, "1")
        .output();
    assert_passed(&output.expect("sh runs"));
}

#[tokio::test]
async fn inside_a_limit_on_file_sizes() {
    if !is_child() {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let own = getrlimit(Resource::Fsize);
    let limit = |bytes: Option<u64>| {
        let limit = Rlimit { current: bytes, maximum: own.maximum };
        setrlimit(Resource::Fsize, limit).expect("a process may limit itself");
    };
    let fail = |log: &Path| limit(Some(log.metadata().expect("a log").len() + 100 * 1024));
    check_failing_disk(directory.path(), fail, || limit(own.current), "failed").await;
}

#[test]
fn a_file_system_without_space_fails_the_write_and_work_goes_on_when_there_is_some() {
    let directory = tempfile::tempdir().expect("a directory");
    // A name space of its own lets anybody mount; the small file system is gone with the process.
    let script = "mount -t tmpfs -o size=8m tmpfs \"$0\" && cd \"$0\" && exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(directory.path())
        .arg(std::env::current_exe().expect("a test knows its program"))
        .args(child("inside_a_small_file_system"))
        .env(CHILD, "1")
        .output();
    assert_passed(&output.expect("unshare (util-linux) runs"));
}

#[tokio::test]
async fn inside_a_small_file_system() {
    if !is_child() {
        return;
    }
    let directory = std::env::current_dir().expect("a directory");
    let ballast = directory.join("ballast");
    // Fills the file system but for some writes; deleting the file makes room.
    let fail = |_: &Path| {
        let free = rustix::fs::statvfs(&directory).expect("a file system");
        let bytes = (free.f_bavail * free.f_frsize).checked_sub(200 * 1024).expect("room for the schema");
        let bytes = usize::try_from(bytes).expect("it is small");
        assert!(bytes < 8 * 1024 * 1024, "this is not the small file system");
        std::fs::write(&ballast, vec![1; bytes]).expect("it fits");
    };
    let mend = || std::fs::remove_file(&ballast).expect("it is there");
    check_failing_disk(&directory, fail, mend, "full").await;
}

/// Writes until the disk fails, mends it, and writes on: everything answered is stored, and nothing else.
async fn check_failing_disk(directory: &Path, fail: impl Fn(&Path), mend: impl Fn(), word: &str) {
    let data = directory.join("data");
    let settings = Settings {
        database: Database::Sqlite { directory: data.clone() },
        // Only the writer touches the files, so only it meets the fault.
        checkpoint_every: Duration::from_secs(3600),
        ..Settings::default()
    };
    let db = Db::open(settings.clone()).await.expect("opens");
    make_tables(&db).await;
    let write = |id: i64| Write::new().step(insert(id, &"x".repeat(20_000))).step(note(id, id));
    db.commit(write(0)).await.expect("a sound disk");
    fail(&data.join("gatilho.db-wal"));
    let mut stored = 1;
    let error = loop {
        assert!(stored < 1000, "the disk was to fail");
        match db.commit(write(stored)).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    let CommitError::Unavailable(text) = error else { panic!("{error:?}") };
    assert!(text.contains(word) && text.contains("nothing was stored"), "{text}");
    assert!(stored > 1, "the first writes were to fit");
    let seen = async |db: &Db| {
        let notes = integer(&db.reader(), "select count(*) from t_note").await;
        (count(&db.reader()).await, notes)
    };
    assert_eq!(seen(&db).await, (stored, stored), "reads go on");
    let again = db.commit(write(stored)).await;
    assert!(matches!(again, Err(CommitError::Unavailable(_))), "it still fails: {again:?}");

    // Below a limit on each file a backup may still fit; on a full disk it cannot, and leaves nothing behind.
    let kept = directory.join("kept");
    let backup = db.backup(&kept).await;
    assert!(backup.is_err() || word != "full", "{backup:?}");
    assert_eq!((kept.exists(), directory.join("kept.partial").exists()), (backup.is_ok(), false));

    mend();
    for id in stored..stored + 5 {
        db.commit(write(id)).await.expect("the disk is sound again");
    }
    assert_eq!(seen(&db).await, (stored + 5, stored + 5));
    db.close().await;
    let db = Db::open(settings).await.expect("opens again");
    assert_eq!(seen(&db).await, (stored + 5, stored + 5));
    let check = crate::support::rows(&db.reader(), "pragma integrity_check", vec![]).await;
    assert_eq!(check[0].text(0), Ok("ok"));
    db.close().await;
}

/// Set for a process that another test began: only there its conditions hold.
const CHILD: &str = "STORE_TEST_CHILD";

#[expect(clippy::disallowed_methods, reason = "how a test's process learns what it is for")]
fn is_child() -> bool {
    std::env::var(CHILD).is_ok()
}

fn child(name: &str) -> [String; 3] {
    let exact = format!("{}::{name}", module_path!().split_once("::").expect("a module of a crate").1);
    [exact, "--exact".into(), "--nocapture".into()]
}

fn assert_passed(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    // A name that no longer exists would pass too, having run nothing.
    assert!(output.status.success() && text.contains("1 passed"), "{}\n{text}\n{errors}", output.status);
}
