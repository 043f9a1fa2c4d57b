//! The benchmark's side of the receiver: starts the process and asks it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use bytes::Bytes;

use super::{Count, Receipt, Terms, paths};
use crate::child::{Child, bound};
use crate::client::{Line, expect_success, request};
use crate::seen::{self, Seen};

/// The running receiver. It ends when this is dropped.
pub(crate) struct Receiver {
    child: Option<Child>,
    address: SocketAddr,
    line: Line,
}

impl Receiver {
    /// Starts the process and waits for its port.
    pub(crate) fn start() -> Result<Self> {
        let mut command = bound(std::env::current_exe()?)?;
        command.arg("receiver").stdout(Stdio::piped());
        let mut child = Child::start(command).context("starting the receiver")?;
        let out = child.take_stdout().context("the receiver has no output")?;
        let mut port = String::new();
        BufReader::new(out).read_line(&mut port)?;
        let port: u16 = port.trim().parse().context("the receiver did not say its port")?;
        let mut receiver = Self::at(SocketAddr::from(([127, 0, 0, 1], port)));
        receiver.child = Some(child);
        Ok(receiver)
    }

    fn at(address: SocketAddr) -> Self {
        Self { child: None, address, line: Line::new(address) }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::pid)
    }

    /// Forgets everything and counts by these terms.
    pub(crate) async fn begin(&mut self, terms: &Terms) -> Result<()> {
        self.ask("POST", paths::BEGIN, serde_json::to_vec(terms)?).await.map(drop)
    }

    /// How far it is.
    pub(crate) async fn count(&mut self) -> Result<Count> {
        Ok(serde_json::from_slice(&self.ask("GET", paths::COUNT, Vec::new()).await?)?)
    }

    /// What the load came to.
    pub(crate) async fn receipt(&mut self) -> Result<Receipt> {
        Ok(serde_json::from_slice(&self.ask("GET", paths::RECEIPT, Vec::new()).await?)?)
    }

    /// Which changes each endpoint has seen.
    pub(crate) async fn seen(&mut self) -> Result<Vec<Seen>> {
        seen::from_bytes(&self.ask("GET", paths::SEEN, Vec::new()).await?)
    }

    /// The first body that came; empty before.
    pub(crate) async fn sample(&mut self) -> Result<Bytes> {
        self.ask("GET", paths::SAMPLE, Vec::new()).await
    }

    async fn ask(&mut self, method: &str, path: &str, body: Vec<u8>) -> Result<Bytes> {
        let request = request(method, self.address, path, body)?;
        expect_success("the receiver", self.line.call(request).await.context("asking the receiver")?)
    }
}

/// A receiver inside the process of a test.
#[cfg(test)]
pub(crate) async fn served() -> Result<Receiver> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(super::serve::serve(listener));
    Ok(Receiver::at(address))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{endpoint, hanging_endpoint};
    use super::*;
    use crate::clock::now_ns;
    use crate::marker::Marker;

    #[tokio::test]
    async fn what_is_posted_is_counted() -> Result<()> {
        let mut receiver = served().await?;
        receiver.begin(&Terms { run: 1, start_ns: now_ns(), endpoints: 2, watched_from: 0 }).await?;
        let mut line = Line::new(receiver.address());
        for seq in [0, 1, 1] {
            let marker = Marker { run: 1, seq, sent_ns: now_ns(), route: 0 };
            let body = format!(r#"{{"Subject":"{}"}}"#, marker.subject());
            let post = request("POST", receiver.address(), &endpoint(1), body)?;
            assert_eq!(expect_success("a webhook", line.call(post).await?)?, Bytes::from_static(b"Ok"));
        }
        assert_eq!(receiver.count().await?, Count { received: 3, distinct: 2, hanging: 0, duplicates: 0 });
        assert_eq!(receiver.receipt().await?.latency_ms.count, 2);
        assert!(receiver.seen().await?[1].contains(1));
        assert!(receiver.sample().await?.starts_with(b"{\"Subject\""));
        Ok(())
    }

    #[tokio::test]
    async fn a_hanging_endpoint_counts_and_never_answers() -> Result<()> {
        let mut receiver = served().await?;
        receiver.begin(&Terms { run: 1, start_ns: now_ns(), endpoints: 2, watched_from: 0 }).await?;
        let marker = Marker { run: 1, seq: 0, sent_ns: now_ns(), route: 0 };
        let body = format!(r#"{{"Subject":"{}"}}"#, marker.subject());
        let post = request("POST", receiver.address(), &hanging_endpoint(0), body)?;
        let mut line = Line::new(receiver.address());
        let call = tokio::time::timeout(Duration::from_millis(300), line.call(post));
        assert!(call.await.is_err());
        assert_eq!(receiver.count().await?, Count { received: 0, distinct: 0, hanging: 1, duplicates: 0 });
        Ok(())
    }
}
