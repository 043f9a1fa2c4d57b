//! `gatilho admin`: domains and passwords, on the directory of a server that is stopped; and the first administrator.

use crate::support::{Answer, Server, Start, gatilho};
use serde_json::{Value, json};

fn admin(data: &std::path::Path, args: &[&str]) -> crate::support::Ran {
    let data = data.to_str().expect("UTF-8");
    gatilho(&[&["admin"], args, &["--data", data]].concat(), &[])
}

/// What stands behind this text in the line that has it.
fn behind(text: &str, what: &str) -> String {
    let line = text.lines().find_map(|line| line.split_once(what));
    line.unwrap_or_else(|| panic!("no `{what}` in\n{text}")).1.trim().to_owned()
}

/// On SQLite whatever this run is about: a directory that nobody else uses is what these commands need there.
fn start(data: &std::path::Path) -> Start {
    let database = format!("sqlite:{}", data.display());
    Start::new().data(data).env(&[
        ("GATILHO_STORE__DATABASE", &database),
        ("GATILHO_BOOTSTRAP__EMAIL", "Admin@Desk.example"),
        ("GATILHO_BOOTSTRAP__PASSWORD", "correct horse"),
    ])
}

fn log_in(server: &Server, user: &str, password: &str, domain: Option<&str>) -> Answer {
    server.api("POST", "session", json!({ "user": user, "password": password, "domain": domain }))
}

#[test]
fn the_first_administrator_logs_in_and_an_operator_gives_a_forgotten_password_anew() {
    let home = tempfile::tempdir().expect("a directory");
    let data = home.path().join("data");
    let mut server = start(&data).go();
    let who = log_in(&server, "admin@desk.example", "correct horse", None).ok();
    assert_eq!((&who["person"]["id"], &who["must_change_password"]), (&json!("1"), &json!(false)));
    let said = admin(&data, &["password", "--person", "1"]).failed(1);
    assert!(said.contains("a server uses"), "{said}");
    assert!(server.terminate().success());
    let said = admin(&data, &["password", "--person", "nobody"]).failed(1);
    assert!(said.contains("there is no person `nobody` in `main`"), "{said}");
    let said = admin(&data, &["password", "--person", "1", "--user", "Root"]).ok();
    let password = behind(&said, "shown this once: ");
    assert!(said.contains("Log in to main as root or admin@desk.example"), "{said}");
    server.start_again();
    assert_eq!(log_in(&server, "admin@desk.example", "correct horse", None).status, 401);
    let who = log_in(&server, "ROOT", &password, None).ok();
    assert_eq!(who["must_change_password"], true);
    assert!(!server.log().contains(&password));
}

#[test]
fn a_domain_is_made_suspended_and_resumed() {
    let home = tempfile::tempdir().expect("a directory");
    let data = home.path().join("data");
    let said = admin(&data, &["domain", "list"]).failed(1);
    assert!(said.contains("there is no database in") && !data.exists(), "{said}");
    let mut server = start(&data).go();
    assert!(server.terminate().success());
    let create = [
        "domain",
        "create",
        "sales",
        "--locale",
        "pt-BR",
        "--host",
        "Sales.example",
        "--email",
        "ana@desk.example",
    ];
    let said = admin(&data, &create).ok();
    let (key, password) =
        (behind(&said, "API key, shown this once: "), behind(&said, "password, shown this once: "));
    assert!(admin(&data, &create[..3]).failed(1).contains("there is a domain `sales` already"));
    assert!(admin(&data, &["domain", "create", "My Desk"]).failed(1).contains("lower-case letters"));
    let taken = admin(&data, &["domain", "hosts", "main", "sales.example"]).failed(1);
    assert!(taken.contains("`sales.example` is a host of the domain `sales`"), "{taken}");
    assert!(admin(&data, &["domain", "hosts", "main", "desk.example"]).ok().contains("under desk.example"));
    let listed: Value =
        serde_json::from_str(&admin(&data, &["domain", "list", "--json"]).ok()).expect("JSON");
    assert_eq!((&listed[1]["name"], &listed[1]["hosts"]), (&json!("sales"), &json!(["sales.example"])));

    server.start_again();
    let people = |server: &Server| {
        let path = format!("/public/v1/persons?token={key}");
        server.get(&path).status
    };
    assert_eq!(people(&server), 200);
    let who = log_in(&server, "ana@desk.example", &password, Some("sales")).ok();
    assert_eq!((&who["domain"]["name"], &who["must_change_password"]), (&json!("sales"), &json!(true)));
    assert_eq!(log_in(&server, "ana@desk.example", &password, None).status, 401, "not in the first domain");
    assert!(server.terminate().success());
    assert!(admin(&data, &["domain", "suspend", "sales"]).ok().contains("sales is suspended"));
    assert!(admin(&data, &["domain", "list"]).ok().contains("sales   pt-BR     suspended  sales.example"));
    server.start_again();
    assert_eq!((people(&server), server.api("GET", "session", None).status), (403, 200));
    assert_eq!(log_in(&server, "ana@desk.example", &password, Some("sales")).status, 403);
    assert!(server.terminate().success());
    admin(&data, &["domain", "resume", "sales"]).ok();
    server.start_again();
    assert_eq!(people(&server), 200);
}
