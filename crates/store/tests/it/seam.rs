//! Lives here: what every database behind the seam must do.
//! Not here: groups, logs, files and faults, which are each database's own.

use std::time::Duration;

use store::db::{CommitError, Query, ReadError, Step, Value, Write};
use store::on_each_database;
use store::testing::TestDatabase;

use crate::support::{bump, count, insert, integer, make_tables, note, rows, version};

on_each_database!(
    many_at_once_land_and_a_stale_one_changes_nothing,
    a_guard_means_exactly_one_row,
    a_later_guard_takes_the_whole_write_back,
    a_key_that_exists_is_a_conflict,
    a_reference_to_nothing_is_stale,
    a_step_takes_many_rows,
    one_bad_row_of_many_takes_all_back,
    parameters_are_bound_by_their_number,
    faulty_statements_harm_nobody_else,
    values_come_back_as_they_went_in,
    a_write_returns_rows_step_by_step,
    a_snapshot_is_of_one_moment,
    a_slow_read_is_ended_and_its_reader_lives_on,
    the_first_row_or_none,
);

async fn many_at_once_land_and_a_stale_one_changes_nothing(database: TestDatabase) {
    make_tables(&database.db).await;
    for id in 0..100 {
        database.db.commit(Write::new().step(insert(id, "x"))).await.expect("inserted");
    }
    let mut tasks = Vec::new();
    for id in 0..100 {
        // Every tenth believes in a version that is not there.
        let believed = if id % 10 == 0 { 7 } else { 1 };
        let write = Write::new().step(bump(id, believed)).step(note(id, id));
        let db = database.db.clone();
        tasks.push(tokio::spawn(async move { (id, db.commit(write).await) }));
    }
    for task in tasks {
        let (id, answer) = task.await.expect("no panic");
        let stale = id % 10 == 0;
        assert_eq!(answer.err(), stale.then_some(CommitError::Stale), "{id}");
        assert_eq!(version(&database.reader(), id).await, if stale { 1 } else { 2 }, "{id}");
    }
    assert_eq!(integer(&database.reader(), "select count(*) from t_note").await, 90);
}

async fn a_guard_means_exactly_one_row(database: TestDatabase) {
    make_tables(&database.db).await;
    let three = Write::new().step(insert(1, "x")).step(insert(2, "x")).step(insert(3, "y"));
    database.db.commit(three).await.expect("inserted");
    for (body, expected) in [("x", Err(CommitError::Stale)), ("z", Err(CommitError::Stale)), ("y", Ok(()))] {
        const SQL: &str = "update t_seam set version = 2 where body = $1";
        let write = Write::new().step(Step::guarded(SQL, vec![body.into()]));
        assert_eq!(database.db.commit(write).await.map(|_| ()), expected, "{body}");
    }
    // A statement that returns rows is judged by the rows it returns.
    const SEEN: &str = "select id from t_seam where version = $1";
    let looks = |version: i64| Write::new().step(Step::guarded(SEEN, vec![version.into()]));
    assert_eq!(database.db.commit(looks(1)).await.err(), Some(CommitError::Stale));
    assert_eq!(database.db.commit(looks(2)).await.expect("one row").returned[0].len(), 1);
    assert_eq!(version(&database.reader(), 1).await, 1);
}

async fn a_later_guard_takes_the_whole_write_back(database: TestDatabase) {
    make_tables(&database.db).await;
    let rows = Write::new().step(insert(1, "a")).step(insert(2, "b"));
    database.db.commit(rows).await.expect("inserted");
    let write = Write::new().step(bump(1, 1)).step(bump(2, 5)).step(note(1, 1));
    assert_eq!(database.db.commit(write).await.err(), Some(CommitError::Stale));
    assert_eq!(version(&database.reader(), 1).await, 1, "the first guard's change was taken back");
    assert_eq!(integer(&database.reader(), "select count(*) from t_note").await, 0);
}

async fn a_key_that_exists_is_a_conflict(database: TestDatabase) {
    make_tables(&database.db).await;
    database.db.commit(Write::new().step(insert(1, "first"))).await.expect("inserted");
    let again = Write::new().step(insert(2, "beside")).step(insert(1, "second"));
    let Err(CommitError::Conflict(key)) = database.db.commit(again).await else { panic!("no conflict") };
    assert!(key.starts_with("t_seam"), "{key}");
    assert_eq!(count(&database.reader()).await, 1);
}

async fn a_reference_to_nothing_is_stale(database: TestDatabase) {
    make_tables(&database.db).await;
    let write = Write::new().step(insert(1, "x")).step(note(1, 99));
    assert_eq!(database.db.commit(write).await.err(), Some(CommitError::Stale));
    assert_eq!(count(&database.reader()).await, 0);
}

async fn a_step_takes_many_rows(database: TestDatabase) {
    make_tables(&database.db).await;
    const SQL: &str = "insert into t_seam (id, version, body) values ($1, $2, null) returning id";
    let parameters = (0..500).map(|id| vec![Value::from(id), Value::from(id * 2)]).collect();
    let done = database.db.commit(Write::new().step(Step::many(SQL, parameters))).await.expect("done");
    let ids: Vec<i64> = done.returned[0].iter().map(|row| row.integer(0).expect("an id")).collect();
    assert_eq!(ids, (0..500).collect::<Vec<_>>());
    assert_eq!(version(&database.reader(), 499).await, 998);
    let none = database.db.commit(Write::new().step(Step::many(SQL, vec![]))).await.expect("done");
    assert_eq!(none.returned, [vec![]]);
}

async fn one_bad_row_of_many_takes_all_back(database: TestDatabase) {
    make_tables(&database.db).await;
    const SQL: &str = "insert into t_seam (id, version) values ($1, 1)";
    let parameters = [1, 2, 3, 2].into_iter().map(|id| vec![Value::from(id)]).collect();
    let answer = database.db.commit(Write::new().step(Step::many(SQL, parameters))).await;
    assert!(matches!(answer, Err(CommitError::Conflict(_))), "{answer:?}");
    assert_eq!(count(&database.reader()).await, 0);
}

async fn parameters_are_bound_by_their_number(database: TestDatabase) {
    make_tables(&database.db).await;
    const SQL: &str = "insert into t_seam (body, version, id) values ($3, $1, $2)";
    let step = Step::new(SQL, vec![10.into(), 20.into(), "third".into()]);
    database.db.commit(Write::new().step(step)).await.expect("inserted");
    let found = rows(&database.reader(), "select id, version, body from t_seam", vec![]).await;
    assert_eq!((found[0].integer(0), found[0].integer(1), found[0].text(2)), (Ok(20), Ok(10), Ok("third")));
    const AGAIN: &str = "select cast($2 as bigint), cast($1 as bigint), cast($2 as bigint) from t_seam where id = $2 and $1 = 7";
    let found = rows(&database.reader(), AGAIN, vec![7.into(), 20.into()]).await;
    assert_eq!((found[0].integer(0), found[0].integer(1), found[0].integer(2)), (Ok(20), Ok(7), Ok(20)));
}

async fn faulty_statements_harm_nobody_else(database: TestDatabase) {
    make_tables(&database.db).await;
    let faulty = [
        Step::new("insert into t_missing (id) values (1)", vec![]),
        Step::new("insert onto t_seam", vec![]),
        Step::new("insert into t_seam (id, version) values ($1, $2)", vec![1.into()]),
        Step::new("insert into t_seam (id, version) values ($1, 1)", vec![1.into(), 2.into()]),
        Step::new("insert into t_seam (id, version) values ($1, $3)", vec![1.into(), 2.into()]),
        Step::new("insert into t_seam (id, version) values ($1, null)", vec![1.into()]),
    ];
    for step in faulty {
        let sql = step.sql;
        let answer = database.db.commit(Write::new().step(insert(5, "x")).step(step)).await;
        assert!(matches!(answer, Err(CommitError::Faulty(_))), "{sql}: {answer:?}");
        assert_eq!(count(&database.reader()).await, 0, "{sql}");
    }
    let answer = database.reader().rows(Query::new("select nonsense from t_seam", vec![])).await;
    assert!(matches!(answer, Err(ReadError::Faulty(_))), "{answer:?}");
    let answer = database.reader().rows(Query::new("delete from t_seam returning id", vec![])).await;
    assert!(matches!(answer, Err(ReadError::Faulty(_))), "{answer:?}");
    database.db.commit(Write::new().step(insert(5, "x"))).await.expect("the next write is untouched");
}

async fn values_come_back_as_they_went_in(database: TestDatabase) {
    const TABLE: &str = "create table t_value (id bigint primary key, yes boolean not null, no boolean not null, \
                         filled text not null, nil text, number bigint)";
    const INSERT: &str =
        "insert into t_value (id, yes, no, filled, nil, number) values ($1, $2, $3, $4, $5, $6)";
    let values = vec![
        i64::MIN.into(),
        true.into(),
        false.into(),
        "ção \u{1f980}\0 end".into(),
        None::<i64>.into(),
        Some(i64::MAX).into(),
    ];
    let write = Write::new().step(Step::new(TABLE, vec![])).step(Step::new(INSERT, values));
    database.db.commit(write).await.expect("done");
    let found =
        rows(&database.reader(), "select id, yes, no, filled, nil, number from t_value", vec![]).await;
    let row = &found[0];
    assert_eq!((row.integer(0), row.integer(5)), (Ok(i64::MIN), Ok(i64::MAX)));
    assert_eq!((row.boolean(1), row.boolean(2)), (Ok(true), Ok(false)));
    assert_eq!((row.text(3), row.optional_text(4)), (Ok("ção \u{1f980}\0 end"), Ok(None)));
}

async fn a_write_returns_rows_step_by_step(database: TestDatabase) {
    make_tables(&database.db).await;
    const BUMP: &str = "update t_seam set version = version + 1 where id = $1 returning version, body";
    let write = Write::new()
        .step(insert(1, "a"))
        .step(Step::new(BUMP, vec![1.into()]))
        .step(Step::new(BUMP, vec![2.into()]))
        .step(Step::new(BUMP, vec![1.into()]));
    let done = database.db.commit(write).await.expect("done");
    let lengths: Vec<usize> = done.returned.iter().map(Vec::len).collect();
    assert_eq!(lengths, [0, 1, 0, 1]);
    assert_eq!((done.returned[3][0].integer(0), done.returned[3][0].text(1)), (Ok(3), Ok("a")));
    assert_eq!(database.db.commit(Write::new()).await, Ok(store::db::Done::default()), "nothing to do");
}

async fn a_snapshot_is_of_one_moment(database: TestDatabase) {
    make_tables(&database.db).await;
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let db = database.db.clone();
    let writing = tokio::spawn(async move {
        let mut id = 0;
        while stopped.try_recv().is_err() {
            // Two rows at a time: nobody ever sees an odd number of them.
            let write = Write::new().step(insert(id, "x")).step(insert(id + 1, "y"));
            db.commit(write).await.expect("inserted");
            id += 2;
        }
        id
    });
    const COUNT: &str = "select count(*) from t_seam";
    // Long enough for many commits between the first look and the last.
    const WORK: &str = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000) select count(*) from n";
    let reader = database.reader();
    for _ in 0..20 {
        let questions = [COUNT, WORK, COUNT].map(|sql| Query::new(sql, vec![]));
        let answers = reader.snapshot(questions.to_vec()).await.expect("read");
        let seen = [&answers[0], &answers[2]].map(|rows| rows[0].integer(0).expect("a count"));
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0] % 2, 0, "half a write is never seen");
    }
    stop.send(()).expect("it still writes");
    let written = writing.await.expect("no panic");
    assert_eq!(count(&reader).await, written, "what is answered is seen by the next read");
    assert!(written > 20, "there were writes meanwhile: {written}");
}

async fn a_slow_read_is_ended_and_its_reader_lives_on(database: TestDatabase) {
    let quick = |settings: &mut store::db::Settings| {
        settings.readers = 1;
        settings.read_limit = Duration::from_millis(100);
    };
    let database = database.reopen(quick).await.expect("opens");
    const ENDLESS: &str =
        "with recursive n(i) as (select 1 union all select i + 1 from n where i > 0) select count(*) from n";
    let reader = database.reader();
    for _ in 0..3 {
        assert_eq!(reader.rows(Query::new(ENDLESS, vec![])).await, Err(ReadError::TooSlow));
        let both = vec![Query::new("select 1", vec![]), Query::new(ENDLESS, vec![])];
        assert_eq!(reader.snapshot(both).await, Err(ReadError::TooSlow));
        assert_eq!(integer(&reader, "select 1").await, 1);
    }
    // No transaction was left behind: the next read sees the next write.
    make_tables(&database.db).await;
    database.db.commit(Write::new().step(insert(1, "x"))).await.expect("inserted");
    assert_eq!(count(&reader).await, 1);
}

async fn the_first_row_or_none(database: TestDatabase) {
    make_tables(&database.db).await;
    for id in [3, 1, 2] {
        database.db.commit(Write::new().step(insert(id, "x"))).await.expect("inserted");
    }
    let first = |least: i64| {
        let query = Query::new("select id from t_seam where id >= $1 order by id", vec![least.into()]);
        let reader = database.reader();
        async move { reader.first(query).await.expect("read").map(|row| row.integer(0)) }
    };
    assert_eq!(first(2).await, Some(Ok(2)));
    assert_eq!(first(4).await, None);
    assert_eq!(rows(&database.reader(), "select id from t_seam", vec![]).await.len(), 3);
}
