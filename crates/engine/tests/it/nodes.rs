//! Several nodes on one PostgreSQL: what one leaves, loses or changes, the others take up. Each story opens its database
//! on the server, whatever this run of the tests is about.
//! Does not live here: real processes that are killed (`gatilho`'s stories).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use engine::files::Files;
use engine::seed::{FirstDomain, Seed, first_domain};
use engine::{Caller, Engine, Error, NodeTimes, Parts, Random, Settings, SystemClock};
use fail::FailScenario;
use model::classification::Locale;
use model::delivery::State;
use model::ids::{ChangeId, DomainId, IncarnationId};
use model::time::Clock;
use serde_json::json;
use store::db::{Db, Query, Step, Write};
use store::log::{Filter, LogRow};
use store::nodes::Node;
use store::testing::{Home, Kind};

use crate::receivers::{Act, Line, Scripted, closed_gate};
use crate::support::{FILE_MAX, KEY, ManualClock, created, new_ticket, patient, renamed, subject_of, until};

const URL: &str = "http://receiver.example/";

/// Nodes that judge each other within a second.
fn hasty() -> Settings {
    let mut settings = patient();
    settings.node = NodeTimes {
        beat_every: Duration::from_millis(60),
        silent_max: Duration::from_millis(400),
        dead_after: Duration::from_millis(700),
        steady_for: Duration::from_millis(400),
        ..settings.node
    };
    settings
}

/// A database and the receivers that all nodes on it call.
struct House {
    home: Home,
    receivers: Arc<Scripted>,
}

impl House {
    async fn new(script: impl IntoIterator<Item = Act>) -> House {
        House { home: Home::make(Kind::Postgres).await, receivers: Scripted::new(script) }
    }

    async fn try_node(&self, settings: Settings, clock: Arc<dyn Clock>) -> Result<Engine, Error> {
        let db = Db::open(self.home.settings()).await.unwrap();
        let random = Arc::new(Random::from_system());
        let first = FirstDomain {
            name: "main".into(),
            locale: Locale::En,
            key: Some(KEY.into()),
            host_names: Vec::new(),
            login: None,
            seed: Seed::default(),
        };
        first_domain(&db, &SystemClock, &random, &first).await?;
        let outbound = Arc::new(Line(Arc::clone(&self.receivers)));
        let files = Files::in_directory(&self.home.directory().join("files"), FILE_MAX).unwrap();
        Engine::start(Parts { db, outbound, files, clock, random, settings }).await
    }

    async fn node(&self, settings: Settings) -> (Engine, Caller) {
        let engine = self.try_node(settings, Arc::new(SystemClock)).await.unwrap();
        let caller = engine.authenticate(KEY).unwrap();
        (engine, caller)
    }

    /// A connection that belongs to no node.
    async fn outside(&self) -> Db {
        Db::open(self.home.settings()).await.unwrap()
    }
}

async fn trigger((engine, caller): &(Engine, Caller), condition: serde_json::Value) {
    let json = json!({
        "name": "tell",
        "conditions": { "all": [condition] },
        "actions": [{ "kind": "webhook", "url": URL }],
    });
    engine.create_trigger(caller, &json).await.unwrap();
}

async fn ticket((engine, caller): &(Engine, Caller)) -> i64 {
    engine.create_ticket(caller, new_ticket()).await.unwrap()
}

async fn log((engine, caller): &(Engine, Caller)) -> Vec<LogRow> {
    store::log::page(&engine.reader(), caller.domain, &Filter::default(), None, 1_000).await.unwrap()
}

async fn all_delivered(node: &(Engine, Caller), count: usize) {
    until("everything is delivered", async || {
        let log = log(node).await;
        log.len() == count && log.iter().all(|row| row.state == State::Delivered)
    })
    .await;
}

async fn outcomes(node: &(Engine, Caller), row: &LogRow) -> Vec<String> {
    let found = store::attempts::of_delivery(&node.0.reader(), node.1.domain, row.id).await.unwrap();
    found.into_iter().map(|attempt| attempt.outcome).collect()
}

async fn commit(db: &Db, steps: Vec<Step>) -> Result<(), store::db::CommitError> {
    let mut write = Write::new();
    for step in steps {
        write.push(step);
    }
    db.commit(write).await.map(|_| ())
}

async fn living(db: &Db) -> Vec<Node> {
    store::nodes::living(&db.reader()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_at_one_moment_make_one_domain() {
    let house = House::new([]).await;
    let (one, other) = tokio::join!(house.node(patient()), house.node(patient()));
    let domains = store::domains::all(&one.0.reader()).await.unwrap();
    assert_eq!(domains.len(), 1);
    assert_eq!((one.1.domain, other.1.domain), (domains[0].id, domains[0].id));
    let nodes = living(&house.outside().await).await;
    assert_eq!(nodes.iter().map(|node| node.number).collect::<HashSet<_>>().len(), 2);
    one.0.stop().await;
    other.0.stop().await;
    assert!(living(&house.outside().await).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_the_key_or_the_time_of_the_others_is_refused() {
    let house = House::new([]).await;
    let (engine, _caller) = house.node(patient()).await;
    let other_key = Settings { master_key: [9; 32], ..patient() };
    let refused = house.try_node(other_key, Arc::new(SystemClock)).await.err().unwrap();
    assert!(refused.to_string().contains("master key"), "{refused}");
    let clock = ManualClock::new();
    clock.advance(Duration::from_secs(8));
    let mut exact = patient();
    exact.node = NodeTimes::default();
    let refused = house.try_node(exact.clone(), Arc::new(clock)).await.err().unwrap();
    assert!(
        refused.to_string().contains("differ by 7.") || refused.to_string().contains("differ by 8."),
        "{refused}"
    );
    house.try_node(exact, Arc::new(SystemClock)).await.unwrap().stop().await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_life_others_ended_records_nothing_and_begins_anew() {
    let (act, gate) = closed_gate();
    let house = House::new([act]).await;
    let node = house.node(hasty()).await;
    trigger(&node, created()).await;
    ticket(&node).await;
    house.receivers.wait_for(1).await;
    let outside = house.outside().await;
    let before = living(&outside).await.remove(0);
    // Its beat may rise between the look and the write.
    until("its life is ended", async || {
        let Some(seen) =
            living(&outside).await.into_iter().find(|seen| seen.incarnation == before.incarnation)
        else {
            return true;
        };
        let steps = store::nodes::fence(&seen, 77, &Settings::default().retry, SystemClock.now());
        commit(&outside, steps).await.is_ok()
    })
    .await;
    gate.add_permits(1);
    all_delivered(&node, 1).await;
    let row = &log(&node).await[0];
    assert_eq!(outcomes(&node, row).await, ["interrupted", "accepted"]);
    assert_eq!(row.attempts, 1, "the cut call used up none");
    let calls = house.receivers.seen();
    assert_eq!((calls.len(), calls[0].id() == calls[1].id()), (2, true));
    let after = living(&outside).await.remove(0);
    assert_ne!(after.incarnation, before.incarnation);
    ticket(&node).await;
    all_delivered(&node, 2).await;
    node.0.stop().await;
}

/// A life that shows nothing, with a delivery under its lease.
async fn phantom(outside: &Db, domain: DomainId) {
    let incarnation = IncarnationId(1);
    let free = store::nodes::free_number(&outside.reader()).await.unwrap().unwrap();
    let joined = store::nodes::join(free, incarnation, "a machine that lost its power", SystemClock.now());
    const TAKE: &str =
        "update deliveries set lease_owner = $2 where domain_id = $1 and lease_owner is not null";
    let take = Step::new(TAKE, vec![domain.0.into(), incarnation.0.into()]);
    commit(outside, vec![joined, take]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_nodes_deliveries_go_on_at_another() {
    let scenario = FailScenario::setup();
    let house = House::new([]).await;
    let node = house.node(hasty()).await;
    trigger(&node, created()).await;
    fail::cfg("intake::drop_hand_over", "return").unwrap();
    ticket(&node).await;
    fail::remove("intake::drop_hand_over");
    let outside = house.outside().await;
    phantom(&outside, node.1.domain).await;
    all_delivered(&node, 1).await;
    assert_eq!(outcomes(&node, &log(&node).await[0]).await, ["interrupted", "accepted"]);
    assert_eq!(living(&outside).await.len(), 1, "the phantom is gone");
    node.0.stop().await;
    scenario.teardown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_out_of_reach_cuts_its_calls_once_and_goes_on() {
    let scenario = FailScenario::setup();
    let house = House::new([Act::Hang]).await;
    let mut settings = hasty();
    // Nobody is there to end its life.
    settings.node.dead_after = Duration::from_hours(1);
    let node = house.node(settings).await;
    trigger(&node, created()).await;
    ticket(&node).await;
    house.receivers.wait_for(1).await;
    fail::cfg("node::beat", "return").unwrap();
    house.receivers.wait_until(|ledger| ledger.open.is_empty()).await;
    assert!(!node.0.is_ready(), "load balancers leave it alone");
    // What is saved now waits: nothing is begun.
    ticket(&node).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(house.receivers.seen().len(), 1);
    fail::remove("node::beat");
    all_delivered(&node, 2).await;
    let mut log = log(&node).await;
    log.sort_by_key(|row| row.id);
    assert_eq!(outcomes(&node, &log[0]).await, ["interrupted", "accepted"]);
    assert_eq!(outcomes(&node, &log[1]).await, ["accepted"]);
    assert_eq!(living(&house.outside().await).await.len(), 1, "the same life goes on");
    node.0.stop().await;
    scenario.teardown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_leaves_when_it_stops_goes_out_at_once() {
    let (act, _gate) = closed_gate();
    let house = House::new([act]).await;
    let narrow = Settings { live_calls_per_endpoint: 1, ..patient() };
    let (leaving, staying) = (house.node(narrow).await, house.node(patient()).await);
    trigger(&leaving, created()).await;
    until("the other knows the trigger's endpoint", async || {
        store::endpoints::find_by_url(&staying.0.reader(), staying.1.domain, URL).await.unwrap().is_some()
    })
    .await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    ticket(&leaving).await;
    house.receivers.wait_for(1).await;
    leaving.0.stop().await;
    // Its look at the queue comes every 30 s only.
    all_delivered(&staying, 1).await;
    assert_eq!(outcomes(&staying, &log(&staying).await[0]).await, ["interrupted", "accepted"]);
    staying.0.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_has_no_hand_for_is_taken_by_another() {
    let (act, gate) = closed_gate();
    let house = House::new([act]).await;
    let narrow = Settings { live_calls_per_endpoint: 1, ..patient() };
    let (busy, idle) = (house.node(narrow).await, house.node(patient()).await);
    trigger(&busy, created()).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    for _ in 0..12 {
        ticket(&busy).await;
    }
    // The call that hangs has one place, and one delivery waits behind it under the same lease.
    until("all but two went out", async || {
        log(&idle).await.iter().filter(|row| row.state == State::Delivered).count() == 10
    })
    .await;
    gate.add_permits(1);
    all_delivered(&idle, 12).await;
    assert_eq!(house.receivers.seen().len(), 12);
    busy.0.stop().await;
    idle.0.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_set_on_one_node_is_in_force_on_all() {
    let house = House::new([]).await;
    let (here, there) = (house.node(patient()).await, house.node(patient()).await);
    trigger(&here, created()).await;
    let endpoint =
        store::endpoints::find_by_url(&here.0.reader(), here.1.domain, URL).await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    ticket(&there).await;
    all_delivered(&there, 1).await;
    here.0.pause_endpoint(&here.1, endpoint).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    ticket(&there).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(house.receivers.seen().len(), 1, "it is held");
    let secret = here.0.rotate_secret(&here.1, endpoint).await.unwrap();
    here.0.resume_endpoint(&here.1, endpoint).await.unwrap();
    all_delivered(&there, 2).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    ticket(&there).await;
    all_delivered(&there, 3).await;
    let last = house.receivers.seen().pop().unwrap();
    let verifier = standardwebhooks::Webhook::new(&secret).unwrap();
    assert!(verifier.verify(last.body.as_bytes(), &last.headers).is_ok(), "the new secret signs there too");
    here.0.stop().await;
    there.0.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_ticket_changed_on_two_nodes_loses_no_change() {
    const EACH: usize = 100;
    let house = House::new([]).await;
    let nodes = [house.node(patient()).await, house.node(patient()).await];
    trigger(&nodes[0], renamed()).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let number = ticket(&nodes[0]).await;
    let mut programs = Vec::new();
    for (at, (engine, caller)) in nodes.iter().cloned().enumerate() {
        programs.push(tokio::spawn(async move {
            let mut made = HashSet::new();
            for change in 0..EACH {
                let subject = format!("{at} {change}");
                // Refused for now: others change it all the time.
                while engine.update_ticket(&caller, number, subject_of(&subject)).await.is_err() {}
                made.insert(subject);
                made.insert(format!("ticket {}", engine.create_ticket(&caller, new_ticket()).await.unwrap()));
            }
            made
        }));
    }
    let mut all = HashSet::new();
    for program in programs {
        all.extend(program.await.unwrap());
    }
    assert_eq!(all.len(), 4 * EACH, "no ticket number was given twice");
    let (reader, domain) = (nodes[0].0.reader(), nodes[0].1.domain);
    let newest = ChangeId(i64::MAX);
    let changes = store::changes::of_ticket(&reader, domain, number, newest, 1_000).await.unwrap();
    let mut versions: Vec<i64> = changes.iter().map(|change| change.ticket_version).collect();
    versions.reverse();
    assert_eq!(
        versions,
        (1..=2 * EACH as i64 + 1).collect::<Vec<_>>(),
        "each change once, one after the other"
    );
    const ARRIVED: &str = "select count(*) from deliveries where state = 'delivered'";
    until("every change has arrived", async || {
        let rows = reader.rows(Query::new(ARRIVED, vec![])).await.unwrap();
        // Each new ticket's subject counts as changed too.
        rows[0].integer(0) == Ok(4 * EACH as i64 + 1)
    })
    .await;
    let told: HashSet<String> = house.receivers.seen().iter().map(|call| call.id().to_owned()).collect();
    assert_eq!(told.len(), 4 * EACH + 1);
    nodes[0].0.stop().await;
    nodes[1].0.stop().await;
}
