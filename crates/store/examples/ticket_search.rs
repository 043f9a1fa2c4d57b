//! Lives here: how long pages of a list of tickets take over a million tickets, by source and order.
//! Not here: which source suits a filter (web).
//!
//! `cargo run --release -p store --features testing --example ticket_search`, with `GATILHO_TEST_DATABASE=postgres` on
//! PostgreSQL.

use model::ids::DomainId;
use store::db::{Db, Query, Reader, Step, Value, Write};
use store::testing::{Kind, TestDatabase};
use store::ticket_search::{By, Order, Part, Search, Source, Span, StatusPair, page, statuses};
use tokio::time::Instant;

const TICKETS: i64 = 1_000_000;
const NOW: i64 = 1_772_600_767_089;
const YEAR: i64 = 365 * 24 * 3_600_000;
const DOMAIN: DomainId = DomainId(7);
/// What a middling ticket's JSON is like.
const DATA: &str = r#"{"version":4,"visibility":2,"subject":"Printer in the second floor prints nothing since the update","category":"Fault","urgency":"High","status":"Closed","base_status":"Closed","justification":"","origin":9,"created_at":1772600767089,"created_by":{"id":"613348413","person_type":1,"profile_type":2,"business_name":"Somebody Somewhere","email":"somebody@desk.example"},"is_deleted":false,"owner":{"id":"ana","person_type":1,"profile_type":1,"business_name":"Ana Lima","email":"ana@desk.example"},"owner_team":"Desk","service":["IT","Network","Link"],"tags":["vip","network"],"cc":"","clients":[{"id":"613348413","person_type":1,"profile_type":2,"business_name":"Somebody Somewhere","email":"somebody@desk.example"}],"custom_fields":[],"sla_solution_minutes":480,"sla_solution_at":null,"action_count":3,"last_action_id":3,"agent_action_count":2,"resolved_in_first_call":false,"resolved_at":null,"closed_at":null,"canceled_at":null,"reopened_at":null,"last_action_at":null,"updated_at":1772600767089,"number":"#;

#[tokio::main(worker_threads = 2)]
async fn main() {
    let database = TestDatabase::open(Kind::chosen()).await;
    let start = Instant::now();
    fill(&database.db).await;
    if Kind::chosen() == Kind::Postgres {
        wait_for_autovacuum(&database.reader()).await;
    }
    println!("{TICKETS} tickets in {:.0} s", start.elapsed().as_secs_f64());
    for list in lists() {
        measure(&database.reader(), list).await;
    }
    let start = Instant::now();
    let known = statuses(&database.reader(), DOMAIN).await.expect("read");
    println!("{} statuses in {:.2} ms", known.len(), start.elapsed().as_secs_f64() * 1e3);
    let start = Instant::now();
    let one = store::tickets::find_whole(&database.reader(), DOMAIN, 500_000).await.expect("read");
    println!("one ticket ({}) in {:.2} ms", one.is_some(), start.elapsed().as_secs_f64() * 1e3);
}

/// A table that was filled at once is first analyzed and given its visibility map a minute or two later.
async fn wait_for_autovacuum(reader: &Reader) {
    const SQL: &str =
        "select 1 from pg_stat_user_tables where relname = 'tickets' and last_autovacuum is not null
        and last_autoanalyze is not null and n_ins_since_vacuum <= n_live_tup / 40";
    while reader.first(Query::new(SQL, Vec::new())).await.expect("read").is_none() {
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    }
}

/// A list and what it is called.
struct List {
    name: &'static str,
    source: Source,
    created: Span,
    updated: Span,
    statuses: Vec<String>,
    by: By,
}

fn lists() -> Vec<List> {
    const DAY: i64 = 24 * 3_600_000;
    let since = |ms: i64| Span { min: NOW - ms, max: i64::MAX };
    let list = |name, source, by| List {
        name,
        source,
        created: Span::ALL,
        updated: Span::ALL,
        statuses: Vec::new(),
        by,
    };
    let created = |name, source, by| List { created: since(YEAR), ..list(name, source, by) };
    let updated = |name, days: i64, status: Option<&str>, by| List {
        updated: since(days * DAY),
        statuses: status.map(str::to_owned).into_iter().collect(),
        ..list(name, Source::Updated, by)
    };
    let pair = |status: &str| Source::Status(StatusPair { base: status.into(), status: status.into() });
    vec![
        list("all, by number", Source::All, By::Number),
        created("created for a year", Source::Created, By::Created),
        created("created for a year, closed", pair("Closed"), By::Created),
        created("created for a year, new", pair("New"), By::Created),
        created("created for a year, new, by number", pair("New"), By::Number),
        updated("updated for a day, by number", 1, None, By::Number),
        updated("updated for a day, closed, by number", 1, Some("Closed"), By::Number),
        updated("updated for a month, closed, by number", 30, Some("Closed"), By::Number),
        updated("updated for 90 days, by number", 90, None, By::Number),
        updated("updated for 90 days, closed, by update", 90, Some("Closed"), By::Updated),
        updated("updated for a year, new, by update", 365, Some("New"), By::Updated),
        List {
            source: pair("New"),
            ..updated("updated for a year, new, by number", 365, Some("New"), By::Number)
        },
        updated("updated for a year, closed, by number", 365, Some("Closed"), By::Number),
        list("an owner's", Source::Owner("agent 7".into()), By::Number),
        list("a client's", Source::Client("client 77".into()), By::Number),
    ]
}

async fn measure(reader: &Reader, list: List) {
    let search = Search {
        sources: vec![list.source],
        numbers: Span::ALL,
        created: list.created,
        updated: list.updated,
        statuses: list.statuses,
        with_deleted: false,
        only_public: false,
    };
    let order = Order { by: list.by, descending: false };
    let (mut took, mut rows) = (Vec::new(), 0);
    for _ in 0..9 {
        let start = Instant::now();
        let found = page(reader, DOMAIN, &search, order, Part::first(100)).await;
        rows = found.expect("read").len();
        took.push(start.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    println!("{:<42} {rows:>4} rows  p50 {:>7.2} ms  max {:>7.2} ms", list.name, took[4], took[8]);
}

/// Three years of tickets, a fiftieth of them open; most were changed within days of being opened.
async fn fill(db: &Db) {
    const SQL: &str =
        "insert into tickets (domain_id, number, version, last_change_id, updated_at_ms, data, status, base_status,
        urgency, owner_id, owner_team, visibility, is_deleted, updated_hour, created_at_ms, created_by_id)
        values ($1, $2, 4, 0, $3, $4, $5, $5, '', $6, $7, 2, false, $8, $9, $10)";
    const CLIENT: &str =
        "insert into ticket_clients (domain_id, person_id, ticket_number) values ($1, $2, $3)";
    for slice in 0..TICKETS / 5_000 {
        let (mut rows, mut clients): (Vec<Vec<Value>>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
        for number in slice * 5_000..(slice + 1) * 5_000 {
            let created = NOW - 3 * YEAR + number * (3 * YEAR / TICKETS);
            let updated = (created + number * 7_919 % 1_000 * 600_000).min(NOW);
            let status = match number % 50 {
                0 => "New",
                1..=3 => "Resolved",
                _ => "Closed",
            };
            rows.push(vec![
                DOMAIN.0.into(),
                number.into(),
                updated.into(),
                format!("{DATA}{number}}}").into(),
                status.into(),
                format!("agent {}", number % 60).into(),
                format!("team {}", number % 9).into(),
                (updated / 3_600_000).into(),
                created.into(),
                format!("client {}", number % 20_000).into(),
            ]);
            clients.push(vec![DOMAIN.0.into(), format!("client {}", number % 20_000).into(), number.into()]);
        }
        let write = Write::new().step(Step::many(SQL, rows)).step(Step::many(CLIENT, clients));
        db.commit(write).await.expect("the tickets are made");
    }
}
