//! The bell and the notices' page: counted, read by one person, leading to the log and to sending again.

use super::pages_log::LOG;
use super::support::Desk;
use super::support::pages::{between, page, part, submit};

#[tokio::test]
async fn an_outage_shows_under_the_bell_until_it_is_read() {
    let desk = Desk::open().await;
    assert!(page(&desk, "/notices").await.contains("No notices."));
    desk.delivery("https://one.example/hook?secret=abc", 500).await;
    let bell = part(&desk, "/notices/bell").await;
    assert!(
        bell.starts_with("<details class=\"float bell\" id=\"bell\" data-live=\"/notices/bell\">"),
        "{bell}"
    );
    assert!(
        bell.contains("1 unread notice")
            && bell.contains("<span class=\"count\" aria-hidden=\"true\">1</span>")
    );
    assert!(bell.contains("https://one.example/hook?secret=•••") && !bell.contains("abc"), "{bell}");
    let html = page(&desk, "/notices").await;
    assert!(html.contains("Happened 2 times") && html.contains("1 delivery gave up"), "{html}");
    let read = between(&html, "action=\"/notices/ntc_", "\"");
    assert_eq!(read.len(), 1, "{html}");
    assert_eq!(submit(&desk, &format!("/notices/ntc_{}", read[0]), "").await, "/notices?note=notice-read");
    assert!(part(&desk, "/notices/bell").await.contains("No new notices"));
    assert!(!part(&desk, "/notices").await.contains("is-new"));
}

#[tokio::test]
async fn a_notice_leads_to_the_log_and_to_sending_again_and_tells_of_the_recovery() {
    let desk = Desk::open().await;
    let url = "https://one.example/hook";
    desk.delivery(url, 500).await;
    let html = page(&desk, "/notices").await;
    let look = between(&html, "id=\"look-", "aria-label")[0];
    let look = between(look, "href=\"", "\"")[0].replace("&#38;", "&");
    assert!(look.starts_with(&format!("{LOG}?endpoint=")), "{look}");
    assert!(page(&desk, &look).await.contains("answered 500"));
    assert!(html.contains("Resend the one that failed…"), "{html}");
    let offer = between(&html, "class=\"button small\" id=\"resend-", ">")[0];
    let offer = between(offer, "href=\"", "\"")[0].replace("&#38;", "&");
    assert!(page(&desk, &offer).await.contains("One failed delivery goes out again."), "{offer}");
    desk.receivers.answer(url, 200);
    let form = offer.split('?').nth(1).unwrap().to_owned();
    submit(&desk, &format!("{LOG}/resend"), &form).await;
    desk.until("/api/v1/notices", |json| json["items"][0]["recovered_at"].is_string()).await;
    let html = part(&desk, "/notices").await;
    assert!(html.contains("✓</span> Recovered") && !html.contains("id=\"resend-"), "{html}");
}

#[tokio::test]
async fn notices_are_grouped_by_receiver_and_read_all_at_once() {
    let desk = Desk::open().await;
    desk.delivery("https://one.example/hook", 500).await;
    // One that says that it is gone for good: what waits for it is held.
    desk.receivers.answer("https://two.example/hook", 410);
    desk.trigger("https://two.example/hook").await;
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    desk.until("/api/v1/notices", |json| json["items"].as_array().unwrap().len() == 3).await;
    // A delivery that is given up makes its notice new again.
    let given_up = |json: &serde_json::Value| {
        let rows = json["items"].as_array().unwrap();
        rows.len() == 2 && rows.iter().all(|row| row["status"] == "failed")
    };
    desk.until("/api/v1/deliveries?url=https://one.example/hook", given_up).await;
    let html = part(&desk, "/notices").await;
    let groups = between(&html, "<h2 class=\"wrap\"><a href=\"/settings/automation/endpoints/", "</h2>");
    assert_eq!(groups.len(), 2, "{html}");
    assert!(html.contains("https://two.example/hook is paused"), "{html}");
    assert_eq!(submit(&desk, "/notices/read", "").await, "/notices?note=notices-read");
    assert!(page(&desk, "/notices?note=notices-read").await.contains("All notices are marked as read."));
    assert!(!part(&desk, "/notices").await.contains("is-new"));
}
