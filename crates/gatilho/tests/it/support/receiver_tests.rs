//! The receiver does what its script says and takes down what it sees: stories rely on it.

use super::answer::{Answer, agent};
use super::{Receiver, Reply, always, in_turn};
use std::time::Duration;
use ureq::http::Request;

fn post(url: &str, body: &str) -> Result<Answer, ureq::Error> {
    let request = Request::builder().method("POST").uri(url).header("webhook-id", "dlv_1");
    Answer::to(&agent(), request.body(body.to_owned()).expect("a request"))
}

#[test]
fn it_answers_in_turn_and_takes_everything_down() {
    let answer = Reply::Answer(201, vec![("x-one", "1".into())], "made".into());
    let receiver = Receiver::start(in_turn(vec![Reply::status(503), answer]));
    let url = receiver.url("/hook?a=b");
    assert_eq!(post(&url, "{\"n\":1}").expect("answered").status, 503);
    let second = post(&url, "{\"n\":2}").expect("answered");
    assert_eq!((second.status, second.header("x-one"), second.body.as_str()), (201, Some("1"), "made"));
    assert_eq!(post(&url, "{}").expect("answered").status, 201);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!((requests[1].method.as_str(), requests[1].path.as_str()), ("POST", "/hook?a=b"));
    assert_eq!((requests[1].webhook_id(), requests[1].json()["n"].as_i64()), ("dlv_1", Some(2)));
    assert!(requests[0].at <= requests[1].at && requests[0].connection != requests[1].connection);
    assert_eq!(receiver.most_open(), 1);
}

#[test]
fn it_hangs_up_is_late_or_hangs_as_it_is_told() {
    let closing = Receiver::start(always(Reply::Close));
    assert!(post(&closing.url("/"), "").is_err());
    let late = Receiver::start(always(Reply::Late(Duration::from_millis(50), 200)));
    let began = tokio::time::Instant::now();
    assert_eq!(post(&late.url("/"), "").expect("answered").status, 200);
    assert!(began.elapsed() >= Duration::from_millis(50));

    let hanging = Receiver::start(always(Reply::Hang));
    let url = hanging.url("/");
    let caller = std::thread::spawn(move || post(&url, ""));
    hanging.wait_for(1);
    let address = hanging.address();
    drop(hanging);
    assert!(caller.join().expect("no panic").is_err());
    let back = Receiver::start_at(address, always(Reply::status(204)));
    assert_eq!(post(&back.url("/"), "").expect("answered").status, 204);
    back.wait_until("it is written down", |requests| requests.len() == 1);
}
