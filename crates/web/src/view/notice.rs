//! A notice as people read it: one sentence for its kind, where it leads, what may be done about it.

use super::look::Look;
use super::stored::Stored;
use super::time::Instant;
use super::words::Words;
use crate::mask::mask_url;
use model::notice::{Notice, NoticeKind};

/// A notice on a page or under the bell.
#[derive(Debug, Clone)]
pub(crate) struct NoticeView {
    /// Its identity.
    pub(crate) id: String,
    /// What it is about, in a sentence.
    pub(crate) headline: String,
    /// What it is about, for grouping: an endpoint's URL without its secrets, or empty.
    pub(crate) url: String,
    /// The endpoint's page; empty for what is about none.
    pub(crate) endpoint_href: String,
    /// Where it leads.
    pub(crate) href: String,
    /// What happened last, in the reader's language.
    pub(crate) text: Stored,
    /// How often it happened, in a sentence.
    pub(crate) times: String,
    /// How many deliveries were given up, in a sentence; empty when none were.
    pub(crate) gave_up: String,
    /// First and last time.
    pub(crate) opened: Instant,
    /// Last time.
    pub(crate) updated: Instant,
    /// When it was over.
    pub(crate) recovered: Option<Instant>,
    /// The ticket of the newest event.
    pub(crate) ticket: Option<i64>,
    /// Whether the reader has read it as it stands.
    pub(crate) read: bool,
}

impl NoticeView {
    /// The notice as this reader sees it.
    pub(crate) fn new(look: &Look, notice: &Notice) -> NoticeView {
        let t = look.words;
        let url = mask_url(&notice.url);
        NoticeView {
            id: notice.id.to_string(),
            headline: headline(t, notice.kind, &url),
            endpoint_href: notice
                .endpoint
                .map_or_else(String::new, |id| format!("/settings/automation/endpoints/{id}")),
            href: href(notice),
            text: Stored::masked(t, &notice.text),
            times: t.one("notice-times", "count", notice.count),
            gave_up: match notice.gave_up {
                0 => String::new(),
                count => t.one("notice-gave-up", "count", count),
            },
            opened: Instant::new(look, notice.opened_at),
            updated: Instant::new(look, notice.updated_at),
            recovered: notice.recovered_at.map(|at| Instant::new(look, at)),
            ticket: notice.ticket_number,
            read: notice.read,
            url,
        }
    }
}

fn headline(t: Words, kind: NoticeKind, url: &str) -> String {
    match kind {
        NoticeKind::WebhookFailing => t.one("notice-webhook-failing", "url", url),
        NoticeKind::EndpointPaused => t.one("notice-endpoint-paused", "url", url),
        NoticeKind::TriggerFault => t.say("notice-trigger-fault"),
        NoticeKind::ChainEnded => t.say("notice-chain-ended"),
        NoticeKind::PossibleLoop => t.say("notice-possible-loop"),
        NoticeKind::BacklogFull => t.say("notice-backlog-full"),
    }
}

/// The page that tells more: the failures in the log, the endpoint, the trigger, the ticket's deliveries.
fn href(notice: &Notice) -> String {
    const LOG: &str = "/settings/automation/webhook-log";
    match (notice.kind, notice.endpoint, notice.trigger, notice.ticket_number) {
        (NoticeKind::WebhookFailing, Some(endpoint), ..) => {
            format!("{LOG}?endpoint={endpoint}&since={}", notice.opened_at)
        }
        (NoticeKind::EndpointPaused, Some(endpoint), ..) => {
            format!("/settings/automation/endpoints/{endpoint}")
        }
        (NoticeKind::TriggerFault, _, Some(trigger), _) => format!("/settings/automation/triggers/{trigger}"),
        (NoticeKind::ChainEnded | NoticeKind::PossibleLoop, _, _, Some(number)) => {
            format!("{LOG}?ticket={number}")
        }
        _ => format!("{LOG}?status=failed&since={}", notice.opened_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;
    use model::ids::{EndpointId, NoticeId, TriggerId};
    use model::time::Timestamp;

    fn notice(kind: NoticeKind) -> Notice {
        Notice {
            id: NoticeId(5),
            kind,
            endpoint: Some(EndpointId(7)),
            url: "https://a.example/?secret=abc".into(),
            trigger: Some(TriggerId(6)),
            ticket_number: Some(9),
            text: "answered 302 to https://a.example/?secret=abc".into(),
            count: 40,
            gave_up: 37,
            opened_at: Timestamp(0),
            updated_at: Timestamp(0),
            recovered_at: None,
            read: false,
        }
    }

    #[test]
    fn every_kind_has_a_sentence_and_leads_somewhere() {
        let look = Look::of(&HeaderMap::new());
        let mut headlines = Vec::new();
        for kind in NoticeKind::ALL {
            let view = NoticeView::new(&look, &notice(kind));
            assert!(!view.headline.starts_with("notice-") && view.href.starts_with('/'), "{view:?}");
            assert!(!headlines.contains(&view.headline));
            headlines.push(view.headline);
        }
    }

    #[test]
    fn a_notice_shows_no_secret() {
        let view = format!(
            "{:?}",
            NoticeView::new(&Look::of(&HeaderMap::new()), &notice(NoticeKind::WebhookFailing))
        );
        assert!(!view.contains("abc") && view.contains("37"), "{view}");
    }
}
