//! Files: uploading by both APIs, downloading by key, by link and by path, and who may.

use super::support::{AGENT, Answer, CLIENT, Desk, FILE_MAX, KEY, STRANGER};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

const BOUNDARY: &str = "----a-boundary";

/// One part of a form.
struct Part<'p> {
    head: &'p str,
    kind: &'p str,
    bytes: &'p str,
}

const TEXT: Part =
    Part { head: r#"name="anexos"; filename="nota fiscal.txt""#, kind: "text/plain", bytes: "olá" };
const PAGE: Part =
    Part { head: r#"name="file"; filename="x.html""#, kind: "text/html", bytes: "<script>x</script>" };

fn form(parts: &[Part]) -> String {
    let part = |part: &Part| {
        let Part { head, kind, bytes } = part;
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\nContent-Type: {kind}\r\n\r\n{bytes}\r\n"
        )
    };
    parts.iter().map(part).collect::<String>() + &format!("--{BOUNDARY}--\r\n")
}

async fn send_as(desk: &Desk, uri: &str, key: &str, body: impl Into<Body>) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = Request::builder().method("POST").uri(uri).header("content-type", kind);
    let request = request.header("authorization", format!("Bearer {key}"));
    desk.send(request.body(body.into()).unwrap()).await
}

async fn upload(desk: &Desk, uri: &str, parts: &[Part<'_>]) -> Answer {
    send_as(desk, uri, KEY, form(parts)).await
}

/// Adds files to the first action of a new ticket; answers the ticket and what is said of them.
async fn uploaded(desk: &Desk, parts: &[Part<'_>]) -> (i64, Value) {
    let ticket = desk.ticket().await;
    let answer = upload(desk, &format!("/api/v1/tickets/{ticket}/actions/1/attachments"), parts).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    (ticket, answer.json()["items"].clone())
}

async fn download(desk: &Desk, uri: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    desk.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_client_of_the_original_uploads_and_finds_its_files_at_the_action() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let uri = format!("/public/v1/ticketFileUpload?ID={ticket}&ActionID=1&token={KEY}");
    let answer = upload(&desk, &uri, &[TEXT, PAGE]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    assert_eq!((json["id"].as_i64(), json["actionId"].as_i64()), (Some(ticket), Some(1)));
    let whole = desk.public("GET", &format!("/tickets?id={ticket}"), "").await.json();
    let files = whole["actions"][0]["attachments"].as_array().unwrap();
    assert_eq!(
        (files[0]["fileName"].as_str(), files[1]["fileName"].as_str()),
        (Some("nota fiscal.txt"), Some("x.html"))
    );
    assert_eq!(
        (&files[0]["path"], &files[0]["createdBy"]["id"]),
        (&json["attachments"][0]["path"], &json!("1"))
    );
    let path = files[0]["path"].as_str().unwrap();
    assert!(
        path.len() == 32 && path.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
    );
    let answer = download(&desk, &format!("/files/{path}?token={KEY}"), &[]).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "olá"));
}

#[tokio::test]
async fn nothing_that_is_downloaded_runs_in_a_browser() {
    let desk = Desk::open().await;
    let (_, files) = uploaded(&desk, &[PAGE]).await;
    let uri = format!("/files/{}", files[0]["key"].as_str().unwrap());
    let answer = download(&desk, &uri, &[("authorization", &format!("Bearer {KEY}"))]).await;
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename=\"x.html\""),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("content-length", "18"),
        ("cache-control", "private, no-cache"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn a_part_of_a_file_and_one_that_is_known_cost_no_more_than_that() {
    let desk = Desk::open().await;
    let (_, files) = uploaded(&desk, &[Part { bytes: "0123456789", ..TEXT }]).await;
    let uri = format!("/files/{}?token={KEY}", files[0]["key"].as_str().unwrap());
    let answer = download(&desk, &uri, &[("range", "bytes=2-4")]).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (206, "234"));
    assert_eq!((answer.header("content-range"), answer.header("content-length")), ("bytes 2-4/10", "3"));
    let answer = download(&desk, &uri, &[("range", "bytes=10-")]).await;
    assert_eq!(answer.status, 416);
    let etag = answer_etag(&desk, &uri).await;
    let answer = download(&desk, &uri, &[("if-none-match", &etag)]).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (304, ""));
    let answer = download(&desk, &uri, &[("range", "bytes=2-4"), ("if-range", "\"another\"")]).await;
    assert_eq!((answer.status.as_u16(), answer.text.len()), (200, 10));
    let request = Request::builder().method("HEAD").uri(&uri).body(Body::empty()).unwrap();
    let answer = desk.send(request).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str(), answer.header("content-length")),
        (200, "", "10")
    );
}

async fn answer_etag(desk: &Desk, uri: &str) -> String {
    download(desk, uri, &[]).await.header("etag").to_owned()
}

#[tokio::test]
async fn a_link_lets_in_whoever_has_it_and_a_key_alone_nobody() {
    let desk = Desk::open().await;
    let (_, files) = uploaded(&desk, &[TEXT]).await;
    let key = files[0]["key"].as_str().unwrap();
    let facts = desk.get(&format!("/api/v1/files/{key}")).await;
    assert_eq!(
        (&facts["name"], &facts["size"], &facts["content_type"]),
        (&files[0]["name"], &json!(4), &json!("text/plain"))
    );
    let url = facts["url"].as_str().unwrap().strip_prefix("https://desk.example").unwrap();
    assert_eq!(download(&desk, url, &[]).await.text, "olá");
    assert_eq!(download(&desk, &format!("/files/{key}"), &[]).await.status, 401);
    assert_eq!(download(&desk, &url.replace("signature=", "signature=A"), &[]).await.status, 404);
    assert_eq!(download(&desk, &format!("/files/{key}?token=wrong"), &[]).await.status, 401);
}

#[tokio::test]
async fn a_key_alone_is_enough_where_the_settings_say_so() {
    let desk = Desk::with(|settings| settings.files_public_by_path = true).await;
    let (_, files) = uploaded(&desk, &[TEXT]).await;
    let key = files[0]["key"].as_str().unwrap();
    assert_eq!(download(&desk, &format!("/files/{key}"), &[]).await.text, "olá");
    assert_eq!(download(&desk, &format!("/files/{}", key.to_lowercase()), &[]).await.text, "olá");
    assert_eq!(download(&desk, &format!("/files/{}", "0".repeat(32)), &[]).await.status, 404);
}

#[tokio::test]
async fn only_who_sees_the_ticket_sees_its_files() {
    let desk = Desk::open().await;
    let (ticket, files) = uploaded(&desk, &[TEXT]).await;
    let key = files[0]["key"].as_str().unwrap();
    let uri = format!("/files/{key}");
    for (who, status) in [(KEY, 200), (AGENT, 200), (CLIENT, 200), (STRANGER, 404)] {
        let answer = download(&desk, &uri, &[("authorization", &format!("Bearer {who}"))]).await;
        assert_eq!(answer.status.as_u16(), status, "{who}");
        let facts = desk.call("GET", &format!("/api/v1/files/{key}"), who, None).await;
        assert_eq!(facts.status.as_u16(), status, "{who}");
    }
    // The client is one of this ticket; an internal action is not for clients, nor is a ticket without them.
    let body = json!({ "actions": [{ "id": 1, "type": 1 }] }).to_string();
    assert_eq!(desk.public("PATCH", &format!("/tickets?id={ticket}"), &body).await.status, 200);
    let answer = download(&desk, &uri, &[("authorization", &format!("Bearer {CLIENT}"))]).await;
    assert_eq!(answer.status, 404);
    let answer =
        send_as(&desk, &format!("/api/v1/tickets/{ticket}/actions/1/attachments"), CLIENT, form(&[TEXT]))
            .await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn what_is_no_upload_is_refused_and_stores_nothing() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let uri = format!("/api/v1/tickets/{ticket}/actions/1/attachments");
    let before = desk.everything().await;
    let cut = form(&[TEXT]).replace(&format!("\r\n--{BOUNDARY}--\r\n"), "");
    let field = Part { head: r#"name="note""#, ..TEXT };
    let long = Part { bytes: &"x".repeat(300 * 1024), ..field };
    let large = Part { bytes: &"x".repeat(usize::try_from(FILE_MAX).unwrap() + 1), ..TEXT };
    let head = Part { head: &format!("name=\"{}\"", "x".repeat(300 * 1024)), ..TEXT };
    for (body, status, word) in [
        (form(&[]), 400, "missing"),
        (form(&[field]), 400, "missing"),
        (form(&[long]), 400, "too long"),
        (form(&[head]), 400, ""),
        (cut, 400, "multipart"),
        ("nonsense".to_owned(), 400, "multipart"),
        (form(&[TEXT, large]), 413, "files.size_max"),
    ] {
        // As it comes over a network: in pieces.
        let pieces: Vec<_> = body
            .into_bytes()
            .chunks(16 * 1024)
            .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()))
            .collect();
        let answer = send_as(&desk, &uri, KEY, Body::from_stream(futures_util::stream::iter(pieces))).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(word), "{answer:?}");
    }
    let request =
        Request::builder().method("POST").uri(&uri).header("authorization", format!("Bearer {KEY}"));
    let answer =
        desk.send(request.header("content-type", "application/json").body(Body::from("{}")).unwrap()).await;
    assert_eq!(answer.status, 415);
    for (ticket, action) in [(ticket + 1, 1), (ticket, 2), (i64::MAX, i64::MAX)] {
        let answer =
            upload(&desk, &format!("/api/v1/tickets/{ticket}/actions/{action}/attachments"), &[TEXT]).await;
        assert_eq!(answer.status, 404, "{answer:?}");
    }
    for query in [
        String::new(),
        format!("&id={ticket}"),
        format!("&id={ticket}&actionId=x"),
        "&id=0&actionId=1".into(),
    ] {
        let answer = upload(&desk, &format!("/public/v1/ticketFileUpload?token={KEY}{query}"), &[TEXT]).await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
    }
    assert_eq!(before, desk.everything().await);
}

#[tokio::test]
async fn the_html_of_an_action_is_read_by_itself() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let body =
        json!({ "actions": [{ "type": 2, "description": "<p onclick=x()>a <b>b</b></p>" }] }).to_string();
    assert_eq!(desk.public("PATCH", &format!("/tickets?id={ticket}"), &body).await.status, 200);
    let answer = desk.public("GET", &format!("/tickets/htmlDescription?id={ticket}&actionId=2"), "").await;
    assert_eq!(answer.status, 404, "paths have a case");
    let answer = desk.public("GET", &format!("/tickets/htmldescription?id={ticket}&actionId=2"), "").await;
    assert_eq!(answer.json(), json!({ "id": 2, "description": "<p>a <b>b</b></p>" }));
    for (query, status) in
        [("id=1", 400), ("actionId=1", 400), ("id=x&actionId=1", 400), ("id=999&actionId=1", 404)]
    {
        let answer = desk.public("GET", &format!("/tickets/htmldescription?{query}"), "").await;
        assert_eq!(answer.status.as_u16(), status, "{query}");
    }
}

#[tokio::test]
async fn files_named_in_a_change_are_added_to_the_action_that_is_named() {
    let desk = Desk::open().await;
    let (ticket, files) = uploaded(&desk, &[TEXT]).await;
    let known = json!({ "fileName": "nota fiscal.txt", "path": files[0]["key"] });
    let body = json!({ "actions": [{ "id": 1, "attachments": [known, { "fileName": "b", "path": "B" }] }] });
    assert_eq!(desk.public("PATCH", &format!("/tickets?id={ticket}"), &body.to_string()).await.status, 200);
    let whole = desk.public("GET", &format!("/tickets?id={ticket}"), "").await.json();
    let paths: Vec<_> =
        whole["actions"][0]["attachments"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
    assert_eq!(paths, [&files[0]["key"], &json!("B")]);
}
