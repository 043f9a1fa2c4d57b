//! The search of the top bar, the page of the domain, and where people begin.

use super::support::pages::{look, page};
use super::support::{AGENT, Desk, KEY};

#[tokio::test]
async fn the_search_of_the_top_bar_finds_what_somebody_may_see() {
    let desk = Desk::open().await;
    let delivery = desk.delivery("https://printer.example/hook?secret=abc", 200).await;
    let number = desk.get(&format!("/api/v1/deliveries/{delivery}")).await["ticket"].as_i64().unwrap();
    let asked = async |key: &str, q: &str| look(&desk, key, &format!("/search?q={q}"), &[]).await;
    for q in [number.to_string(), format!("%23{number}")] {
        let answer = asked(KEY, &q).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, &*format!("/tickets/{number}"))
        );
    }
    let html = asked(KEY, "PRINTER").await.text;
    assert!(
        html.contains(&format!("/tickets/{number}\""))
            && html.contains("https://printer.example/hook?secret=•••"),
        "{html}"
    );
    assert!(html.contains("value=\"PRINTER\""), "{html}");
    assert!(asked(KEY, "stat").await.text.contains("/settings/automation/triggers/trg_"));
    let people = asked(KEY, "person+an").await.text;
    assert!(people.contains("href=\"/settings/people/ana\""), "{people}");
    for nothing in ["abc", "999999", "zzz"] {
        assert!(asked(KEY, nothing).await.text.contains("Nothing was found for"), "{nothing}");
    }
    let agent = asked(AGENT, "stat").await.text;
    assert!(!agent.contains("trg_"), "{agent}");
    assert!(asked(KEY, "").await.text.contains("number leads to it"));
}

#[tokio::test]
async fn the_domains_page_says_how_long_what_is_kept_and_where_that_is_set() {
    let desk = Desk::open().await;
    desk.ticket().await;
    let html = page(&desk, "/settings/account/domain").await;
    for part in ["desk.example", "30 days", "90 days", "<code>retention.keep</code>", "gatilho admin domain"]
    {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(html.contains("href=\"/settings/account/domain\" aria-current=\"page\""), "{html}");
    let refused = look(&desk, AGENT, "/settings/account/domain", &[]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("Allow managing the domain"), "{}", refused.text);
}

#[tokio::test]
async fn those_without_triggers_begin_at_their_tickets() {
    let desk = Desk::open().await;
    let first = look(&desk, AGENT, "/", &[]).await;
    assert_eq!((first.status.as_u16(), first.header("location")), (303, "/tickets"));
    let html = look(&desk, AGENT, "/tickets", &[]).await.text;
    assert!(html.contains("<a href=\"/tickets\" aria-current=\"page\">Tickets</a>"), "{html}");
    for (lang, word) in [("pt-BR", "Responsável"), ("es", "Buscar")] {
        let html = look(&desk, KEY, "/tickets", &[("accept-language", lang)]).await.text;
        assert!(html.contains(word), "{lang}");
    }
}
