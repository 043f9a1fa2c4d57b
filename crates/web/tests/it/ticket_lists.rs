//! Lists of tickets by the public API: what they hold, in which order, what they show, and to whom.

use super::support::{AGENT, CLIENT, Desk, KEY, STRANGER};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use url::form_urlencoded;

/// A list with these options; `key` asks.
async fn ask(desk: &Desk, path: &str, key: &str, options: &[(&str, &str)]) -> super::support::Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(options).append_pair("token", key);
    let uri = format!("/public/v1/{path}?{}", query.finish());
    desk.send(Request::builder().uri(uri).body(Body::empty()).unwrap()).await
}

async fn list(desk: &Desk, options: &[(&str, &str)]) -> Vec<Value> {
    let answer = ask(desk, "tickets", KEY, options).await;
    assert_eq!(answer.status, 200, "{options:?}: {}", answer.text);
    answer.json().as_array().unwrap().clone()
}

/// The subjects of a list.
async fn subjects(desk: &Desk, key: &str, options: &[(&str, &str)]) -> Vec<String> {
    let mut all = vec![("$select", "subject")];
    all.extend(options);
    let answer = ask(desk, "tickets", key, &all).await;
    assert_eq!(answer.status, 200, "{options:?}: {}", answer.text);
    let json = answer.json();
    json.as_array().unwrap().iter().map(|ticket| ticket["subject"].as_str().unwrap().to_owned()).collect()
}

async fn filtered(desk: &Desk, filter: &str) -> String {
    subjects(desk, KEY, &[("$filter", filter)]).await.join(" ")
}

/// Opens a ticket; what is given replaces the usual.
async fn open(desk: &Desk, subject: &str, more: Value) -> i64 {
    let mut ticket = json!({
        "type": 2, "subject": subject, "createdBy": { "id": "1" }, "clients": [{ "id": "1" }],
        "actions": [{ "type": 2, "description": "public" }, { "type": 1, "description": "internal" }],
    });
    for (name, value) in more.as_object().unwrap() {
        ticket[name] = value.clone();
    }
    let answer = desk.public("POST", "/tickets", &ticket.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["id"].as_i64().unwrap()
}

/// Five tickets, each with something of its own.
async fn five(desk: &Desk) -> Vec<i64> {
    let value =
        |id: i64, value: &str| json!([{ "customFieldId": id, "customFieldRuleId": 900, "value": value }]);
    let item =
        json!([{ "customFieldId": 77, "customFieldRuleId": 900, "items": [{ "customFieldItem": "South" }] }]);
    vec![
        open(desk, "a", json!({ "status": "Resolved", "tags": ["VIP", "rede"] })).await,
        open(desk, "b", json!({ "owner": { "id": "ana" }, "ownerTeam": "Desk", "urgency": "High" })).await,
        open(desk, "c", json!({ "clients": [{ "id": "carl" }], "customFieldValues": value(78, "X-1") }))
            .await,
        open(desk, "d", json!({ "type": 1, "clients": [{ "id": "carl" }], "customFieldValues": item })).await,
        open(desk, "e", json!({ "category": "Fault", "serviceFull": ["IT", "Network", "Link"] })).await,
    ]
}

#[tokio::test]
async fn a_list_shows_what_is_selected_in_the_order_of_a_whole_ticket() {
    let desk = Desk::open().await;
    let ids = five(&desk).await;
    let found = list(&desk, &[("$select", "status, id ,Subject")]).await;
    assert_eq!(found[0].to_string(), format!(r#"{{"id":"{}","subject":"a","status":"Resolved"}}"#, ids[0]));
    assert_eq!(found.len(), 5);
    let expand = "clients($expand=organization),owner,actions($select=id),actions($select=origin)";
    let found =
        list(&desk, &[("$select", "id,createdBy"), ("$expand", expand), ("$top", "2"), ("$skip", "1")]).await;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["owner"]["businessName"], "Person ana");
    assert_eq!(found[0]["createdBy"]["id"], "1");
    assert_eq!(found[0]["actions"], json!([{ "id": 1, "origin": 9 }, { "id": 2, "origin": 9 }]));
    assert_eq!(found[1]["clients"][0]["organization"], Value::Null);
    assert_eq!(found[1]["clients"][0]["id"], "carl");
    let whole = list(&desk, &[("$select", "*"), ("$expand", "actions"), ("$top", "1")]).await;
    assert_eq!(
        whole[0]["actions"][0]["htmlDescription"],
        Value::Null,
        "HTML is answered for one ticket only"
    );
    let one =
        ask(&desk, "tickets", KEY, &[("id", &ids[0].to_string()), ("$select", "id"), ("$expand", "owner")])
            .await;
    assert_eq!(one.json()["tags"], json!(["VIP", "rede"]), "one ticket is whole, whatever is selected");
}

#[tokio::test]
async fn filters_of_clients_find_their_tickets() {
    let desk = Desk::open().await;
    let ids = five(&desk).await;
    let second = format!("id gt {} and id le '{}'", ids[0], ids[2]);
    for (filter, found) in [
        ("status eq 'RESOLVED'", "a"),
        ("baseStatus ne 'Resolved'", "b c d e"),
        ("status eq 'nothing'", ""),
        ("owner/id eq 'ANA' and ownerTeam eq 'desk'", "b"),
        ("owner eq null and contains(subject, 'C')", "c"),
        ("clients/any(c: c/id eq 'carl')", "c d"),
        ("clients/any(c: c/id eq 'carl') and type eq 1", "d"),
        ("tags/any(t: t eq 'vip')", "a"),
        ("customFieldValues/any(c: c/customFieldId eq 78 and c/value eq 'x-1')", "c"),
        (
            "customFieldValues/any(v:v/customFieldId eq 77 and v/items/any(i: i/customFieldItem eq 'south '))",
            "d",
        ),
        ("createdDate gt 2020-01-01T00:00:00.000Z and createdDate lt 2999-01-01T00:00:00Z", "a b c d e"),
        ("createdDate lt 2020-01-01T00:00:00.00z or lastUpdate lt 2020-01-01", ""),
        ("resolvedIn gt 2020-01-01", "a"),
        ("category eq 'fault' and serviceFirstLevel eq 'Link' and serviceFull/any(s: s eq 'it')", "e"),
        ("actions/any(a: a/type eq 1 and a/description eq 'internal')", "a b c d e"),
        ("(subject eq 'a' or subject eq 'b') and not (urgency eq 'High')", "a"),
        (second.as_str(), "b c"),
        ("", "a b c d e"),
    ] {
        assert_eq!(filtered(&desk, filter).await, found, "{filter}");
    }
}

#[tokio::test]
async fn lists_are_ordered_and_paged() {
    let desk = Desk::open().await;
    let ids = five(&desk).await;
    let body = json!({ "cc": "x@desk.example" }).to_string();
    desk.public("PATCH", &format!("/tickets?id={}", ids[1]), &body).await;
    for (order, found) in [
        ("id desc", "e d c b a"),
        ("createdDate desc", "e d c b a"),
        ("lastUpdate", "a c d e b"),
        ("lastUpdate desc", "b e d c a"),
        ("type,subject desc", "d e c b a"),
        ("tolower(status) desc, id", "a b c d e"),
    ] {
        let all = subjects(&desk, KEY, &[("$orderby", order)]).await;
        assert_eq!(all.join(" "), found, "{order}");
        for filter in ["", "subject ne 'z'", "createdDate gt 2020-01-01"] {
            let mut paged = Vec::new();
            for skip in ["0", "2", "4"] {
                let options = [("$orderby", order), ("$top", "2"), ("$skip", skip), ("$filter", filter)];
                paged.extend(subjects(&desk, KEY, &options).await);
            }
            assert_eq!(paged, all, "{order} {filter}");
        }
    }
    assert_eq!(subjects(&desk, KEY, &[("$top", "0")]).await.len(), 0);
    assert_eq!(subjects(&desk, KEY, &[("$top", "99999")]).await.len(), 5);
}

#[tokio::test]
async fn deleted_tickets_are_listed_when_they_are_asked_for() {
    let desk = Desk::open().await;
    let ids = five(&desk).await;
    desk.ok("DELETE", &format!("/api/v1/tickets/{}", ids[2]), None, 204).await;
    assert_eq!(filtered(&desk, "").await, "a b d e");
    assert_eq!(subjects(&desk, KEY, &[("includeDeletedItems", "True")]).await.len(), 5);
    assert_eq!(filtered(&desk, "isDeleted eq true").await, "c");
    assert_eq!(filtered(&desk, "isDeleted eq false and subject lt 'd'").await, "a b");
}

#[tokio::test]
async fn what_was_not_changed_for_long_is_past() {
    let desk = Desk::open().await;
    five(&desk).await;
    let past = ask(&desk, "tickets/past", KEY, &[("$select", "id")]).await;
    assert_eq!((past.status.as_u16(), past.text.as_str()), (200, "[]"));
    let refused = ask(&desk, "tickets/past", KEY, &[]).await;
    assert_eq!(refused.status, 400);
    let merged = ask(&desk, "tickets/merged", KEY, &[("startDate", "2026-01-01"), ("page", "1")]).await;
    assert_eq!((merged.status.as_u16(), merged.text.as_str()), (200, "[]"));
    assert_eq!(ask(&desk, "tickets/merged", KEY, &[("id", "x")]).await.status, 400);
}

#[tokio::test]
async fn options_at_fault_are_told_by_name() {
    let desk = Desk::open().await;
    five(&desk).await;
    for (name, value, told) in [
        ("$select", "id,colour", "Could not find a property named 'colour' on type 'Ticket'"),
        ("$filter", "colour eq 1", "Could not find a property named 'colour' on type 'Ticket'"),
        ("$filter", "status eq 'x", "no closing quote"),
        ("$filter", "clients/id eq '1'", "'clients' is a list"),
        ("$orderby", "colour", "Could not find a property named 'colour' on type 'Ticket'"),
        ("$expand", "clients($expand=colour)", "Could not find a property named 'colour'"),
        ("$top", "many", "must be a number"),
        ("$skip", "-1", "must be a number"),
    ] {
        let mut options = vec![(name, value)];
        if name != "$select" {
            options.push(("$select", "id"));
        }
        let answer = ask(&desk, "tickets", KEY, &options).await;
        assert_eq!(answer.status, 400, "{name}={value}");
        assert_eq!(answer.faults(), [name], "{value}");
        assert!(answer.text.contains(told), "{}", answer.text);
    }
    let without = ask(&desk, "tickets", KEY, &[("$filter", "id eq 1")]).await;
    assert!(without.status == 400 && without.text.contains("$select"), "{}", without.text);
}

#[tokio::test]
async fn whoever_does_not_see_all_sees_what_they_take_part_in() {
    let desk = Desk::open().await;
    let ids = five(&desk).await;
    assert_eq!(subjects(&desk, AGENT, &[]).await.len(), 5);
    assert_eq!(subjects(&desk, STRANGER, &[]).await.len(), 0);
    // The internal one is not for a client, though it is theirs.
    assert_eq!(subjects(&desk, CLIENT, &[]).await, ["c"]);
    assert_eq!(subjects(&desk, CLIENT, &[("$filter", "subject ne 'c'")]).await.len(), 0);
    let options = [("$select", "id"), ("$expand", "actions($select=description)")];
    let found = ask(&desk, "tickets", CLIENT, &options).await.json();
    assert_eq!(found[0]["actions"], json!([{ "description": "public" }]));
    let hidden = [("$select", "id"), ("$filter", "actions/any(a: a/description eq 'internal')")];
    assert_eq!(ask(&desk, "tickets", CLIENT, &hidden).await.text, "[]");
    for (id, status) in [(ids[0], 404), (ids[2], 200), (ids[3], 404)] {
        let answer = ask(&desk, "tickets", CLIENT, &[("id", &id.to_string())]).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(!answer.text.contains("internal"), "{}", answer.text);
    }
}

#[tokio::test]
async fn people_are_filtered_sorted_and_cut() {
    let desk = Desk::open().await;
    let people = async |options: &[(&str, &str)]| ask(&desk, "persons", KEY, options).await.text;
    assert_eq!(people(&[("$select", "id"), ("$filter", "profileType eq 2")]).await, r#"[{"id":"carl"}]"#);
    let order = [("$select", "id"), ("$orderby", "businessName desc"), ("$top", "2"), ("$skip", "1")];
    assert_eq!(people(&order).await, r#"[{"id":"ana"},{"id":"1"}]"#);
    let by_email = [("$select", "id"), ("$filter", "emails/any(e: e/email eq 'ANA@desk.example')")];
    assert_eq!(people(&by_email).await, r#"[{"id":"ana"}]"#);
    assert_eq!(ask(&desk, "persons", KEY, &[("$filter", "colour eq 1")]).await.status, 400);
}

#[tokio::test]
async fn a_client_comes_with_the_organization_that_they_belong_to() {
    let desk = Desk::open().await;
    for id in ["acme", "zeta"] {
        let body =
            json!({ "id": id, "personType": 2, "profileType": 2, "businessName": format!("{id} Ltda.") });
        assert_eq!(desk.public("POST", "/persons", &body.to_string()).await.status, 200);
    }
    let rule = json!({ "name": "Zeta", "clients": ["zeta"], "response_minutes": 30 });
    let agreement = json!({ "name": "Gold", "rules": [rule] });
    desk.ok("POST", "/api/v1/sla-agreements", Some(&agreement), 201).await;
    let links = json!({ "relationships": [{ "id": "acme" }, { "id": "zeta" }] }).to_string();
    assert_eq!(desk.public("PATCH", "/persons?id=carl", &links).await.status, 200);
    let linked = open(&desk, "linked", json!({ "clients": [{ "id": "carl" }] })).await;
    open(&desk, "alone", json!({})).await;
    let whole = desk.public("GET", &format!("/tickets?id={linked}"), "").await.json();
    let organization = json!({ "id": "acme", "personType": 2, "profileType": 2, "businessName": "acme Ltda.",
        "email": null, "phone": null });
    assert_eq!(whole["clients"][0]["organization"], organization, "the first");
    assert_eq!(whole["slaAgreementRule"], "Zeta", "a rule for any of them counts");
    for (expand, seen) in [
        ("clients($expand=organization)", organization.clone()),
        ("clients($select=id;$expand=organization)", organization.clone()),
        ("clients", organization),
        ("clients($select=id)", Value::Null),
    ] {
        let found = list(&desk, &[("$select", "id"), ("$expand", expand)]).await;
        assert_eq!(found[0]["clients"][0]["organization"], seen, "{expand}");
        assert_eq!(found[1]["clients"][0]["organization"], Value::Null, "{expand}");
    }
    assert_eq!(filtered(&desk, "clients/any(c: c/organization/id eq 'acme')").await, "linked");
    assert_eq!(filtered(&desk, "clients/any(c: c/organization/businessName eq 'other')").await, "");
    assert_eq!(filtered(&desk, "clients/all(c: c/organization eq null)").await, "alone");
}
