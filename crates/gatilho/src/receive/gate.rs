//! Who may have requests stored: networks, a secret in the query, a signature over the bytes.
//! Not here: what a request must look like (`request`).

use super::args::ReceiveArgs;
use super::request::Refusal;
use crate::config::secret;
use anyhow::{Context, Result};
use axum::http::HeaderMap;
use engine::signing::{Secret, SignatureFault, Signed, verify};
use ipnet::IpNet;
use model::time::Timestamp;
use std::net::IpAddr;
use subtle::{Choice, ConstantTimeEq};
use url::form_urlencoded;

/// What a request has to show. What was not asked for is not looked at.
pub(super) struct Gate {
    allow_from: Vec<IpNet>,
    query_secrets: Vec<QuerySecret>,
    secrets: Vec<Secret>,
}

/// A parameter of the query and the value that it must have. Shown by no log.
struct QuerySecret {
    name: String,
    value: String,
}

impl Gate {
    /// What the arguments ask for.
    ///
    /// # Errors
    /// What is wrong with a secret; its text is not repeated.
    pub(super) fn new(args: &ReceiveArgs) -> Result<Gate> {
        let secrets = args
            .secret
            .iter()
            .map(|secret| Secret::parse(secret.reveal()).context("--secret cannot be used"))
            .collect::<Result<_>>()?;
        let query_secrets = args.query_secret.iter().map(QuerySecret::read).collect::<Result<_>>()?;
        Ok(Gate { allow_from: args.allow_from.clone(), query_secrets, secrets })
    }

    /// Whether everybody may have requests stored.
    pub(super) fn is_open(&self) -> bool {
        self.allow_from.is_empty() && self.query_secrets.is_empty() && self.secrets.is_empty()
    }

    /// Judges who calls.
    ///
    /// # Errors
    /// When that address may not.
    pub(super) fn judge_address(&self, address: IpAddr) -> Result<(), Refusal> {
        // An IPv4 caller of an IPv6 socket is an IPv4 caller.
        let address = address.to_canonical();
        let allowed = self.allow_from.is_empty() || self.allow_from.iter().any(|net| net.contains(&address));
        if allowed { Ok(()) } else { Err(Refusal::Address) }
    }

    /// Judges the query. All values are compared with all secrets, each in constant time.
    ///
    /// # Errors
    /// When none of the secrets is in it.
    pub(super) fn judge_query(&self, query: &str) -> Result<(), Refusal> {
        if self.query_secrets.is_empty() {
            return Ok(());
        }
        let mut known = Choice::from(0);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            for secret in self.query_secrets.iter().filter(|secret| secret.name == name) {
                known |= secret.value.as_bytes().ct_eq(value.as_bytes());
            }
        }
        if bool::from(known) { Ok(()) } else { Err(Refusal::QuerySecret) }
    }

    /// Judges the signature over the body.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn judge_signature(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if self.secrets.is_empty() {
            return Ok(());
        }
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let signed = Signed {
            id: text("webhook-id"),
            timestamp: text("webhook-timestamp"),
            signature: text("webhook-signature"),
        };
        let judged: Result<(), SignatureFault> = verify(&self.secrets, signed, body, now.0.div_euclid(1_000));
        judged.map_err(Refusal::Signature)
    }

    /// The query without the parameters that hold a secret, the others as they were written.
    pub(super) fn without_secrets(&self, query: &str) -> String {
        let is_secret = |pair: &&str| {
            let name = form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned());
            self.query_secrets.iter().any(|secret| Some(&secret.name) == name.as_ref())
        };
        let kept: Vec<&str> = query.split('&').filter(|pair| !is_secret(pair)).collect();
        kept.join("&")
    }
}

impl QuerySecret {
    fn read(text: &secret::Secret) -> Result<Self> {
        let (name, value) = text.reveal().split_once('=').unwrap_or_default();
        if name.is_empty() || value.is_empty() {
            anyhow::bail!("--query-secret cannot be used: write it as name=value");
        }
        Ok(QuerySecret { name: name.to_owned(), value: value.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(query_secrets: &[(&str, &str)], allow_from: &[&str]) -> Gate {
        let secret = |(name, value): &(&str, &str)| QuerySecret {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        };
        Gate {
            allow_from: allow_from.iter().map(|net| net.parse().unwrap()).collect(),
            query_secrets: query_secrets.iter().map(secret).collect(),
            secrets: Vec::new(),
        }
    }

    #[test]
    fn the_query_must_hold_one_of_the_secrets() {
        let gate = gate(&[("secret", "a b&c"), ("token", "new")], &[]);
        for query in ["secret=a+b%26c", "x=1&secret=a%20b%26c", "token=old&token=new", "t%6fken=new"] {
            assert!(gate.judge_query(query).is_ok(), "{query}");
        }
        for query in ["", "secret", "secret=", "secret=a", "token=a+b%26c", "Token=new", "x=new"] {
            assert!(gate.judge_query(query).is_err(), "{query}");
        }
    }

    #[test]
    fn what_is_kept_of_the_query_holds_no_secret() {
        let gate = gate(&[("secret", "abc")], &[]);
        assert_eq!(gate.without_secrets("a=1&secret=abc&b=%20&se%63ret=no"), "a=1&b=%20");
        assert_eq!(gate.without_secrets("secret=abc"), "");
        assert_eq!(gate.without_secrets(""), "");
    }

    #[test]
    fn networks_are_judged_by_what_the_address_is() {
        let gate = gate(&[], &["10.0.0.0/8", "2001:db8::/32"]);
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1"] {
            assert!(gate.judge_address(address.parse().unwrap()).is_ok(), "{address}");
        }
        for address in ["11.1.2.3", "::ffff:11.1.2.3", "::1"] {
            assert!(gate.judge_address(address.parse().unwrap()).is_err(), "{address}");
        }
    }

    #[test]
    fn what_was_not_asked_for_is_not_looked_at() {
        let gate = gate(&[], &[]);
        assert!(gate.is_open());
        assert!(gate.judge_query("").is_ok());
        assert!(gate.judge_address("192.0.2.1".parse().unwrap()).is_ok());
        assert!(gate.judge_signature(&HeaderMap::new(), b"", Timestamp(0)).is_ok());
    }
}
