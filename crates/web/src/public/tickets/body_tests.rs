//! Tests of reading tickets as real clients write them.

use super::*;
use model::ticket::{CustomFieldItem, CustomFieldValue};
use model::ticket_action::Visibility;
use model::time::Timestamp;

fn change(json: &str) -> TicketInput {
    read_change(json.as_bytes()).map_err(|failure| failure.detail.to_string()).expect("in order")
}

fn faults(read: Result<TicketInput, Failure>) -> Vec<String> {
    read.err().map_or(Vec::new(), |failure| failure.faults.iter().map(ToString::to_string).collect())
}

#[test]
fn a_new_ticket_in_pascal_case_is_read() {
    let input = read_new(
        r#"{"Type":"2","Subject":"Rede","CreatedBy":{"Id":5,"BusinessName":"x"},"Clients":[{"ID":"c1"},{"id":7}],
            "OwnerTeam":"Suporte","Owner":{"Id":"ana"},"Urgency":"Alta","ServiceFull":["TI","Redes"],
            "Actions":[{"Type":1,"Description":"<p>a</p>b","CreatedBy":{"id":"ana"},"CreatedDate":"2025-12-04T00:21:12",
                "Attachments":[{"FileName":"a.pdf","Path":"ABC"}]}],
            "Tags":["a","b"],"SlaSolutionTime":"60","SlaSolutionDate":"2025-12-04T00:21:12"}"#
            .as_bytes(),
    )
    .map_err(|failure| failure.detail.to_string())
    .expect("in order");
    assert_eq!(input.visibility, Some(Visibility::Public));
    assert_eq!(input.created_by.as_deref(), Some("5"));
    assert_eq!(input.clients, Some(vec!["c1".into(), "7".into()]));
    assert_eq!(input.owner, Some(Some("ana".into())));
    assert_eq!(input.service, Some(vec!["TI".into(), "Redes".into()]));
    assert_eq!(input.sla_solution_minutes, Some(60));
    assert_eq!(input.sla_solution_at, Some(Some(Timestamp(1_764_807_672_000))));
    let [action] = input.actions.as_slice() else { panic!("one action") };
    assert_eq!(action.description.as_deref(), Some("a\nb"));
    assert_eq!(action.html_description.as_deref(), Some("<p>a</p>b"));
    assert_eq!(action.attachments[0].file_name, "a.pdf");
    assert_eq!((action.id, action.visibility), (None, Some(Visibility::Internal)));
}

#[test]
fn a_new_ticket_says_who_and_for_whom() {
    let told = faults(read_new(br#"{"type":2,"clients":[]}"#));
    assert!(told[0].starts_with("createdBy.id: Ref. code is required"), "{told:?}");
    assert!(told[1].starts_with("clients: Customers is required"), "{told:?}");
    let told = faults(read_new(br#"{"createdBy":5,"clients":[{}]}"#));
    assert_eq!(
        told,
        [
            "createdBy: is a number; must be an object",
            "clients[0].id: is missing; give the client's reference code"
        ]
    );
}

#[test]
fn an_answer_can_be_sent_back() {
    let input = change(
        r#"{"id":5,"protocol":null,"type":2,"createdBy":{"id":"x"},"baseStatus":"New","serviceFull":[],
            "serviceFirstLevel":null,"owner":null,"category":null,"tags":[],"actionCount":9,
            "actions":[{"id":1,"description":"x","timeAppointments":[],"status":null}]}"#,
    );
    assert_eq!(input.created_by, None);
    assert_eq!(input.owner, Some(None));
    assert_eq!(input.category.as_deref(), Some(""));
    assert_eq!(input.service, Some(Vec::new()));
    assert_eq!(input.tags, Some(Vec::new()));
    assert_eq!(input.actions[0].id, Some(1));
}

#[test]
fn absent_members_change_nothing_and_null_is_no_list() {
    let input =
        change(r#"{"subject":null,"status":null,"type":null,"tags":null,"clients":null,"actions":null}"#);
    assert_eq!(format!("{input:?}"), format!("{:?}", TicketInput::default()));
}

#[test]
fn a_service_is_named_by_its_path_or_by_itself() {
    let service = |json: &str| change(json).service;
    let levels = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(service(r#"{"serviceFirstLevel":"Redes"}"#), levels(&["Redes"]));
    assert_eq!(
        service(r#"{"serviceFirstLevel":"Conexão","serviceSecondLevel":"Redes","serviceThirdLevel":"TI"}"#),
        levels(&["TI", "Redes", "Conexão"])
    );
    assert_eq!(service(r#"{"serviceFull":["A"],"serviceFirstLevel":"B"}"#), levels(&["A"]));
    assert_eq!(service(r#"{"serviceFirstLevel":""}"#), levels(&[]));
    assert_eq!(service("{}"), None);
}

#[test]
fn custom_values_are_texts_or_items() {
    let input = change(
        r#"{"customFieldValues":[
            {"customFieldId":"77","customFieldRuleId":900,"line":1,"value":null,"items":[
                {"personId":null,"clientId":null,"team":null,"customFieldItem":"X ","storageFileGuid":"","fileName":null}]},
            {"customFieldId":78,"customFieldRuleId":900,"value":"1.530,75","items":[]}]}"#,
    );
    let item = CustomFieldItem { custom_field_item: "X ".into(), ..CustomFieldItem::default() };
    let value = |id, value: Option<&str>, items| CustomFieldValue {
        custom_field_id: id,
        custom_field_rule_id: 900,
        line: 1,
        value: value.map(String::from),
        items,
    };
    let expected = vec![value(77, None, vec![item]), value(78, Some("1.530,75"), Vec::new())];
    assert_eq!(input.custom_fields, Some(expected));
    let told = faults(read_change(br#"{"customFieldValues":[{"customFieldId":1,"line":0}]}"#));
    let missing = "customFieldValues[0].customFieldRuleId: is missing";
    assert_eq!(told, [missing, "customFieldValues[0].line: must be 1 or more"]);
}

#[test]
fn faults_name_the_member_as_the_api_writes_it() {
    let long = "x".repeat(351);
    let json = format!(
        r#"{{"SUBJECT":"{long}","type":3,"actions":[{{"type":"x","createdby":{{"id":true}}}}],"owner":{{}},"tags":5}}"#
    );
    assert_eq!(
        faults(read_change(json.as_bytes())),
        [
            "subject: has 351 characters; at most 350 are allowed",
            "type: is 3; allowed are 1 (internal) and 2 (public)",
            "actions[0].type: is a text; must be a whole number",
            "actions[0].createdBy.id: is a boolean; must be a text",
            "owner.id: is missing; give the agent's reference code, or null for no owner",
            "tags: is a number; must be a list",
        ]
    );
}
