//! Clients who may write: what they do to a ticket, what is kept for agents, and that nothing internal reaches them.

use super::support::{AGENT, Answer, CLIENT, Desk, FORM, KEY};
use axum::body::Body;
use http::Request;
use model::access_profile::AccessProfile;
use serde_json::{Value, json};

/// A help desk whose clients may write tickets and, so that it is not their sight that stops them, read all.
async fn desk() -> Desk {
    let desk = Desk::open().await;
    let customers = format!("/api/v1/access-profiles/{}", AccessProfile::CUSTOMERS);
    let grants = json!({ "grants": ["allow_writing_tickets", "allow_reading_all_tickets"] });
    desk.ok("PATCH", &customers, Some(&grants), 200).await;
    desk
}

/// A request to the public API with somebody's key.
async fn with(desk: &Desk, key: &str, method: &str, uri: &str, body: &Value) -> Answer {
    let joint = if uri.contains('?') { '&' } else { '?' };
    let request = Request::builder().method(method).uri(format!("/public/v1{uri}{joint}token={key}"));
    desk.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn as_client(desk: &Desk, method: &str, uri: &str, body: &Value) -> Answer {
    with(desk, CLIENT, method, uri, body).await
}

/// A client's ticket.
fn theirs() -> Value {
    json!({ "type": 2, "subject": "No paper", "createdBy": { "id": "carl" }, "clients": [{ "id": "carl" }],
        "urgency": "High", "category": "Fault", "serviceFull": ["IT", "Network", "Link"],
        "actions": [{ "description": "It is empty." }] })
}

async fn opened(desk: &Desk) -> i64 {
    let answer = as_client(desk, "POST", "/tickets", &theirs()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["id"].as_i64().unwrap()
}

async fn refused(desk: &Desk, method: &str, uri: &str, body: &Value) -> Vec<String> {
    let before = desk.everything().await;
    let answer = as_client(desk, method, uri, body).await;
    assert_eq!(answer.status, 400, "{body}: {}", answer.text);
    assert_eq!(before, desk.everything().await, "{body}");
    answer.faults()
}

#[tokio::test]
async fn a_client_opens_answers_resolves_and_opens_again() {
    let desk = desk().await;
    let ticket = opened(&desk).await;
    let uri = format!("/tickets?id={ticket}");
    for body in [
        json!({ "actions": [{ "description": "Thank you." }] }),
        json!({ "actions": [{ "type": 2, "description": "Done.", "createdBy": { "id": "carl" } }], "status": "Resolved" }),
        json!({ "status": "In attendance", "actions": [{ "description": "It is back." }] }),
    ] {
        let answer = as_client(&desk, "PATCH", &uri, &body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
    }
    let whole = as_client(&desk, "GET", &uri, &json!({})).await.json();
    assert_eq!((whole["status"].as_str(), whole["actionCount"].as_i64()), (Some("In attendance"), Some(4)));
    let authors =
        whole["actions"].as_array().unwrap().iter().map(|action| action["createdBy"]["id"].as_str());
    assert!(authors.clone().all(|author| author == Some("carl")), "{whole}");
    let form: Value = FORM.into();
    let uri = format!("/api/v1/tickets/{ticket}/actions/1/attachments");
    assert_eq!(desk.call("POST", &uri, CLIENT, Some(&form)).await.status, 201);
    // An answer that is sent back is no change.
    let back = json!({ "subject": whole["subject"], "urgency": whole["urgency"], "clients": whole["clients"],
        "owner": whole["owner"], "tags": whole["tags"], "status": whole["status"], "type": whole["type"] });
    let answer = as_client(&desk, "PATCH", &format!("/tickets?id={ticket}"), &back).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn what_agents_decide_a_client_does_not_set_in_a_new_ticket() {
    let desk = desk().await;
    for (name, value, field) in [
        ("type", json!(1), "type"),
        ("createdBy", json!({ "id": "ana" }), "createdBy.id"),
        ("clients", json!([{ "id": "carl" }, { "id": "ana" }]), "clients"),
        ("status", json!("Resolved"), "status"),
        ("owner", json!({ "id": "ana" }), "owner"),
        ("ownerTeam", json!("Desk"), "ownerTeam"),
        ("tags", json!(["vip"]), "tags"),
        ("slaSolutionTime", json!(5), "slaSolutionTime"),
        ("slaSolutionDate", json!("2030-01-02T03:04:05"), "slaSolutionDate"),
        ("actions", json!([{ "type": 1, "description": "x" }]), "actions[0].type"),
    ] {
        let mut body = theirs();
        body[name] = value;
        let faults = refused(&desk, "POST", "/tickets", &body).await;
        assert!(faults.contains(&field.to_owned()), "{field}: {faults:?}");
    }
}

#[tokio::test]
async fn what_agents_decide_a_client_does_not_change() {
    let desk = desk().await;
    let ticket = opened(&desk).await;
    let uri = format!("/tickets?id={ticket}");
    let answer = json!({ "actions": [{ "type": 2, "description": "We look into it." }], "tags": ["vip"] });
    assert_eq!(with(&desk, AGENT, "PATCH", &uri, &answer).await.status, 200);
    for (name, value, field) in [
        ("type", json!(1), "type"),
        ("subject", json!("another"), "subject"),
        ("category", json!("Question"), "category"),
        ("urgency", json!("Urgent"), "urgency"),
        ("status", json!("Closed"), "status"),
        ("owner", json!({ "id": "ana" }), "owner"),
        ("ownerTeam", json!("Desk"), "ownerTeam"),
        ("serviceFull", json!([]), "serviceFirstLevel"),
        ("tags", json!([]), "tags"),
        ("cc", json!("x@desk.example"), "cc"),
        ("clients", json!([{ "id": "ana" }]), "clients"),
        ("slaSolutionTime", json!(5), "slaSolutionTime"),
        ("slaSolutionDate", json!("2030-01-02T03:04:05"), "slaSolutionDate"),
        (
            "customFieldValues",
            json!([{ "customFieldId": 78, "customFieldRuleId": 900, "line": 1, "value": "x" }]),
            "customFieldValues",
        ),
        ("actions", json!([{ "type": 1, "description": "x" }]), "actions[0].type"),
        ("actions", json!([{ "description": "x", "createdBy": { "id": "ana" } }]), "actions[0].createdBy.id"),
        (
            "actions",
            json!([{ "description": "x", "createdDate": "2020-01-01T00:00:00" }]),
            "actions[0].createdDate",
        ),
        ("actions", json!([{ "description": "x", "tags": ["vip"] }]), "actions[0].tags"),
        ("actions", json!([{ "id": 1, "description": "never said" }]), "actions[0].id"),
        ("actions", json!([{ "id": 2, "description": "never said" }]), "actions[0].id"),
        ("actions", json!([{ "id": 2, "attachments": [{ "path": "A", "fileName": "a" }] }]), "actions[0].id"),
    ] {
        assert_eq!(refused(&desk, "PATCH", &uri, &json!({ name: value })).await, [field]);
    }
    let form: Value = FORM.into();
    let attach = format!("/api/v1/tickets/{ticket}/actions/2/attachments");
    desk.refused("POST", &attach, CLIENT, Some(&form), 403).await;
    desk.refused("DELETE", &format!("/api/v1/tickets/{ticket}"), CLIENT, None, 403).await;
    // Others' tickets take answers of those who see them, and no more.
    let others = json!({ "createdBy": { "id": "1" }, "clients": [{ "id": "1" }] });
    let others = desk.public("POST", "/tickets", &others.to_string()).await.json()["id"].clone();
    let uri = format!("/tickets?id={others}");
    assert_eq!(refused(&desk, "PATCH", &uri, &json!({ "status": "Resolved" })).await, ["status"]);
    let answer = json!({ "actions": [{ "description": "Here too." }] });
    assert_eq!(as_client(&desk, "PATCH", &uri, &answer).await.status, 200);
}

#[tokio::test]
async fn nothing_internal_reaches_a_client_by_any_road() {
    let desk = desk().await;
    let ticket = opened(&desk).await;
    let note = json!({ "actions": [{ "type": 1, "description": "hush" }] });
    let uri = format!("/tickets?id={ticket}");
    assert_eq!(with(&desk, AGENT, "PATCH", &uri, &note).await.status, 200);
    let attach = format!("/api/v1/tickets/{ticket}/actions/2/attachments");
    let file = desk.call("POST", &attach, KEY, Some(&FORM.into())).await.json()["items"][0].clone();
    let file = file["key"].as_str().unwrap();
    let internal =
        json!({ "type": 1, "subject": "hush", "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }] });
    let internal = desk.public("POST", "/tickets", &internal.to_string()).await.json()["id"].clone();
    let select = "%24select=id,subject&%24expand=actions,statusHistories&includeDeletedItems=true";
    for uri in [
        format!("/public/v1/tickets?token={CLIENT}&id={ticket}&includeDeletedItems=true"),
        format!("/public/v1/tickets?token={CLIENT}&{select}"),
        format!("/public/v1/tickets?token={CLIENT}&{select}&%24filter=actions/any(a:%20a/type%20eq%201)"),
        format!("/public/v1/tickets?token={CLIENT}&{select}&%24filter=type%20eq%201"),
        format!("/public/v1/tickets/past?token={CLIENT}&{select}"),
    ] {
        let answer = desk.call("GET", &uri, CLIENT, None).await;
        assert_eq!(answer.status, 200, "{uri}: {}", answer.text);
        assert!(!answer.text.contains("hush") && !answer.text.contains(file), "{uri}: {}", answer.text);
    }
    for (uri, status) in [
        (format!("/public/v1/tickets?token={CLIENT}&id={internal}"), 404),
        (format!("/public/v1/tickets/htmldescription?token={CLIENT}&id={ticket}&actionId=2"), 404),
        (format!("/files/{file}"), 404),
        (format!("/api/v1/files/{file}"), 404),
        (format!("/api/v1/changes?ticket={ticket}"), 403),
        ("/api/v1/deliveries".to_owned(), 403),
        ("/api/v1/notices".to_owned(), 403),
    ] {
        let answer = desk.call("GET", &uri, CLIENT, None).await;
        assert_eq!(answer.status.as_u16(), status, "{uri}: {}", answer.text);
    }
    let edit = json!({ "actions": [{ "id": 2, "type": 2 }] });
    assert_eq!(refused(&desk, "PATCH", &uri, &edit).await, ["actions[0].id"]);
    assert_eq!(desk.call("POST", &attach, CLIENT, Some(&FORM.into())).await.status, 404);
}
