//! A domain's words by the native API, and services by the public one: reading, editing, refusals.

use super::support::{AGENT, CLIENT, Desk, KEY};
use http::StatusCode;
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn agents_and_clients_read_the_names_of_a_domain() {
    let desk = Desk::open().await;
    for key in [KEY, AGENT, CLIENT] {
        let statuses = desk.call("GET", "/api/v1/statuses", key, None).await.json();
        assert_eq!(names(&statuses), ["New", "In attendance", "Waiting", "Canceled", "Resolved", "Closed"]);
        assert_eq!(
            names(&desk.call("GET", "/api/v1/categories", key, None).await.json()),
            ["Question", "Fault"]
        );
    }
    let urgencies = desk.get("/api/v1/urgencies?limit=3").await;
    assert_eq!(names(&urgencies), ["Low", "Medium", "High"]);
    let next = urgencies["next_cursor"].as_str().unwrap();
    let rest = desk.get(&format!("/api/v1/urgencies?limit=3&cursor={next}")).await;
    assert_eq!((names(&rest), &rest["next_cursor"]), (vec!["Urgent"], &Value::Null));
    let fields = desk.get("/api/v1/custom-fields").await;
    assert_eq!(fields["items"][0]["kind"], "multi_choice");
    assert_eq!(fields["items"][0]["rules"][0]["number"], 900);
}

#[tokio::test]
async fn a_word_is_made_changed_put_in_order_and_taken_away() {
    let desk = Desk::open().await;
    let made = desk.ok("POST", "/api/v1/urgencies", Some(&json!({ "name": "None" })), 201).await;
    let uri = made.header("location").to_owned();
    assert_eq!(desk.get(&uri).await, made.json());
    let ids = desk.get("/api/v1/urgencies").await;
    let mut ids: Vec<_> = ids["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    ids.rotate_right(1);
    desk.ok("PUT", "/api/v1/urgencies/order", Some(&json!({ "ids": ids })), 204).await;
    assert_eq!(names(&desk.get("/api/v1/urgencies").await)[0], "None");
    let patch = json!({ "name": "Trifle", "is_active": false });
    assert_eq!(desk.ok("PATCH", &uri, Some(&patch), 200).await.json()["is_active"], false);
    desk.ok("DELETE", &uri, None, 204).await;
    desk.ok("GET", &uri, None, 404).await;
    let faults = json!({ "name": "low", "color": 1, "is_active": "yes" });
    let refused = desk.refused("POST", "/api/v1/urgencies", KEY, Some(&faults), 400).await;
    assert_eq!(refused.faults(), ["color", "name", "is_active"]);
    let twice = json!({ "ids": [ids[1], ids[1], "x"] });
    assert_eq!(
        desk.refused("PUT", "/api/v1/urgencies/order", KEY, Some(&twice), 400).await.faults(),
        ["ids[2]"]
    );
}

#[tokio::test]
async fn agreements_are_for_those_who_manage_them() {
    let desk = Desk::open().await;
    let urgency = desk.get("/api/v1/urgencies").await["items"][3]["id"].clone();
    let rule = json!({ "name": "Fast", "urgencies": [urgency], "solution_minutes": 60 });
    let body = json!({ "name": "Gold", "rules": [rule] });
    let made = desk.ok("POST", "/api/v1/sla-agreements", Some(&body), 201).await.json();
    assert_eq!(made["rules"][0]["ticket_types"], "both");
    desk.refused("GET", "/api/v1/sla-agreements", AGENT, None, 403).await;
    let body = json!({ "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }], "urgency": "Urgent" });
    let ticket = desk.public("POST", "/tickets?returnAllProperties=true", &body.to_string()).await.json();
    assert_eq!((&ticket["slaAgreement"], &ticket["slaAgreementRule"]), (&json!("Gold"), &json!("Fast")));
    assert_eq!((&ticket["slaSolutionTime"], &ticket["slaResponseTime"]), (&json!(60), &Value::Null));
    let back = json!({ "slaSolutionDate": ticket["slaSolutionDate"], "subject": "sent back" });
    let uri = format!("/tickets?id={}", ticket["id"].as_str().unwrap());
    assert_eq!(desk.public("PATCH", &uri, &back.to_string()).await.status, StatusCode::OK);
    assert_eq!(desk.public("GET", &uri, "").await.json()["slaSolutionChangedByUser"], false);
    let given = json!({ "slaSolutionDate": "2030-01-02T03:04:05" });
    assert_eq!(desk.public("PATCH", &uri, &given.to_string()).await.status, StatusCode::OK);
    let ticket = desk.public("GET", &uri, "").await.json();
    assert_eq!(ticket["slaSolutionDate"], "2030-01-02T03:04:05");
    assert_eq!(
        (&ticket["slaSolutionChangedByUser"], &ticket["slaSolutionChangedBy"]["id"]),
        (&json!(true), &json!("1"))
    );
}

#[tokio::test]
async fn a_ticket_tells_in_which_status_and_with_whom_it_stood() {
    let desk = Desk::open().await;
    let number = desk.ticket().await;
    let uri = format!("/tickets?id={number}");
    for body in [
        json!({ "owner": { "id": "ana" }, "ownerTeam": "Desk" }),
        json!({ "status": "Waiting", "justification": "parts" }),
        json!({ "subject": "of no interest here" }),
        json!({ "status": "Closed" }),
    ] {
        assert_eq!(desk.public("PATCH", &uri, &body.to_string()).await.status, StatusCode::OK);
    }
    let ticket = desk.public("GET", &uri, "").await.json();
    let told: Vec<_> = ticket["statusHistories"].as_array().unwrap().iter().collect();
    let members: Vec<_> = told[1].as_object().unwrap().keys().map(String::as_str).collect();
    let times = ["permanencyTimeFullTime", "permanencyTimeWorkingTime"];
    assert_eq!(members, [&["status", "justification"][..], &times, &["changedBy", "changedDate"]].concat());
    let statuses: Vec<_> = told.iter().map(|row| row["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["New", "Waiting", "Closed"]);
    assert_eq!((&told[1]["justification"], &told[1]["changedBy"]["id"]), (&json!("parts"), &json!("1")));
    assert!(
        told[0][times[0]].is_f64() && told[0][times[0]] == told[0][times[1]] && told[2][times[0]].is_null()
    );
    let owners = ticket["ownerHistories"].as_array().unwrap();
    assert_eq!(
        (owners.len(), &owners[0]["ownerTeam"], &owners[0]["owner"]["id"]),
        (1, &json!("Desk"), &json!("ana"))
    );
    for member in ["lifeTimeWorkingTime", "stoppedTime", "stoppedTimeWorkingTime"] {
        assert_eq!(ticket[member], 0, "{member}");
    }
}

#[tokio::test]
async fn services_live_in_movidesks_members() {
    let desk = Desk::open().await;
    let all = desk.public("GET", "/services?$top=2&$skip=1", "").await.json();
    let found: Vec<_> =
        all.as_array().unwrap().iter().map(|service| service["name"].as_str().unwrap()).collect();
    assert_eq!(found, ["Network", "Link"]);
    let parent = all[0]["id"].as_i64().unwrap();
    let body = json!({
        "Name": "Wi-Fi", "parentServiceId": parent, "serviceForTicketType": 0, "isVisible": 1, "allowSelection": "3",
        "allowFinishTicket": false, "isActive": true, "automationMacro": "x", "defaultCategory": "fault",
        "defaultUrgency": "High", "allowAllCategories": false, "categories": ["Fault"],
    });
    let id = desk.public("POST", "/services", &body.to_string()).await.json()["id"].as_i64().unwrap();
    let uri = format!("/services?id={id}");
    let wanted = json!({
        "id": id, "name": "Wi-Fi", "description": null, "parentServiceId": parent, "serviceForTicketType": 0,
        "isVisible": 1, "allowSelection": 3, "allowFinishTicket": false, "isActive": true, "automationMacro": null,
        "defaultCategory": "Fault", "defaultUrgency": "High", "allowAllCategories": false, "categories": ["Fault"],
    });
    assert_eq!(desk.public("GET", &uri, "").await.json(), wanted);
    let ticket =
        json!({ "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }], "serviceFirstLevel": "wi-fi" });
    let ticket = desk.public("POST", "/tickets?returnAllProperties=true", &ticket.to_string()).await.json();
    assert_eq!((&ticket["serviceFirstLevelId"], &ticket["urgency"]), (&json!(id), &json!("High")));
    assert_eq!(ticket["serviceFull"], json!(["IT", "Network", "Wi-Fi"]));
    let ticket = format!("/tickets?id={}", ticket["id"].as_str().unwrap());
    let refused = desk.public_refused("PATCH", &ticket, r#"{"status":"Resolved"}"#, 400).await;
    assert_eq!(refused.faults(), ["serviceFirstLevel"]);
    let answer = desk.public("PATCH", &uri, r#"{"allowFinishTicket":true,"allowAllCategories":true}"#).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(desk.public("GET", &uri, "").await.json()["categories"], json!([]));
    assert_eq!(desk.public("DELETE", &uri, "").await.status, StatusCode::OK);
    assert_eq!(desk.public("GET", &uri, "").await.json()["isActive"], false, "a ticket has it");
}

#[tokio::test]
async fn a_service_at_fault_is_refused_by_movidesks_names() {
    let desk = Desk::open().await;
    let body = json!({
        "name": "", "parentServiceId": 9999, "serviceForTicketType": 3, "isVisible": 0, "defaultUrgency": "nope",
        "categories": ["nope"],
    });
    let refused = desk.public_refused("POST", "/services", &body.to_string(), 400).await;
    let wanted = ["serviceForTicketType", "isVisible", "categories[0]", "defaultUrgency"];
    assert_eq!(refused.faults(), wanted);
    let body = json!({ "parentServiceId": 9999 });
    let refused = desk.public_refused("POST", "/services", &body.to_string(), 400).await;
    assert_eq!(refused.faults(), ["name", "parentServiceId"]);
    for (method, uri, status) in [
        ("GET", "/services?id=9999", 404),
        ("PATCH", "/services?id=9999", 404),
        ("DELETE", "/services?id=9999", 404),
        ("DELETE", "/services", 400),
        ("GET", "/services?id=x", 400),
    ] {
        desk.public_refused(method, uri, "{}", status).await;
    }
    let root = desk.public("GET", "/services?$top=1", "").await.json()[0]["id"].as_i64().unwrap();
    desk.public_refused("DELETE", &format!("/services?id={root}"), "", 409).await;
}

#[tokio::test]
async fn clients_see_what_is_for_clients() {
    let desk = Desk::open().await;
    let link = desk.get("/api/v1/services").await["items"][2]["id"].as_str().unwrap().to_owned();
    let uri = format!("/api/v1/services/{link}");
    desk.ok("PATCH", &uri, Some(&json!({ "visible_to": "agents" })), 200).await;
    let of = async |key| names(&desk.call("GET", "/api/v1/services", key, None).await.json()).len();
    assert_eq!((of(AGENT).await, of(CLIENT).await), (3, 2));
    desk.refused("GET", &uri, CLIENT, None, 404).await;
}

#[tokio::test]
async fn a_custom_value_names_people_and_teams_that_exist() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let uri = format!("/tickets?id={ticket}");
    let mut fields = Vec::new();
    for kind in ["person", "client", "team"] {
        let body = json!({ "name": kind, "kind": kind, "rules": [{ "name": "always" }] });
        fields.push(desk.ok("POST", "/api/v1/custom-fields", Some(&body), 201).await.json());
    }
    let value = |field: &Value, member: &str, named: &str| {
        let (id, rule) = (&field["number"], &field["rules"][0]["number"]);
        let items = json!([{ member: named }]);
        json!({ "customFieldValues": [{ "customFieldId": id, "customFieldRuleId": rule, "line": 1, "items": items }] })
            .to_string()
    };
    for (field, member, good, bad) in [
        (&fields[0], "personId", "ana", "nobody"),
        (&fields[1], "clientId", "carl", "ana"),
        (&fields[2], "team", "desk", "Nowhere"),
    ] {
        let answer = desk.public_refused("PATCH", &uri, &value(field, member, bad), 400).await;
        assert_eq!(answer.faults(), [format!("customFieldValues[0].items[0].{member}")]);
        let answer = desk.public("PATCH", &uri, &value(field, member, good)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    let whole = desk.public("GET", &uri, "").await.json();
    assert_eq!(whole["customFieldValues"][0]["items"][0]["team"], "Desk", "as the domain writes it");
    // What a ticket has stays, also when the person is not active any more.
    assert_eq!(
        desk.public("PATCH", &uri, &value(&fields[1], "clientId", "carl")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        desk.public("PATCH", "/persons?id=carl", r#"{"isActive":false}"#).await.status,
        StatusCode::OK
    );
    let back = json!({ "subject": "again", "customFieldValues": desk.public("GET", &uri, "").await.json()["customFieldValues"] });
    assert_eq!(desk.public("PATCH", &uri, &back.to_string()).await.status, StatusCode::OK);
    let ana = value(&fields[0], "personId", "carl");
    assert_eq!(
        desk.public_refused("PATCH", &uri, &ana, 400).await.faults(),
        ["customFieldValues[0].items[0].personId"]
    );
}
