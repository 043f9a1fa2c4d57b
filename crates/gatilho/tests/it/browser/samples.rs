//! A help desk in which every page has something to show, and the addresses of all pages in it.

use super::office::{Office, PASSWORD};
use crate::support::{KEY, Receiver, Reply, Server, Start, always};
use serde_json::{Value, json};

/// Addresses that answer no page: streams, parts, redirects and files; and the one that has a story of its own.
const NO_PAGES: [&str; 5] = ["/", "/first-run", "/live", "/notices/bell", "/static/{mark}/{name}"];

/// The kinds of words of a classification.
const CLASSIFICATION: [&str; 5] = ["statuses", "urgencies", "categories", "services", "custom-fields"];

/// What pages can be about.
pub(crate) struct Samples {
    trigger: String,
    /// Failed.
    pub(crate) delivery: String,
    endpoint: String,
    profile: String,
    ticket: i64,
    change: String,
    integration: String,
    _other: Server,
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
        let first = |path: &str| id(&server.api("GET", path, None).ok()["items"][0]);
        let (endpoint, profile) = (first("endpoints"), first("access-profiles"));
        let change = first(&format!("changes?ticket={ticket}"));
        fill_settings(office);
        // Last, so that nothing above crosses.
        let other = Start::new().go();
        let link = json!({ "name": "Supplier", "url": other.url(), "key": KEY, "both_ways": true, "events": ["status"],
            "mapping": { "status": { "values": { "Waiting": "New" } } } });
        let integration = id(&server.api("POST", "integrations", link).ok());
        server
            .api("POST", &format!("tickets/{ticket}/counterpart"), json!({ "integration": integration }))
            .ok();
        Samples {
            trigger,
            delivery: id(&failed[0]),
            endpoint,
            profile,
            ticket,
            change,
            integration,
            _other: other,
            _receivers: [good, bad],
        }
    }

    /// The address of every page.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let pages = web::PAGES.iter().filter(|page| page.method == "get" && !NO_PAGES.contains(&page.path));
        pages.flat_map(|page| self.addresses_of(page.path)).collect()
    }

    /// The addresses that a page of the table is looked at under.
    fn addresses_of(&self, path: &str) -> Vec<String> {
        let ticket = self.ticket.to_string();
        let values: &[&str] = match path {
            "/settings/automation/triggers/{id}" => &[&self.trigger],
            "/settings/automation/webhook-log/{id}" => &[&self.delivery],
            "/settings/automation/endpoints/{id}" => &[&self.endpoint],
            "/settings/people/{id}" => &["1"],
            "/settings/people/access-profiles/{id}" => &[&self.profile],
            "/settings/classification/{kind}" => &CLASSIFICATION,
            "/settings/account/integrations/{id}" | "/settings/account/integrations/{id}/edit" => {
                &[&self.integration]
            }
            "/search" => return vec![path.to_owned(), format!("{path}?q=printer")],
            "/help/{name}" => &["webhooks", "webhook-events"],
            "/tickets/{number}" => &[&ticket],
            "/tickets/{number}/changes/{id}" => {
                return vec![format!("/tickets/{ticket}/changes/{}?trigger={}", self.change, self.trigger)];
            }
            _ if path.contains('{') => panic!("`{path}` needs a sample here"),
            _ => return vec![path.to_owned()],
        };
        let (start, rest) = path.split_once('{').expect("a parameter");
        let (_, rest) = rest.split_once('}').expect("the end of the parameter");
        values.iter().map(|value| format!("{start}{value}{rest}")).collect()
    }
}

/// People, teams and words, so that their pages are not empty.
fn fill_settings(office: &Office) {
    let server = &office.server;
    server.api("POST", "teams", json!({ "name": "Service desk" })).ok();
    office.agent("bia", PASSWORD);
    server.api("POST", "categories", json!({ "name": "Incident" })).ok();
    server.api("POST", "services", json!({ "name": "Printing" })).ok();
}
