//! What must stay secret stays out of logs and figures: query values of URLs, API keys, signing secrets.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fail::FailScenario;
use model::delivery::State;
use model::outcome::Outcome;
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use crate::receivers::{Act, answer};
use crate::support::{Desk, KEY, created, new_ticket, quick};

const TOKEN: &str = "SECRET-of-the-query";
const PASSWORD: &str = "SECRET-of-the-redirect";

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn redirect() -> Act {
    let Outcome::Answered(mut answer) = answer(302) else { unreachable!() };
    answer.location = Some(format!("https://elsewhere.example/?password={PASSWORD}"));
    answer.head = format!("location: https://elsewhere.example/?password={PASSWORD}");
    Act::End(Box::new(Outcome::Answered(answer)))
}

#[tokio::test]
async fn a_story_with_every_kind_of_trouble_logs_no_secret() {
    let kept = Kept::default();
    let writer = kept.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let scenario = FailScenario::setup();
    let mut settings = quick();
    settings.monitor_every = Duration::from_millis(50);
    let script = [Act::Status(200), Act::Status(500), redirect(), Act::Hang, Act::Status(410)];
    let desk = Desk::open(settings, script).await;
    let url = format!("http://me:{TOKEN}@receiver.example/hook?token={TOKEN}");
    let actions = json!([{ "kind": "webhook", "url": url }]);
    let json = json!({ "name": "x", "conditions": { "all": [created()] }, "actions": actions });
    let refused = desk.engine.create_trigger(&desk.caller, &json).await;
    assert!(refused.is_err(), "a URL does not carry a password");
    let url = format!("http://receiver.example/hook?token={TOKEN}");
    desk.trigger(created(), &url).await;
    let endpoint = desk.endpoint(&url).await;
    let signing = desk.engine.rotate_secret(&desk.caller, endpoint).await.unwrap();
    assert!(desk.engine.authenticate("a-wrong-key").is_none());
    desk.ticket().await;
    desk.all_delivered(1).await;
    // Refused, redirected, cut, and gone for good.
    desk.ticket().await;
    desk.log_until(|log| log.iter().any(|row| row.paused)).await;
    desk.engine.resume_endpoint(&desk.caller, endpoint).await.unwrap();
    desk.all_delivered(2).await;
    // A hand-over that is lost, a database that refuses.
    fail::cfg("intake::drop_hand_over", "1*return->off").unwrap();
    desk.ticket().await;
    desk.all_delivered(3).await;
    fail::cfg("commit::refused", "2*return->off").unwrap();
    let _ = desk.engine.create_ticket(&desk.caller, new_ticket()).await;
    let figures = desk.engine.metrics_text();
    let log = desk.log_until(|log| log.iter().all(|row| row.state == State::Delivered)).await;
    assert!(log.len() >= 3);
    let desk = desk.restart([]).await;
    desk.engine.stop().await;
    scenario.teardown();
    let logged = kept.text();
    assert!(logged.contains("delivery attempted") && logged.contains("token=•••"), "{logged}");
    for secret in [TOKEN, PASSWORD, KEY, &signing["whsec_".len()..]] {
        for (place, text) in [("log", &logged), ("figures", &figures)] {
            assert!(!text.contains(secret), "the {place} shows a secret: {text}");
        }
    }
}
