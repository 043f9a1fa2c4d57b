//! What a new help desk begins with: the documented seed, a seed with a fault, and the language of its words.

use crate::process::refused;
use crate::support::{Server, Start};
use serde_json::{Value, json};

/// The example of the documents.
const HELP_DESK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/help-desk.toml");

fn ticket(server: &Server, number: &Value) -> Value {
    server.public("GET", &format!("tickets?id={number}"), None).ok()
}

#[test]
fn the_documented_seed_makes_a_desk_on_which_a_rich_ticket_is_opened() {
    let server = Start::new().args(&["--seed", HELP_DESK]).go();
    let rich = json!({
        "type": 2,
        "subject": "The printer prints only blank pages",
        "category": "Incident",
        "urgency": "High",
        "serviceFull": ["Hardware", "Printers"],
        "ownerTeam": "Support",
        "owner": { "id": "agent-1" },
        "createdBy": { "id": "agent-2" },
        "clients": [{ "id": "customer-1" }],
        "actions": [{ "type": 2, "description": "It began this morning.", "createdBy": { "id": "agent-2" } }],
        "customFieldValues": [
            { "customFieldId": 101, "customFieldRuleId": 201, "line": 1, "value": "SN-0001" },
            { "customFieldId": 102, "customFieldRuleId": 201, "line": 1, "items": [{ "customFieldItem": "North" }] },
        ],
    });
    let made = server.public("POST", "tickets", rich);
    assert_eq!(made.status, 200, "{}", made.body);
    let ticket = ticket(&server, &made.json()["id"]);
    assert_eq!(ticket["category"], "Incident");
    assert_eq!(ticket["serviceFull"], json!(["Hardware", "Printers"]));
    assert_eq!(ticket["ownerTeam"], "Support");
    assert_eq!(ticket["owner"]["businessName"], "Agent 1");
    assert_eq!(ticket["createdBy"]["businessName"], "Agent 2");
    assert_eq!(ticket["clients"][0]["businessName"], "Customer 1");
    let values = &ticket["customFieldValues"];
    assert_eq!(values[0]["value"], "SN-0001", "{values}");
    assert_eq!(values[1]["items"][0]["customFieldItem"], "North", "{values}");
}

#[test]
fn a_seed_that_names_an_unknown_team_is_refused_and_told_where() {
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("seed.toml");
    let seed = "teams = [\"Support\"]\n\n[[people]]\nid = \"agent-1\"\nname = \"Agent 1\"\nprofile_type = 1\n\
                teams = [\"Nobody\"]\n";
    std::fs::write(&file, seed).expect("written");
    let said = refused(Start::new().args(&["--seed", file.to_str().expect("UTF-8")]));
    assert!(said.contains("the seed has faults:\npeople[0].teams: there is no team `Nobody`"), "{said}");
}

#[test]
fn every_fault_of_a_seed_is_told_with_its_place() {
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("seed.toml");
    let seed = "categories = [\"Incident\", \"incident\"]\nservices = [\"a > b > c > d\", \"a > \"]\n\n\
                [[custom_fields]]\nid = 1\nname = \"\"\n\n[[custom_fields]]\nid = 1\nname = \"Site\"\n\n\
                [[people]]\nid = \"\"\nname = \"Agent 1\"\nprofile_type = 1\n";
    std::fs::write(&file, seed).expect("written");
    let said = refused(Start::new().args(&["--seed", file.to_str().expect("UTF-8")]));
    for fault in [
        "categories[1]: is given twice",
        "services[0]: has more than three levels",
        "services[1]: is missing",
        "custom_fields[0].name: is missing",
        "custom_fields[1].id: is given twice",
        "people[0].id: is missing",
    ] {
        assert!(said.contains(fault), "{fault}\n{said}");
    }
}

#[test]
fn the_first_start_chooses_the_language_of_the_words() {
    let server = Server::start(&[("GATILHO_BOOTSTRAP__LOCALE", "pt-BR")]);
    let statuses = server.api("GET", "statuses", None).ok();
    assert_eq!(statuses["items"][0]["name"], "Novo", "{statuses}");
    assert_eq!(ticket(&server, &json!(server.ticket()))["status"], "Novo");
}
