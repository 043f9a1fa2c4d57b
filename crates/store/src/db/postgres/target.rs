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
    /// One for each host, in the order of the URL. Tried one by one, each with its own time: a host that accepts a
    /// connection and then says nothing must not keep anybody from the next.
    pub(super) hosts: Vec<Config>,
    /// How long each of them may take until the session is ready.
    pub(super) within: Duration,
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
        if config.get_application_name().is_none() {
            config.application_name("gatilho");
        }
        let within = config.get_connect_timeout().copied().unwrap_or(CONNECT_WITHIN);
        Ok(Self { hosts: each_host(&config), within, tls: tls()?, name: name(&config).into() })
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

/// The same configuration once for each of its hosts.
fn each_host(config: &Config) -> Vec<Config> {
    let ports = config.get_ports();
    let one = |(at, host): (usize, &Host)| {
        let mut one = Config::new();
        match host {
            Host::Tcp(name) => one.host(name),
            Host::Unix(path) => one.host_path(path),
        };
        one.port(ports.get(at).or(ports.first()).copied().unwrap_or(5432));
        if let Some(&address) = config.get_hostaddrs().get(at) {
            one.hostaddr(address);
        }
        for (set, value) in [
            (Config::user as fn(&mut Config, String) -> &mut Config, config.get_user()),
            (Config::dbname, config.get_dbname()),
            (Config::options, config.get_options()),
            (Config::application_name, config.get_application_name()),
        ] {
            if let Some(value) = value {
                set(&mut one, value.to_owned());
            }
        }
        if let Some(password) = config.get_password() {
            one.password(password);
        }
        one.ssl_mode(config.get_ssl_mode()).ssl_negotiation(config.get_ssl_negotiation());
        one.target_session_attrs(config.get_target_session_attrs())
            .channel_binding(config.get_channel_binding());
        one.connect_timeout(config.get_connect_timeout().copied().unwrap_or(CONNECT_WITHIN));
        one.tcp_user_timeout(config.get_tcp_user_timeout().copied().unwrap_or(UNACKNOWLEDGED));
        one.keepalives(true).keepalives_idle(ASK_AFTER);
        one.keepalives_interval(ASK_EVERY).keepalives_retries(ASK_TIMES);
        one
    };
    config.get_hosts().iter().enumerate().map(one).collect()
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
    use tokio_postgres::config::{SslMode, TargetSessionAttrs};

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
    fn every_host_is_tried_by_itself_with_all_that_the_url_says() {
        let url = "postgres://me:s3cret@a,b:7/desk?target_session_attrs=read-write&sslmode=require&connect_timeout=9";
        let target = Target::of(url).expect("a URL");
        let [one, other] = target.hosts.as_slice() else { panic!("{target:?}") };
        assert_eq!((one.get_hosts(), one.get_ports()), (&[Host::Tcp("a".into())][..], &[5432][..]));
        assert_eq!((other.get_hosts(), other.get_ports()), (&[Host::Tcp("b".into())][..], &[7][..]));
        for host in [one, other] {
            assert_eq!((host.get_user(), host.get_dbname()), (Some("me"), Some("desk")));
            assert_eq!(host.get_password(), Some(&b"s3cret"[..]));
            assert_eq!(host.get_application_name(), Some("gatilho"));
            assert_eq!(host.get_ssl_mode(), SslMode::Require);
            assert_eq!(host.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
            assert_eq!(host.get_connect_timeout(), Some(&Duration::from_secs(9)));
            assert_eq!(host.get_tcp_user_timeout(), Some(&UNACKNOWLEDGED));
        }
        assert_eq!(target.within, Duration::from_secs(9));
        assert_eq!(Target::of("postgres://me@a/desk").expect("a URL").within, CONNECT_WITHIN);
    }
}
