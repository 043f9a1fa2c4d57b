//! Files of tickets: stored first, then one change refers to them; what nothing refers to goes.
//! Does not live here: the stores of bytes, tested beside their code.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use engine::{Error, StoredFile};
use futures_util::{StreamExt, stream};
use model::file::FileKey;
use model::ticket::limits;
use model::ticket_action::Attachment;
use serde_json::json;
use store::files::FileRow;

use crate::support::{Desk, FILE_MAX, ManualClock, patient, until};

const URL: &str = "http://receiver.example/";

async fn store(desk: &Desk, name: &str, bytes: &'static [u8]) -> StoredFile {
    let pieces = stream::iter(bytes.chunks(3).map(|piece| Ok(Bytes::from_static(piece))));
    desk.engine.store_file(&desk.caller, name, "text/plain", pieces).await.unwrap()
}

async fn attach(desk: &Desk, ticket: i64, files: Vec<StoredFile>) -> Result<Vec<FileRow>, Error> {
    desk.engine.attach_files(&desk.caller, ticket, 1, files).await
}

async fn bytes_of(desk: &Desk, file: &FileRow) -> Result<Vec<u8>, Error> {
    let opened = desk.engine.open_file(desk.caller.domain, file, None).await?;
    let pieces: Vec<Bytes> = opened.bytes.map(Result::unwrap).collect().await;
    Ok(pieces.concat())
}

async fn attachments(desk: &Desk, ticket: i64) -> Vec<Attachment> {
    desk.engine.find_action(&desk.caller, ticket, 1).await.unwrap().attachments
}

#[tokio::test]
async fn files_are_given_to_an_action_in_one_change_that_triggers_see() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(json!({ "field": "ticket", "operator": "action_edited" }), URL).await;
    let ticket = desk.ticket().await;
    let (one, other) = (store(&desk, "../um.txt", b"first file").await, store(&desk, "dois.txt", b"").await);
    let files = attach(&desk, ticket, vec![one, other]).await.unwrap();
    let changes = desk.changes(ticket).await;
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[1].happenings.actions_edited, [1]);
    desk.all_delivered(1).await;
    let body = desk.receivers.seen()[0].json();
    let paths: Vec<String> = files.iter().map(|file| file.key.to_string()).collect();
    let told =
        json!([{ "FileName": "um.txt", "Path": paths[0] }, { "FileName": "dois.txt", "Path": paths[1] }]);
    assert_eq!(body["Actions"][0]["Attachments"], told);
    let kept = attachments(&desk, ticket).await;
    assert_eq!((kept[0].path.as_str(), kept[0].created_by.as_ref().unwrap().id.as_str()), (&*paths[0], "1"));
    let found = desk.engine.find_file(&desk.caller, files[0].key).await.unwrap();
    assert_eq!((found.ticket, found.action, found.size), (ticket, 1, 10));
    assert_eq!(bytes_of(&desk, &found).await.unwrap(), b"first file");
    assert_eq!(bytes_of(&desk, &files[1]).await.unwrap(), b"");
}

#[tokio::test]
async fn files_that_are_refused_leave_no_row_and_no_bytes() {
    let desk = Desk::open(patient(), []).await;
    let ticket = desk.ticket().await;
    let mut many = Vec::new();
    for _ in 0..=limits::ATTACHMENTS {
        many.push(store(&desk, "x", b"x").await);
    }
    assert!(matches!(attach(&desk, ticket, many).await, Err(Error::Invalid(_))));
    let lost = vec![store(&desk, "x", b"x").await];
    assert!(matches!(attach(&desk, ticket + 1, lost).await, Err(Error::NotFound(_))));
    let zeros = stream::repeat_with(|| Ok(Bytes::from_static(&[0; 4_096])));
    let large = desk.engine.store_file(&desk.caller, "x", "", zeros).await;
    assert!(matches!(large, Err(Error::TooLarge(text)) if text.to_string().contains(&FILE_MAX.to_string())));
    assert_eq!(desk.count("select count(*) from files").await, 0);
    assert!(attachments(&desk, ticket).await.is_empty());
    assert_eq!(desk.objects(), 0);
}

#[tokio::test]
async fn an_object_that_nothing_refers_to_goes_after_a_day() {
    let clock = ManualClock::new();
    let desk = Desk::open_at(Arc::new(clock.clone()), patient(), []).await;
    let ticket = desk.ticket().await;
    let wanted = vec![store(&desk, "a", b"wanted").await];
    let files = attach(&desk, ticket, wanted).await.unwrap();
    // Whoever uploaded it was cut off before the ticket referred to it.
    drop(store(&desk, "b", b"orphan").await);
    let desk = desk.restart([]).await;
    assert_eq!(desk.objects(), 2, "it may still get its row");
    clock.advance(Duration::from_hours(25));
    let desk = desk.restart([]).await;
    until("the orphan is gone", async || desk.objects() == 1).await;
    assert_eq!(bytes_of(&desk, &files[0]).await.unwrap(), b"wanted");
}

#[tokio::test]
async fn a_link_works_for_its_time_and_its_file() {
    let clock = ManualClock::new();
    let desk = Desk::open_at(Arc::new(clock.clone()), patient(), []).await;
    let ticket = desk.ticket().await;
    let stored = vec![store(&desk, "a", b"a").await];
    let key = attach(&desk, ticket, stored).await.unwrap()[0].key;
    let link = desk.engine.link_to_file(key);
    let (domain, found) = desk.engine.find_public_file(key, Some(&link)).await.unwrap();
    assert_eq!((domain, found.key), (desk.caller.domain, key));
    let missing =
        async |key, link| matches!(desk.engine.find_public_file(key, link).await, Err(Error::NotFound(_)));
    assert!(missing(key, None).await && missing(FileKey(1), Some(&link)).await);
    let longer = engine::FileLink { until: link.until.plus_ms(1), ..link.clone() };
    assert!(missing(key, Some(&longer)).await);
    clock.advance(Duration::from_secs(15 * 60));
    assert!(missing(key, Some(&link)).await);
}
