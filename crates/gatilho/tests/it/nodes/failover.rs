//! The primary dies and its synchronous standby takes over: nothing that was answered 2xx is lost.

use std::time::Duration;

use super::cluster::Cluster;
use super::kills::drained;
use super::load::{Load, check, furnish, receiver};
use super::node;
use crate::support::{Server, wait_until};

#[test]
fn nothing_is_lost_when_a_synchronous_standby_takes_over() {
    let primary = Cluster::start();
    primary.sql("postgres", "create database desk");
    let standby = primary.standby();
    primary.sql("postgres", "alter system set synchronous_standby_names = '*'");
    primary.sql("postgres", "select pg_reload_conf()");
    wait_until("commits wait for the standby", || {
        (primary.sql("postgres", "select sync_state from pg_stat_replication") == "sync").then_some(())
    });
    let url = format!(
        "postgres://postgres@{},{}/desk?target_session_attrs=read-write",
        primary.address(),
        standby.address()
    );
    let receiver = receiver();
    let nodes: Vec<Server> = (0..2).map(|_| node(&url)).collect();
    let tickets = furnish(&nodes[0], &receiver);
    let load = Load::start(&nodes.iter().collect::<Vec<_>>(), tickets);
    wait_until("the load is under way", || (load.promised() > 100).then_some(()));
    primary.kill();
    standby.promote();
    let before = load.promised();
    wait_until("changes are taken again", || (load.promised() > before + 100).then_some(()));
    std::thread::park_timeout(Duration::from_millis(500));
    let promised = load.end();
    drained(&standby, Duration::from_secs(30));
    let repeats = check(&standby, &promised, &receiver.requests());
    assert_eq!(repeats, 0, "both nodes lived: what they had sent they recorded");
}
