//! Samples for tests: one domain's words, its people, a rich ticket and an almost empty one, triggers from JSON.
//! Random ones live in `samples/random.rs`.

use crate::cause::{Actor, Cause, ChainMemory, Via};
use crate::change::{Change, Saved};
use crate::classification::{
    BaseStatus, Category, Classification, CustomField, CustomFieldKind, Locale, Service, Status,
};
use crate::compile::Triggers;
use crate::condition::Conditions;
use crate::ids::{CategoryId, ChangeId, ServiceId, TriggerId};
use crate::matching::{Run, Save, run};
use crate::person::{PersonRef, PersonType, ProfileType};
use crate::sla::{Stopped, TicketSla};
use crate::ticket::{CustomFieldItem, CustomFieldValue, Ticket};
use crate::ticket_action::{Attachment, TicketAction, Visibility, origin};
use crate::ticket_command::Happenings;
use crate::ticket_delta::TicketDelta;
use crate::time::Timestamp;
use crate::trigger::{Trigger, TriggerDraft};
use serde_json::{Value, json};

pub(crate) mod random;

/// 2026-03-04T05:06:07.089Z.
pub(crate) const NOW: Timestamp = Timestamp(1_772_600_767_089);

pub(crate) fn person(id: &str, profile_type: ProfileType) -> PersonRef {
    PersonRef {
        id: id.into(),
        person_type: PersonType::Person,
        profile_type,
        business_name: format!("Pessoa {id}"),
        email: format!("{id}@exemplo.com.br"),
        phone: String::new(),
    }
}

pub(crate) fn agent() -> PersonRef {
    person("ana", ProfileType::Agent)
}

pub(crate) fn client() -> PersonRef {
    PersonRef { person_type: PersonType::Company, ..person("613348413", ProfileType::Client) }
}

pub(crate) fn actor(person: Option<PersonRef>) -> Actor {
    Actor { person, via: Via::Page, key: None }
}

/// A Brazilian domain.
pub(crate) fn classification() -> Classification {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let custom = |number: i64, name: &str, kind: CustomFieldKind, items: &[&str]| CustomField {
        items: names(items),
        ..CustomField::new(number, name, kind, &[900])
    };
    let categories = ["Dúvida", "Falha", "Sugestão"].into_iter().zip(1..);
    let services =
        [&["TI"][..], &["TI", "Redes"], &["TI", "Redes", "Conexão"], &["Compras"]].into_iter().zip(1..);
    Classification {
        categories: categories.map(|(name, id)| Category::new(CategoryId(id), name)).collect(),
        services: services.map(|(path, id)| Service::new(ServiceId(id), names(path))).collect(),
        teams: names(&["Suporte", "Nível 3"]),
        custom_fields: vec![
            custom(77, "Região", CustomFieldKind::MultiChoice, &["Nordeste", "São Paulo "]),
            custom(78, "Contrato", CustomFieldKind::Text, &[]),
            custom(79, "Anexo", CustomFieldKind::File, &[]),
        ],
        ..Classification::starting(Locale::PtBr)
    }
}

pub(crate) fn status(name: &str) -> Status {
    classification().status(name).expect("a status of the sample domain").clone()
}

fn item(text: &str) -> CustomFieldItem {
    CustomFieldItem { custom_field_item: text.into(), ..CustomFieldItem::default() }
}

pub(crate) fn plain_value(id: i64, value: &str) -> CustomFieldValue {
    CustomFieldValue {
        custom_field_id: id,
        custom_field_rule_id: 900,
        line: 1,
        value: Some(value.into()),
        items: Vec::new(),
    }
}

/// Three custom values: a list of two items, a plain text, a file.
pub(crate) fn custom_values() -> Vec<CustomFieldValue> {
    let file = CustomFieldItem {
        storage_file_guid: "6F9619FF8B86D011B42D00C04FC964FF".into(),
        file_name: "mapa.pdf".into(),
        ..CustomFieldItem::default()
    };
    vec![
        CustomFieldValue {
            value: None,
            items: vec![item("Nordeste"), item("São Paulo ")],
            ..plain_value(77, "")
        },
        plain_value(78, "1.530,75"),
        CustomFieldValue { value: None, items: vec![file], line: 2, ..plain_value(79, "") },
    ]
}

/// A ticket with something in every field.
pub(crate) fn rich_ticket() -> Ticket {
    Ticket {
        version: 4,
        visibility: Visibility::Public,
        subject: "Conexão cai às 15h: \"sem rede\" \\ ação nº 3 🚧".into(),
        category: "Falha".into(),
        urgency: "Média".into(),
        status: "Em atendimento".into(),
        base_status: BaseStatus::InAttendance,
        justification: "Peça encomendada".into(),
        created_by: Some(client()),
        owner: Some(agent()),
        owner_team: "Nível 3".into(),
        service: vec!["TI".into(), "Redes".into(), "Conexão".into()],
        service_id: Some(ServiceId(3)),
        tags: vec!["rede".into(), "Atenção".into()],
        cc: "chefia@exemplo.com.br".into(),
        clients: vec![client(), person("bia", ProfileType::AgentAndClient)],
        custom_fields: custom_values(),
        sla_solution_minutes: 480,
        sla_solution_at: Some(NOW.plus_ms(8 * 3_600_000)),
        action_count: 2,
        last_action_id: 3,
        agent_action_count: 1,
        reopened_at: Some(NOW.plus_ms(-60_000)),
        last_action_at: Some(NOW),
        ..bare_ticket()
    }
}

/// A ticket with nothing but what it cannot be without.
pub(crate) fn bare_ticket() -> Ticket {
    Ticket {
        number: 1207,
        version: 1,
        visibility: Visibility::Internal,
        subject: String::new(),
        category: String::new(),
        urgency: String::new(),
        status: "Novo".into(),
        base_status: BaseStatus::New,
        justification: String::new(),
        origin: origin::WEB_API,
        created_at: NOW.plus_ms(-86_400_000),
        created_by: None,
        is_deleted: false,
        owner: None,
        owner_team: String::new(),
        service: Vec::new(),
        service_id: None,
        tags: Vec::new(),
        cc: String::new(),
        clients: Vec::new(),
        custom_fields: Vec::new(),
        sla_solution_minutes: 0,
        sla_solution_at: None,
        sla: TicketSla::default(),
        stopped: Stopped::default(),
        action_count: 0,
        last_action_id: 0,
        agent_action_count: 0,
        resolved_in_first_call: false,
        resolved_at: None,
        closed_at: None,
        canceled_at: None,
        reopened_at: None,
        last_action_at: None,
        updated_at: NOW,
        links: Vec::new(),
        chain_memory: ChainMemory::default(),
    }
}

/// Two entries: a client's with files, and one of the system that was taken back.
pub(crate) fn rich_actions() -> Vec<TicketAction> {
    let file = |name: &str, path: &str| Attachment {
        file_name: name.into(),
        path: path.into(),
        ..Attachment::default()
    };
    let written = TicketAction {
        attachments: vec![
            file("print da tela.png", "C7F2E0A94B8D4E6FA1B2C3D4E5F60718"),
            file("relatório.pdf", "0123456789ABCDEF0123456789ABCDEF"),
        ],
        ..action(2, "Olá,\r\na conexão caiu de novo às 15h.\tObrigado!", Some(client()))
    };
    let removed = TicketAction {
        visibility: Visibility::Internal,
        origin: origin::TRIGGER,
        is_deleted: true,
        ..action(3, "Nota \"automática\"", None)
    };
    vec![written, removed]
}

pub(crate) fn action(id: i64, text: &str, created_by: Option<PersonRef>) -> TicketAction {
    TicketAction {
        id,
        visibility: Visibility::Public,
        origin: origin::WEB_AGENT,
        description: text.into(),
        html_description: format!("<p>{text}</p>"),
        created_by,
        created_at: NOW,
        is_deleted: false,
        attachments: Vec::new(),
        tags: Vec::new(),
    }
}

/// One line of a block, as JSON; a null value is left out.
pub(crate) fn line(field: &str, operator: &str, value: Value) -> Value {
    let mut line = json!({ "field": field, "operator": operator });
    if !value.is_null() {
        line["value"] = value;
    }
    line
}

pub(crate) fn conditions(json: Value) -> Conditions {
    serde_json::from_value(json).expect("conditions in order")
}

/// A trigger at the position of its number.
pub(crate) fn trigger(id: i64, conditions_json: Value, actions_json: Value) -> Trigger {
    let draft = TriggerDraft {
        name: format!("Gatilho {id}"),
        trigger_type: crate::trigger::TriggerType::Ticket,
        description: String::new(),
        enabled: true,
        conditions: conditions(conditions_json),
        actions: serde_json::from_value(actions_json).expect("actions in order"),
    };
    Trigger {
        id: TriggerId(id),
        revision: 1,
        position: id,
        draft,
        managed_by: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// A trigger that sends a webhook.
pub(crate) fn sender(id: i64, conditions_json: Value) -> Trigger {
    trigger(id, conditions_json, json!([{ "kind": "webhook", "url": "https://exemplo.com.br/gancho" }]))
}

/// A trigger with these lines in ALL that adds a tag.
pub(crate) fn tagger(id: i64, all: Value, tag: &str) -> Trigger {
    trigger(id, json!({ "all": all }), json!([{ "kind": "add_tag", "tag": tag }]))
}

pub(crate) fn root_cause() -> Cause {
    Cause::root(ChangeId(1))
}

/// What happens when a ticket is opened.
pub(crate) fn opened() -> Happenings {
    Happenings { created: true, ..Happenings::default() }
}

/// Runs triggers over a save of the sample domain.
pub(crate) fn run_over(
    triggers: &[Trigger],
    before: Option<&Ticket>,
    after: &Ticket,
    happenings: &Happenings,
    cause: Cause,
) -> Run {
    let save = Save { before, after, happenings, cause, at: NOW };
    run(&Triggers::new(triggers.iter().cloned()), save, &classification())
}

/// Runs triggers over an update that follows from nothing.
pub(crate) fn run_update(triggers: &[Trigger], before: &Ticket, after: &Ticket) -> Run {
    run_over(triggers, Some(before), after, &Happenings::default(), root_cause())
}

/// The change that a run is kept as.
pub(crate) fn change_of(
    before: Option<&Ticket>,
    after: &Ticket,
    happenings: &Happenings,
    run: &Run,
) -> Change {
    let saved = match before {
        None => Saved::Created(Box::new(after.clone())),
        Some(before) => Saved::Updated {
            before: Box::new(before.clone()),
            delta: Box::new(TicketDelta::between(before, after)),
        },
    };
    Change {
        id: ChangeId(1),
        ticket_number: after.number,
        ticket_version: after.version,
        at: NOW,
        actor: actor(Some(agent())),
        cause: root_cause(),
        config_revision: 1,
        saved,
        happenings: happenings.clone(),
        effects: run.effects.clone(),
        firings: run.firings.clone(),
        ended: run.ended,
    }
}
