//! The doctor looks at a database on a server: out of reach, empty, at work, with a dead node, of another version; and
//! changes nothing.

use serde_json::Value;

use super::cluster::Cluster;
use super::{MASTER_KEY, node};
use crate::support::{Ran, gatilho};

fn check(url: &str) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().to_str().unwrap();
    let args = ["check", "--json", "--data", data, "--set", "server.listen=127.0.0.1:0"];
    gatilho(&args, &[("GATILHO_STORE__DATABASE", url), ("GATILHO_SECURITY__MASTER_KEY", MASTER_KEY)])
}

/// Asserts level and words of a finding, and that the password is in none.
#[track_caller]
fn told(ran: &Ran, check: &str, level: &str, words: &[&str]) {
    assert!(!ran.stdout.contains("hush") && !ran.stderr.contains("hush"), "{ran:?}");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    let found = report["checks"].as_array().unwrap().iter().find(|finding| finding["check"] == check);
    let finding = found.unwrap_or_else(|| panic!("{check} is not in {report}"));
    assert_eq!(finding["level"], level, "{finding}");
    let said = format!("{} {}", finding["message"], finding["advice"]);
    assert!(words.iter().all(|word| said.contains(word)), "{words:?} in {finding}");
}

#[test]
fn a_server_is_looked_into_and_left_as_it_is() {
    let cluster = Cluster::start();
    let url = cluster.url("desk").replace("postgres@", "postgres:hush@");
    let missing = check(&url);
    assert_eq!(missing.code, Some(1), "{missing:?}");
    told(&missing, "database", "problem", &["desk", "create database"]);
    told(&check("postgres://me:hush@127.0.0.1:1/desk"), "database", "problem", &["cannot be reached"]);

    cluster.sql("postgres", "create database desk");
    let empty = check(&url);
    assert_eq!(empty.code, Some(0), "{empty:?}");
    told(&empty, "database", "warning", &["of version 0", "pg_dump"]);
    assert_eq!(cluster.sql("desk", "select count(*) from pg_tables where schemaname = 'public'"), "0");

    let mut server = node(&url);
    let ran = check(&url);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    told(&ran, "server", "ok", &["PostgreSQL"]);
    told(&ran, "database", "ok", &["as this gatilho needs it"]);
    told(&ran, "clock", "ok", &["ms"]);
    told(&ran, "connections", "ok", &["a node takes 8 of 197"]);
    told(&ran, "replication", "ok", &["no standby"]);
    told(&ran, "nodes", "ok", &["1 live", "(number 1, beat"]);
    told(&ran, "deliveries", "ok", &["0 waiting, 0 held, 0 failed"]);
    told(&ran, "growth", "ok", &["0 changes a day"]);

    server.kill();
    told(&check(&url), "nodes", "warning", &["1 of 1 show no life", "start a node if none runs"]);

    cluster.sql("desk", "update refinery_schema_history set checksum = '1'");
    let other = check(&url);
    assert_eq!(other.code, Some(1), "{other:?}");
    told(&other, "database", "problem", &["made by a different build"]);
    cluster.sql("desk", "update refinery_schema_history set version = 9999");
    told(&check(&url), "database", "problem", &["of version 9999", "install the newer gatilho again"]);
}

#[test]
fn a_standby_that_nobody_waits_for_is_told() {
    let cluster = Cluster::start();
    cluster.sql("postgres", "create database desk");
    let _standby = cluster.standby();
    let url = cluster.url("desk");
    told(&check(&url), "replication", "warning", &["do not wait for a standby", "synchronous_standby_names"]);
}
