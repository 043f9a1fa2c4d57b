//! The demo, step by step: what is done through the APIs, and what the reader sees of it.

use super::receiver::{Arrived, DemoReceiver};
use super::words::Words;
use anyhow::{Context, Result, bail};
use model::classification::{BaseStatus, Classification, Locale};
use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// What the story is told with.
pub(super) struct Story {
    pub(super) words: Words,
    pub(super) locale: Locale,
    pub(super) server: SocketAddr,
    pub(super) receiver: DemoReceiver,
    pub(super) key: &'static str,
    /// Whether the demo ends with the story.
    pub(super) once: bool,
}

/// Headers of the request that the reader is shown.
const SHOWN_HEADERS: [&str; 7] = [
    "content-type",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "gatilho-ticket-version",
    "gatilho-cause",
];

impl Story {
    /// Tells it.
    pub(super) fn tell(self) -> Result<()> {
        let (resolved, new) = self.statuses();
        println!("{}", self.words.tell("help-desk", &[("url", &format!("http://{}", self.server))]));
        println!(
            "{}\n",
            self.words.tell("receiver", &[("url", &format!("http://{}/webhooks", self.receiver.address))])
        );
        self.make_trigger(&resolved)?;
        let (ticket, sent) = self.change_ticket(&new, &resolved)?;
        let arrived = self.receiver.next_ok()?;
        self.show_why(ticket)?;
        self.show_request(&arrived, sent);
        self.show_log()?;
        self.show_failing(ticket)?;
        self.show_notice()?;
        self.show_commands(ticket);
        Ok(())
    }

    fn statuses(&self) -> (String, String) {
        let words = Classification::starting(self.locale);
        let name = |base| words.status_of(base).map(|status| status.name.clone()).unwrap_or_default();
        (name(BaseStatus::Resolved), name(BaseStatus::New))
    }

    fn heading(&self, id: &str, args: &[(&str, &str)]) {
        println!("{}", self.words.tell(id, args));
    }

    fn make_trigger(&self, status: &str) -> Result<()> {
        let url = format!("http://{}/webhooks", self.receiver.address);
        self.native(
            "triggers",
            &json!({
                "name": self.words.say("trigger-name"),
                "type": "ticket",
                "conditions": { "all": [{ "field": "status", "operator": "changed_to", "value": status }] },
                "actions": [{ "kind": "webhook", "url": url }],
            }),
        )?;
        self.heading("trigger-title", &[]);
        println!(
            "   {}: {}\n",
            self.words.say("trigger-name"),
            self.words.tell("trigger-rule", &[("status", status), ("url", &url)])
        );
        Ok(())
    }

    fn change_ticket(&self, before: &str, after: &str) -> Result<(i64, Instant)> {
        let client =
            json!({ "id": "2", "personType": 1, "profileType": 2, "businessName": self.words.say("client") });
        self.agent().post(&self.public("persons")).send_json(&client).context("the client was not made")?;
        let ticket = json!({
            "type": 2,
            "subject": self.words.say("subject"),
            "createdBy": { "id": "2" },
            "clients": [{ "id": "2" }],
            "actions": [{ "type": 2, "description": self.words.say("question"), "createdBy": { "id": "2" } }],
        });
        let url = self.public("tickets");
        let mut answer = self.agent().post(&url).send_json(&ticket).context("the ticket was not made")?;
        let answer: Value = answer.body_mut().read_json().context("the answer is no JSON")?;
        let number = answer["id"].as_i64().context("the answer names no ticket")?;
        let change =
            json!({ "status": after, "actions": [{ "type": 2, "description": self.words.say("reply") }] });
        let sent = Instant::now();
        let url = format!("{url}&id={number}");
        self.agent().patch(&url).send_json(&change).context("the ticket was not changed")?;
        self.heading("change-title", &[]);
        let line =
            [("ticket", number.to_string()), ("before", before.to_owned()), ("after", after.to_owned())];
        let line: Vec<_> = line.iter().map(|(name, value)| (*name, value.as_str())).collect();
        println!("   {}\n", self.words.tell("change-line", &line));
        Ok((number, sent))
    }

    fn show_why(&self, ticket: i64) -> Result<()> {
        let changes = self.get(&format!("changes?ticket={ticket}&limit=1"))?;
        let change = &changes["items"][0];
        let ids = (&change["id"], &change["fired"][0]["id"]);
        let (Some(id), Some(trigger)) = (ids.0.as_str(), ids.1.as_str()) else {
            bail!("no trigger fired: {change}")
        };
        let explanation = self.get(&format!("changes/{id}/explain?trigger={trigger}"))?;
        self.heading("why-title", &[]);
        for reason in explanation["evaluations"][0]["reasons"].as_array().into_iter().flatten() {
            let text = |name: &str| match &reason[name] {
                Value::String(text) => text.clone(),
                Value::Array(values) => {
                    values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
                }
                other => other.to_string(),
            };
            let names = ["field", "operator", "value", "before", "after"];
            let texts: Vec<_> = names.iter().map(|name| (*name, text(name))).collect();
            let args: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
            println!("   ✓ {}", self.words.tell("why-line", &args));
        }
        println!();
        Ok(())
    }

    fn show_request(&self, arrived: &Arrived, sent: Instant) {
        let ms = format!("{:.1}", arrived.at.duration_since(sent).as_secs_f64() * 1_000.0);
        self.heading("request-title", &[("ms", &ms)]);
        println!("   POST /webhooks");
        for line in &arrived.head {
            if SHOWN_HEADERS.iter().any(|name| line.starts_with(name)) {
                println!("   {line}");
            }
        }
        let pretty =
            serde_json::from_str::<Value>(&arrived.body).and_then(|body| serde_json::to_string_pretty(&body));
        for line in pretty.unwrap_or_else(|_| arrived.body.clone()).lines() {
            println!("   {line}");
        }
        println!();
    }

    fn show_log(&self) -> Result<()> {
        // The receiver has answered; its row says so a moment later.
        let row = self.wait_for("deliveries?limit=1", |page| page["items"][0]["status"] == "delivered")?;
        self.heading("log-title", &[]);
        println!("   {}", self.words.say("log-head"));
        println!("   {}\n", log_line(&row["items"][0]));
        Ok(())
    }

    fn show_failing(&self, ticket: i64) -> Result<()> {
        let url = format!("http://{}/down", self.receiver.address);
        let name = self.words.say("failing-name");
        self.native(
            "triggers",
            &json!({
                "name": name,
                "conditions": { "all": [{ "field": "ticket", "operator": "action_added" }] },
                "actions": [{ "kind": "webhook", "url": url }],
            }),
        )?;
        self.heading("failing-title", &[]);
        let change = json!({ "actions": [{ "type": 1, "description": self.words.say("question") }] });
        let public = format!("{}&id={ticket}", self.public("tickets"));
        self.agent().patch(&public).send_json(&change).context("the ticket was not changed")?;
        let mut began = None;
        for number in 1..=5 {
            let arrived = self.receiver.next_down()?;
            let seconds =
                arrived.at.duration_since(*began.get_or_insert(arrived.at)).as_secs_f64().round() * 30.0;
            let texts = [number.to_string(), format!("{seconds}"), arrived.status.to_string()];
            let args = [("number", texts[0].as_str()), ("seconds", &texts[1]), ("status", &texts[2])];
            let bar = format!("{}{}", "■".repeat(number), "□".repeat(5 - number));
            println!("   {bar} {}", self.words.tell("attempt-line", &args));
            // Each attempt is to be seen when it happens; a closed output ends the demo elsewhere.
            let _ = std::io::stdout().flush();
        }
        let row = self.wait_for("deliveries?status=failed&limit=1", |page| !page["items"][0].is_null())?;
        println!("   {}\n", log_line(&row["items"][0]));
        Ok(())
    }

    fn show_notice(&self) -> Result<()> {
        let notices = self.get("notices?limit=1")?;
        let notice = &notices["items"][0];
        let text = |name: &str| notice[name].as_str().map_or_else(|| notice[name].to_string(), String::from);
        let texts = ["url", "text", "count", "gave_up"].map(|name| (name, text(name)));
        let args: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        self.heading("notice-title", &[]);
        println!("   {}\n", self.words.tell("notice-line", &args));
        Ok(())
    }

    fn show_commands(&self, ticket: i64) {
        let (server, key) = (self.server, self.key);
        let (_, new) = self.statuses();
        let (resolved, _) = self.statuses();
        println!("{}", self.words.say("next-title"));
        println!("  {}", self.words.say("next-change"));
        println!(
            "    for status in '{new}' '{resolved}'; do curl -X PATCH 'http://{server}/public/v1/tickets?token={key}&id={ticket}' \\\n      -d \"{{\\\"status\\\":\\\"$status\\\"}}\"; done"
        );
        println!("  {}", self.words.say("next-log"));
        println!("    curl -H 'authorization: Bearer {key}' http://{server}/api/v1/deliveries");
        println!("  {}", self.words.say("next-receiver"));
        println!(
            "    curl -H 'authorization: Bearer {key}' -H 'content-type: application/json' http://{server}/api/v1/triggers -d '{{\"name\":\"mine\",\"conditions\":{{\"all\":[{{\"field\":\"status\",\"operator\":\"changed\"}}]}},\"actions\":[{{\"kind\":\"webhook\",\"url\":\"http://127.0.0.1:9000/\"}}]}}'"
        );
        if !self.once {
            println!("\n{}", self.words.say("stop"));
        }
    }

    fn agent(&self) -> ureq::Agent {
        ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(10))).build().into()
    }

    fn public(&self, path: &str) -> String {
        format!("http://{}/public/v1/{path}?token={}", self.server, self.key)
    }

    fn native(&self, path: &str, body: &Value) -> Result<Value> {
        let url = format!("http://{}/api/v1/{path}", self.server);
        let request = self.agent().post(&url).header("authorization", format!("Bearer {}", self.key));
        let mut answer = request.send_json(body).with_context(|| format!("POST {path} failed"))?;
        answer.body_mut().read_json().context("the answer is no JSON")
    }

    fn get(&self, path: &str) -> Result<Value> {
        let url = format!("http://{}/api/v1/{path}", self.server);
        let request = self.agent().get(&url).header("authorization", format!("Bearer {}", self.key));
        let mut answer = request.call().with_context(|| format!("GET {path} failed"))?;
        answer.body_mut().read_json().context("the answer is no JSON")
    }

    /// Asks until the answer is what it must become, at most five seconds.
    fn wait_for(&self, path: &str, ready: impl Fn(&Value) -> bool) -> Result<Value> {
        let end = Instant::now() + Duration::from_secs(5);
        loop {
            let answer = self.get(path)?;
            if ready(&answer) {
                return Ok(answer);
            }
            anyhow::ensure!(Instant::now() < end, "{path} did not become what it must within 5 s");
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }
}

/// A row of the log on one line, in the order of the article's columns.
fn log_line(row: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), String::from);
    let columns = [
        &row["last_update"],
        &row["status"],
        &row["attempts"],
        &row["url"],
        &row["error"],
        &row["trigger"]["name"],
        &row["ticket"],
    ];
    columns.map(text).join(" · ")
}
