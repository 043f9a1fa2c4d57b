//! Tests of `ticket_command`: what a save makes of a ticket, and which saves are refused.

use super::*;
use crate::samples::{NOW, action, actor, agent, bare_ticket, client, rich_actions, rich_ticket, status};
use crate::wording::Text;

const LATER: Timestamp = Timestamp(NOW.0 + 5_000);

fn entry(text: &str, created_by: Option<PersonRef>) -> NewAction {
    NewAction {
        visibility: None,
        description: text.into(),
        html_description: format!("<p>{text}</p>"),
        created_by,
        created_at: None,
        attachments: Vec::new(),
        tags: Vec::new(),
    }
}

fn in_status(name: &str) -> TicketFields {
    TicketFields { status: Some(status(name)), ..TicketFields::default() }
}

fn create(fields: TicketFields, actions: Vec<NewAction>) -> Result<Applied, Vec<Fault>> {
    let origin = origin::WEB_AGENT;
    let command = TicketCommand::Create {
        number: 9,
        fields: Box::new(fields),
        created_by: Some(agent()),
        origin,
        actions,
    };
    apply(None, command, &actor(Some(agent())), NOW)
}

fn update(before: &Ticket, fields: TicketFields, new_actions: Vec<NewAction>) -> Applied {
    let origin = origin::WEB_AGENT;
    let command = TicketCommand::Update { fields: Box::new(fields), new_actions, edits: Vec::new(), origin };
    apply(Some(before), command, &actor(Some(agent())), LATER).expect("an update in order")
}

fn edit(before: &Ticket, edits: Vec<ActionEdit>) -> Applied {
    let command = TicketCommand::Update { fields: Box::default(), new_actions: Vec::new(), edits, origin: 2 };
    apply(Some(before), command, &actor(Some(agent())), LATER).expect("an update in order")
}

#[test]
fn a_new_ticket_begins_at_version_one_with_what_was_given() {
    let fields = TicketFields {
        subject: Some("Pedido".into()),
        urgency: Some("Alta".into()),
        owner: Some(Some(agent())),
        tags: Some(vec!["rede".into(), "REDE".into(), "vip".into()]),
        ..in_status("Em atendimento")
    };
    let Applied { after, added, edited, happenings } = create(fields, Vec::new()).unwrap();
    assert_eq!((after.number, after.version, after.origin), (9, 1, origin::WEB_AGENT));
    assert_eq!((after.status.as_str(), after.base_status), ("Em atendimento", BaseStatus::InAttendance));
    assert_eq!((after.created_at, after.updated_at, after.created_by), (NOW, NOW, Some(agent())));
    assert_eq!((after.visibility, after.owner), (Visibility::Public, Some(agent())));
    assert_eq!(after.tags, ["rede", "vip"]);
    assert_eq!(happenings, Happenings { created: true, ..Happenings::default() });
    assert!(added.is_empty() && edited.is_empty() && after.last_action_at.is_none());
}

#[test]
fn a_ticket_without_a_first_status_is_refused() {
    assert_eq!(create(TicketFields::default(), Vec::new()).unwrap_err()[0].field, "status");
}

#[test]
fn commands_that_miss_their_ticket_are_refused() {
    let gone = Ticket { is_deleted: true, ..bare_ticket() };
    let create = || TicketCommand::Create {
        number: 9,
        fields: Box::new(in_status("Novo")),
        created_by: None,
        origin: 2,
        actions: Vec::new(),
    };
    let update = || TicketCommand::Update {
        fields: Box::default(),
        new_actions: Vec::new(),
        edits: Vec::new(),
        origin: 2,
    };
    let cases = [
        (Some(bare_ticket()), create(), "a ticket with this number exists"),
        (Some(gone.clone()), create(), "a ticket with this number exists"),
        (Some(gone.clone()), update(), "this ticket was deleted and takes no changes"),
        (Some(gone), TicketCommand::Delete, "this ticket was deleted and takes no changes"),
        (None, update(), "there is no ticket with this number"),
        (None, TicketCommand::Delete, "there is no ticket with this number"),
    ];
    for (before, command, message) in cases {
        let faults = apply(before.as_ref(), command, &actor(None), NOW).unwrap_err();
        assert_eq!(faults, [Fault::new("id", Text::given(message))]);
    }
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let before = rich_ticket();
    let fields = TicketFields { urgency: Some("Alta".into()), ..TicketFields::default() };
    let Applied { after, happenings, .. } = update(&before, fields, Vec::new());
    assert!(happenings.is_empty());
    let expected =
        Ticket { urgency: "Alta".into(), version: before.version + 1, updated_at: LATER, ..before.clone() };
    assert_eq!(after, expected);
}

#[test]
fn an_update_can_empty_a_field() {
    let fields = TicketFields {
        owner: Some(None),
        owner_team: Some(String::new()),
        tags: Some(Vec::new()),
        service: Some(ChosenService::default()),
        sla_solution_at: Some(None),
        ..TicketFields::default()
    };
    let after = update(&rich_ticket(), fields, Vec::new()).after;
    assert!(after.owner.is_none() && after.owner_team.is_empty() && after.tags.is_empty());
    assert!(after.service.is_empty() && after.sla_solution_at.is_none());
}

#[test]
fn deleting_keeps_the_ticket_readable() {
    let before = rich_ticket();
    let Applied { after, happenings, .. } =
        apply(Some(&before), TicketCommand::Delete, &actor(None), LATER).unwrap();
    assert_eq!(happenings, Happenings { deleted: true, ..Happenings::default() });
    let expected = Ticket { is_deleted: true, version: before.version + 1, updated_at: LATER, ..before };
    assert_eq!(after, expected);
}

#[test]
fn entries_are_numbered_on_and_counted() {
    let before = rich_ticket();
    let applied = update(
        &before,
        TicketFields::default(),
        vec![entry("um", None), NewAction { created_at: Some(NOW), ..entry("dois", Some(client())) }],
    );
    let ids: Vec<_> = applied.added.iter().map(|action| action.id).collect();
    assert_eq!((ids, &applied.happenings.actions_added), (vec![4, 5], &vec![4, 5]));
    assert_eq!((applied.after.last_action_id, applied.after.action_count), (5, 4));
    assert_eq!(applied.after.agent_action_count, before.agent_action_count + 1);
    assert_eq!(
        (&applied.added[0].created_by, &applied.added[1].created_by),
        (&Some(agent()), &Some(client()))
    );
    assert_eq!((applied.added[0].created_at, applied.added[1].created_at), (LATER, NOW));
    assert_eq!(applied.after.last_action_at, Some(NOW));
}

#[test]
fn only_the_first_entry_of_an_agents_ticket_has_origin_zero() {
    let applied = create(in_status("Novo"), vec![entry("um", None), entry("dois", None)]).unwrap();
    let origins: Vec<_> = applied.added.iter().map(|action| action.origin).collect();
    assert_eq!(origins, [origin::FIRST_ACTION, origin::WEB_AGENT]);
    let command = TicketCommand::Create {
        number: 9,
        fields: Box::new(in_status("Novo")),
        created_by: None,
        origin: origin::WEB_API,
        actions: vec![entry("um", None)],
    };
    assert_eq!(apply(None, command, &actor(None), NOW).unwrap().added[0].origin, origin::WEB_API);
}

#[test]
fn an_entry_without_a_visibility_takes_that_of_the_ticket_as_saved() {
    let internal = || TicketFields { visibility: Some(Visibility::Internal), ..TicketFields::default() };
    let public = Ticket { visibility: Visibility::Public, ..bare_ticket() };
    assert_eq!(
        update(&public, internal(), vec![entry("um", None)]).added[0].visibility,
        Visibility::Internal
    );
    assert_eq!(
        update(&public, TicketFields::default(), vec![entry("um", None)]).added[0].visibility,
        Visibility::Public
    );
    let opened =
        create(TicketFields { status: Some(status("Novo")), ..internal() }, vec![entry("um", None)]).unwrap();
    assert_eq!(opened.added[0].visibility, Visibility::Internal);
    let own = NewAction { visibility: Some(Visibility::Public), ..entry("um", None) };
    assert_eq!(update(&public, internal(), vec![own]).added[0].visibility, Visibility::Public);
}

fn unedited(current: TicketAction) -> ActionEdit {
    ActionEdit { current, description: None, visibility: None, tags: None, attachments: Vec::new() }
}

fn file(path: &str) -> Attachment {
    Attachment { file_name: format!("{path}.txt"), path: path.into(), ..Attachment::default() }
}

#[test]
fn files_are_added_to_an_entry_once_each_by_their_key() {
    let mut current = action(1, "um", None);
    current.attachments = vec![file("A")];
    let attachments = vec![Attachment { file_name: "other".into(), ..file("A") }, file("B"), file("B")];
    let applied = edit(&rich_ticket(), vec![ActionEdit { attachments, ..unedited(current.clone()) }]);
    assert_eq!(applied.happenings.actions_edited, [1]);
    assert_eq!(applied.edited[0].attachments, [file("A"), file("B")]);
    let again = ActionEdit { attachments: vec![file("A")], ..unedited(current) };
    assert!(edit(&rich_ticket(), vec![again]).happenings.is_empty());
}

#[test]
fn an_entry_has_no_more_files_than_the_limit() {
    let current = action(1, "um", None);
    let files = |count: usize| (0..count).map(|n| file(&n.to_string())).collect();
    let full = ActionEdit { attachments: files(limits::ATTACHMENTS), ..unedited(current.clone()) };
    assert_eq!(edit(&rich_ticket(), vec![full]).edited[0].attachments.len(), limits::ATTACHMENTS);
    let edits = vec![ActionEdit { attachments: files(limits::ATTACHMENTS + 1), ..unedited(current) }];
    let command = TicketCommand::Update { fields: Box::default(), new_actions: Vec::new(), edits, origin: 2 };
    let faults = apply(Some(&rich_ticket()), command, &actor(None), LATER).expect_err("too many");
    assert_eq!(faults[0].field, "attachments");
}

#[test]
fn an_edit_that_changes_nothing_is_no_happening() {
    let [written, removed] = rich_actions().try_into().expect("two entries");
    let same = (written.description.clone(), written.html_description.clone());
    let idle = ActionEdit { description: Some(same), ..unedited(written) };
    let real = ActionEdit {
        visibility: Some(Visibility::Public),
        tags: Some(vec!["x".into()]),
        ..unedited(removed.clone())
    };
    let applied = edit(&rich_ticket(), vec![idle, real]);
    assert_eq!(applied.happenings.actions_edited, [removed.id]);
    let expected = TicketAction { visibility: Visibility::Public, tags: vec!["x".into()], ..removed };
    assert_eq!(applied.edited, [expected]);
    assert_eq!(applied.after.last_action_at, rich_ticket().last_action_at);
}

#[test]
fn an_edit_replaces_the_text_and_its_html_together() {
    let current = action(1, "antes", None);
    let description = Some(("depois".to_owned(), "<b>depois</b>".to_owned()));
    let applied = edit(&rich_ticket(), vec![ActionEdit { description, ..unedited(current) }]);
    let edited = &applied.edited[0];
    assert_eq!((edited.description.as_str(), edited.html_description.as_str()), ("depois", "<b>depois</b>"));
}

#[test]
fn a_ticket_opened_as_over_says_when() {
    let dates = |name: &str| {
        let ticket = create(in_status(name), Vec::new()).unwrap().after;
        (ticket.resolved_at, ticket.closed_at, ticket.canceled_at)
    };
    assert_eq!(dates("Novo"), (None, None, None));
    assert_eq!(dates("Resolvido"), (Some(NOW), None, None));
    assert_eq!(dates("Fechado"), (None, Some(NOW), None));
    assert_eq!(dates("Cancelado"), (None, None, Some(NOW)));
}

#[test]
fn a_ticket_is_resolved_in_the_first_call_by_its_first_agent_entry_only() {
    let resolved = |count: usize| {
        let entries = (0..count).map(|_| entry("x", None)).collect();
        create(in_status("Resolvido"), entries).unwrap().after.resolved_in_first_call
    };
    assert_eq!([0, 1, 2].map(resolved), [true, true, false]);
    let open = create(in_status("Novo"), vec![entry("um", None)]).unwrap().after;
    assert!(update(&open, in_status("Resolvido"), Vec::new()).after.resolved_in_first_call);
    assert!(!update(&open, in_status("Resolvido"), vec![entry("dois", None)]).after.resolved_in_first_call);
    let by_client = vec![entry("dois", Some(client()))];
    assert!(update(&open, in_status("Resolvido"), by_client).after.resolved_in_first_call);
}

#[test]
fn a_reopened_ticket_was_not_resolved_in_the_first_call() {
    let resolved = create(in_status("Resolvido"), vec![entry("um", None)]).unwrap().after;
    let reopened = update(&resolved, in_status("Em atendimento"), Vec::new()).after;
    assert_eq!((reopened.reopened_at, reopened.resolved_at), (Some(LATER), None));
    assert!(!reopened.resolved_in_first_call);
    let again = update(&reopened, in_status("Resolvido"), Vec::new()).after;
    assert_eq!((again.resolved_at, again.resolved_in_first_call), (Some(LATER), false));
}

#[test]
fn closing_keeps_when_it_was_resolved() {
    let resolved = create(in_status("Resolvido"), Vec::new()).unwrap().after;
    let closed = update(&resolved, in_status("Fechado"), Vec::new()).after;
    assert_eq!((closed.resolved_at, closed.closed_at, closed.reopened_at), (Some(NOW), Some(LATER), None));
    assert!(closed.resolved_in_first_call);
}

#[test]
fn a_justification_belongs_to_its_status() {
    let waiting = TicketFields { justification: Some("Peça".into()), ..in_status("Aguardando") };
    let stopped = update(&bare_ticket(), waiting, Vec::new()).after;
    assert_eq!(stopped.justification, "Peça");
    assert_eq!(update(&stopped, in_status("Aguardando"), Vec::new()).after.justification, "Peça");
    assert_eq!(update(&stopped, in_status("Em atendimento"), Vec::new()).after.justification, "");
    let alone = TicketFields { justification: Some("Outra".into()), ..TicketFields::default() };
    assert_eq!(update(&stopped, alone, Vec::new()).after.justification, "Outra");
    let opened = TicketFields { justification: Some("Peça".into()), ..in_status("Aguardando") };
    assert_eq!(create(opened, Vec::new()).unwrap().after.justification, "Peça");
}
