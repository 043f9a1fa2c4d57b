//! Tests of `client_rights`: each thing that agents alone decide is refused by its field, and what clients may do passes.

use super::*;
use crate::classification::Status;
use crate::person::ProfileType;
use crate::samples::{
    NOW, action, actor, agent, bare_ticket, client, person, plain_value, rich_ticket, status,
};
use crate::ticket_command::{ChosenService, NewAction, TicketCommand, TicketFields, apply};

const LATER: Timestamp = Timestamp(NOW.0 + 5_000);

fn entry() -> NewAction {
    NewAction {
        visibility: None,
        description: "Obrigado".into(),
        html_description: "<p>Obrigado</p>".into(),
        created_by: None,
        created_at: None,
        attachments: Vec::new(),
        tags: Vec::new(),
    }
}

fn told(faults: Vec<Fault>) -> Vec<String> {
    faults.into_iter().map(|fault| fault.field).collect()
}

fn open(fields: TicketFields, created_by: PersonRef, actions: Vec<NewAction>) -> Vec<String> {
    let fields = Box::new(TicketFields { status: fields.status.clone().or(Some(status("Novo"))), ..fields });
    let command =
        TicketCommand::Create { number: 9, fields, created_by: Some(created_by), origin: 9, actions };
    let applied = apply(None, command, &actor(Some(client())), NOW).expect("in order");
    told(faults(&client(), None, &applied, NOW))
}

fn change(before: &Ticket, fields: TicketFields, new_actions: Vec<NewAction>) -> Vec<String> {
    let (fields, edits) = (Box::new(fields), Vec::new());
    let command = TicketCommand::Update { fields, new_actions, edits, origin: 9 };
    let applied = apply(Some(before), command, &actor(Some(client())), LATER).expect("in order");
    told(faults(&client(), Some(before), &applied, LATER))
}

fn in_status(status: Status) -> TicketFields {
    TicketFields { status: Some(status), ..TicketFields::default() }
}

/// Everything that agents alone decide, with its field.
fn of_agents() -> Vec<(TicketFields, &'static str)> {
    let none = TicketFields::default;
    vec![
        (TicketFields { visibility: Some(Visibility::Internal), ..none() }, "type"),
        (in_status(status("Em atendimento")), "status"),
        (TicketFields { owner: Some(Some(person("bia", ProfileType::Agent))), ..none() }, "owner"),
        (TicketFields { owner_team: Some("Suporte".into()), ..none() }, "ownerTeam"),
        (TicketFields { tags: Some(vec!["vip".into()]), ..none() }, "tags"),
        (TicketFields { clients: Some(vec![client(), agent()]), ..none() }, "clients"),
        (TicketFields { sla_solution_minutes: Some(5), ..none() }, "slaSolutionTime"),
        (TicketFields { sla_solution_at: Some(Some(LATER)), ..none() }, "slaSolutionDate"),
    ]
}

/// What a client says of a ticket when opening it, and never again.
fn of_the_opening() -> Vec<(TicketFields, &'static str)> {
    let none = TicketFields::default;
    let service = ChosenService { path: vec!["Compras".into()], id: None };
    vec![
        (TicketFields { subject: Some("outro".into()), ..none() }, "subject"),
        (TicketFields { category: Some("Dúvida".into()), ..none() }, "category"),
        (TicketFields { urgency: Some("Alta".into()), ..none() }, "urgency"),
        (TicketFields { service: Some(service), ..none() }, "serviceFirstLevel"),
        (TicketFields { cc: Some("x@exemplo.com.br".into()), ..none() }, "cc"),
        (TicketFields { custom_fields: Some(vec![plain_value(78, "x")]), ..none() }, "customFieldValues"),
    ]
}

#[test]
fn a_client_opens_tickets_for_themselves_and_decides_nothing_else() {
    let mine = || TicketFields { clients: Some(vec![client()]), ..TicketFields::default() };
    assert_eq!(open(mine(), client(), vec![entry()]), Vec::<String>::new());
    assert_eq!(open(mine(), agent(), Vec::new()), ["createdBy.id"]);
    for (fields, field) in of_agents() {
        let wanted = if field == "type" { vec!["type", "actions[0].type"] } else { vec![field] };
        assert_eq!(open(fields, client(), vec![entry()]), wanted, "{field}");
    }
    for (fields, field) in of_the_opening() {
        assert_eq!(open(fields, client(), vec![entry()]), Vec::<String>::new(), "{field}");
    }
}

#[test]
fn a_ticket_that_is_open_stays_as_agents_have_it() {
    let before = rich_ticket();
    for (fields, field) in of_agents().into_iter().chain(of_the_opening()) {
        let fields = if field == "status" { in_status(status("Novo")) } else { fields };
        assert_eq!(change(&before, fields, Vec::new()), [field]);
    }
    let again = TicketFields {
        subject: Some(before.subject.clone()),
        owner: Some(Some(PersonRef { business_name: "Ana, renamed".into(), ..agent() })),
        clients: Some(before.clients.clone()),
        tags: Some(before.tags.clone()),
        sla_solution_at: Some(before.sla_solution_at),
        ..in_status(status("Em atendimento"))
    };
    let justification = Some(before.justification.clone());
    let again = TicketFields { justification, ..again };
    assert_eq!(change(&before, again, Vec::new()), Vec::<String>::new(), "an answer sent back");
    let reason = TicketFields { justification: Some("outra".into()), ..TicketFields::default() };
    assert_eq!(change(&before, reason, Vec::new()), ["justification"]);
}

#[test]
fn a_client_resolves_their_own_ticket_and_opens_it_again() {
    let moved = |from: &str, to: &str, ticket: Ticket| {
        let mut ticket = ticket;
        ticket.set_status(&status(from), None, NOW);
        change(&ticket, in_status(status(to)), Vec::new()).is_empty()
    };
    let all = ["Novo", "Em atendimento", "Aguardando", "Resolvido", "Fechado", "Cancelado"];
    let allowed = |from: &str, to: &str| match from {
        "Resolvido" => matches!(to, "Novo" | "Em atendimento"),
        "Novo" | "Em atendimento" | "Aguardando" => to == "Resolvido",
        _ => false,
    };
    for (from, to) in all.iter().flat_map(|from| all.iter().map(move |to| (*from, *to))) {
        assert_eq!(moved(from, to, rich_ticket()), from == to || allowed(from, to), "{from} to {to}");
    }
    let others = Ticket { clients: Vec::new(), created_by: Some(agent()), ..rich_ticket() };
    assert!(!moved("Novo", "Resolvido", others), "somebody else's");
}

#[test]
fn a_client_answers_in_public_in_their_own_name_and_now() {
    let before = rich_ticket();
    assert_eq!(change(&before, TicketFields::default(), vec![entry()]), Vec::<String>::new());
    let own = NewAction { created_by: Some(client()), visibility: Some(Visibility::Public), ..entry() };
    assert_eq!(change(&before, TicketFields::default(), vec![own]), Vec::<String>::new());
    for (action, field) in [
        (NewAction { visibility: Some(Visibility::Internal), ..entry() }, "type"),
        (NewAction { created_by: Some(agent()), ..entry() }, "createdBy.id"),
        (NewAction { created_at: Some(NOW), ..entry() }, "createdDate"),
        (NewAction { tags: vec!["vip".into()], ..entry() }, "tags"),
    ] {
        let found = change(&before, TicketFields::default(), vec![entry(), action]);
        assert_eq!(found, [format!("actions[1].{field}")]);
    }
    let internal = Ticket { created_by: Some(client()), ..bare_ticket() };
    assert_eq!(change(&internal, TicketFields::default(), vec![entry()]), ["actions[0].type"]);
}

#[test]
fn what_is_written_stays_and_takes_files_of_its_author_only() {
    let edit = |author: PersonRef| ActionEdit {
        current: action(2, "Olá", Some(author)),
        description: None,
        visibility: None,
        tags: None,
        attachments: Vec::new(),
    };
    let file = Attachment { path: "A".into(), ..Attachment::default() };
    let with_file = |author| ActionEdit { attachments: vec![file.clone()], ..edit(author) };
    let same = ActionEdit {
        description: Some(("Olá".into(), "<p>Olá</p>".into())),
        visibility: Some(Visibility::Public),
        tags: Some(Vec::new()),
        ..edit(client())
    };
    let texts = |text: &str| Some((text.to_owned(), text.to_owned()));
    assert!(edit_fault(&client(), &edit(agent())).is_none());
    assert!(edit_fault(&client(), &same).is_none(), "an answer sent back");
    assert!(edit_fault(&client(), &with_file(client())).is_none());
    assert!(
        edit_fault(&client(), &with_file(agent())).is_some_and(|told| told.to_string().contains("files"))
    );
    for edit in [
        ActionEdit { description: texts("Tchau"), ..edit(client()) },
        ActionEdit { description: Some(("Olá".into(), "<b>Olá</b>".into())), ..edit(client()) },
        ActionEdit { visibility: Some(Visibility::Internal), ..edit(client()) },
        ActionEdit { tags: Some(vec!["vip".into()]), ..edit(client()) },
    ] {
        assert!(edit_fault(&client(), &edit).is_some_and(|told| told.to_string().contains("written")));
    }
}
