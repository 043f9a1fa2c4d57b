//! Tests of `choices`: what a save may choose, and what a ticket keeps.

use super::*;
use crate::classification::{Noun, Side, TicketTypes};
use crate::samples::{bare_ticket, classification, rich_ticket};
use crate::ticket_action::Visibility;
use serde_json::json;

/// The sample domain with a reason for waiting, and a service of its own rules.
fn words() -> Classification {
    let mut words = classification();
    let waits = words.status("Aguardando").unwrap().id.0;
    let patch = json!({ "requires_justification": true, "justifications": ["Peça encomendada", "Cliente"] });
    words.patch(Noun::Status, waits, &patch).unwrap();
    words
}

fn in_status(name: &str, justification: &str, words: &Classification) -> Ticket {
    let status = words.status(name).unwrap();
    Ticket {
        status: status.name.clone(),
        base_status: status.base,
        justification: justification.into(),
        ..rich_ticket()
    }
}

fn with_service(name: &str, words: &Classification) -> Ticket {
    let service = words.service(name).unwrap();
    Ticket { service: service.path.clone(), service_id: Some(service.id), ..rich_ticket() }
}

fn told(
    before: Option<&Ticket>,
    mut after: Ticket,
    words: &Classification,
    role: ProfileType,
) -> Vec<String> {
    let faults = settle(before, &mut after, words, Some(role)).err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.field).collect()
}

fn by_agent(after: Ticket, words: &Classification) -> Vec<String> {
    told(Some(&rich_ticket()), after, words, ProfileType::Agent)
}

const NONE: [&str; 0] = [];

#[test]
fn a_status_that_needs_a_reason_is_not_entered_without_one_of_its_own() {
    let words = words();
    assert_eq!(by_agent(in_status("Aguardando", "", &words), &words), ["justification"]);
    assert_eq!(by_agent(in_status("Aguardando", "Férias", &words), &words), ["justification"]);
    assert_eq!(by_agent(in_status("Resolvido", "Qualquer", &words), &words), NONE);
    let mut waits = in_status("Aguardando", "peca ENCOMENDADA", &words);
    assert_eq!(settle(Some(&rich_ticket()), &mut waits, &words, None), Ok(()));
    assert_eq!(waits.justification, "Peça encomendada");
    // The reason alone is looked at as well, and a ticket without a change of either keeps what it has.
    let other = Ticket { justification: "Férias".into(), ..waits.clone() };
    assert_eq!(told(Some(&waits), other, &words, ProfileType::Agent), ["justification"]);
    let taken = Ticket { justification: String::new(), ..waits.clone() };
    assert_eq!(told(Some(&waits), taken, &words, ProfileType::Agent), ["justification"]);
    let old = Ticket { justification: "antiga".into(), ..waits };
    let renamed = Ticket { subject: "x".into(), ..old.clone() };
    assert_eq!(told(Some(&old), renamed, &words, ProfileType::Agent), NONE);
}

#[test]
fn what_is_out_of_use_cannot_be_chosen_and_is_kept() {
    let mut words = classification();
    words.statuses.iter_mut().for_each(|status| status.is_active = status.name != "Em atendimento");
    words.urgencies.iter_mut().for_each(|urgency| urgency.is_active = false);
    words.categories.iter_mut().for_each(|category| category.is_active = false);
    words.services.iter_mut().for_each(|service| service.is_active = service.path.len() > 1);
    let keeps = Ticket { subject: "x".into(), ..rich_ticket() };
    assert_eq!(by_agent(keeps, &words), NONE);
    let chosen = told(Some(&bare_ticket()), rich_ticket(), &words, ProfileType::Agent);
    assert_eq!(
        chosen,
        ["serviceFirstLevel", "status", "urgency", "category"],
        "a root out of use takes all below it"
    );
}

#[test]
fn what_is_not_for_the_tickets_type_is_refused_also_when_the_type_changes() {
    let mut words = classification();
    words.statuses.iter_mut().for_each(|status| status.ticket_types = TicketTypes::Internal);
    words.categories.iter_mut().for_each(|category| category.ticket_types = TicketTypes::Internal);
    words.services.iter_mut().for_each(|service| service.ticket_types = TicketTypes::Internal);
    let wanted = ["status", "category", "serviceFirstLevel"];
    assert_eq!(told(None, rich_ticket(), &words, ProfileType::Agent), wanted);
    let internal = Ticket { visibility: Visibility::Internal, ..rich_ticket() };
    assert_eq!(told(None, internal.clone(), &words, ProfileType::Agent), NONE);
    assert_eq!(told(Some(&internal), rich_ticket(), &words, ProfileType::Agent), wanted);
    let keeps = Ticket { subject: "x".into(), ..rich_ticket() };
    assert_eq!(by_agent(keeps, &words), NONE);
}

#[test]
fn a_service_says_who_chooses_it_and_which_categories_go_with_it() {
    let mut words = classification();
    let category = words.category("Dúvida").unwrap().id;
    let buying = words.services.iter_mut().find(|service| service.name() == "Compras").unwrap();
    (buying.selectable_by, buying.categories) = (Side::Clients, Some(vec![category]));
    let ticket = with_service("Compras", &words);
    let agent = told(Some(&bare_ticket()), ticket.clone(), &words, ProfileType::Agent);
    assert_eq!(agent, ["serviceFirstLevel", "category"], "its category is another one");
    let fits = Ticket { category: "Dúvida".into(), ..ticket };
    for role in [ProfileType::Client, ProfileType::AgentAndClient] {
        assert_eq!(told(Some(&bare_ticket()), fits.clone(), &words, role), NONE);
    }
}

#[test]
fn a_service_brings_urgency_and_category_to_a_ticket_that_has_none() {
    let mut words = classification();
    let (urgency, category) = (words.urgencies[2].id, words.categories[0].id);
    let buying = words.services.iter_mut().find(|service| service.name() == "Compras").unwrap();
    (buying.default_urgency, buying.default_category) = (Some(urgency), Some(category));
    let mut empty =
        Ticket { urgency: String::new(), category: String::new(), ..with_service("Compras", &words) };
    settle(Some(&bare_ticket()), &mut empty, &words, None).unwrap();
    assert_eq!((empty.urgency.as_str(), empty.category.as_str()), ("Alta", "Dúvida"));
    let mut has = with_service("Compras", &words);
    settle(Some(&bare_ticket()), &mut has, &words, None).unwrap();
    assert_eq!((has.urgency.as_str(), has.category.as_str()), ("Média", "Falha"));
}

#[test]
fn a_ticket_of_a_service_that_cannot_finish_is_given_another_one_first() {
    let mut words = classification();
    words.services.iter_mut().for_each(|service| service.allow_finish = service.name() == "Compras");
    for name in ["Resolvido", "Fechado"] {
        assert_eq!(by_agent(in_status(name, "", &words), &words), ["serviceFirstLevel"]);
        let status = words.status(name).unwrap();
        assert!(
            status_for(&rich_ticket(), status, "", &words)
                .is_err_and(|text| text.to_string().contains("another service"))
        );
    }
    assert_eq!(by_agent(in_status("Cancelado", "", &words), &words), NONE);
    let both = Ticket {
        service: vec!["Compras".into()],
        service_id: words.service("Compras").map(|service| service.id),
        ..in_status("Resolvido", "", &words)
    };
    assert_eq!(by_agent(both, &words), NONE);
}

#[test]
fn a_trigger_meets_the_same_rules() {
    let mut words = words();
    let waits = words.status("Aguardando").unwrap().clone();
    assert_eq!(status_for(&rich_ticket(), &waits, "cliente", &words), Ok("Cliente".into()));
    let fault = status_for(&rich_ticket(), &waits, "", &words);
    assert!(fault.is_err_and(|text| text.to_string().contains("Peça encomendada, Cliente")));
    words.statuses[0].is_active = false;
    let new = words.statuses[0].clone();
    assert_eq!(
        status_for(&rich_ticket(), &new, "", &words),
        Err(crate::wording::Text::given("the status `Novo` is out of use"))
    );
}
