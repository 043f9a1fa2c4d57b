//! The help desk's daily work over the two APIs: tickets, changes, triggers, and the log of what came of them.

use super::Server;
use super::wait::wait_until;
use serde_json::{Value, json};

/// A condition.
pub(crate) fn on(field: &str, operator: &str, value: impl Into<Option<Value>>) -> Value {
    match value.into() {
        Some(value) => json!({ "field": field, "operator": operator, "value": value }),
        None => json!({ "field": field, "operator": operator }),
    }
}

impl Server {
    /// Makes a ticket with the subject `new` and tells its number.
    #[track_caller]
    pub(crate) fn ticket(&self) -> i64 {
        self.ticket_with(json!({}))
    }

    /// The same with other fields, or further ones.
    #[track_caller]
    pub(crate) fn ticket_with(&self, fields: Value) -> i64 {
        let mut ticket = json!({
            "type": 2,
            "subject": "new",
            "createdBy": { "id": "1" },
            "clients": [{ "id": "1" }],
            "actions": [{ "type": 2, "description": "The printer prints nothing." }],
        });
        if let (Some(ticket), Value::Object(fields)) = (ticket.as_object_mut(), fields) {
            ticket.extend(fields);
        }
        let made = self.public("POST", "tickets", ticket).ok();
        made["id"].as_i64().expect("the ticket's number")
    }

    /// Changes fields of a ticket.
    #[track_caller]
    pub(crate) fn change(&self, ticket: i64, fields: Value) {
        self.public("PATCH", &format!("tickets?id={ticket}"), fields).ok();
    }

    /// Makes a trigger that fires when all conditions hold and calls these URLs; tells its id.
    #[track_caller]
    pub(crate) fn trigger(&self, name: &str, all: &[Value], urls: &[&str]) -> String {
        let actions: Vec<Value> = urls.iter().map(|url| json!({ "kind": "webhook", "url": url })).collect();
        let trigger =
            json!({ "name": name, "type": "ticket", "conditions": { "all": all }, "actions": actions });
        let made = self.api("POST", "triggers", trigger).ok();
        made["id"].as_str().expect("the trigger's id").to_owned()
    }

    /// A trigger that calls a URL whenever a ticket's subject changes, and not for a ticket that is made as `new`.
    #[track_caller]
    pub(crate) fn tell_of_subjects(&self, url: &str) -> String {
        // At creation each field that is set counts as changed.
        let all = [on("subject", "changed", None), on("subject", "is_not", json!("new"))];
        self.trigger("Tell of subjects", &all, &[url])
    }

    /// A page of the execution log; `query` as in `status=failed&limit=5`, or empty.
    #[track_caller]
    pub(crate) fn log_rows(&self, query: &str) -> Vec<Value> {
        let page = self.api("GET", &format!("deliveries?{query}"), None).ok();
        page["items"].as_array().expect("a list").clone()
    }

    /// Waits until the log has this many rows for the query, and tells them.
    #[track_caller]
    pub(crate) fn wait_for_rows(&self, query: &str, count: usize) -> Vec<Value> {
        wait_until(&format!("{count} rows of {query}"), || {
            let rows = self.log_rows(query);
            (rows.len() >= count).then_some(rows)
        })
    }

    /// Everything known of a delivery.
    #[track_caller]
    pub(crate) fn delivery(&self, id: &str) -> Value {
        self.api("GET", &format!("deliveries/{id}"), None).ok()
    }
}
