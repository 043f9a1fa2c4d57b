//! Lives here: where the server is and how it is reached: the URL, its parts that may be shown, timeouts, TLS.
//! Not here: what a connection is told once it is open (`link`).

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres::Config;
use tokio_postgres::config::Host;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::db::OpenError;

/// For each of the hosts, unless the URL says otherwise.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// A peer that is silent is asked after so long, so often and with such pauses: gone within some 9 s.
const ASK_AFTER: Duration = Duration::from_secs(3);
const ASK_EVERY: Duration = Duration::from_secs(2);
const ASK_TIMES: u32 = 3;
/// How long what was sent may stay unacknowledged by the other machine.
const UNACKNOWLEDGED: Duration = Duration::from_secs(9);

/// A server and how to reach it.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
    /// Host and name of the database, for messages.
    pub(super) name: Arc<str>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Target").field(&self.name).finish()
    }
}

impl Target {
    pub(super) fn of(url: &str) -> Result<Self, OpenError> {
        let mut config = parse(url)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WITHIN);
        }
        if config.get_application_name().is_none() {
            config.application_name("gatilho");
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(UNACKNOWLEDGED);
        }
        config.keepalives(true).keepalives_idle(ASK_AFTER);
        config.keepalives_interval(ASK_EVERY).keepalives_retries(ASK_TIMES);
        let name = name(&config).into();
        Ok(Self { config, tls: tls()?, name })
    }
}

fn parse(url: &str) -> Result<Config, OpenError> {
    let config =
        url.parse::<Config>().ok().filter(|_| is_url(url)).filter(|config| !config.get_hosts().is_empty());
    // The parser's own words could hold a part of the password.
    config.ok_or_else(|| {
        OpenError::Database(
            "its URL cannot be understood: write postgres://user:password@host:5432/database, with %XX for special \
             characters of the password; several hosts are host1,host2 with ?target_session_attrs=read-write"
                .into(),
        )
    })
}

fn is_url(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// What may be shown of a URL: hosts and the database.
pub(in crate::db) fn shown(url: &str) -> String {
    url.parse::<Config>().ok().filter(|_| is_url(url)).map_or_else(|| "•••".into(), |config| name(&config))
}

fn name(config: &Config) -> String {
    let mut name = String::from("postgres://");
    for (at, host) in config.get_hosts().iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let host = match host {
            // With an @ in the password its end would be read as the beginning of the host.
            Host::Tcp(host) => host.rsplit('@').next().unwrap_or_default().to_owned(),
            Host::Unix(path) => path.display().to_string(),
        };
        let ports = config.get_ports();
        let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        let _ = write!(name, "{comma}{host}:{port}");
    }
    let database = config.get_dbname().or(config.get_user()).unwrap_or("?");
    let _ = write!(name, "/{database}");
    name
}

/// Reads the machine's trust store, once for all connections of the process.
fn tls() -> Result<MakeRustlsConnect, OpenError> {
    static TLS: OnceLock<Result<MakeRustlsConnect, String>> = OnceLock::new();
    let made = TLS.get_or_init(|| {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|error| error.to_string())?;
        Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
    });
    made.clone().map_err(|error| OpenError::Database(format!("TLS cannot be set up: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_holds_no_password() {
        for (url, wanted) in [
            ("postgres://me:s3cret@db.example:5433/desk?sslmode=require", "postgres://db.example:5433/desk"),
            ("postgres://me:s3cret@a,b:1/desk", "postgres://a:5432,b:1/desk"),
            ("postgresql://me:s3cret@a", "postgres://a:5432/me"),
            ("host=a password=s3cret", "•••"),
            ("postgres://me:s3cret@a:port/desk", "•••"),
        ] {
            assert_eq!(shown(url), wanted);
            let told = format!("{:?}", Target::of(url));
            assert!(!told.contains("s3cret"), "{told}");
        }
        assert!(
            !shown("postgres://me:s3c@ret@a/desk").contains("ret"),
            "{}",
            shown("postgres://me:s3c@ret@a/desk")
        );
    }

    #[test]
    fn silence_is_noticed_and_the_operator_may_choose_the_timeout() {
        let target = Target::of("postgres://me@a/desk").expect("a URL");
        assert_eq!(target.config.get_connect_timeout(), Some(&CONNECT_WITHIN));
        assert_eq!(target.config.get_application_name(), Some("gatilho"));
        let target = Target::of("postgres://me@a/desk?connect_timeout=9").expect("a URL");
        assert_eq!(target.config.get_connect_timeout(), Some(&Duration::from_secs(9)));
    }
}
