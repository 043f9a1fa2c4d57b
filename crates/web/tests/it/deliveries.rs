//! Deliveries: the log and its filters, one delivery with everything, sending again.

use super::support::{Desk, KEY, STRANGER};
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_row_of_the_log_has_the_columns_of_the_article() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook?secret=abc", 503).await;
    let row = desk.get("/api/v1/deliveries").await["items"][0].clone();
    let members: Vec<&String> = row.as_object().unwrap().keys().collect();
    assert_eq!(members, ["id", "last_update", "status", "attempts", "url", "error", "trigger", "ticket"]);
    assert_eq!((&row["id"], &row["status"], &row["attempts"]), (&json!(id), &json!("failed"), &json!(2)));
    assert_eq!(
        (&row["url"], &row["error"]),
        (&json!("https://one.example/hook?secret=abc"), &json!("answered 503"))
    );
    assert_eq!(row["trigger"]["name"], "status");
    assert!(row["last_update"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn the_log_is_filtered_and_paged() {
    let desk = Desk::open().await;
    let failed = desk.delivery("https://one.example/hook", 500).await;
    let detail = desk.get(&format!("/api/v1/deliveries/{failed}")).await;
    let ticket = detail["ticket"].clone();
    let good = desk.delivery("https://two.example/hook", 200).await;
    let closed = |row: &Value| matches!(row["status"].as_str(), Some("delivered" | "failed"));
    let settled = |page: &Value| page["items"].as_array().unwrap().iter().all(closed);
    let all = ids(&desk.until("/api/v1/deliveries", settled).await);
    // The second ticket's change was sent to both.
    assert_eq!(all.len(), 3);
    let filtered = async |query: String| ids(&desk.get(&format!("/api/v1/deliveries?{query}")).await);
    assert_eq!(filtered(format!("ticket={ticket}")).await, [&*failed]);
    assert_eq!(filtered("status=delivered".into()).await, [&*good]);
    assert_eq!(filtered("url=https://two.example/hook".into()).await, [&*good]);
    assert_eq!(filtered("url=https://nowhere.example/".into()).await, Vec::<String>::new());
    let endpoint = detail["endpoint"].as_str().unwrap();
    assert_eq!(filtered(format!("endpoint={endpoint}&ticket={ticket}")).await, [&*failed]);
    assert_eq!(
        filtered(format!("endpoint={endpoint}&url=https://two.example/hook")).await,
        Vec::<String>::new()
    );
    let trigger = detail["trigger"]["id"].as_str().unwrap();
    assert_eq!(filtered(format!("trigger={trigger}&status=failed")).await.len(), 2);
    assert_eq!(filtered("since=2020-01-01T00:00:00Z&until=2099-01-01T00:00:00Z".into()).await.len(), 3);
    assert_eq!(filtered("until=2020-01-01T00:00:00Z".into()).await, Vec::<String>::new());
    for status in ["queued", "sending", "retrying", "held", "cancelled"] {
        assert_eq!(filtered(format!("status={status}")).await, Vec::<String>::new());
    }
    let first = desk.get("/api/v1/deliveries?limit=2").await;
    let rest =
        desk.get(&format!("/api/v1/deliveries?cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!([ids(&first), ids(&rest)].concat(), all);
    assert_eq!(rest["next_cursor"], Value::Null);
}

#[tokio::test]
async fn filters_at_fault_are_refused_by_name() {
    let desk = Desk::open().await;
    for (query, field) in [
        ("status=broken", "status"),
        ("trigger=x", "trigger"),
        ("trigger=dlv_0000000000005", "trigger"),
        ("ticket=x", "ticket"),
        ("endpoint=x", "endpoint"),
        ("since=yesterday", "since"),
        ("until=5", "until"),
        ("limit=1000", "limit"),
        ("cursor=x", "cursor"),
        ("Status=failed", "Status"),
    ] {
        let answer = desk.refused("GET", &format!("/api/v1/deliveries?{query}"), KEY, None, 400).await;
        assert_eq!(answer.faults(), [field], "{query}");
    }
}

#[tokio::test]
async fn a_delivery_tells_everything() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook?secret=abc", 302).await;
    let detail = desk.get(&format!("/api/v1/deliveries/{id}")).await;
    let seen = desk.receivers.seen();
    assert_eq!(detail["payload"]["text"], seen[0].body);
    assert_eq!(detail["payload"]["json"], serde_json::from_str::<Value>(&seen[0].body).unwrap());
    assert_eq!(detail["payload"]["bytes"], seen[0].body.len());
    assert_eq!(detail["why"]["reasons"][0]["path"], "all[0]");
    assert_eq!(
        (&detail["why"]["reasons"][0]["before"], &detail["why"]["reasons"][0]["after"]),
        (&json!(["New"]), &json!(["Resolved"]))
    );
    let attempts = detail["attempts"].as_array().unwrap();
    assert_eq!((attempts.len(), &detail["attempt_count"]), (2, &json!(2)));
    assert_eq!(attempts[0]["outcome"], "refused");
    assert_eq!(
        attempts[0]["response"],
        json!({ "head": "content-type: text/plain", "body": "Ok", "truncated": false })
    );
    assert_eq!((&detail["status_code"], &detail["next_attempt_at"]), (&json!(302), &Value::Null));
}

#[tokio::test]
async fn the_headers_of_a_delivery_are_those_that_were_sent() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook", 500).await;
    desk.receivers.answer("https://one.example/hook", 200);
    desk.ok("POST", &format!("/api/v1/deliveries/{id}/resend"), None, 202).await;
    let uri = format!("/api/v1/deliveries/{id}");
    let detail = desk.until(&uri, |json| json["status"] == "delivered").await;
    let sent = desk.receivers.seen().last().unwrap().headers.clone();
    let shown = detail["request"]["headers"].as_array().unwrap();
    let names: Vec<&str> = shown.iter().map(|header| header["name"].as_str().unwrap()).collect();
    assert_eq!(names, sent.keys().map(|name| name.as_str()).collect::<Vec<_>>());
    for header in shown {
        let (name, value) = (header["name"].as_str().unwrap(), header["value"].as_str().unwrap());
        let real = sent[name].to_str().unwrap();
        assert!(
            value == real || value.replace("•••", "").len() < real.len() && value.ends_with("•••"),
            "{name} {value}"
        );
    }
}

#[tokio::test]
async fn one_delivery_is_sent_again() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook", 500).await;
    let uri = format!("/api/v1/deliveries/{id}/resend");
    desk.receivers.answer("https://one.example/hook", 200);
    let row = desk.ok("POST", &uri, None, 202).await.json();
    assert_eq!(row["id"], id);
    let detail = desk.until(&format!("/api/v1/deliveries/{id}"), |json| json["status"] == "delivered").await;
    assert_eq!((&detail["round"], &detail["attempt_count"]), (&json!(2), &json!(1)));
    assert_eq!(detail["attempts"].as_array().unwrap().len(), 3);
    let seen = desk.receivers.seen();
    assert_eq!(
        (&seen[0].body, &seen[0].headers["webhook-id"]),
        (&seen[2].body, &seen[2].headers["webhook-id"])
    );
    assert_eq!(seen[0].url, "https://one.example/hook");
}

#[tokio::test]
async fn an_open_delivery_is_not_sent_again() {
    let desk = Desk::open().await;
    let trigger = desk.trigger("https://one.example/hook").await;
    let endpoint = desk.get(&format!("/api/v1/triggers/{trigger}")).await["endpoints"][0].clone();
    desk.ok("POST", &format!("/api/v1/endpoints/{}/pause", endpoint.as_str().unwrap()), None, 200).await;
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    let row = desk.get("/api/v1/deliveries?status=held").await["items"][0].clone();
    assert_eq!((&row["status"], &row["ticket"]), (&json!("held"), &json!(ticket)));
    let uri = format!("/api/v1/deliveries/{}/resend", row["id"].as_str().unwrap());
    desk.refused("POST", &uri, KEY, None, 409).await;
    for status in ["queued", "held", "sending", "retrying"] {
        for count in ["", "&count=true"] {
            let uri = format!("/api/v1/deliveries/resend?status={status}{count}");
            assert_eq!(desk.refused("POST", &uri, KEY, None, 400).await.faults(), ["status"]);
        }
    }
}

#[tokio::test]
async fn what_waits_is_called_off_and_goes_out_when_it_is_sent_again() {
    let desk = Desk::open().await;
    let trigger = desk.trigger("https://one.example/hook").await;
    let endpoint = desk.get(&format!("/api/v1/triggers/{trigger}")).await["endpoints"][0].clone();
    let endpoint = format!("/api/v1/endpoints/{}", endpoint.as_str().unwrap());
    desk.ok("POST", &format!("{endpoint}/pause"), None, 200).await;
    for _ in 0..2 {
        let ticket = desk.ticket().await;
        desk.set_status(ticket, "Resolved").await;
    }
    let log = desk.get("/api/v1/deliveries?status=held").await;
    let held = ids(&log);
    let [kept, off] = &held[..] else { panic!("{log:#}") };
    let off = format!("/api/v1/deliveries/{off}");
    desk.refused("POST", &format!("{off}/cancel"), STRANGER, None, 404).await;
    let row = desk.ok("POST", &format!("{off}/cancel"), None, 200).await.json();
    assert_eq!((&row["status"], &row["attempts"]), (&json!("cancelled"), &json!(0)));
    assert_eq!(desk.get("/api/v1/deliveries?status=cancelled").await["items"].as_array().unwrap().len(), 1);
    desk.refused("POST", &format!("{off}/cancel"), KEY, None, 409).await;
    desk.ok("POST", &format!("{endpoint}/resume"), None, 200).await;
    desk.until(&format!("/api/v1/deliveries/{kept}"), |json| json["status"] == "delivered").await;
    desk.refused("POST", &format!("/api/v1/deliveries/{kept}/cancel"), KEY, None, 409).await;
    assert_eq!(desk.receivers.seen().len(), 1, "what was called off stays");
    assert_eq!(desk.get(&off).await["status"], "cancelled");
    desk.ok("POST", &format!("{off}/resend"), None, 202).await;
    desk.until(&off, |json| json["status"] == "delivered").await;
    assert_eq!(desk.receivers.seen().len(), 2);
}

#[tokio::test]
async fn deliveries_are_counted_and_sent_again_by_filter() {
    let desk = Desk::open().await;
    let url = "https://one.example/hook";
    let first = desk.delivery(url, 500).await;
    let ticket = desk.get(&format!("/api/v1/deliveries/{first}")).await["ticket"].clone();
    let other = desk.ticket().await;
    desk.set_status(other, "Resolved").await;
    desk.until("/api/v1/deliveries?status=failed", |json| json["items"].as_array().unwrap().len() == 2).await;
    let ask = async |query: &str, body: Option<Value>| {
        desk.ok("POST", &format!("/api/v1/deliveries/resend{query}"), body.as_ref(), 200).await.json()
    };
    let before = desk.everything().await;
    let counted = json!({ "count": 2, "resent": false, "more": false });
    assert_eq!(ask("?count=true", None).await, counted);
    assert_eq!(ask("", Some(json!({ "url": url, "count": true, "status": "failed" }))).await, counted);
    assert_eq!(ask("?count=true&status=delivered", None).await["count"], 0);
    assert_eq!(ask(&format!("?count=true&ticket={ticket}"), None).await["count"], 1);
    assert_eq!(ask("?url=https://nowhere.example/", None).await["count"], 0);
    assert_eq!(before, desk.everything().await);
    desk.receivers.answer(url, 200);
    assert_eq!(
        ask("", Some(json!({ "ticket": ticket }))).await,
        json!({ "count": 1, "resent": true, "more": false })
    );
    desk.until("/api/v1/deliveries?status=delivered", |json| ids(json) == [&*first]).await;
    for (query, body, field) in [
        ("?status=broken", None, "status"),
        ("", Some(json!({ "ticket": [1] })), "ticket"),
        ("", Some(json!({ "tickets": 1 })), "tickets"),
        ("", Some(json!([])), ""),
        ("?ticket=1", Some(json!({ "ticket": 1 })), "ticket"),
        ("?limit=5", None, "limit"),
    ] {
        let uri = format!("/api/v1/deliveries/resend{query}");
        let answer = desk.refused("POST", &uri, KEY, body.as_ref(), 400).await;
        assert_eq!(answer.faults()[0], field, "{query} {body:?}");
    }
}
