//! The doctor tells a healthy machine from a sick one, beside a running server and without one, and changes nothing.

use crate::support::{Ran, Receiver, Reply, Server, always, gatilho};
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use store::db::{Db, Settings, Step, Write};

/// Runs the doctor on a directory, with an address that nobody uses unless `more` names one.
fn check(data: &Path, more: &[&str]) -> Ran {
    let data = data.to_str().expect("UTF-8");
    let mut args = vec!["check", "--data", data, "--set", "server.listen=127.0.0.1:0"];
    args.extend(more);
    gatilho(&args, &[])
}

/// The finding of one check in the JSON.
#[track_caller]
fn finding(ran: &Ran, check: &str) -> Value {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    let found = report["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|finding| finding["check"] == check)
        .cloned();
    found.unwrap_or_else(|| panic!("{check} is not in {report}"))
}

/// Asserts level and words of a finding, its advice included.
#[track_caller]
fn told(ran: &Ran, check: &str, level: &str, words: &[&str]) {
    let finding = finding(ran, check);
    assert_eq!(finding["level"], level, "{finding}");
    let said = format!("{} {}", finding["message"], finding["advice"]);
    assert!(words.iter().all(|word| said.contains(word)), "{words:?} in {finding}");
}

/// Changes the database as no server would.
fn write(data: &Path, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let db = Db::open(Settings::sqlite(data)).await.expect("opens");
        db.commit(Write::new().step(Step::new(sql, vec![]))).await.expect("written");
        db.close().await;
    });
}

fn stopped() -> Server {
    let mut server = Server::start(&[]);
    server.terminate();
    server
}

#[test]
fn a_healthy_server_is_in_order_while_it_runs() {
    let server = Server::start(&[]);
    let listen = format!("server.listen={}", server.address());
    let ran = check(server.data(), &["--set", &listen]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for part in [
        "ok       settings",
        "a server runs on this data",
        &format!("the server answers on {} and is ready", server.address()),
        "all sound",
        "0 waiting, 0 held, 0 failed in the last 24 h",
        "for its owner alone",
        "only public addresses are called",
        "Everything is in order.",
    ] {
        assert!(ran.stdout.contains(part), "{part}\n{}", ran.stdout);
    }
    let elsewhere = check(server.data(), &["--json"]);
    told(&elsewhere, "address", "warning", &["nothing answers on", "--listen"]);
}

#[test]
fn a_healthy_directory_is_in_order_without_a_server_and_stays_as_it_is() {
    let server = stopped();
    let listing = || {
        let mut names: Vec<_> =
            fs::read_dir(server.data()).expect("listed").flatten().map(|e| e.file_name()).collect();
        names.retain(|name| {
            !name.to_string_lossy().ends_with("-shm") && !name.to_string_lossy().ends_with("-wal")
        });
        names.sort();
        (names, fs::read(server.data().join("gatilho.db")).expect("read"))
    };
    let before = listing();
    let ran = check(server.data(), &["--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    told(&ran, "server", "ok", &["no server runs"]);
    told(&ran, "disk space", "ok", &["free"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        (&report["ok"], &report["problems"], &report["warnings"]),
        (&json!(true), &json!(0), &json!(0))
    );
    assert!(before == listing(), "nothing was changed");
}

#[test]
fn what_is_missing_is_told_by_how_much_it_matters() {
    let home = tempfile::tempdir().expect("a directory");
    let fresh = check(&home.path().join("not/yet"), &["--json"]);
    assert_eq!(fresh.code, Some(0), "{fresh:?}");
    told(&fresh, "data directory", "warning", &["does not exist", "--data"]);
    told(&fresh, "master key", "ok", &["made by the first start"]);
    assert!(!home.path().join("not").exists(), "nothing was made");

    let file = home.path().join("file");
    fs::write(&file, "in the way").expect("written");
    told(&check(&file, &["--json"]), "data directory", "problem", &["is no directory"]);
    let never = check(Path::new("/proc/self/data"), &["--json"]);
    assert_eq!(never.code, Some(1), "{never:?}");
    told(&never, "data directory", "problem", &["cannot be made"]);

    let empty = home.path().join("empty");
    fs::create_dir(&empty).expect("made");
    told(&check(&empty, &["--json"]), "database", "ok", &["none yet"]);
}

#[test]
fn rights_that_are_too_wide_are_told() {
    let server = stopped();
    let key = server.data().join("master.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("set");
    fs::set_permissions(server.data(), fs::Permissions::from_mode(0o755)).expect("set");
    let ran = check(server.data(), &["--json"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    told(&ran, "master key", "problem", &["can be read by others (mode 644)", "chmod 600"]);
    told(&ran, "data directory", "warning", &["mode 755", "chmod 700"]);

    fs::write(&key, "rubbish").expect("written");
    told(&check(server.data(), &["--json"]), "master key", "problem", &["holds no master key", "backup"]);
    fs::remove_file(&key).expect("removed");
    told(
        &check(server.data(), &["--json"]),
        "master key",
        "problem",
        &["is gone", "put it back from a backup"],
    );
}

#[test]
fn a_database_of_another_version_is_told() {
    let server = stopped();
    let file = server.data().join("gatilho.db");
    let whole = fs::read(&file).expect("read");
    write(
        server.data(),
        "insert into refinery_schema_history (version, name, applied_on, checksum)
        values (9999, 'later', '2030-01-01T00:00:00Z', '1')",
    );
    let newer = check(server.data(), &["--json"]);
    assert_eq!(newer.code, Some(1), "{newer:?}");
    told(&newer, "database", "problem", &["of version 9999", "install the newer gatilho again"]);
    fs::write(&file, &whole).expect("written");
    // A history without rows is that of a database in which nothing has been made yet.
    write(server.data(), "delete from refinery_schema_history");
    let pending = check(server.data(), &["--json"]);
    assert_eq!(pending.code, Some(0), "{pending:?}");
    told(&pending, "database", "warning", &["of version 0", "gatilho backup FILE"]);
    fs::write(&file, whole).expect("written");
    told(&check(server.data(), &["--json"]), "database", "ok", &["as this gatilho needs it"]);
}

#[test]
fn damage_is_a_problem() {
    let server = stopped();
    let file = server.data().join("gatilho.db");
    let mut bytes = fs::read(&file).expect("read");
    let end = bytes.len();
    bytes[8_192..end].fill(0xaa);
    fs::write(&file, bytes).expect("written");
    let damaged = check(server.data(), &["--json"]);
    assert_eq!(damaged.code, Some(1), "{damaged:?}");
    fs::write(&file, "not a database ".repeat(1_000)).expect("written");
    let none = check(server.data(), &["--json"]);
    assert_eq!(none.code, Some(1), "{none:?}");
    told(&none, "database", "problem", &["not a database"]);
}

#[test]
fn what_waits_and_what_failed_is_told() {
    let receiver = Receiver::start(always(Reply::status(503)));
    let server =
        Server::start(&[("GATILHO_DELIVERY__RETRY_EVERY", "20ms"), ("GATILHO_DELIVERY__RETRIES", "1")]);
    server.tell_of_subjects(&receiver.url("/?secret=abc"));
    let ticket = server.ticket();
    server.change(ticket, json!({ "subject": "after" }));
    server.wait_for_rows("status=failed", 1);
    let listen = format!("server.listen={}", server.address());
    let ran = check(server.data(), &["--json", "--set", &listen]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    told(&ran, "deliveries", "warning", &["1 failed in the last 24 h", "gatilho delivery resend"]);
    told(&ran, "endpoints", "warning", &["1 failing", "/?secret=•••"]);
    told(&ran, "notices", "warning", &["1 that nobody has read"]);
    let text = check(server.data(), &["--set", &listen]).ok();
    assert!(text.contains("No problem, 3 warnings."), "{text}");
}

#[test]
fn the_address_and_the_way_out_are_looked_at() {
    let server = stopped();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let listen = format!("server.listen={}", taken.local_addr().expect("an address"));
    let other = Receiver::start(always(Reply::status(200)));
    let web = format!("server.listen={}", other.address());
    told(
        &check(server.data(), &["--json", "--set", &web]),
        "address",
        "problem",
        &["another program listens"],
    );
    told(
        &check(server.data(), &["--json", "--set", &listen]),
        "address",
        "problem",
        &["another program listens"],
    );
    let foreign = check(server.data(), &["--json", "--set", "server.listen=203.0.113.1:80"]);
    told(&foreign, "address", "problem", &["cannot be listened on", "--listen"]);
    let second = Server::start(&[]);
    let theirs = format!("server.listen={}", second.address());
    told(
        &check(server.data(), &["--json", "--set", &theirs]),
        "address",
        "problem",
        &["a Gatilho with other data"],
    );

    let wide = check(server.data(), &["--json", "--set", "outbound.allow_networks=10.0.0.0/8,0.0.0.0/0"]);
    assert_eq!(wide.code, Some(0), "{wide:?}");
    told(&wide, "outbound", "warning", &["opens 0.0.0.0/0", "10.20.0.0/16"]);
    let own = check(server.data(), &["--json", "--set", "outbound.allow_networks=10.0.0.0/8"]);
    told(&own, "outbound", "ok", &["10.0.0.0/8"]);
}

#[test]
fn settings_with_faults_are_a_problem_with_all_of_them() {
    let home = tempfile::tempdir().expect("a directory");
    let ran = check(home.path(), &["--json", "--set", "delivery.retries=51", "--set", "delivery.hold=x"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    told(&ran, "settings", "problem", &["delivery.retries", "delivery.hold"]);
}
