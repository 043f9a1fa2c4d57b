//! Lives here: writes that share a transaction: which do, and what one of them can do to the others.
//! Not here: what a single write does (`seam`), full disks (`faults`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use store::db::{CommitError, Step, Write};
use store::testing::{Kind, TestDatabase};

use crate::support::{Gate, bump, count, hand_over, insert, integer, make_tables, note, version};

/// A database with ten rows at version 1.
async fn ten_rows() -> TestDatabase {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db).await;
    let mut write = Write::new();
    (0..10).for_each(|id| write.push(insert(id, "x")));
    database.db.commit(write).await.expect("inserted");
    database
}

#[tokio::test]
async fn what_waits_shares_one_group_and_a_stale_write_is_skipped() {
    let database = ten_rows().await;
    let gate = Gate::close();
    let write = |id: i64, believed: i64| Write::new().step(bump(id, believed)).step(note(id, id));
    let commits = (0..10).map(|id| hand_over(&database.db, write(id, if id == 4 { 9 } else { 1 }))).collect();
    let replays = count_replays();
    let (answers, groups) = gate.open(commits).await;
    for (id, answer) in (0..).zip(answers) {
        assert_eq!(answer.err(), (id == 4).then_some(CommitError::Stale), "{id}");
        assert_eq!(version(&database.reader(), id).await, if id == 4 { 1 } else { 2 }, "{id}");
    }
    assert_eq!(groups, 1);
    assert_eq!(replays.load(Ordering::SeqCst), 0, "a first guard costs the others nothing");
    assert_eq!(integer(&database.reader(), "select count(*) from t_note").await, 9);
}

#[tokio::test]
async fn later_writes_of_a_group_see_earlier_ones() {
    let database = ten_rows().await;
    let gate = Gate::close();
    let commits =
        (1..=5).map(|version| hand_over(&database.db, Write::new().step(bump(0, version)))).collect();
    let (answers, groups) = gate.open(commits).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((groups, version(&database.reader(), 0).await), (1, 6));
}

#[tokio::test]
async fn a_later_guard_is_replayed_and_only_its_own_write_is_stale() {
    let database = ten_rows().await;
    let missed = Write::new().step(bump(4, 1)).step(bump(5, 9)).step(note(4, 4));
    check_replay(&database, missed, &CommitError::Stale).await;
    assert_eq!(version(&database.reader(), 4).await, 1, "its first guard's change is taken back");
}

#[tokio::test]
async fn a_guard_that_changed_a_row_before_it_missed_is_replayed() {
    let database = ten_rows().await;
    let mut step = bump(4, 1);
    step.rows.push(vec![5.into(), 9.into()]);
    check_replay(&database, Write::new().step(step), &CommitError::Stale).await;
    assert_eq!(version(&database.reader(), 4).await, 1);
}

#[tokio::test]
async fn a_conflict_is_replayed_and_only_its_own_write_fails() {
    let database = ten_rows().await;
    let twice = Write::new().step(bump(4, 1)).step(insert(3, "again"));
    check_replay(&database, twice, &CommitError::Conflict("t_seam.id".into())).await;
    assert_eq!(version(&database.reader(), 4).await, 1);
}

#[tokio::test]
async fn a_reference_checked_at_commit_is_replayed_and_only_its_own_write_is_stale() {
    let database = ten_rows().await;
    const TABLE: &str =
        "create table t_late (seam_id bigint references t_seam (id) deferrable initially deferred)";
    database.db.commit(Write::new().step(Step::new(TABLE, vec![]))).await.expect("made");
    let lost =
        Write::new().step(bump(4, 1)).step(Step::new("insert into t_late (seam_id) values (99)", vec![]));
    check_replay(&database, lost, &CommitError::Stale).await;
    assert_eq!(version(&database.reader(), 4).await, 1);
}

/// Puts one bad write between nine good ones.
async fn check_replay(database: &TestDatabase, bad: Write, expected: &CommitError) {
    let gate = Gate::close();
    let good = |id: i64| Write::new().step(bump(id, 1)).step(note(id, id));
    let commits =
        (0..10).map(|id| hand_over(&database.db, if id == 4 { bad.clone() } else { good(id) })).collect();
    let replays = count_replays();
    let (answers, groups) = gate.open(commits).await;
    for (id, answer) in (0..).zip(answers) {
        assert_eq!(answer.err().as_ref(), (id == 4).then_some(expected), "{id}");
        assert_eq!(version(&database.reader(), id).await, if id == 4 { 1 } else { 2 }, "{id}");
    }
    assert_eq!((groups, replays.load(Ordering::SeqCst)), (1, 9), "between ten writes there are nine places");
    assert_eq!(integer(&database.reader(), "select count(*) from t_note").await, 9);
}

fn count_replays() -> Arc<AtomicUsize> {
    let replays = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&replays);
    let count = move || {
        seen.fetch_add(1, Ordering::SeqCst);
    };
    fail::cfg_callback("store::replay", count).expect("the failpoint is set");
    replays
}

#[tokio::test]
async fn a_group_has_so_many_writes_and_no_more() {
    let database = TestDatabase::with(Kind::Sqlite, |settings| settings.group_writes = 8).await;
    make_tables(&database.db).await;
    let gate = Gate::close();
    let commits = (0..64).map(|id| hand_over(&database.db, Write::new().step(insert(id, "x")))).collect();
    let (answers, groups) = gate.open(commits).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((groups, count(&database.reader()).await), (8, 64));
}

#[tokio::test]
async fn a_group_weighs_so_much_and_no_more() {
    let database = TestDatabase::with(Kind::Sqlite, |settings| settings.group_bytes = 1000).await;
    make_tables(&database.db).await;
    let gate = Gate::close();
    // About 440 bytes each: two fit. The fifth fits nowhere and goes alone.
    let sizes = [400, 400, 400, 400, 5000, 400];
    let commits = (0..)
        .zip(sizes)
        .map(|(id, size)| hand_over(&database.db, Write::new().step(insert(id, &"x".repeat(size)))))
        .collect();
    let (answers, groups) = gate.open(commits).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((groups, count(&database.reader()).await), (4, 6));
}

#[tokio::test]
async fn a_dropped_call_does_not_take_its_write_back() {
    let database = ten_rows().await;
    let gate = Gate::close();
    drop(hand_over(&database.db, Write::new().step(bump(0, 1))));
    let waiting = vec![hand_over(&database.db, Write::new().step(bump(1, 1)))];
    let (answers, _) = gate.open(waiting).await;
    assert!(answers[0].is_ok(), "{answers:?}");
    assert_eq!(version(&database.reader(), 0).await, 2);
}

#[tokio::test]
async fn when_the_writer_dies_nobody_is_told_that_nothing_was_stored() {
    let database = ten_rows().await;
    let scenario = fail::FailScenario::setup();
    fail::cfg("store::group", "panic").expect("the failpoint is set");
    assert_eq!(database.db.commit(Write::new().step(bump(0, 1))).await, Err(CommitError::Unknown));
    scenario.teardown();
    let answer = database.db.commit(Write::new().step(bump(0, 1))).await;
    assert!(matches!(answer, Err(CommitError::Unavailable(_) | CommitError::Unknown)), "{answer:?}");
    assert_eq!(version(&database.reader(), 0).await, 1, "reads go on");
}
