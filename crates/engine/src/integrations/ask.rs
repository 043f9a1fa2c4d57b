//! Asking another server, or another domain of this one: a POST with JSON behind the address guard, and what it answered.

use super::Sealed;
use crate::core::Core;
use crate::error::Error;
use crate::outbound::{Reply, Request, Target};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use model::integration::Ask;
use model::text;
use model::time::in_words;
use model::wording::Text;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use store::integrations::Half;

/// How long the other side may take to answer, in milliseconds.
const ANSWER_WITHIN_MS: u32 = 10_000;

/// How long it may take to send a file.
const FILE_WITHIN_MS: u32 = 100_000;

/// Why the other side did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nobody is there, or no answer came.
    Unreachable(Text),
    /// It refuses: the status and what it says.
    Refused(u16, String),
    /// Who answers does not know what an integration is.
    Stranger(u16),
}

impl Fault {
    /// Whether the other side may have done it all the same.
    pub(crate) fn leaves_open(&self) -> bool {
        match self {
            Fault::Unreachable(_) => true,
            Fault::Refused(status, _) | Fault::Stranger(status) => *status >= 500,
        }
    }

    /// In one sentence.
    pub(crate) fn in_words(&self) -> Text {
        match self {
            Fault::Unreachable(why) => text!("the other side cannot be reached: {why}", why),
            Fault::Refused(status, detail) => {
                text!("the other side refuses ({status}): {detail}", status, detail)
            }
            Fault::Stranger(status) => {
                text!(
                    "no Gatilho that knows integrations answers there (status {status}); it may be too old",
                    status
                )
            }
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error::Unavailable(fault.in_words())
    }
}

/// What a refusal says. Our own are problem details; a proxy's or another program's are not.
pub(crate) fn detail_of(body: &[u8]) -> Option<String> {
    let problem: Value = serde_json::from_slice(body).ok()?;
    problem.get("detail")?.as_str().map(str::to_owned)
}

impl Core {
    /// Posts JSON to a URL with a key or a secret.
    pub(crate) async fn post(&self, url: &str, bearer: &str, body: &impl Serialize) -> Result<Reply, Fault> {
        self.post_within(ANSWER_WITHIN_MS, url, bearer, body).await
    }

    async fn post_within(
        &self,
        within_ms: u32,
        url: &str,
        bearer: &str,
        body: &impl Serialize,
    ) -> Result<Reply, Fault> {
        let unreachable = Fault::Unreachable;
        let target = Target::parse(url).map_err(|fault| unreachable(fault.text()))?;
        let body = serde_json::to_vec(body).map_err(|error| unreachable(Text::given(error.to_string())))?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in
            [(AUTHORIZATION, format!("Bearer {bearer}")), (USER_AGENT, self.settings.user_agent.clone())]
        {
            let value = HeaderValue::from_str(&value);
            headers.insert(
                name,
                value.map_err(|_| unreachable(text!("the key has characters that no key has")))?,
            );
        }
        let asking = self.outbound.ask(Request { target: Arc::new(target), headers, body: body.into() });
        let reply = tokio::time::timeout(Duration::from_millis(within_ms.into()), asking).await;
        let late = || text!("no answer within {time}", time = in_words(within_ms.into()));
        let reply = reply.map_err(|_| unreachable(late()))?.map_err(unreachable)?;
        if (200..300).contains(&reply.status) {
            return Ok(reply);
        }
        match detail_of(&reply.body) {
            Some(detail) if reply.status != 405 => Err(Fault::Refused(reply.status, detail)),
            _ => Err(Fault::Stranger(reply.status)),
        }
    }

    /// Asks the other half.
    ///
    /// # Errors
    /// Its fault inside; `Internal` outside.
    pub(crate) async fn ask_half<T: DeserializeOwned>(
        &self,
        half: &Half,
        ask: &Ask,
    ) -> Result<Result<T, Fault>, Error> {
        let reply = match self.ask_raw(half, ask).await? {
            Ok(reply) => reply,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(serde_json::from_slice(&reply.body).map_err(|_| Fault::Stranger(reply.status)))
    }

    /// The same for an answer that is no JSON.
    ///
    /// # Errors
    /// As [`Core::ask_half`].
    pub(crate) async fn ask_raw(&self, half: &Half, ask: &Ask) -> Result<Result<Reply, Fault>, Error> {
        let secret = self.open_of(half, Sealed::Peer)?;
        let url = format!("{}/integrations/{}/ask", half.settings.url, half.settings.peer);
        let within_ms = if matches!(ask, Ask::File { .. }) { FILE_WITHIN_MS } else { ANSWER_WITHIN_MS };
        Ok(self.post_within(within_ms, &url, &secret, ask).await)
    }
}
