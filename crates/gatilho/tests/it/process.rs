//! The process: its first start, its stops, and what it says when it cannot start.

use crate::support::{KEY, Ran, Receiver, Reply, Server, Start, always, gatilho};
use serde_json::json;
use std::net::TcpListener;
use std::time::Duration;
use tokio::time::Instant;

/// A server that is not to start.
#[track_caller]
pub(crate) fn refused(start: Start) -> String {
    let Ran { code, stderr, .. } = start.attempt().expect_err("it must not start");
    assert_eq!(code, Some(1), "{stderr}");
    stderr
}

#[test]
fn the_first_start_prints_a_key_once_and_it_opens_the_door() {
    let mut server = Server::start(&[("GATILHO_BOOTSTRAP__KEY", "")]);
    let line = "The first API key, shown this once: ";
    let output = server.output();
    let key = output.iter().find_map(|printed| printed.strip_prefix(line)).expect("it is printed").to_owned();
    let ask =
        |server: &Server| gatilho(&["trigger", "list", "--server", &server.url(), "--key", &key], &[]).ok();
    ask(&server);
    server.restart();
    ask(&server);
    let printed = server.output().iter().filter(|printed| printed.starts_with(line)).count();
    assert_eq!(printed, 1);
    assert!(!server.log().contains(&key));
}

#[test]
fn a_stop_is_graceful_and_a_second_start_goes_on() {
    let receiver = Receiver::start(always(Reply::status(200)));
    let mut server = Server::start(&[]);
    server.tell_of_subjects(&receiver.url("/"));
    let ticket = server.ticket();
    server.change(ticket, json!({ "subject": "after" }));
    receiver.wait_for(1);
    server.wait_for_rows("status=delivered", 1);

    let began = Instant::now();
    let status = server.terminate();
    assert_eq!(status.code(), Some(0), "{}", server.log());
    assert!(began.elapsed() < Duration::from_secs(5), "nothing was left to wait for");
    let names: Vec<_> = std::fs::read_dir(server.data()).expect("listed").flatten().collect();
    assert!(
        names.iter().all(|entry| entry.file_name() != "gatilho.db-wal"),
        "the database was closed: {names:?}"
    );

    server.start_again();
    server.change(ticket, json!({ "subject": "after the stop" }));
    assert_eq!(receiver.wait_for(2)[1].json()["Subject"], "after the stop");
    server.restart();
    assert_eq!(server.wait_for_rows("status=delivered", 2).len(), 2);
    assert_eq!(receiver.requests().len(), 2, "nothing was sent twice");
}

#[test]
fn what_a_kill_left_behind_goes_out_after_the_next_start() {
    let receiver = Receiver::start(|number, _| if number == 0 { Reply::Hang } else { Reply::status(200) });
    let mut server = Server::start(&[]);
    server.tell_of_subjects(&receiver.url("/"));
    let ticket = server.ticket();
    server.change(ticket, json!({ "subject": "after" }));
    receiver.wait_for(1);
    server.kill();
    server.start_again_with(&[("GATILHO_DELIVERY__MONITOR_EVERY", "100ms")]);
    let requests = receiver.wait_for(2);
    assert_eq!(requests[0].webhook_id(), requests[1].webhook_id());
    assert_eq!(requests[0].body, requests[1].body);
    server.wait_for_rows("status=delivered", 1);
}

#[test]
fn an_address_that_is_taken_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let home = tempfile::tempdir().expect("a directory");
    let data = home.path().join("data");
    let data = data.to_str().expect("UTF-8");
    let said = gatilho(&["serve", "--listen", &address, "--data", data], &[]).failed(1);
    assert!(said.contains(&format!("cannot listen on {address}")) && said.contains("--listen"), "{said}");
}

#[test]
fn settings_tell_all_their_faults_at_once() {
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("gatilho.toml");
    std::fs::write(&file, "[delivery]\nretrys = 3\n\n[server]\nlisten = \"nowhere\"\n").expect("written");
    let path = file.to_str().expect("UTF-8");
    let env = [
        ("GATILHO_DELIVERY__ANSWER_WITHIN", "3"),
        ("GATILHO_BOOTSTRAP__KEY", "a secret key"),
        ("GATILHO_OUTBOUND__ALLOW_NETWORKS", "everything"),
    ];
    let start = Start::new().env(&env).args(&["--config", path, "--set", "delivery.retries=51"]);
    let said = refused(start);
    for part in [
        "the settings have faults:",
        "delivery.answer_within (environment GATILHO_DELIVERY__ANSWER_WITHIN)",
        "bootstrap.key (environment GATILHO_BOOTSTRAP__KEY)",
        "outbound.allow_networks (environment GATILHO_OUTBOUND__ALLOW_NETWORKS)",
        "delivery.retries (flag --set)",
        &format!("delivery.retrys (file {path}:2): no such setting; did you mean delivery.retries?"),
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains("a secret key"), "{said}");
}

#[test]
fn the_variables_of_the_commands_do_not_trouble_a_server() {
    Server::start(&[("GATILHO_SERVER_URL", "http://127.0.0.1:1"), ("GATILHO_KEY", KEY)]);
}

#[test]
fn a_server_runs_under_another_program_too() {
    // As under `strace`: a process of its own, of which the server is a child.
    let mut server = Start::new().under(&["sh", "-c", "\"$@\"; exit $?", "sh"]).go();
    assert_eq!(server.public("GET", "persons?id=1", None).ok()["id"], "1");
    let comm = std::fs::read_to_string(format!("/proc/{}/comm", server.pid())).expect("it runs");
    assert_eq!(comm.trim(), "gatilho");
    assert_eq!(server.terminate().code(), Some(0), "{}", server.log());
}
