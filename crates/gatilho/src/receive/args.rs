//! What can be typed after `gatilho receive`, and how it is read.

use crate::config::secret::Secret;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use ipnet::IpNet;
use jiff::SpanRelativeTo;
use jiff::fmt::friendly::SpanParser;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The variable that holds signing secrets.
pub(super) const SECRET_VARIABLE: &str = "GATILHO_RECEIVE__SECRET";

/// The variable that holds a secret of the query.
pub(super) const QUERY_SECRET_VARIABLE: &str = "GATILHO_RECEIVE__QUERY_SECRET";

/// Arguments of `gatilho receive`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gatilho receive --exec ./work.sh
  gatilho receive --listen 0.0.0.0:9000 --store /var/lib/inbox/inbox.db --exec /opt/work.sh
  gatilho receive --query-secret secret=abc --allow-from 10.0.0.0/8,192.0.2.7 --exec ./work.sh

The program gets the JSON body on standard input and the rest in WEBHOOK_ variables. Exit status 0: done. 100: never
again. Anything else: again, after 1 s, 2 s, 4 s and so on up to 10 min. Requests of one ticket (Id of the body) run one
after the other. Secrets are better kept in the environment: a list of processes shows arguments. Look at what came, and
run it again, with `gatilho inbox`; docs/receiving.md tells the rest.")]
pub(crate) struct ReceiveArgs {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9000")]
    pub(super) listen: SocketAddr,
    /// File that keeps the requests; made if missing
    #[arg(long, value_name = "FILE", default_value = "inbox.db")]
    pub(super) store: PathBuf,
    /// Program that does the work, with its arguments, as a shell (sh) understands it
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    pub(super) exec: String,
    /// Signing secret (whsec_…); two with a comma while it changes
    #[arg(long, value_name = "SECRET", env = SECRET_VARIABLE, hide_env_values = true, value_delimiter = ',')]
    pub(super) secret: Vec<Secret>,
    /// Secret in the URL's query; may be repeated
    #[arg(long, value_name = "NAME=VALUE", env = QUERY_SECRET_VARIABLE, hide_env_values = true)]
    pub(super) query_secret: Vec<Secret>,
    /// Networks and addresses that may send, with commas between them; without it all may
    #[arg(long, value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub(super) allow_from: Vec<IpNet>,
    /// Programs that run at once
    #[arg(long, value_name = "PROGRAMS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) concurrency: u16,
    /// Runs after the first before it is given up; 100 take about 15 hours
    #[arg(long, value_name = "RUNS", default_value_t = 100)]
    pub(super) retries: u32,
    /// How long one run may take before it is ended: 30s, 5m, 1h
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = time)]
    pub(super) time_limit: Duration,
    /// Mark (WEBHOOK_REPEAT=1) what has no webhook-id and equals a request of this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) fold_repeats: Option<Duration>,
    /// Another address, for GET /metrics
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) metrics_listen: Option<SocketAddr>,
    /// What is logged: error, warn, info, debug
    #[arg(long, value_name = "LEVEL", env = "GATILHO_LOG__LEVEL", default_value = "info")]
    pub(super) log_level: String,
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    let network = text.parse::<IpNet>().ok().or_else(address);
    network.ok_or_else(|| "write a network as 10.0.0.0/8, or an address as 192.0.2.7".to_owned())
}

/// A time of at least a second.
fn time(text: &str) -> Result<Duration, String> {
    let span = SpanParser::new().parse_span(text.trim()).ok();
    let exact = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    let time = exact.and_then(|exact| Duration::try_from(exact).ok());
    time.filter(|time| (Duration::from_secs(1)..=Duration::from_secs(7 * 86_400)).contains(time))
        .ok_or_else(|| "write a time from 1s to 7d with its unit, such as 30s, 5m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_unit() {
        assert_eq!(time("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(time(" 1h 30m "), Ok(Duration::from_secs(5_400)));
        for text in ["", "5", "0s", "-1m", "8d", "soon"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_is_a_network_of_one() {
        assert_eq!(network("192.0.2.7"), Ok("192.0.2.7/32".parse().unwrap()));
        assert_eq!(network(" 10.0.0.0/8"), Ok("10.0.0.0/8".parse().unwrap()));
        assert!(network("here").is_err());
    }
}
