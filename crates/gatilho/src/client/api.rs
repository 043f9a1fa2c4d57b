//! Calls to a server's native API, and what is said when they fail. Not here: what is asked for.

use super::{Connection, DEFAULT_SERVER, KEY_VARIABLE, SERVER_VARIABLE, Usage};
use anyhow::{Result, anyhow};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::io::ErrorKind;
use std::time::Duration;
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};
use url::Url;

/// A server that does not take the connection within this time is not there.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// The longest a call may take; resending thousands is one write.
const CALL_WITHIN: Duration = Duration::from_secs(60);

/// The longest answer that is read: a page of a hundred deliveries has far less.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

/// How much is shown of an answer that is not the API's.
const SHOWN: usize = 200;

/// A server and the key that opens it.
pub(super) struct Api {
    agent: Agent,
    base: Url,
    authorization: String,
}

/// What a server says when it refuses: problem details of RFC 9457.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: String,
    detail: String,
    errors: Vec<Fault>,
    request_id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fault {
    field: String,
    message: String,
}

impl Api {
    /// Reads who is asked and as whom.
    ///
    /// # Errors
    /// [`Usage`] for an address that is none, or without a key.
    pub(super) fn new(connection: &Connection) -> Result<Self> {
        // As in all settings, an empty variable counts as not set.
        let server = Some(connection.server.trim()).filter(|text| !text.is_empty()).unwrap_or(DEFAULT_SERVER);
        let base = base(server).ok_or_else(|| {
            Usage(format!(
                "`{}` is no address of a server; write --server {DEFAULT_SERVER} (or {SERVER_VARIABLE})",
                web::mask_url(server)
            ))
        })?;
        let key = connection.key.as_ref().map(|key| key.0.as_str()).filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| {
            Usage(format!(
                "no API key: set {KEY_VARIABLE}, or give one with --key; the first start of `gatilho serve` prints one"
            ))
        })?;
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Usage("the API key has characters no key has; copy it again".into()).into());
        }
        Ok(Api { agent: agent(&base), authorization: format!("Bearer {key}"), base })
    }

    /// Reads something: the JSON as the server wrote it.
    ///
    /// # Errors
    /// What the server said, or why it cannot be asked.
    pub(super) fn get(&self, path: &[&str], query: &[(&str, String)]) -> Result<String> {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.agent.get(url.as_str()).header("authorization", &self.authorization);
        self.read(request.header("accept", "application/json").call())
    }

    /// Has something done.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub(super) fn post(&self, path: &[&str], body: &Map<String, Value>) -> Result<String> {
        let request = self.agent.post(self.url(path).as_str()).header("authorization", &self.authorization);
        self.read(request.header("accept", "application/json").send_json(body))
    }

    /// The address of something; each part of the path is a name, whatever stands in it.
    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // An address with a host can always be extended.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        url
    }

    fn read(&self, response: Result<Response<Body>, ureq::Error>) -> Result<String> {
        let mut response = response.map_err(|error| self.unreachable(error))?;
        let text = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        self.answer(&response, text.map_err(|error| self.unreachable(error))?)
    }

    /// The text of an answer that says yes.
    fn answer(&self, response: &Response<Body>, text: String) -> Result<String> {
        let status = response.status();
        if status.is_redirection() {
            let to =
                response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or("elsewhere");
            let to = web::mask_url(to);
            return Err(anyhow!("{} sends on to {to}: name that address with --server", self.server()));
        }
        let is_json = response.body().mime_type().is_some_and(|kind| kind.ends_with("json"));
        if status.is_success() && (text.is_empty() || is_json) {
            return Ok(text);
        }
        let problem = serde_json::from_str::<Problem>(&text).ok().filter(|_| is_json);
        Err(match problem {
            Some(problem) => anyhow!(problem.text(status.as_u16())),
            None => anyhow!(
                "{} answered {status}, and not as a Gatilho server does; look at --server. It said: {}",
                self.server(),
                super::table::shorten(&super::terminal::plain(&text), SHOWN)
            ),
        })
    }

    fn unreachable(&self, error: ureq::Error) -> anyhow::Error {
        let server = self.server();
        let refused = "start one with `gatilho serve`, or name another with --server or GATILHO_SERVER_URL";
        match error {
            ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
                anyhow!("no server listens at {server}: {refused}")
            }
            ureq::Error::HostNotFound => anyhow!("the name in {server} is not known: look at --server"),
            ureq::Error::Timeout(_) => {
                anyhow!("{server} does not answer: is it running, and does a firewall stand between?")
            }
            ureq::Error::BodyExceedsLimit(_) => anyhow!("the answer of {server} is too long: lower --limit"),
            error => anyhow!("{server} cannot be asked: {error}"),
        }
    }

    /// The address without what may be secret in it.
    fn server(&self) -> String {
        web::mask_url(self.base.as_str().trim_end_matches('/'))
    }
}

impl Problem {
    /// The problem on a line, its faults below.
    fn text(&self, status: u16) -> String {
        let said = if self.detail.is_empty() { &self.title } else { &self.detail };
        let mut text = match said.is_empty() {
            true => format!("the server refused ({status})"),
            false => format!("{said} ({status} {})", self.title),
        };
        // A single fault stands in the detail already.
        if self.errors.len() > 1 {
            for fault in &self.errors {
                text.push_str(&format!("\n  {}: {}", fault.field, fault.message));
            }
        }
        if status >= 500 && !self.request_id.is_empty() {
            text.push_str(&format!("\n  request id, for the server's log: {}", self.request_id));
        }
        super::terminal::plain_lines(&text)
    }
}

/// The address as a base for paths, if it is one.
fn base(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
    (is_http && url.query().is_none() && url.fragment().is_none()).then_some(url)
}

fn agent(base: &Url) -> Agent {
    // Fails only when a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(CONNECT_WITHIN))
        .timeout_global(Some(CALL_WITHIN))
        .user_agent(concat!("gatilho/", env!("CARGO_PKG_VERSION")));
    // A proxy for the way out is no way to this machine.
    let here = match base.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let config = if here { config.proxy(None) } else { config };
    config.build().new_agent()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_servers_are_taken() {
        for good in ["http://127.0.0.1:8080", "https://desk.example.com/gatilho/", "http://[::1]:80"] {
            assert!(base(good).is_some(), "{good}");
        }
        for bad in ["127.0.0.1:8080", "ftp://a.example", "http://", "http://a.example?x=1", "", "http://a#b"]
        {
            assert!(base(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_problem_is_told_with_its_faults() {
        let problem = |text: &str| serde_json::from_str::<Problem>(text).unwrap().text(400);
        assert_eq!(
            problem(
                r#"{"title":"Bad Request","detail":"a: x; b: y","errors":[{"field":"a","message":"x"},{"field":"b","message":"y"}]}"#
            ),
            "a: x; b: y (400 Bad Request)\n  a: x\n  b: y"
        );
        let one = r#"{"title":"Bad Request","detail":"a: x","errors":[{"field":"a","message":"x"}]}"#;
        assert_eq!(problem(one), "a: x (400 Bad Request)");
        assert_eq!(problem("{}"), "the server refused (400)");
        let ours = Problem { detail: "it broke".into(), request_id: "r1".into(), ..Problem::default() };
        assert_eq!(ours.text(500), "it broke (500 )\n  request id, for the server's log: r1");
    }
}
