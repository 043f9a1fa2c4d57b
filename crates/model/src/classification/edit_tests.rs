//! Tests of editing a domain's words.

use super::super::{BaseStatus, CustomFieldKind, Side, TicketTypes};
use super::*;
use crate::ids::{CategoryId, StatusId};
use crate::samples::{classification, rich_ticket};
use serde_json::json;

fn fields(result: Result<impl std::fmt::Debug, EditFault>) -> Vec<String> {
    match result {
        Err(EditFault::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}

fn conflict(result: Result<impl std::fmt::Debug, EditFault>) -> String {
    match result {
        Err(EditFault::Conflict(text)) => text.to_string(),
        other => panic!("{other:?}"),
    }
}

fn status_id(words: &Classification, name: &str) -> i64 {
    words.status(name).unwrap().id.0
}

fn service_id(words: &Classification, path: &str) -> i64 {
    words.service(path).unwrap().id.0
}

#[test]
fn a_status_is_made_changed_and_taken_out_of_use() {
    let mut words = classification();
    let json = json!({ "name": "Aguardando peça", "base_status": "Stopped", "justifications": ["Estoque"] });
    assert_eq!(words.create(Noun::Status, 50, &json), Ok(50));
    let made = words.status("aguardando PECA").unwrap();
    assert_eq!((made.base, made.is_active, made.is_default), (BaseStatus::Stopped, true, false));
    assert_eq!(words.patch(Noun::Status, 50, &json!({ "is_default": true })), Ok(Vec::new()));
    assert_eq!(words.status_of(BaseStatus::Stopped).unwrap().id, StatusId(50));
    assert!(conflict(words.remove(Noun::Status, 50, false)).contains("default"));
    assert_eq!(words.patch(Noun::Status, 50, &json!({ "is_default": false })), Ok(Vec::new()));
    assert_eq!(words.remove(Noun::Status, 50, true), Ok(()));
    assert!(!words.status("Aguardando peça").unwrap().is_active);
    assert_eq!(words.remove(Noun::Status, 50, false), Ok(()));
    assert_eq!(words.status("Aguardando peça"), None);
    assert_eq!(words.remove(Noun::Status, 50, false), Err(EditFault::Missing));
    let last = status_id(&words, "Fechado");
    assert!(conflict(words.remove(Noun::Status, last, false)).contains("last of the base status"));
    assert_eq!(fields(words.patch(Noun::Status, last, &json!({ "is_active": false }))), ["is_active"]);
}

#[test]
fn all_faults_of_a_status_are_told_together() {
    let mut words = classification();
    let json = json!({
        "name": "novo", "base_status": "Open", "justifications": ["a", "A"], "ticket_types": "all", "is_active": 1,
        "is_default": true, "requires_justification": true, "colour": "red",
    });
    let wanted =
        ["colour", "base_status", "name", "justifications[1]", "ticket_types", "is_active", "is_default"];
    assert_eq!(fields(words.create(Noun::Status, 50, &json)), wanted);
    let id = status_id(&words, "Novo");
    assert_eq!(fields(words.patch(Noun::Status, id, &json!({ "base_status": "Closed" }))), ["base_status"]);
    assert_eq!(fields(words.patch(Noun::Status, id, &json!([]))), [""]);
    assert_eq!(words, classification(), "nothing was changed");
}

#[test]
fn a_new_name_is_told_and_the_old_one_is_remembered() {
    let mut words = classification();
    let id = status_id(&words, "Em atendimento");
    let renaming = Renaming { field: Field::Status, was: "Em atendimento".into(), is: "Em andamento".into() };
    assert_eq!(words.patch(Noun::Status, id, &json!({ "name": "Em andamento" })), Ok(vec![renaming]));
    let fresh = words.refreshed(&rich_ticket()).unwrap();
    assert_eq!(fresh.status, "Em andamento");
    assert_eq!(words.refreshed(&fresh), None, "it has all present names");
    let other = json!({ "name": "em ATENDIMENTO", "base_status": "New" });
    assert_eq!(fields(words.create(Noun::Status, 50, &other)), ["name"], "tickets may still carry it");
    assert!(
        words.patch(Noun::Status, id, &json!({ "name": "Em atendimento" })).is_ok(),
        "its own old name is free"
    );
    assert_eq!(words.refreshed(&rich_ticket()), None);
}

#[test]
fn services_stand_in_a_tree_of_three_levels() {
    let mut words = classification();
    let network = words.service("Redes").unwrap().id;
    let made = words.create(Noun::Service, 0, &json!({ "name": "Wi-Fi", "parent": network })).unwrap();
    assert_eq!(made, 901, "numbers go on after the highest of services, fields and rules");
    assert_eq!(words.service_by_id(ServiceId(made)).unwrap().path, ["TI", "Redes", "Wi-Fi"]);
    let below = json!({ "name": "5 GHz", "parent": ServiceId(made) });
    assert_eq!(fields(words.create(Noun::Service, 0, &below)), ["parent"], "a fourth level");
    assert_eq!(fields(words.create(Noun::Service, 0, &json!({ "name": "compras" }))), ["name"]);
    let faults = json!({ "name": "a > b", "parent": ServiceId(7_777), "visible_to": "all", "categories": [CategoryId(9)] });
    assert_eq!(
        fields(words.create(Noun::Service, 0, &faults)),
        ["name", "parent", "visible_to", "categories[0]"]
    );
    let root = service_id(&words, "TI");
    assert_eq!(fields(words.patch(Noun::Service, root, &json!({ "parent": network }))), ["parent"]);
    let deep = json!({ "parent": words.service("Compras").unwrap().id });
    assert_eq!(
        fields(words.patch(Noun::Service, root, &deep)),
        ["parent"],
        "what is below would be too deep"
    );
    assert!(conflict(words.remove(Noun::Service, root, false)).contains("TI > Redes"));
}

#[test]
fn a_service_that_moves_takes_those_below_it_along() {
    let mut words = classification();
    let network = service_id(&words, "Redes");
    let renamings = words.patch(Noun::Service, network, &json!({ "name": "Rede", "parent": null })).unwrap();
    let told: Vec<_> = renamings.iter().map(|it| (it.was.as_str(), it.is.as_str())).collect();
    assert_eq!(told, [("Redes", "Rede"), ("TI > Redes", "Rede"), ("TI > Redes > Conexão", "Rede > Conexão")]);
    assert_eq!(words.service("Conexão").unwrap().path, ["Rede", "Conexão"]);
    assert_eq!(words.refreshed(&rich_ticket()).unwrap().service, ["Rede", "Conexão"]);
    let service = words.service("Conexão").unwrap();
    assert_eq!(words.service_above(service).map(|above| above.id.0), Some(network));
    let patch = json!({ "visible_to": "agents", "allow_finish": false, "ticket_types": "internal" });
    assert_eq!(words.patch(Noun::Service, network, &patch), Ok(Vec::new()));
    let changed = words.service("Rede").unwrap();
    assert_eq!(
        (changed.visible_to, changed.allow_finish, changed.ticket_types),
        (Side::Agents, false, TicketTypes::Internal)
    );
}

#[test]
fn custom_fields_keep_their_kind_and_number_their_rules() {
    let mut words = classification();
    let json = json!({ "name": "Filial", "kind": "single_choice", "items": ["A", "B"], "rules": [{ "name": "Sempre" }] });
    let number = words.create(Noun::CustomField, 0, &json).unwrap();
    let field = words.custom_field(number).unwrap();
    assert_eq!((number, field.rules[0].number, field.kind), (901, 902, CustomFieldKind::SingleChoice));
    let rules = json!({ "rules": [{ "number": 902, "name": "Sempre", "several_lines": true }, { "name": "Às vezes" }] });
    words.patch(Noun::CustomField, number, &rules).unwrap();
    let numbers: Vec<_> = words.custom_field(number).unwrap().rules.iter().map(|rule| rule.number).collect();
    assert_eq!(numbers, [902, 903]);
    let faults = json!({ "kind": "text", "rules": [{ "number": 900, "name": "" }] });
    assert_eq!(
        fields(words.patch(Noun::CustomField, number, &faults)),
        ["kind", "rules[0].number", "rules[0].name"]
    );
    assert_eq!(fields(words.patch(Noun::CustomField, number, &json!({ "items": [] }))), ["items"]);
    assert_eq!(fields(words.patch(Noun::CustomField, 78, &json!({ "items": ["a"] }))), ["items"]);
}

#[test]
fn an_order_names_each_once() {
    let mut words = classification();
    assert_eq!(words.order(Noun::Urgency, &[4, 3, 2, 1]), Ok(()));
    assert_eq!(words.urgencies[0].name, "Urgente");
    for (ids, place) in [(&[1, 2, 3][..], "ids"), (&[1, 2, 3, 3], "ids[3]"), (&[1, 2, 3, 9], "ids[3]")] {
        assert_eq!(fields(words.order(Noun::Urgency, ids)), [place]);
    }
}

#[test]
fn what_another_word_names_goes_out_of_use_instead_of_away() {
    let mut words = classification();
    let (urgency, service) = (words.urgencies[3].id, words.service("Compras").unwrap().id);
    let rule = json!({ "name": "x", "urgencies": [urgency], "services": [service] });
    words.create(Noun::SlaAgreement, 60, &json!({ "name": "Ouro", "rules": [rule] })).unwrap();
    words.remove(Noun::Urgency, urgency.0, false).unwrap();
    words.remove(Noun::Service, service.0, false).unwrap();
    assert!(!words.urgencies[3].is_active && !words.service("Compras").unwrap().is_active);
    words.remove(Noun::SlaAgreement, 60, true).unwrap();
    words.remove(Noun::Urgency, urgency.0, false).unwrap();
    assert_eq!((words.urgencies.len(), words.sla_agreements.len()), (3, 0));
}

#[test]
fn words_survive_json() {
    let mut words = classification();
    words.patch(Noun::Urgency, 1, &json!({ "name": "Mínima" })).unwrap();
    // Teams are rows of their own.
    words.teams.clear();
    let text = serde_json::to_string(&words).unwrap();
    assert_eq!(serde_json::from_str::<Classification>(&text).unwrap(), words);
}
