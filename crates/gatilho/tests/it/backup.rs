//! A backup is made while work goes on, put back elsewhere, and started from.

use crate::support::{KEY, Receiver, Reply, Server, Start, always, gatilho, wait_until};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

fn backup(data: &Path, file: &Path) -> crate::support::Ran {
    let args = ["backup".as_ref(), file.as_os_str(), "--data".as_ref(), data.as_os_str()];
    gatilho(&args, &[])
}

#[test]
fn a_backup_made_at_work_is_a_help_desk_again() {
    let receiver = Receiver::start(always(Reply::status(200)));
    let server = Server::start(&[]);
    server.tell_of_subjects(&receiver.url("/"));
    let ticket = server.ticket();
    let kept = server.home().join("kept");
    fs::create_dir(&kept).expect("a directory");
    let file = kept.join("gatilho.db");

    let stop = AtomicBool::new(false);
    let (said, written) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = 0;
            while !stop.load(Ordering::Relaxed) {
                written += 1;
                server.change(ticket, json!({ "subject": written.to_string() }));
            }
            written
        });
        receiver.wait_for(20);
        let said = backup(server.data(), &file).ok();
        let during = receiver.requests().len();
        receiver.wait_for(during + 5);
        stop.store(true, Ordering::Relaxed);
        (said, writer.join().expect("every change was taken"))
    });
    assert!(said.starts_with(&format!("Copied the database to {} (", file.display())), "{said}");
    assert!(said.contains("every page was looked at and is sound"), "{said}");
    let key = server.data().join("master.key");
    assert!(said.contains(&format!("Keep {} with it", key.display())), "{said}");
    let names: Vec<_> =
        fs::read_dir(&kept).expect("listed").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names, ["gatilho.db"], "nothing else is left beside it");

    fs::copy(&key, kept.join("master.key")).expect("copied");
    let before = receiver.requests().len();
    let restored = Start::new().data(&kept).go();
    let there = restored.public("GET", &format!("tickets?id={ticket}"), None).ok();
    let subject: i64 = there["subject"].as_str().and_then(|text| text.parse().ok()).expect("a number");
    assert!((20..=written).contains(&subject), "{subject} of {written}");
    restored.change(ticket, json!({ "subject": "after the restore" }));
    let told = receiver.wait_until("the restored one tells", |requests| {
        requests[before..].iter().any(|request| request.json()["Subject"] == "after the restore")
    });
    assert!(told.len() > before);
    let log = restored.cli(&["delivery", "list", "--limit", "1000"]).ok();
    assert!(log.lines().count() > 20, "{log}");
}

#[test]
fn a_backup_needs_no_server_and_overwrites_nothing() {
    let mut server = Server::start(&[]);
    let ticket = server.ticket_with(json!({ "subject": "kept" }));
    let data = server.data().to_owned();
    let file = server.home().join("a b.db");
    server.terminate();
    backup(&data, &file).ok();
    let copy = fs::read(&file).expect("it is there");
    let again = backup(&data, &file).failed(1);
    assert!(again.contains("exists: a backup does not overwrite, name another file"), "{again}");
    assert_eq!(fs::read(&file).expect("it is there"), copy);
    server.start_again();
    assert_eq!(server.public("GET", &format!("tickets?id={ticket}"), None).ok()["subject"], "kept");
}

#[test]
fn a_backup_that_cannot_be_made_says_why() {
    let server = Server::start(&[]);
    let nowhere = server.home().join("missing/copy.db");
    let said = backup(server.data(), &nowhere).failed(1);
    assert!(said.contains(&format!("no backup was made at {}", nowhere.display())), "{said}");
    let empty = server.home().join("empty");
    let said = backup(&empty, &server.home().join("copy.db")).failed(1);
    assert!(
        said.contains(&format!("there is no database in {}", empty.display())) && said.contains("--data"),
        "{said}"
    );
    assert!(!server.home().join("copy.db").exists() && !empty.exists());
    let said = gatilho(&["backup"], &[]).failed(2);
    assert!(said.contains("<FILE>"), "{said}");
}

#[test]
fn a_key_from_the_settings_is_named_instead_of_its_file() {
    let key = "0123456789abcdef".repeat(4);
    let server = Server::start(&[("GATILHO_SECURITY__MASTER_KEY", &key)]);
    let file = server.home().join("copy.db");
    let file = file.to_str().expect("UTF-8");
    let data = server.data().to_str().expect("UTF-8");
    let said = gatilho(&["backup", file, "--data", data], &[("GATILHO_SECURITY__MASTER_KEY", &key)]).ok();
    assert!(
        said.contains("Keep security.master_key of the settings with it") && !said.contains(&key),
        "{said}"
    );
    assert!(!said.contains(KEY));
    wait_until("it goes on", || (server.get("/healthz").status == 200).then_some(()));
}
