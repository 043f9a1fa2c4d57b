//! Tickets of the public API: opening, reading, changing, deleting.

use super::support::{Desk, KEY};
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};

/// The members of an answer, in the order of a real one of Movidesk.
const MEMBERS: [&str; 64] = [
    "id",
    "protocol",
    "type",
    "subject",
    "category",
    "urgency",
    "status",
    "baseStatus",
    "justification",
    "origin",
    "createdDate",
    "isDeleted",
    "originEmailAccount",
    "owner",
    "ownerTeam",
    "createdBy",
    "serviceFull",
    "serviceFirstLevelId",
    "serviceFirstLevel",
    "serviceSecondLevel",
    "serviceThirdLevel",
    "contactForm",
    "tags",
    "cc",
    "resolvedIn",
    "closedIn",
    "canceledIn",
    "actionCount",
    "lifeTimeWorkingTime",
    "stoppedTime",
    "stoppedTimeWorkingTime",
    "resolvedInFirstCall",
    "chatWidget",
    "chatGroup",
    "chatTalkTime",
    "chatWaitingTime",
    "sequence",
    "slaAgreement",
    "slaAgreementRule",
    "slaSolutionTime",
    "slaResponseTime",
    "slaSolutionChangedByUser",
    "slaSolutionChangedBy",
    "slaSolutionDate",
    "slaSolutionDateIsPaused",
    "jiraIssueKey",
    "redmineIssueId",
    "movideskTicketNumber",
    "linkedToIntegratedTicketNumber",
    "reopenedIn",
    "lastActionDate",
    "lastUpdate",
    "slaResponseDate",
    "slaRealResponseDate",
    "clients",
    "actions",
    "parentTickets",
    "childrenTickets",
    "ownerHistories",
    "statusHistories",
    "satisfactionSurveyResponses",
    "customFieldValues",
    "assets",
    "webhookEvents",
];

fn rich() -> Value {
    json!({
        "type": 2,
        "subject": "Conexão cai às 15h: \"sem rede\"",
        "category": "fault",
        "urgency": "HIGH",
        "status": "in attendance",
        "ownerTeam": "Desk",
        "owner": { "id": "ana", "businessName": "ignored" },
        "createdBy": { "id": "1" },
        "clients": [{ "id": "carl" }],
        "serviceFull": ["IT", "Network", "Link"],
        "tags": ["vip", "rede"],
        "cc": "x@desk.example",
        "slaSolutionTime": 480,
        "slaSolutionDate": "2026-03-04T18:00:00",
        "actions": [{
            "type": 1,
            "description": "<p>Olá <b>mundo</b></p><script>alert(1)</script>",
            "createdBy": { "id": "ana" },
            "attachments": [{ "fileName": "a.pdf", "path": "6F96" }],
            "tags": ["first"],
        }],
        "customFieldValues": [
            { "customFieldId": 77, "customFieldRuleId": 900, "line": 1, "items": [{ "customFieldItem": "South " }] },
            { "customFieldId": 78, "customFieldRuleId": 900, "line": 1, "value": "1.530,75" },
        ],
    })
}

async fn read(desk: &Desk, number: &Value) -> Value {
    let answer = desk.public("GET", &format!("/tickets?id={number}"), "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn a_rich_ticket_is_opened_and_read_back() {
    let desk = Desk::open().await;
    let answer = desk.public("POST", "/tickets", &rich().to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let number = answer.json()["id"].clone();
    assert_eq!(answer.text, format!("{{\"id\":{number}}}"));
    let mut ticket = read(&desk, &number).await;
    assert_eq!(ticket["id"], number.to_string());
    assert_eq!(desk.public("GET", &format!("/tickets?protocol={number}"), "").await.json(), ticket);
    for date in ["createdDate", "lastUpdate", "lastActionDate"] {
        let text = ticket[date].as_str().unwrap().to_owned();
        assert!(text.len() == 27 && text.ends_with("0000") && !text.contains('Z'), "{text}");
        ticket[date] = "a date".into();
    }
    let action = &mut ticket["actions"][0];
    assert_eq!(action["createdDate"], action["attachments"][0]["createdDate"]);
    (action["createdDate"], action["attachments"][0]["createdDate"]) = ("a date".into(), "a date".into());
    for history in ["ownerHistories", "statusHistories"] {
        ticket[history][0]["changedDate"] = "a date".into();
    }
    insta::assert_json_snapshot!("a_rich_ticket", ticket);
}

#[tokio::test]
async fn an_answer_has_movidesks_members_in_its_order() {
    let desk = Desk::open().await;
    for body in [rich(), json!({ "createdBy": { "id": 1 }, "clients": [{ "id": 1 }] })] {
        let uri = "/tickets?returnAllProperties=True";
        let answer = desk.public("POST", uri, &body.to_string()).await;
        let ticket = answer.json();
        let members: Vec<&String> = ticket.as_object().unwrap().keys().collect();
        assert_eq!(members, MEMBERS);
        let client: Vec<&String> = ticket["clients"][0].as_object().unwrap().keys().collect();
        assert_eq!(
            client[..7],
            ["id", "personType", "profileType", "businessName", "email", "phone", "isDeleted"]
        );
        let person: Vec<&String> = ticket["createdBy"].as_object().unwrap().keys().collect();
        assert_eq!(person, ["id", "personType", "profileType", "businessName", "email", "phone"]);
        assert_eq!(ticket["webhookEvents"], Value::Null);
    }
}

#[tokio::test]
async fn only_what_is_sent_changes_and_lists_are_replaced() {
    let desk = Desk::open().await;
    let number = desk.public("POST", "/tickets", &rich().to_string()).await.json()["id"].clone();
    let before = read(&desk, &number).await;
    let uri = format!("/tickets?id={number}");
    let patch = json!({ "Id": 99, "Tags": ["new"], "Status": "Resolved", "Justification": "done", "owner": null,
        "protocol": "x", "createdBy": { "id": "carl" }, "unknown": {} });
    let answer = desk.public("PATCH", &uri, &patch.to_string()).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
    let after = read(&desk, &number).await;
    let changed: Vec<&str> = MEMBERS.into_iter().filter(|member| before[member] != after[member]).collect();
    assert_eq!(
        changed,
        [
            "status",
            "baseStatus",
            "justification",
            "owner",
            "tags",
            "resolvedIn",
            "resolvedInFirstCall",
            "lastUpdate",
            "ownerHistories",
            "statusHistories"
        ]
    );
    assert_eq!((&after["tags"], &after["baseStatus"]), (&json!(["new"]), &json!("Resolved")));
    assert_eq!((&after["owner"], &after["createdBy"]["id"]), (&Value::Null, &json!("1")));
    let again = desk.public("PATCH", &uri, &json!({ "tags": [], "category": null }).to_string()).await;
    assert_eq!(again.status, StatusCode::OK);
    let after = read(&desk, &number).await;
    assert_eq!(
        (&after["tags"], &after["category"], &after["urgency"]),
        (&json!([]), &Value::Null, &json!("High"))
    );
}

#[tokio::test]
async fn an_answer_sent_back_changes_nothing() {
    let desk = Desk::open().await;
    let plain = json!({ "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }], "tags": ["a"],
        "serviceFirstLevel": "Network", "actions": [{ "description": "a < b\nc" }] });
    let number = desk.public("POST", "/tickets", &plain.to_string()).await.json()["id"].clone();
    let ticket = read(&desk, &number).await;
    let answer = desk.public("PATCH", &format!("/tickets?id={number}"), &ticket.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(read(&desk, &number).await, ticket);
    assert_eq!(
        desk.get(&format!("/api/v1/changes?ticket={number}")).await["items"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn actions_are_added_without_an_id_and_edited_with_one() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let uri = format!("/tickets?id={ticket}");
    let added = r#"{"actions":[{"description":"by the key"},{"id":0,"type":1,"description":"by ana","createdBy":{"id":"ana"}}]}"#;
    assert_eq!(desk.public("PATCH", &uri, added).await.status, StatusCode::OK);
    let edited = r#"{"actions":[{"id":"2","description":"<i>edited</i>","tags":["t"]}]}"#;
    assert_eq!(desk.public("PATCH", &uri, edited).await.status, StatusCode::OK);
    let read = read(&desk, &ticket.into()).await;
    let actions = read["actions"].as_array().unwrap();
    let one = |at: usize| {
        let action = &actions[at];
        (
            action["id"].as_i64().unwrap(),
            action["description"].as_str().unwrap(),
            action["type"].as_i64().unwrap(),
        )
    };
    assert_eq!(one(0), (1, "It was switched off and on.", 2));
    assert_eq!(one(1), (2, "edited", 2));
    assert_eq!(one(2), (3, "by ana", 1));
    assert_eq!(actions[1]["htmlDescription"], "<i>edited</i>");
    assert_eq!(
        (&actions[1]["createdBy"]["id"], &actions[2]["createdBy"]["id"]),
        (&json!("1"), &json!("ana"))
    );
    assert_eq!((&actions[1]["origin"], &read["actionCount"]), (&json!(9), &json!(3)));
}

#[tokio::test]
async fn a_deleted_ticket_stays_readable_and_takes_no_changes() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let uri = format!("/api/v1/tickets/{ticket}");
    assert_eq!(desk.ok("DELETE", &uri, None, 204).await.text, "");
    assert_eq!(read(&desk, &ticket.into()).await["isDeleted"], true);
    desk.refused("DELETE", &uri, KEY, None, 400).await;
    desk.public_refused("PATCH", &format!("/tickets?id={ticket}"), r#"{"subject":"x"}"#, 400).await;
    desk.refused("DELETE", "/api/v1/tickets/987654", KEY, None, 404).await;
}

#[tokio::test]
async fn an_echoed_cause_continues_its_chain() {
    let desk = Desk::open().await;
    desk.delivery("https://one.example/hook", 200).await;
    let seen = desk.receivers.seen();
    let token = seen[0].headers["gatilho-cause"].to_str().unwrap();
    let first = desk.get("/api/v1/changes").await["items"][0]["id"].clone();
    let ticket = desk.ticket().await;
    for (token, depth, root) in [(token, 1, Some(first)), ("forged", 0, None)] {
        let request = Request::builder()
            .method("PATCH")
            .uri(format!("/public/v1/tickets?id={ticket}&token={KEY}"))
            .header("gatilho-cause", token)
            .body(Body::from(format!("{{\"subject\":\"{depth}\"}}")));
        assert_eq!(desk.send(request.unwrap()).await.status, StatusCode::OK);
        let id = desk.get(&format!("/api/v1/changes?ticket={ticket}")).await["items"][0]["id"].clone();
        let change = desk.get(&format!("/api/v1/changes/{}", id.as_str().unwrap())).await;
        assert_eq!(change["cause"]["depth"], depth);
        assert_eq!(change["cause"]["root"], root.unwrap_or(id));
    }
}
