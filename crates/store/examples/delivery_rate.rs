//! Lives here: how many deliveries a second the seam carries: for each one write that changes a ticket and enqueues, and
//! one that records the outcome, as the engine makes them.
//! Not here: matching, HTTP, several nodes as processes (the bench crate).
//!
//! `cargo run --release -p store --features testing --example delivery_rate -- [sqlite|postgres] [writers …]`

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use model::cause::Cause;
use model::delivery::State;
use model::ids::{
    AttemptId, ChangeId, DeliveryId, DomainId, EndpointId, IncarnationId, PayloadId, TriggerId,
};
use model::outcome::{Answer, Outcome};
use model::time::Timestamp;
use store::attempts::{self, Place};
use store::db::{Db, Step, Write};
use store::deliveries::{self, Held, Moved, NewDelivery};
use store::testing::{Kind, TestDatabase};
use tokio::time::Instant;

const SECONDS: u64 = 5;
const NODE: IncarnationId = IncarnationId(1);
const NOW: Timestamp = Timestamp(1_772_600_767_089);

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let kind = if arguments.next().as_deref() == Some("postgres") { Kind::Postgres } else { Kind::Sqlite };
    let mut writers: Vec<usize> = arguments.filter_map(|number| number.parse().ok()).collect();
    if writers.is_empty() {
        writers.push(store::db::Settings::default().writers);
    }
    println!("nodes  writers  tickets at once  deliveries/s  p50 ms  p99 ms (of both writes)");
    for writers in writers {
        for (nodes, tickets) in [(1, 64), (1, 256), (1, 1024), (3, 256)] {
            if nodes == 1 || kind == Kind::Postgres {
                run(kind, nodes, writers, tickets).await;
            }
        }
    }
}

async fn run(kind: Kind, nodes: usize, writers: usize, tickets: i64) {
    let database = TestDatabase::with(kind, |settings| settings.writers = writers).await;
    let mut dbs = vec![database.db.clone()];
    for _ in 1..nodes {
        dbs.push(Db::open(database.settings().clone()).await.expect("another node"));
    }
    furnish(&database.db, tickets).await;
    let mut took = measure(&dbs, tickets).await;
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    let rate = took.len() as u64 / SECONDS;
    println!("{nodes:>5}  {writers:>7}  {tickets:>15}  {rate:>12}  {:>6.2}  {:>6.2}", at(50), at(99));
    for db in dbs {
        db.close().await;
    }
}

async fn furnish(db: &Db, tickets: i64) {
    const TICKET: &str =
        "insert into tickets (domain_id, number, version, last_change_id, status, base_status, urgency, owner_team,
        visibility, is_deleted, created_at_ms, updated_at_ms, updated_hour, data)
        values (7, $1, 0, 0, 'New', 'New', '', '', 2, false, 0, 0, 0, '')";
    let rows = (0..tickets).map(|number| vec![number.into()]).collect();
    db.commit(Write::new().step(Step::many(TICKET, rows))).await.expect("the tickets are made");
}

fn change(ticket: i64, version: i64, id: i64) -> Write {
    // The statements of the table files, whose values here need no whole ticket.
    const TICKET: &str = "update tickets set version = $3, updated_at_ms = $4, data = $5, last_change_id = $6
        where domain_id = $1 and number = $2 and version = $3 - 1";
    const CHANGE: &str =
        "insert into changes (change_id, domain_id, previous_change_id, ticket_number, ticket_version, at_ms, data)
        values ($1, $2, $1 - 1, $3, $4, $5, $6)";
    let at = NOW.0 + id;
    let delivery = NewDelivery {
        id: DeliveryId(id),
        endpoint: EndpointId(70),
        payload: PayloadId(id),
        change: ChangeId(id),
        trigger: TriggerId(5),
        trigger_revision: 2,
        trigger_name: "to the depot".into(),
        ticket_number: ticket,
        ticket_version: version,
        cause: Cause { depth: 1, ..Cause::root(ChangeId(id)) },
        state: State::Sending,
        lease: Some(NODE),
        due_at: Some(Timestamp(at)),
        error: String::new(),
    };
    let (ticket_data, change_data, body) = ("t".repeat(900), "c".repeat(700), "b".repeat(1500));
    Write::new()
        .step(Step::guarded(
            TICKET,
            vec![7.into(), ticket.into(), version.into(), at.into(), ticket_data.into(), id.into()],
        ))
        .step(Step::new(
            CHANGE,
            vec![id.into(), 7.into(), ticket.into(), version.into(), at.into(), change_data.into()],
        ))
        .step(store::changes::insert_payload(DomainId(7), PayloadId(id), Arc::from(body), false))
        .step(deliveries::enqueue(DomainId(7), &[delivery], Timestamp(at)))
}

fn record(id: i64) -> Write {
    let domain = DomainId(7);
    let held = Held { domain, id: DeliveryId(id), node: NODE, round: 1, attempt: 1 };
    let moved = Moved {
        state: State::Delivered,
        due_at: None,
        keep_lease: false,
        failed_at: None,
        error: "",
        status_code: Some(200),
    };
    let at = Timestamp(NOW.0 + id);
    let outcome = Outcome::Answered(Answer {
        status: 200,
        head: "content-type: text/plain\ndate: Wed, 04 Mar 2026 05:06:07 GMT".into(),
        body: "Ok".into(),
        body_truncated: false,
        retry_after_ms: None,
        location: None,
    });
    let place = Place { domain, delivery: DeliveryId(id), id: AttemptId(id), round: 1, number: 1 };
    Write::new().step(deliveries::record(held, &moved, at)).step(attempts::insert(
        place,
        &outcome,
        "",
        at,
        at,
        Some(at),
    ))
}

/// How long each delivery took from the submission of its first write to the answer of its second.
async fn measure(dbs: &[Db], tickets: i64) -> Vec<Duration> {
    let (ids, stop) = (Arc::new(AtomicI64::new(1)), Arc::new(AtomicBool::new(false)));
    let mut tasks = Vec::new();
    for (ticket, db) in (0..tickets).zip(dbs.iter().cycle()) {
        let (db, ids, stop) = (db.clone(), Arc::clone(&ids), Arc::clone(&stop));
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::new();
            let mut version = 0;
            while !stop.load(Ordering::Relaxed) {
                let id = ids.fetch_add(1, Ordering::Relaxed);
                let began = Instant::now();
                version += 1;
                db.commit(change(ticket, version, id)).await.expect("changed");
                db.commit(record(id)).await.expect("recorded");
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
