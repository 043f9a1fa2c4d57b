//! Lives here: how PostgreSQL runs every statement of the table files when the tables are large: along indexes.
//! Sessions are told to prefer indexes, so a statement fails here when no index serves it, or when it reads one whole.
//! Not here: what the statements answer (the other files).

use store::testing::{TestDatabase, heard};

use crate::isolation::furnish;
use crate::plans::{run_every_read, run_every_write};
use crate::rows::{House, NOW, id_of};

/// Tables that grow with what happens.
const GROWING: [&str; 10] = [
    "ticket_histories",
    "deliveries",
    "attempts",
    "changes",
    "payloads",
    "tickets",
    "ticket_actions",
    "ticket_clients",
    "ticket_tags",
    "ticket_custom_values",
];
/// Indexes of what is due and of what is under lease: they may be read whole, since they hold little.
const SMALL: [&str; 2] = ["deliveries_due", "deliveries_leased"];

/// Rows of a table that reading from end to end would take a while.
const LARGE: i64 = 300_000;

/// Rows a millisecond apart, numbered as a node would.
fn rows(count: i64) -> String {
    let (first, step) = (id_of(0), id_of(1) - id_of(0));
    let now = NOW.0;
    format!(
        "(select n, {first} + n * {step} as id, {now} + n as at from generate_series(1::bigint, {count}) n) as r"
    )
}

/// Deliveries of two domains, as many as make a table large; a hundredth waits, a hundredth failed, a thousandth is under way.
fn deliveries() -> String {
    let select = "select id, 7 + n % 2, 70 + n % 50, id, id, 5 + n % 20, 1, '', n % 100000, 1, id, 0,
        case when n % 100 = 0 then 'queued' when n % 100 = 1 then 'failed' when n % 1000 = 2 then 'sending'
            else 'delivered' end, 1, 1, 0, at, case when n % 1000 = 2 then n % 3 end, '', at, at";
    let columns = "delivery_id, domain_id, endpoint_id, payload_id, change_id, trigger_id, trigger_revision,
        trigger_name, ticket_number, ticket_version, cause_root, cause_depth, state, round, attempts, interrupted,
        due_at_ms, lease_owner, error, created_at_ms, updated_at_ms";
    quickly("deliveries", columns, select, LARGE)
}

fn attempts() -> String {
    let columns =
        "domain_id, delivery_id, attempt_id, round, number, started_at_ms, verdict_at_ms, outcome, error,
        response_head, response_body, response_truncated";
    let select = "select 7 + n / 150000, id, id, 1, 1, at, at, 'accepted', '', '', '', false";
    quickly("attempts", columns, select, LARGE)
}

/// Three changes of each of a hundred thousand tickets.
fn changes() -> String {
    let columns = "change_id, domain_id, previous_change_id, ticket_number, ticket_version, at_ms, data";
    let round = id_of(100_000) - id_of(0);
    let select = format!(
        "select id, 7 + n % 2, case when n > 100000 then id - {round} end, n % 100000, 1, at, '{{}}'"
    );
    quickly("changes", columns, &select, LARGE)
}

fn others() -> String {
    let columns = "payload_id, domain_id, truncated, body";
    let payloads = quickly("payloads", columns, "select id, 7 + n % 2, false, '{}'", LARGE);
    let columns =
        "domain_id, number, version, status, base_status, urgency, owner_id, owner_team, created_by_id,
        visibility, is_deleted, created_at_ms, updated_at_ms, updated_hour, last_change_id, data";
    let last = id_of(201_000) - id_of(0);
    let select = format!(
        "select 7 + n % 2, 1000 + n, 1, case when n % 50 < 2 then 'New' else 'Closed' end,
        case when n % 50 < 2 then 'New' else 'Closed' end, '', 'agent ' || n % 50, 'team ' || n % 9, 'client ' || n % 999,
        2, false, at, at, at / 3600000, id + {last}, '{{}}'"
    );
    let tickets = quickly("tickets", columns, &select, 100_000);
    let columns = "domain_id, ticket_number, action_id, created_at_ms, data";
    let actions = quickly("ticket_actions", columns, "select 7 + n % 2, 1000 + n, 1, at, '{}'", 100_000);
    let columns = "domain_id, ticket_number, ticket_version, position, at_ms, data";
    let select = "select 7 + n % 2, 1000 + n, 1, 0, at, '{}'";
    let histories = quickly("ticket_histories", columns, select, 100_000);
    let columns = "domain_id, person_id, ticket_number";
    let clients =
        quickly("ticket_clients", columns, "select 7 + n % 2, 'client ' || n % 999, 1000 + n", 100_000);
    let columns = "domain_id, tag, ticket_number";
    let tags = quickly("ticket_tags", columns, "select 7 + n % 2, 'tag ' || n % 50, 1000 + n", 100_000);
    let columns = "domain_id, custom_field_id, value, ticket_number";
    let select = "select 7 + n % 2, n % 5, 'value ' || n % 50, 1000 + n";
    let values = quickly("ticket_custom_values", columns, select, 100_000);
    format!("{payloads}; {tickets}; {actions}; {histories}; {clients}; {tags}; {values}; analyze")
}

/// Fills a table while it has no indexes but its key, which takes a third of the time.
fn quickly(table: &str, columns: &str, select: &str, count: i64) -> String {
    let rows = rows(count);
    format!(
        "set statement_timeout = 0; set maintenance_work_mem = '256MB';
        do $$ declare one record; made text; kept text[] := '{{}}'; begin
            for one in select indexname, indexdef from pg_indexes where tablename = '{table}'
                and indexname not in (select conname from pg_constraint) loop
                kept := kept || one.indexdef; execute 'drop index ' || one.indexname; end loop;
            insert into {table} ({columns}) {select} from {rows};
            foreach made in array kept loop execute made; end loop;
        end $$; analyze {table}"
    )
}

/// What a plan does with growing tables that it should not: lines that read one from end to end.
fn faults(plan: &[String]) -> Vec<&str> {
    let named =
        |line: &str| GROWING.into_iter().find(|table| line.contains(&format!(" on {table} "))).is_some();
    let mut found = Vec::new();
    for (at, line) in plan.iter().enumerate() {
        let step = line.trim_start().trim_start_matches("->").trim_start();
        let whole = step.starts_with("Seq Scan") || step.starts_with("Parallel Seq Scan");
        let along = step.starts_with("Index") && !SMALL.iter().any(|index| step.contains(index));
        let narrowed = plan.get(at + 1).is_some_and(|next| next.trim_start().starts_with("Index Cond:"));
        if named(line) && (whole || (along && !narrowed)) {
            found.push(line.as_str());
        }
    }
    found
}

/// The statements that the product runs, all of which have been run once on nearly empty tables.
async fn statements(house: &House) -> Vec<&'static str> {
    furnish(house).await;
    let before = heard();
    run_every_read(house).await;
    run_every_write(house).await;
    let statements: Vec<_> = heard().into_iter().filter(|sql| !before.contains(sql)).collect();
    assert!(statements.len() > 60, "every statement was run: {}", statements.len());
    statements
}

async fn check(house: &House, statements: &[&'static str]) {
    for sql in statements {
        for (form, plan) in house.database.plans(sql).await {
            let faults = faults(&plan);
            assert!(faults.is_empty(), "{form}: {faults:#?}\n{sql}\n{plan:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_reads_a_large_table_from_end_to_end() {
    let house = House::on(TestDatabase::postgres().await).await;
    let statements = statements(&house).await;
    let database = &house.database;
    tokio::join!(async { database.command(&deliveries()).await }, async {
        database.command(&attempts()).await;
        database.command(&changes()).await;
        database.command(&others()).await;
    },);
    check(&house, &statements).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plans_that_were_made_for_empty_tables_serve_full_ones() {
    let house = House::on(TestDatabase::postgres().await).await;
    let statements = statements(&house).await;
    check(&house, &statements).await;
}
