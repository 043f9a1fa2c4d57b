//! A help desk in which every page has something to show, and the addresses of all pages in it.

use super::office::Office;
use crate::support::{Receiver, Reply, always};
use serde_json::{Value, json};

/// Addresses that answer no page: streams, parts, redirects and files.
const NO_PAGES: [&str; 4] = ["/", "/live", "/notices/bell", "/static/{mark}/{name}"];

/// What pages can be about.
pub(crate) struct Samples {
    trigger: String,
    /// Failed.
    pub(crate) delivery: String,
    endpoint: String,
    ticket: i64,
    _receivers: [Receiver; 2],
}

impl Samples {
    /// Makes them.
    pub(crate) fn make(office: &Office) -> Samples {
        let server = &office.server;
        let good = Receiver::start(always(Reply::status(200)));
        let bad = Receiver::start(always(Reply::Answer(503, Vec::new(), "Down for maintenance".into())));
        server.tell_of_subjects(&good.url("/hooks/crm"));
        let on = |value: &str| json!({ "field": "status", "operator": "changed_to", "value": value });
        let trigger =
            server.trigger("Tell the warehouse", &[on("Resolved")], &[&bad.url("/warehouse?token=s3cret")]);
        let mut ticket = 0;
        for subject in
            ["The printer prints only blank pages", "No network on the second floor", "New laptop for Ana"]
        {
            ticket = server.ticket();
            server.change(ticket, json!({ "subject": subject, "status": "In attendance" }));
            server.change(ticket, json!({ "status": "Resolved" }));
        }
        server.wait_for_rows("status=delivered", 3);
        let failed = server.wait_for_rows("status=failed", 3);
        let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
        let endpoints = server.api("GET", "endpoints", None).ok();
        let endpoint = id(&endpoints["items"][0]);
        Samples { trigger, delivery: id(&failed[0]), endpoint, ticket, _receivers: [good, bad] }
    }

    /// The address of every page.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let pages = web::PAGES.iter().filter(|page| page.method == "get" && !NO_PAGES.contains(&page.path));
        pages.map(|page| self.address(page.path)).collect()
    }

    /// An address of a page of the table.
    fn address(&self, path: &str) -> String {
        let ticket = self.ticket.to_string();
        let value = match path.split_once("/{") {
            None => return path.to_owned(),
            Some(("/settings/automation/triggers", _)) => &self.trigger,
            Some(("/settings/automation/webhook-log", _)) => &self.delivery,
            Some(("/settings/automation/endpoints", _)) => &self.endpoint,
            Some(("/help", _)) => "webhooks",
            Some(("/tickets", _)) => &ticket,
            Some(("/settings/people", _)) => "1",
            Some(_) => panic!("`{path}` needs a sample here"),
        };
        let (start, rest) = path.split_once('{').expect("a parameter");
        let (_, rest) = rest.split_once('}').expect("the end of the parameter");
        assert!(!rest.contains('{'), "`{path}` needs a sample here");
        format!("{start}{value}{rest}")
    }
}
