//! Random tickets, conditions and triggers for property tests. Values come from small pools, so that they meet often.

use super::{NOW, bare_ticket, person};
use crate::classification::BaseStatus;
use crate::condition::{Condition, Conditions, Node, Wanted};
use crate::field::Field;
use crate::ids::TriggerId;
use crate::operator::Operator;
use crate::person::ProfileType;
use crate::ticket::{CustomFieldItem, CustomFieldValue, Ticket};
use crate::ticket_action::{Attachment, TicketAction, Visibility};
use crate::ticket_command::Happenings;
use crate::trigger::{Trigger, TriggerDraft, TriggerType};
use crate::trigger_action::TriggerAction;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const STATUSES: [&str; 4] = ["Novo", "Em atendimento", "Resolvido", "Fechado"];
const TAGS: [&str; 4] = ["rede", "Atenção", "vip", "AÇÃO"];
const PEOPLE: [&str; 3] = ["ana", "Bia", "613348413"];
const CUSTOM: [&str; 4] = ["Nordeste", "São Paulo", "1.530,75", "sim"];
const TEXTS: [&str; 4] = ["", "Conexão cai", "conexao CAI às 15h", "Pedido"];

/// How many cases a property gets; failing ones are printed whole and become tests of their own.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn word(pool: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    select(pool).prop_map(str::to_owned)
}

fn custom_value() -> impl Strategy<Value = CustomFieldValue> {
    let item = (word(&CUSTOM), any::<bool>()).prop_map(|(text, is_file)| match is_file {
        true => CustomFieldItem { storage_file_guid: text, ..CustomFieldItem::default() },
        false => CustomFieldItem { custom_field_item: text, ..CustomFieldItem::default() },
    });
    let items = proptest::collection::vec(item, 0..3);
    (77..80_i64, 1..3_i64, proptest::option::of(word(&CUSTOM)), items).prop_map(|(id, line, value, items)| {
        CustomFieldValue { custom_field_id: id, custom_field_rule_id: 900, line, value, items }
    })
}

/// A ticket with any of its fields empty.
pub(crate) fn ticket() -> impl Strategy<Value = Ticket> {
    let names = (
        select(&STATUSES[..]),
        select(&["", "Média", "Urgente"][..]),
        select(&["", "Falha", "Dúvida"][..]),
        select(&["", "Suporte", "Nível 3"][..]),
        word(&TEXTS),
    );
    let people =
        (proptest::option::of(word(&PEOPLE)), proptest::sample::subsequence(&PEOPLE[..], 0..=PEOPLE.len()));
    let rest = (
        subsequence(&["TI", "Redes", "Conexão"][..], 0..=3),
        subsequence(&TAGS[..], 0..=TAGS.len()),
        proptest::collection::vec(custom_value(), 0..4),
        any::<bool>(),
        0..26_i64,
    );
    (names, people, rest).prop_map(
        |(names, (owner, clients), (service, tags, custom_fields, is_public, origin))| {
            let (status, urgency, category, team, subject) = names;
            let base = STATUSES.iter().position(|known| *known == status).unwrap_or(0);
            Ticket {
                status: status.into(),
                base_status: [
                    BaseStatus::New,
                    BaseStatus::InAttendance,
                    BaseStatus::Resolved,
                    BaseStatus::Closed,
                ][base],
                urgency: urgency.into(),
                category: category.into(),
                owner_team: team.into(),
                subject,
                owner: owner.map(|id| person(&id, ProfileType::Agent)),
                clients: clients.iter().map(|id| person(id, ProfileType::Client)).collect(),
                service: service.into_iter().map(str::to_owned).collect(),
                tags: tags.into_iter().map(str::to_owned).collect(),
                custom_fields,
                visibility: if is_public { Visibility::Public } else { Visibility::Internal },
                origin,
                ..bare_ticket()
            }
        },
    )
}

/// A save: the ticket before (none at creation), the ticket after with some fields changed, and what happened.
pub(crate) fn save() -> impl Strategy<Value = (Option<Ticket>, Ticket, Happenings)> {
    (ticket(), ticket(), any::<[bool; 11]>(), any::<[bool; 4]>()).prop_map(
        |(before, other, takes, happens)| {
            let mut after = before.clone();
            if takes[0] {
                (after.status, after.base_status) = (other.status, other.base_status);
            }
            let texts = [
                (&mut after.urgency, other.urgency),
                (&mut after.category, other.category),
                (&mut after.owner_team, other.owner_team),
                (&mut after.subject, other.subject),
            ];
            for ((place, value), _) in texts.into_iter().zip(&takes[1..5]).filter(|(_, takes)| **takes) {
                *place = value;
            }
            let lists = [(&mut after.service, other.service), (&mut after.tags, other.tags)];
            for ((place, value), _) in lists.into_iter().zip(&takes[5..7]).filter(|(_, takes)| **takes) {
                *place = value;
            }
            if takes[7] {
                after.owner = other.owner;
            }
            if takes[8] {
                after.clients = other.clients;
            }
            if takes[9] {
                after.custom_fields = other.custom_fields;
            }
            if takes[10] {
                after.visibility = other.visibility;
            }
            let [created, deleted, added, edited] = happens;
            let ids = |happened: bool| if happened { vec![1] } else { Vec::new() };
            let happenings =
                Happenings { created, deleted, actions_added: ids(added), actions_edited: ids(edited) };
            ((!created).then_some(before), after, happenings)
        },
    )
}

/// A value that the field may have, often; sometimes in other case and accents, sometimes anything.
fn value(field: Field) -> BoxedStrategy<String> {
    let known: BoxedStrategy<String> = match field {
        Field::Status => word(&STATUSES).boxed(),
        Field::BaseStatus => word(&["New", "Resolved", "Closed"]).boxed(),
        Field::Urgency => word(&["Média", "Urgente"]).boxed(),
        Field::Category => word(&["Falha", "Dúvida"]).boxed(),
        Field::Service => word(&["TI", "Redes", "TI > Redes", "Conexão"]).boxed(),
        Field::Owner | Field::Client => word(&PEOPLE).boxed(),
        Field::Team => word(&["Suporte", "Nível 3"]).boxed(),
        Field::Type => word(&["internal", "public"]).boxed(),
        Field::Origin => (0..26_i64).prop_map(|code| code.to_string()).boxed(),
        Field::Subject => word(&["cai", "CONEXÃO", "pedido"]).boxed(),
        Field::Tags | Field::Ticket => word(&TAGS).boxed(),
        Field::CustomField(_) => word(&CUSTOM).boxed(),
    };
    prop_oneof![
        6 => known.clone(),
        2 => known.prop_map(|value| value.to_uppercase().replace('É', "E").replace('Ã', "A")),
        1 => proptest::collection::vec(any::<char>(), 0..5).prop_map(String::from_iter),
    ]
    .boxed()
}

/// Any operator asked of any field with any number of values, also where they do not fit.
pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    let field = prop_oneof![3 => select(&Field::FIXED[..]), 1 => (77..80_i64).prop_map(Field::CustomField)];
    (field, select(&Operator::ALL[..])).prop_flat_map(|(field, operator)| {
        let wanted = prop_oneof![
            1 => Just(Wanted::Nothing),
            4 => value(field).prop_map(Wanted::One),
            2 => proptest::collection::vec(value(field), 0..3).prop_map(Wanted::Many),
        ];
        wanted.prop_map(move |value| Condition { field, operator, value })
    })
}

/// Blocks nested up to three deep, empty ones among them.
pub(crate) fn conditions() -> impl Strategy<Value = Conditions> {
    let leaf = condition().prop_map(Node::Leaf);
    let node = leaf.prop_recursive(3, 12, 3, |node| {
        let nodes = || proptest::collection::vec(node.clone(), 0..3);
        (nodes(), nodes()).prop_map(|(all, any)| Node::Block(Conditions { all, any }))
    });
    let nodes = proptest::collection::vec(node, 0..3);
    (nodes.clone(), nodes).prop_map(|(all, any)| Conditions { all, any })
}

fn trigger_action() -> impl Strategy<Value = TriggerAction> {
    prop_oneof![
        Just(TriggerAction::Webhook { url: "https://exemplo.com.br/".into(), endpoint: None }),
        word(&["Novo", "Resolvido", "Fechado", "Apagado"])
            .prop_map(|status| TriggerAction::SetStatus { status, justification: String::new() }),
        word(&TAGS).prop_map(|tag| TriggerAction::AddTag { tag }),
    ]
}

/// Triggers with random positions, some disabled, some with an effect that is invalid.
pub(crate) fn triggers() -> impl Strategy<Value = Vec<Trigger>> {
    let one = (conditions(), proptest::collection::vec(trigger_action(), 1..3), 0..4_i64, 0..8_u8);
    proptest::collection::vec(one, 0..12).prop_map(|drafts| {
        let numbered = drafts.into_iter().zip(1..);
        let trigger = |((conditions, actions, position, enabled), id): ((_, _, i64, u8), i64)| {
            let draft = TriggerDraft {
                name: format!("Gatilho {id}"),
                trigger_type: TriggerType::Ticket,
                description: String::new(),
                enabled: enabled > 0,
                conditions,
                actions,
            };
            Trigger {
                id: TriggerId(id),
                revision: 1,
                position,
                draft,
                managed_by: None,
                created_at: NOW,
                updated_at: NOW,
            }
        };
        numbered.map(trigger).collect()
    })
}

/// Entries with any text, up to a few hundred bytes each.
pub(crate) fn actions() -> impl Strategy<Value = Vec<TicketAction>> {
    let author = proptest::option::of((word(&PEOPLE), any::<bool>()));
    let file = ("\\PC{0,12}", "[0-9A-F]{32}").prop_map(|(file_name, path)| Attachment {
        file_name,
        path,
        ..Attachment::default()
    });
    let one = (any::<String>(), author, any::<bool>(), proptest::collection::vec(file, 0..3));
    let one = one.prop_map(|(text, author, is_deleted, attachments)| {
        let role = |is_agent: bool| if is_agent { ProfileType::AgentAndClient } else { ProfileType::Client };
        let created_by = author.map(|(id, is_agent)| person(&id, role(is_agent)));
        TicketAction { is_deleted, attachments, ..super::action(0, &text, created_by) }
    });
    proptest::collection::vec(one, 0..4).prop_map(|actions| {
        actions.into_iter().zip(1..).map(|(action, id)| TicketAction { id, ..action }).collect()
    })
}
