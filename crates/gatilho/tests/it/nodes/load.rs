//! Programs that change tickets on any node that answers, and what was promised to them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::Request;

use super::cluster::Cluster;
use crate::support::{Answer, KEY, Received, Receiver, Reply, Server, agent, on};

/// Programs that change tickets at the same time.
const PROGRAMS: usize = 6;

/// A load that runs until it is ended.
pub(super) struct Load {
    shared: Arc<Shared>,
    programs: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    /// Where the nodes are now; a node that is down is not among them.
    nodes: Mutex<Vec<String>>,
    tickets: Vec<i64>,
    next: AtomicU64,
    promised: Mutex<HashSet<String>>,
    ends: AtomicBool,
}

impl Load {
    /// Changes these tickets from now on.
    pub(super) fn start(nodes: &[&Server], tickets: Vec<i64>) -> Load {
        let shared = Arc::new(Shared { tickets, ..Shared::default() });
        let load = Load { programs: Vec::new(), shared };
        load.nodes_are(nodes);
        let programs = (0..PROGRAMS).map(|program| {
            let shared = Arc::clone(&load.shared);
            std::thread::spawn(move || shared.change_tickets(program))
        });
        Load { programs: programs.collect(), shared: Arc::clone(&load.shared) }
    }

    /// Tells the programs where the nodes are.
    pub(super) fn nodes_are(&self, nodes: &[&Server]) {
        *self.shared.nodes.lock().unwrap() = nodes.iter().map(|node| node.url()).collect();
    }

    /// How many changes were promised so far.
    pub(super) fn promised(&self) -> usize {
        self.shared.promised.lock().unwrap().len()
    }

    /// Ends it: the subjects whose change was answered 2xx.
    pub(super) fn end(self) -> HashSet<String> {
        self.shared.ends.store(true, Ordering::SeqCst);
        for program in self.programs {
            program.join().unwrap();
        }
        std::mem::take(&mut *self.shared.promised.lock().unwrap())
    }
}

impl Shared {
    fn change_tickets(&self, program: usize) {
        let agent = agent();
        while !self.ends.load(Ordering::SeqCst) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let url = {
                let nodes = self.nodes.lock().unwrap();
                let at = (usize::try_from(number).unwrap() + program) % nodes.len().max(1);
                nodes.get(at).cloned()
            };
            let Some(url) = url else {
                std::thread::park_timeout(Duration::from_millis(20));
                continue;
            };
            let ticket = self.tickets[usize::try_from(number).unwrap() % self.tickets.len()];
            let subject = format!("change {number}");
            let request = Request::builder()
                .method("PATCH")
                .uri(format!("{url}/public/v1/tickets?id={ticket}&token={KEY}"))
                .header("content-type", "application/json")
                .body(json!({ "subject": subject }).to_string())
                .unwrap();
            match Answer::to(&agent, request) {
                Ok(answer) if answer.status == 200 => {
                    self.promised.lock().unwrap().insert(subject);
                }
                Ok(answer) => {
                    assert_eq!(answer.status, 503, "{}", answer.body);
                    assert!(answer.header("retry-after").is_some(), "{}", answer.body);
                    std::thread::park_timeout(Duration::from_millis(50));
                }
                // The node was killed.
                Err(_) => std::thread::park_timeout(Duration::from_millis(20)),
            }
        }
    }
}

/// A receiver that takes a moment, so that calls are open when somebody is killed.
pub(super) fn receiver() -> Receiver {
    Receiver::start(|number, _| {
        if number.is_multiple_of(4) {
            Reply::Late(Duration::from_millis(30), 200)
        } else {
            Reply::Answer(200, Vec::new(), "Ok".into())
        }
    })
}

/// A trigger for every change, and tickets.
pub(super) fn furnish(node: &Server, receiver: &Receiver) -> Vec<i64> {
    let tickets = (0..24).map(|_| node.ticket()).collect();
    node.trigger("tell", &[on("subject", "changed", None)], &[&receiver.url("/")]);
    // Every node follows within a second.
    std::thread::park_timeout(Duration::from_millis(1_500));
    tickets
}

/// Compares what was promised with what arrived, and what arrived with what the database says of it.
pub(super) fn check(cluster: &Cluster, promised: &HashSet<String>, requests: &[Received]) -> usize {
    let mut arrivals: HashMap<&str, Vec<&Received>> = HashMap::new();
    for request in requests {
        arrivals.entry(request.webhook_id()).or_default().push(request);
    }
    let arrived: HashSet<String> =
        requests.iter().map(|request| request.json()["Subject"].as_str().unwrap().to_owned()).collect();
    let lost: Vec<_> = promised.difference(&arrived).collect();
    assert!(lost.is_empty(), "{} of {} changes were lost: {lost:?}", lost.len(), promised.len());
    for calls in arrivals.values() {
        assert!(calls.iter().all(|call| call.body == calls[0].body), "a repeat had another body");
    }
    let undelivered = cluster.sql("desk", "select count(*) from deliveries where state <> 'delivered'");
    assert_eq!(undelivered, "0", "everything ended well");
    let attempts = attempts(cluster);
    let repeats = arrivals.values().map(|calls| calls.len() - 1).sum::<usize>();
    for (id, calls) in &arrivals {
        let rows = attempts.get(&id_of(id)).map_or(0, Vec::len);
        assert!(calls.len() <= rows, "{id}: {} calls, {rows} attempts", calls.len());
    }
    for (id, rows) in &attempts {
        for pair in rows.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "two nodes held {id} at once: {rows:?}");
        }
    }
    repeats
}

/// Begin and end of every attempt, by delivery, in their order.
fn attempts(cluster: &Cluster) -> BTreeMap<i64, Vec<(i64, i64)>> {
    let rows = cluster.sql(
        "desk",
        "select json_agg(json_build_array(delivery_id::text, started_at_ms, ended_at_ms) order by delivery_id, \
         started_at_ms, ended_at_ms) from attempts",
    );
    let mut found: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    let rows: Vec<Value> = serde_json::from_str(&rows).unwrap();
    for row in rows {
        let id = row[0].as_str().unwrap().parse().unwrap();
        found.entry(id).or_default().push((row[1].as_i64().unwrap(), row[2].as_i64().unwrap()));
    }
    found
}

/// The number inside a `webhook-id`.
fn id_of(webhook_id: &str) -> i64 {
    const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
    let digits = webhook_id.strip_prefix("dlv_").unwrap();
    digits.chars().fold(0, |number, digit| number * 32 + i64::try_from(DIGITS.find(digit).unwrap()).unwrap())
}
