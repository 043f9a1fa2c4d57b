//! The pages of the execution log and of endpoints: the article's columns, filters, paging, one delivery, sending again.

use super::support::pages::{between, look, page, part, post, submit};
use super::support::{AGENT, Desk, KEY, STRANGER};
use serde_json::{Value, json};

pub(crate) const LOG: &str = "/settings/automation/webhook-log";
const ENDPOINTS: &str = "/settings/automation/endpoints";

async fn endpoint_of(desk: &Desk, delivery: &str) -> String {
    desk.get(&format!("/api/v1/deliveries/{delivery}")).await["endpoint"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_log_has_the_articles_columns_in_their_order() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook?secret=abc", 503).await;
    let html = page(&desk, LOG).await;
    let table = between(&html, "<table class=\"cards\">", "</table>")[0];
    let heads: Vec<&str> = between(table, "<th scope=\"col\"", "</th>");
    let heads: Vec<&str> = heads.iter().map(|head| head.split('>').nth(1).unwrap()).collect();
    assert_eq!(heads, ["Last update", "Status", "Attempts", "URL", "Error", "Trigger", "Ticket"]);
    assert!(table.contains(&format!("href=\"{LOG}/{id}\"")), "{table}");
    assert!(table.contains("<span class=\"state bad\"><span aria-hidden=\"true\">✕</span> Failed</span>"));
    assert!(table.contains("https://one.example/hook?secret=•••") && !html.contains("abc"), "{table}");
    assert!(table.contains("answered 503"), "{table}");
    let counts = between(&html, "<ul class=\"counts\"", "</ul>")[0];
    assert_eq!(between(counts, "<b>", "</b>"), ["1", "0", "0", "0", "0", "1", "0", "0"]);
    let chart = between(&html, "<svg class=\"chart\"", "</svg>")[0];
    assert_eq!(between(chart, "<g>", "</g>").len(), 24);
    assert!(chart.contains("1 were last updated within 24 hours, 1 of them gave up."), "{chart}");
}

#[tokio::test]
async fn the_log_invites_when_it_is_empty() {
    let desk = Desk::open().await;
    let html = page(&desk, LOG).await;
    assert!(html.contains("No webhook was fired yet") && !html.contains("<svg class=\"chart\""), "{html}");
    let html = page(&desk, &format!("{LOG}?status=failed")).await;
    assert!(html.contains("No delivery fits these filters"), "{html}");
}

#[tokio::test]
async fn filters_stand_in_the_address_and_those_at_fault_are_told_beside_their_field() {
    let desk = Desk::open().await;
    let failed = desk.delivery("https://one.example/hook?a=1", 500).await;
    let detail = desk.get(&format!("/api/v1/deliveries/{failed}")).await;
    let good = desk.delivery("https://two.example/hook", 200).await;
    desk.until("/api/v1/deliveries?status=failed", |json| json["items"].as_array().unwrap().len() == 2).await;
    let shown = async |query: String| {
        let html = page(&desk, &format!("{LOG}?{query}")).await;
        (html.contains(&format!("{LOG}/{failed}\"")), html.contains(&format!("{LOG}/{good}\"")))
    };
    let (endpoint, trigger) =
        (detail["endpoint"].as_str().unwrap(), detail["trigger"]["id"].as_str().unwrap());
    assert_eq!(shown("status=&trigger=&endpoint=&ticket=&since=&until=".into()).await, (true, true));
    assert_eq!(shown("status=delivered".into()).await, (false, true));
    assert_eq!(shown(format!("endpoint={endpoint}")).await, (true, false));
    assert_eq!(shown("url=https://one.example/hook?a=1".into()).await, (true, false));
    assert_eq!(shown(format!("trigger={trigger}&status=failed")).await, (true, false));
    assert_eq!(shown(format!("ticket={}", detail["ticket"])).await, (true, false));
    assert_eq!(shown("since=2020-01-01T00:00&until=2099-01-01T00:00:00".into()).await, (true, true));
    assert_eq!(shown("until=2020-01-01T00:00".into()).await, (false, false));
    let html = page(&desk, &format!("{LOG}?status=broken&ticket=x&since=soon&url=https://x.example/")).await;
    assert_eq!(html.matches("class=\"fault\"").count(), 4, "{html}");
    for field in ["status", "ticket", "since", "url"] {
        assert!(html.contains(&format!("href=\"#{field}\"")), "{field}: {html}");
        assert!(html.contains(&format!("aria-describedby=\"{field}-fault\"")), "{field}");
    }
    assert!(!html.contains(&failed) && html.contains("value=\"x\""), "{html}");
}

#[tokio::test]
async fn pages_lead_to_older_rows_and_back() {
    let desk = Desk::open().await;
    for number in 0..6 {
        desk.trigger(&format!("https://r{number}.example/")).await;
    }
    for _ in 0..9 {
        let ticket = desk.ticket().await;
        desk.set_status(ticket, "Resolved").await;
    }
    let ids =
        |html: &str| between(html, "id=\"row-", "\"").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let url = "/api/v1/deliveries?status=delivered&limit=100";
    let all = desk.until(url, |json| json["items"].as_array().unwrap().len() == 54).await;
    let all: Vec<&str> =
        all["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    let first = page(&desk, LOG).await;
    assert_eq!(ids(&first), all[..50]);
    assert!(!first.contains("id=\"newer\""));
    let older = between(&first, "id=\"older\" href=\"", "\"")[0].to_owned();
    let second = page(&desk, &older).await;
    assert_eq!(ids(&second), all[50..]);
    assert!(!second.contains("id=\"older\""));
    let newer = between(&second, "id=\"newer\" href=\"", "\"")[0].to_owned();
    assert_eq!(ids(&page(&desk, &newer).await), all[..50]);
    assert!(part(&desk, &older).await.starts_with(&format!("<div id=\"log\" data-live=\"{older}\">")));
}

#[tokio::test]
async fn a_delivery_explains_itself() {
    let desk = Desk::open().await;
    let url = "https://one.example/hook?secret=abc";
    desk.receivers.say(url, "<b>{{7*7}}</b>");
    let id = desk.delivery(url, 503).await;
    let html = page(&desk, &format!("{LOG}/{id}")).await;
    assert!(html.contains("Status changed to Resolved"), "{html}");
    assert!(html.contains("The value was New and became Resolved."), "{html}");
    assert_eq!(html.matches("The receiver itself failed.").count(), 2, "both attempts: {html}");
    assert!(html.contains("&#60;b&#62;{{7*7}}&#60;/b&#62;") && !html.contains("<b>{{7*7}}"), "{html}");
    let curl = between(&html, "<pre id=\"curl\" tabindex=\"0\">", "</pre>")[0];
    assert!(curl.contains("webhook-signature: v1,SIGNATURE") && curl.contains("secret=abc"), "{curl}");
    let sent = &desk.receivers.seen()[0];
    for name in ["webhook-signature", "gatilho-cause"] {
        assert!(!html.contains(sent.headers[name].to_str().unwrap()), "{name}");
    }
    assert!(html.contains("&#34;Subject&#34;: &#34;The printer prints nothing&#34;"), "laid out: {html}");
    let raw = page(&desk, &format!("{LOG}/{id}?body=raw")).await;
    let body = between(&raw, "aria-labelledby=\"body\">", "</pre>")[0];
    assert_eq!(
        body.replace("&#34;", "\"").replace("&#62;", ">").replace("&#60;", "<").replace("&#39;", "'"),
        sent.body
    );
    assert!(!html.contains("data-live=\"/settings"), "nothing happens any more: {html}");
}

#[tokio::test]
async fn an_open_delivery_says_what_it_waits_for_and_is_not_sent_again() {
    let desk = Desk::open().await;
    let trigger = desk.trigger("https://one.example/hook").await;
    let endpoint = desk.get(&format!("/api/v1/triggers/{trigger}")).await["endpoints"][0].clone();
    let endpoint = format!("{ENDPOINTS}/{}", endpoint.as_str().unwrap());
    let to = submit(&desk, &format!("{endpoint}/pause"), &format!("back={endpoint}")).await;
    assert_eq!(to, format!("{endpoint}?note=endpoint-held"));
    let html = page(&desk, &to).await;
    assert!(html.contains("❚❚</span> Paused") && html.contains("by a person"), "{html}");
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    let id = desk.get("/api/v1/deliveries?status=held").await["items"][0]["id"].as_str().unwrap().to_owned();
    let uri = format!("{LOG}/{id}");
    let html = part(&desk, &uri).await;
    assert!(html.contains("It is held, since its endpoint is paused"), "{html}");
    assert!(html.contains(&format!("data-live=\"{uri}\"")) && !html.contains("id=\"resend\""), "{html}");
    let to = submit(&desk, &format!("{uri}/resend"), "").await;
    assert_eq!(to, format!("{uri}?note=not-resent"));
    assert!(page(&desk, &to).await.contains("It was not sent again"));
    assert!(html.contains("id=\"call-off\""), "{html}");
    assert_eq!(submit(&desk, &format!("{uri}/cancel"), "").await, format!("{uri}?note=called-off"));
    let html = page(&desk, &format!("{uri}?note=called-off")).await;
    assert!(html.contains("It was called off") && !html.contains("id=\"call-off\""), "{html}");
    assert_eq!(submit(&desk, &format!("{uri}/cancel"), "").await, format!("{uri}?note=not-called-off"));
    assert_eq!(submit(&desk, &format!("{uri}/resend"), "").await, format!("{uri}?note=resent"));
    assert_eq!(
        submit(&desk, &format!("{endpoint}/resume"), "").await,
        format!("{ENDPOINTS}?note=endpoint-resumed")
    );
    desk.until(&format!("/api/v1/deliveries/{id}"), |json| json["status"] == "delivered").await;
    assert!(part(&desk, &uri).await.contains("id=\"resend\""));
}

#[tokio::test]
async fn one_delivery_is_sent_again_from_its_page() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook", 500).await;
    desk.receivers.answer("https://one.example/hook", 200);
    let to = submit(&desk, &format!("{LOG}/{id}/resend"), "").await;
    assert_eq!(to, format!("{LOG}/{id}?note=resent"));
    desk.until(&format!("/api/v1/deliveries/{id}"), |json| json["status"] == "delivered").await;
    let html = page(&desk, &to).await;
    assert!(html.contains("Attempt 1 of round 2") && html.contains("It goes out again."), "{html}");
}

#[tokio::test]
async fn all_that_failed_is_counted_first_and_then_sent_again() {
    let desk = Desk::open().await;
    let url = "https://one.example/hook";
    let id = desk.delivery(url, 500).await;
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    desk.until("/api/v1/deliveries?status=failed", |json| json["items"].as_array().unwrap().len() == 2).await;
    let endpoint = endpoint_of(&desk, &id).await;
    let html = page(&desk, &format!("{LOG}?status=failed&endpoint={endpoint}&since=2020-01-01T00:00")).await;
    let offer = between(&html, "id=\"resend-matching\" href=\"", "\"")[0].replace("&#38;", "&");
    assert!(html.contains("Resend all 2 failed…"), "{html}");
    assert!(!page(&desk, LOG).await.contains("id=\"resend-matching\""), "only where failures are looked at");
    let before = desk.everything().await;
    let html = page(&desk, &offer).await;
    assert!(html.contains("2 failed deliveries go out again.") && html.contains(url), "{html}");
    assert_eq!(before, desk.everything().await, "asking sends nothing");
    let fields = between(&html, "<input type=\"hidden\" name=\"", "\">");
    let fields: Vec<String> = fields.iter().map(|field| field.replace("\" value=\"", "=")).collect();
    let form: Vec<&String> = fields.iter().filter(|field| !field.starts_with("back=")).collect();
    desk.receivers.answer(url, 200);
    let form = form.iter().map(|field| field.replace(':', "%3A")).collect::<Vec<_>>().join("&");
    let to = submit(&desk, &format!("{LOG}/resend"), &form).await;
    assert!(
        to.contains(&format!("endpoint={endpoint}&since=")) && to.ends_with("&note=resent-matching"),
        "{to}"
    );
    desk.until("/api/v1/deliveries?status=delivered", |json| json["items"].as_array().unwrap().len() == 2)
        .await;
    let html = page(&desk, &to).await;
    let counts = between(&html, "<ul class=\"counts\"", "</ul>")[0];
    assert_eq!(between(counts, "<b>", "</b>"), ["2", "0", "0", "0", "2", "0", "0", "0"], "its progress");
    let none = page(&desk, &offer).await;
    assert!(none.contains("nothing would be sent") && !none.contains("id=\"resend-all\""), "{none}");
}

#[tokio::test]
async fn an_endpoint_has_a_page_and_shows_a_new_secret_once() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook?secret=abc", 500).await;
    let endpoint = endpoint_of(&desk, &id).await;
    let list = page(&desk, ENDPOINTS).await;
    assert!(list.contains(&format!("href=\"{ENDPOINTS}/{endpoint}\"")) && !list.contains("abc"), "{list}");
    let uri = format!("{ENDPOINTS}/{endpoint}");
    let html = page(&desk, &uri).await;
    assert!(html.contains("✕</span> Failing") && html.contains("secret=abc"), "{html}");
    assert!(html.contains(&format!("{LOG}/{id}")), "its newest deliveries: {html}");
    let made = post(&desk, KEY, &format!("{uri}/secret"), "", "same-origin").await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (200, "no-store"));
    let secret = between(&made.text, "<pre id=\"secret\">", "</pre>")[0];
    assert!(secret.starts_with("whsec_"), "{}", made.text);
    let html = page(&desk, &uri).await;
    assert!(!html.contains(secret) && html.contains("The secret before the last one signs beside it until"));
}

#[tokio::test]
async fn the_classics_come_out_escaped() {
    let desk = Desk::open().await;
    let url = "https://one.example/hook";
    let nasty = "\"><script>alert(1)</script>'{{7*7}}${7*7}<img src=x onerror=alert(1)>";
    let trigger = json!({
        "name": nasty,
        "conditions": { "all": [{ "field": "subject", "operator": "contains", "value": nasty },
            { "field": "ticket", "operator": "created" }] },
        "actions": [{ "kind": "webhook", "url": url }],
    });
    desk.ok("POST", "/api/v1/triggers", Some(&trigger), 201).await;
    desk.receivers.answer(url, 500);
    desk.receivers.say(url, nasty);
    let ticket = json!({ "type": 2, "subject": nasty, "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }],
        "actions": [{ "type": 2, "description": nasty }] });
    desk.public("POST", "/tickets", &ticket.to_string()).await;
    let failed = |json: &Value| json["items"].as_array().unwrap().len() == 1;
    let log = desk.until("/api/v1/deliveries?status=failed", failed).await;
    let id = log["items"][0]["id"].as_str().unwrap();
    let trigger = log["items"][0]["trigger"]["id"].as_str().unwrap();
    let endpoint = endpoint_of(&desk, id).await;
    let pages = [
        LOG.to_owned(),
        format!(
            "{LOG}?trigger={trigger}&ticket=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&since=%22%3E%3Cscript%3E"
        ),
        format!("{LOG}/{id}"),
        format!("{LOG}/{id}?body=raw&note=%3Cscript%3E"),
        format!("{LOG}/resend?trigger={trigger}"),
        format!("{ENDPOINTS}/{endpoint}"),
        "/notices".to_owned(),
    ];
    for uri in pages {
        let html = page(&desk, &uri).await;
        for classic in ["<script>", "<img src=x", "javascript:"] {
            assert!(!html.contains(classic), "{uri} has {classic}: {html}");
        }
        assert!(html.contains("<script src=\"/static/"), "{uri}");
    }
}

#[tokio::test]
async fn the_pages_are_for_those_who_make_triggers_in_their_own_domain() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook", 500).await;
    let endpoint = endpoint_of(&desk, &id).await;
    let notice = desk.get("/api/v1/notices").await["items"][0]["id"].as_str().unwrap().to_owned();
    let of_one = [format!("{LOG}/{id}"), format!("{ENDPOINTS}/{endpoint}")];
    let of_all = [LOG.to_owned(), format!("{LOG}/resend"), "/notices".into(), "/notices/bell".into()];
    for uri in of_one.iter().chain(&of_all) {
        assert_eq!(look(&desk, AGENT, uri, &[]).await.status, 403, "{uri}");
        let stranger = look(&desk, STRANGER, uri, &[]).await;
        assert_eq!(stranger.status.as_u16(), if of_one.contains(uri) { 404 } else { 200 }, "{uri}");
        assert!(!stranger.text.contains("one.example"), "{uri}: {}", stranger.text);
        assert_eq!(look(&desk, "nobody", uri, &[]).await.status, 303, "{uri}");
    }
    let forms = [
        (format!("{LOG}/{id}/resend"), 404),
        (format!("{LOG}/resend"), 303),
        (format!("{ENDPOINTS}/{endpoint}/pause"), 404),
        (format!("{ENDPOINTS}/{endpoint}/resume"), 404),
        (format!("{ENDPOINTS}/{endpoint}/secret"), 404),
        ("/notices/read".into(), 303),
        (format!("/notices/{notice}/read"), 404),
    ];
    let before = desk.everything().await;
    for (uri, for_strangers) in forms {
        assert_eq!(post(&desk, AGENT, &uri, "", "same-origin").await.status, 403, "{uri}");
        assert_eq!(post(&desk, KEY, &uri, "", "cross-site").await.status, 403, "{uri}");
        assert_eq!(
            post(&desk, STRANGER, &uri, "", "same-origin").await.status.as_u16(),
            for_strangers,
            "{uri}"
        );
    }
    assert_eq!(before, desk.everything().await);
}

#[tokio::test]
async fn the_pages_speak_three_languages() {
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook", 302).await;
    for (language, title, column, cure, error) in [
        ("en", "Webhook - execution log", "Last update", "Redirects are not followed", "use that address"),
        (
            "pt-BR",
            "Webhook - log de execução",
            "Última atualização",
            "Redirecionamentos não são seguidos",
            "use esse endereço",
        ),
        (
            "es",
            "Webhook - registro de ejecución",
            "Última actualización",
            "Las redirecciones no se siguen",
            "use esa dirección",
        ),
    ] {
        let headers = [("accept-language", language)];
        let log = look(&desk, KEY, LOG, &headers).await.text;
        assert!(log.contains(&format!("<h1>{title}</h1>")) && log.contains(column), "{language}: {log}");
        assert!(log.contains("token=•••; ") && log.contains(&format!("{error}</span>")), "{language}: {log}");
        let detail = look(&desk, KEY, &format!("{LOG}/{id}"), &headers).await.text;
        assert!(detail.contains(cure), "{language}: {detail}");
        assert!(
            detail.contains(&format!("<dd lang=\"{language}\">"))
                && detail.contains(&format!("{error}</dd>")),
            "{language}: {detail}"
        );
        let notices = look(&desk, KEY, "/notices", &headers).await.text;
        assert!(notices.contains(&format!("{error}</span>")), "{language}: {notices}");
    }
    let stored = desk.get(&format!("/api/v1/deliveries/{id}")).await;
    assert!(
        stored["error"].as_str().unwrap().ends_with("use that address"),
        "the API is English: {stored:#}"
    );
}
