//! Lives here: writes that share a transaction on PostgreSQL: what one of them can do to the others.
//! Not here: what a single write does (`seam`), connections (`faults`).

use store::db::{CommitError, Step, Write};
use store::testing::{Kind, TestDatabase};

use crate::support::{Gate, bump, count, hand_over, insert, integer, make_tables, note, version};

/// A database with one writer and ten rows at version 1.
async fn ten_rows() -> TestDatabase {
    let database = TestDatabase::with(Kind::Postgres, |settings| settings.writers = 1).await;
    make_tables(&database.db).await;
    let mut write = Write::new();
    (0..10).for_each(|id| write.push(insert(id, "x")));
    database.db.commit(write).await.expect("inserted");
    database
}

/// Puts one bad write between nine good ones.
async fn check_replay(database: &TestDatabase, bad: Write, expected: &CommitError) {
    let gate = Gate::close();
    let good = |id: i64| Write::new().step(bump(id, 1)).step(note(id, id));
    let commits =
        (0..10).map(|id| hand_over(&database.db, if id == 4 { bad.clone() } else { good(id) })).collect();
    let (answers, groups) = gate.open(commits).await;
    for (id, answer) in (0..).zip(answers) {
        assert_eq!(answer.err().as_ref(), (id == 4).then_some(expected), "{id}");
        assert_eq!(version(&database.reader(), id).await, if id == 4 { 1 } else { 2 }, "{id}");
    }
    assert_eq!(groups, 1);
    assert_eq!(integer(&database.reader(), "select count(*) from t_note").await, 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_one_transaction() {
    let database = ten_rows().await;
    let gate = Gate::close();
    let write = |id: i64| Write::new().step(bump(id, 1)).step(note(id, id));
    let commits = (0..10).map(|id| hand_over(&database.db, write(id))).collect();
    let (answers, groups) = gate.open(commits).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(groups, 1);
    let written = "select count(distinct xmin::text) from (select xmin from t_seam union all select xmin from t_note) as w";
    assert_eq!(database.ask(written).await, [["1"]]);
    let mut kept = database.ask("select id from t_note order by ctid").await.concat();
    kept.sort();
    assert_eq!(kept.len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guard_that_misses_fails_its_own_write_and_no_neighbour() {
    let database = ten_rows().await;
    check_replay(&database, Write::new().step(bump(4, 9)).step(note(4, 4)), &CommitError::Stale).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_guard_that_misses_takes_its_own_write_back() {
    let database = ten_rows().await;
    let missed = Write::new().step(bump(4, 1)).step(bump(5, 9)).step(note(4, 4));
    check_replay(&database, missed, &CommitError::Stale).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guard_of_two_rows_for_one_and_none_for_another_misses() {
    // Two rows of one body, none of another: the number of changed rows alone would be right.
    const SQL: &str = "update t_seam set version = 2 where body = $1";
    let database = ten_rows().await;
    database
        .command("update t_seam set body = case when id < 2 then 'two' else 'one' end where id < 3")
        .await;
    let gate = Gate::close();
    let write = |body: &str| Write::new().step(Step::guarded(SQL, vec![body.into()]));
    let commits = ["two", "none", "one"].map(|body| hand_over(&database.db, write(body)));
    let (answers, _) = gate.open(commits.into()).await;
    let told: Vec<_> = answers.into_iter().map(|answer| answer.err()).collect();
    assert_eq!(told, [Some(CommitError::Stale), Some(CommitError::Stale), None]);
    assert_eq!((version(&database.reader(), 0).await, version(&database.reader(), 2).await), (1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conflict_fails_its_own_write_and_no_neighbour() {
    let database = ten_rows().await;
    let twice = Write::new().step(bump(4, 1)).step(insert(3, "again"));
    check_replay(&database, twice, &CommitError::Conflict("t_seam_pkey".into())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_insert_that_conflicts_fails_only_the_later_of_the_two() {
    let database = ten_rows().await;
    let gate = Gate::close();
    let commits = [20, 21, 20, 22].map(|id| hand_over(&database.db, Write::new().step(insert(id, "new"))));
    let (answers, groups) = gate.open(commits.into()).await;
    let told: Vec<_> = answers.into_iter().map(|answer| answer.err()).collect();
    assert_eq!(told, [None, None, Some(CommitError::Conflict("t_seam_pkey".into())), None]);
    assert_eq!((groups, count(&database.reader()).await), (1, 13));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reference_checked_at_commit_is_stale_for_its_own_write() {
    let database = ten_rows().await;
    const TABLE: &str =
        "create table t_late (seam_id bigint references t_seam (id) deferrable initially deferred)";
    database.db.commit(Write::new().step(Step::new(TABLE, vec![]))).await.expect("made");
    let lost =
        Write::new().step(bump(4, 1)).step(Step::new("insert into t_late (seam_id) values (99)", vec![]));
    check_replay(&database, lost, &CommitError::Stale).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_faulty_write_goes_alone() {
    let database = ten_rows().await;
    let faulty = Write::new().step(bump(4, 1)).step(Step::new("update t_seam set nonsense = 1", vec![]));
    let gate = Gate::close();
    let commits = [faulty, Write::new().step(bump(5, 1))].map(|write| hand_over(&database.db, write));
    let (answers, _) = gate.open(commits.into()).await;
    assert!(matches!(answers[0], Err(CommitError::Faulty(_))), "{answers:?}");
    assert!(answers[1].is_ok(), "{answers:?}");
    assert_eq!(version(&database.reader(), 4).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn later_writes_of_a_group_see_earlier_ones_and_keep_their_order() {
    let database = ten_rows().await;
    let gate = Gate::close();
    let commits =
        (1..=5).map(|version| hand_over(&database.db, Write::new().step(bump(0, version)))).collect();
    let (answers, groups) = gate.open(commits).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((groups, version(&database.reader(), 0).await), (1, 6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_write_of_a_group_gets_its_own_rows() {
    let database = ten_rows().await;
    const RAISE: &str = "update t_seam set version = version + $2 where id = $1 returning id, version";
    let gate = Gate::close();
    let commits = (0..4)
        .map(|id| {
            // A guard with rows, a merged insert between, and rows of a plain step.
            let write =
                Write::new().step(Step::guarded(RAISE, vec![id.into(), id.into()])).step(note(id, id)).step(
                    Step::many(RAISE, vec![vec![id.into(), 10.into()], vec![(id + 1000).into(), 1.into()]]),
                );
            hand_over(&database.db, write)
        })
        .collect();
    let (answers, groups) = gate.open(commits).await;
    assert_eq!(groups, 1);
    for (id, answer) in (0..).zip(answers) {
        let returned = answer.expect("committed").returned;
        let told: Vec<Vec<_>> = returned
            .iter()
            .map(|rows| {
                rows.iter()
                    .map(|row| (row.integer(0).expect("id"), row.integer(1).expect("version")))
                    .collect()
            })
            .collect();
        assert_eq!(told, [vec![(id, 1 + id)], vec![], vec![(id, 11 + id)]]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_dies_is_replaced_and_nobody_is_told_that_nothing_was_stored() {
    let database = ten_rows().await;
    let scenario = fail::FailScenario::setup();
    // It dies before it takes the write, so that the next one does it.
    fail::cfg("store::group", "1*panic->off").expect("the failpoint is set");
    database.db.commit(Write::new().step(bump(0, 1))).await.expect("the next writer does it");
    fail::cfg("store::replay", "1*panic->off").expect("the failpoint is set");
    let gate = Gate::close_in(scenario);
    let commits = [bump(1, 9), bump(2, 1)].map(|step| hand_over(&database.db, Write::new().step(step)));
    let (answers, _) = gate.open(commits.into()).await;
    assert_eq!(answers, [Err(CommitError::Unknown), Err(CommitError::Unknown)]);
    database.db.commit(Write::new().step(bump(2, 1))).await.expect("the next writer does it");
}
