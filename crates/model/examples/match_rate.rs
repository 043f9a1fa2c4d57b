//! How long one event takes to match in a domain of many triggers: `cargo run --release -p model --example match_rate`.
//! Prints the mean of one event, of one whole run and of making the triggers ready, for four sizes of a domain.

use model::cause::Cause;
use model::classification::{BaseStatus, Classification, Locale, Status};
use model::compile::Triggers;
use model::facts::{Event, Facts};
use model::ids::{ChangeId, StatusId, TriggerId};
use model::matching::{Save, fires, run};
use model::person::{PersonRef, PersonType, ProfileType};
use model::ticket::{CustomFieldValue, Ticket};
use model::ticket_action::{TicketAction, Visibility};
use model::ticket_command::{ChosenService, Happenings, NewAction, TicketCommand, TicketFields, apply};
use model::time::Timestamp;
use model::trigger::{Trigger, TriggerDraft};
use serde_json::{Value, json};
use std::hint::black_box;

const NOW: Timestamp = Timestamp(1_772_600_767_089);
const STATUSES: u64 = 30;
const EVENTS: u64 = 500;
const ROUNDS: u32 = 20;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn line(field: &str, operator: &str, value: Value) -> Value {
    json!({ "field": field, "operator": operator, "value": value })
}

/// What makes a trigger fire: mostly a status, sometimes an opening, an entry or a new owner.
fn firing_line(numbers: &mut Numbers) -> Value {
    match numbers.below(10) {
        0..5 => line("status", "changed_to", json!(format!("Status {}", numbers.below(STATUSES)))),
        5 => line("status", "changed", Value::Null),
        6 | 7 => line("ticket", "created", Value::Null),
        8 => line("ticket", "action_added", Value::Null),
        _ => line("owner", "changed", Value::Null),
    }
}

/// What narrows it: one to three filters over what a large help desk sorts by.
fn filters(numbers: &mut Numbers) -> Vec<Value> {
    (0..=numbers.below(3)).map(|_| filter(numbers)).collect()
}

fn filter(numbers: &mut Numbers) -> Value {
    match numbers.below(8) {
        0 => line("team", "is", json!(format!("Equipe {}", numbers.below(50)))),
        1 => line("category", "is", json!(format!("Categoria {}", numbers.below(100)))),
        2 => line("service", "is", json!(format!("Serviço {}", numbers.below(300)))),
        3 => line("client", "is", json!(format!("cliente-{}", numbers.below(5_000)))),
        4 => line("custom_field:7", "is", json!(format!("Região {}", numbers.below(100)))),
        5 => line("tags", "contains", json!(format!("tag {}", numbers.below(200)))),
        6 => line("urgency", "in", json!(["Alta", "Urgente"])),
        _ => line("subject", "contains", json!("conexão")),
    }
}

fn trigger(id: i64, numbers: &mut Numbers) -> Trigger {
    let mut all = vec![firing_line(numbers)];
    all.extend(filters(numbers));
    let draft: TriggerDraft = serde_json::from_value(json!({
        "name": format!("Gatilho {id}"),
        "type": "ticket",
        "enabled": true,
        "conditions": { "all": all },
        "actions": [{ "kind": "webhook", "url": format!("https://receptor.exemplo/{id}") }],
    }))
    .expect("a trigger in order");
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

fn person(id: String, profile_type: ProfileType) -> PersonRef {
    let business_name = format!("Pessoa {id}");
    let (email, phone) = (String::new(), String::new());
    PersonRef { id, person_type: PersonType::Person, profile_type, business_name, email, phone }
}

fn status(numbers: &mut Numbers) -> Status {
    Status::new(StatusId(1), &format!("Status {}", numbers.below(STATUSES)), BaseStatus::InAttendance)
}

fn ticket(numbers: &mut Numbers) -> Ticket {
    let custom = CustomFieldValue {
        custom_field_id: 7,
        custom_field_rule_id: 1,
        line: 1,
        value: Some(format!("Região {}", numbers.below(100))),
        items: Vec::new(),
    };
    let fields = TicketFields {
        visibility: Some(Visibility::Public),
        subject: Some(format!("Impressora {} sem papel", numbers.below(1_000))),
        category: Some(format!("Categoria {}", numbers.below(100))),
        urgency: Some(["Baixa", "Média", "Alta", "Urgente"][numbers.below(4) as usize].into()),
        status: Some(status(numbers)),
        owner: Some(Some(person(format!("agente-{}", numbers.below(100)), ProfileType::Agent))),
        owner_team: Some(format!("Equipe {}", numbers.below(50))),
        service: Some(ChosenService {
            path: vec!["Raiz".into(), format!("Serviço {}", numbers.below(300))],
            id: None,
        }),
        tags: Some((0..3).map(|_| format!("tag {}", numbers.below(200))).collect()),
        clients: Some(vec![person(format!("cliente-{}", numbers.below(5_000)), ProfileType::Client)]),
        custom_fields: Some(vec![custom]),
        ..TicketFields::default()
    };
    let command = TicketCommand::Create {
        number: 1,
        fields: Box::new(fields),
        created_by: None,
        origin: 2,
        actions: Vec::new(),
    };
    apply(None, command, &system(), NOW).expect("a ticket in order").after
}

fn system() -> model::cause::Actor {
    model::cause::Actor { person: None, via: model::cause::Via::System, key: None }
}

/// A save: usually a new status, sometimes an entry or an opening.
fn save(numbers: &mut Numbers) -> (Option<Ticket>, Ticket, Happenings) {
    let before = ticket(numbers);
    let action = NewAction {
        visibility: None,
        description: "Olá".into(),
        html_description: "<p>Olá</p>".into(),
        created_by: None,
        created_at: None,
        attachments: Vec::<model::ticket_action::Attachment>::new(),
        tags: Vec::new(),
    };
    let (fields, new_actions) = match numbers.below(10) {
        0 => return (None, before, Happenings { created: true, ..Happenings::default() }),
        1 | 2 => (TicketFields::default(), vec![action]),
        _ => (TicketFields { status: Some(status(numbers)), ..TicketFields::default() }, Vec::new()),
    };
    let edits = Vec::new();
    let command = TicketCommand::Update { fields: Box::new(fields), new_actions, edits, origin: 2 };
    let applied = apply(Some(&before), command, &system(), NOW).expect("an update in order");
    let _: &Vec<TicketAction> = &applied.added;
    (Some(before), applied.after, applied.happenings)
}

/// Microseconds that each of so many takes, in the best of some rounds: other work on the machine only adds.
fn micros_each(rounds: u32, count: u64, mut work: impl FnMut()) -> f64 {
    let round = |_| {
        #[expect(clippy::disallowed_methods, reason = "a measure of real time, outside the product")]
        let start = std::time::Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e6 / count as f64
    };
    (0..rounds).map(round).fold(f64::INFINITY, f64::min)
}

fn measure(size: i64) {
    let mut numbers = Numbers(42);
    let made: Vec<Trigger> = (1..=size).map(|id| trigger(id, &mut numbers)).collect();
    let mut triggers = Triggers::default();
    let ready_ms = micros_each(3, 1_000, || triggers = Triggers::new(made.iter().cloned()));
    let saves: Vec<_> = (0..EVENTS).map(|_| save(&mut numbers)).collect();
    let (mut asked, mut fired) = (0_usize, 0_usize);
    let find = || {
        (asked, fired) = (0, 0);
        for (before, after, happenings) in &saves {
            let before = Facts::new(before.as_ref());
            let event = Event { before: &before, after: Facts::new(Some(after)), happenings };
            let candidates = triggers.candidates(&event);
            asked += candidates.len();
            fired += candidates.iter().filter(|at| fires(&triggers.all()[**at as usize], &event)).count();
        }
    };
    let event_us = micros_each(ROUNDS, EVENTS, find);
    let words = Classification::starting(Locale::PtBr);
    let run_us = micros_each(ROUNDS, EVENTS, || {
        for (before, after, happenings) in &saves {
            let cause = Cause::root(ChangeId(1));
            black_box(run(
                &triggers,
                Save { before: before.as_ref(), after, happenings, cause, at: NOW },
                &words,
            ));
        }
    });
    let mean = |count: usize| count as f64 / EVENTS as f64;
    println!(
        "{size:>9} {event_us:>12.2} {run_us:>12.2} {:>12.1} {:>12.2} {ready_ms:>14.1}",
        mean(asked),
        mean(fired)
    );
}

fn main() {
    println!(
        "{:>9} {:>12} {:>12} {:>12} {:>12} {:>14}",
        "triggers", "match µs", "run µs", "asked", "fired", "make ready ms"
    );
    for size in [100, 1_000, 10_000, 100_000] {
        measure(size);
    }
}
