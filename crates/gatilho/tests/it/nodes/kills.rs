//! Three nodes under load; nodes are killed 30 times, PostgreSQL five times, each at a moment of chance.

use std::time::Duration;

use tokio::time::Instant;

use super::cluster::Cluster;
use super::load::{Load, check, furnish, receiver};
use super::node;
use crate::support::{Receiver, Reply, Server, always};

const NODE_KILLS: u64 = 30;
/// One kill in so many is the database's.
const DATABASE_EVERY: u64 = 6;
/// A dead node's deliveries go on within 20 s; then everything has ended.
const DRAINED_WITHIN: Duration = Duration::from_secs(60);

/// A row of numbers that looks like chance, the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn pause(chance: &mut Chance) {
    std::thread::park_timeout(Duration::from_millis(50 + chance.below(400)));
}

pub(super) fn drained(cluster: &Cluster, within: Duration) -> Duration {
    let begun = Instant::now();
    loop {
        let open = cluster.sql("desk", "select count(*) from deliveries where state <> 'delivered'");
        if open == "0" {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < within, "{open} deliveries are still open after {within:?}");
        std::thread::park_timeout(Duration::from_millis(100));
    }
}

#[test]
fn what_was_answered_2xx_is_delivered_though_nodes_and_the_database_are_killed() {
    let cluster = Cluster::start();
    cluster.sql("postgres", "create database desk");
    let url = cluster.url("desk");
    let receiver = receiver();
    let mut nodes: Vec<Server> = (0..3).map(|_| node(&url)).collect();
    let tickets = furnish(&nodes[0], &receiver);
    let load = Load::start(&nodes.iter().collect::<Vec<_>>(), tickets);
    let mut chance = Chance(20_261_127);
    for kill in 1..=NODE_KILLS {
        pause(&mut chance);
        let victim = usize::try_from(chance.below(3)).unwrap();
        nodes[victim].kill();
        load.nodes_are(&all_but(&nodes, victim));
        pause(&mut chance);
        nodes[victim].start_again();
        load.nodes_are(&nodes.iter().collect::<Vec<_>>());
        if kill.is_multiple_of(DATABASE_EVERY) {
            pause(&mut chance);
            cluster.kill();
            std::thread::park_timeout(Duration::from_millis(chance.below(1_000)));
            cluster.go_on();
        }
    }
    pause(&mut chance);
    let promised = load.end();
    assert!(promised.len() > 500, "only {} changes were made", promised.len());
    drained(&cluster, DRAINED_WITHIN);
    let repeats = check(&cluster, &promised, &receiver.requests());
    let interrupted: usize =
        cluster.sql("desk", "select count(*) from attempts where outcome = 'interrupted'").parse().unwrap();
    assert!(interrupted > 0, "no call was under way at any kill: the test proves nothing");
    assert!(repeats <= interrupted, "{repeats} repeats, but {interrupted} calls were cut");
    assert_eq!(cluster.sql("desk", "select count(*) from deliveries where attempts > 5"), "0");
}

#[test]
fn a_dead_nodes_deliveries_go_on_elsewhere_and_a_rolling_restart_repeats_nothing() {
    let cluster = Cluster::start();
    cluster.sql("postgres", "create database desk");
    let url = cluster.url("desk");
    // So slow that some calls of a node are open at any moment.
    let receiver = Receiver::start(always(Reply::Late(Duration::from_millis(200), 200)));
    let mut nodes: Vec<Server> = (0..3).map(|_| node(&url)).collect();
    let tickets = furnish(&nodes[0], &receiver);
    let load = Load::start(&nodes.iter().collect::<Vec<_>>(), tickets);
    for at in 0..3 {
        std::thread::park_timeout(Duration::from_millis(700));
        load.nodes_are(&all_but(&nodes, at));
        nodes[at].restart();
        load.nodes_are(&nodes.iter().collect::<Vec<_>>());
    }
    let interrupted = || {
        cluster.sql("desk", "select count(*) from attempts where outcome = 'interrupted'").parse::<usize>()
    };
    assert_eq!(interrupted(), Ok(0), "a graceful stop lets calls end");
    // The others have beaten for long enough to judge.
    std::thread::park_timeout(Duration::from_secs(16));
    nodes[0].kill();
    load.nodes_are(&all_but(&nodes, 0));
    let promised = load.end();
    drained(&cluster, Duration::from_secs(20));
    let cut = interrupted().unwrap();
    assert!(cut > 0, "no call was under way at the kill: the test proves nothing");
    let repeats = check(&cluster, &promised, &receiver.requests());
    assert!(repeats <= cut, "{repeats} repeats, but {cut} calls were cut");
    assert_eq!(cluster.sql("desk", "select count(*) from nodes where incarnation is not null"), "2");
}

fn all_but(nodes: &[Server], at: usize) -> Vec<&Server> {
    nodes.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, node)| node).collect()
}
