//! Lives here: how many guarded writes a second the seam commits, by submitters and size of a group.
//! Not here: the product's own figures, which the bench crate measures end to end.
//!
//! `cargo run --release -p store --features testing --example commit_rate`

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use store::db::{Db, Query, Step, Write};
use store::testing::{Kind, TestDatabase};
use tokio::time::Instant;

const SECONDS: u64 = 4;

#[tokio::main(worker_threads = 2)]
async fn main() {
    println!("submitters  group at most  writes/s  p50 ms  p99 ms");
    for (submitters, group) in [(1, 256), (64, 1), (64, 16), (64, 64), (64, 256), (256, 256)] {
        let database = TestDatabase::with(Kind::Sqlite, |settings| settings.group_writes = group).await;
        make_tables(&database.db, submitters).await;
        let mut took = measure(&database.db, submitters).await;
        took.sort_unstable();
        let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e3;
        let rate = took.len() as u64 / SECONDS;
        println!("{submitters:>10}  {group:>13}  {rate:>8}  {:>6.2}  {:>6.2}", at(50), at(99));
        database.db.close().await;
    }
    println!("reads of one row, 64 readers: {}/s", reads().await);
}

async fn make_tables(db: &Db, tickets: i64) {
    const TABLES: [&str; 4] = [
        "create table t_ticket (id bigint not null primary key, version bigint not null, body text not null) without rowid",
        "create table t_change (id bigint not null primary key, ticket_id bigint not null, body text not null) without rowid",
        "create table t_delivery (id bigint not null primary key, state text not null, due_at_ms bigint) without rowid",
        "create index t_due on t_delivery (due_at_ms) where state = 'queued'",
    ];
    let mut write = Write::new();
    TABLES.into_iter().for_each(|sql| write.push(Step::new(sql, vec![])));
    let rows = (0..tickets).map(|id| vec![id.into(), "x".repeat(200).into()]).collect();
    write.push(Step::many("insert into t_ticket (id, version, body) values ($1, 0, $2)", rows));
    db.commit(write).await.expect("the tables are made");
}

fn change(ticket: i64, version: i64, id: i64) -> Write {
    Write::new()
        .step(Step::guarded(
            "update t_ticket set version = version + 1 where id = $1 and version = $2",
            vec![ticket.into(), version.into()],
        ))
        .step(Step::new(
            "insert into t_change (id, ticket_id, body) values ($1, $2, $3)",
            vec![
                id.into(),
                ticket.into(),
                "{\"from\":1,\"to\":2,\"text\":\"a small delta of a change\"}".into(),
            ],
        ))
        .step(Step::new(
            "insert into t_delivery (id, state, due_at_ms) values ($1, $2, $3)",
            vec![id.into(), "queued".into(), id.into()],
        ))
}

/// How long each write took from submission to answer.
async fn measure(db: &Db, submitters: i64) -> Vec<Duration> {
    let (ids, stop) = (Arc::new(AtomicU64::new(1)), Arc::new(AtomicBool::new(false)));
    let mut tasks = Vec::new();
    for ticket in 0..submitters {
        let (db, ids, stop) = (db.clone(), Arc::clone(&ids), Arc::clone(&stop));
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let id = ids.fetch_add(1, Ordering::Relaxed).cast_signed();
                let began = Instant::now();
                let version = i64::try_from(took.len()).expect("a count");
                db.commit(change(ticket, version, id)).await.expect("committed");
                took.push(began.elapsed());
            }
            took
        }));
    }
    tokio::time::sleep(Duration::from_secs(SECONDS)).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("no panic"));
    }
    all
}

async fn reads() -> u64 {
    let database = TestDatabase::sqlite().await;
    make_tables(&database.db, 64).await;
    let (count, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut tasks = Vec::new();
    for ticket in 0..64_i64 {
        let (reader, count, stop) = (database.reader(), Arc::clone(&count), Arc::clone(&stop));
        tasks.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let query =
                    Query::new("select version, body from t_ticket where id = $1", vec![ticket.into()]);
                reader.first(query).await.expect("read").expect("it is there");
                count.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    tokio::time::sleep(Duration::from_secs(SECONDS)).await;
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.expect("no panic");
    }
    count.load(Ordering::Relaxed) / SECONDS
}
