//! Every setting with its type, its bounds and the reason for them, section by section; and the rules between them.
//!
//! The manual of each setting is in `config.default.toml`; a test holds the bounds there to the ones here.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::sections::{
    Auth, Bootstrap, Config, Database, Delivery, Limits, Locale, Log, LogFormat, Outbound, PublicApi,
    Retention, Security, Server, Store,
};
use super::texts;
use super::units::Bytes;
use super::values::Values;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;
const GIB: usize = 1 << 30;

/// The most of any of the four call budgets: beyond it one machine runs out of sockets anyway.
const CALLS_MAX: usize = 65_536;

/// Reads everything. Faults stay in `values`; what is answered is only good if there are none.
pub(super) fn config(values: &mut Values) -> Config {
    Config {
        server: server(values),
        store: store(values),
        files: super::files::files(values),
        delivery: delivery(values),
        outbound: outbound(values),
        public_api: public_api(values),
        retention: retention(values),
        auth: auth(values),
        limits: Limits {
            requests_per_minute: values.bounded(
                "limits.requests_per_minute",
                0,
                1_000_000,
                "more than that is no limit; 0 is none",
            ),
        },
        bootstrap: bootstrap(values),
        security: Security { master_key: values.parsed("security.master_key", None, texts::master_key) },
        log: log(values),
    }
}

fn server(values: &mut Values) -> Server {
    let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let body = values.bounded(
        "server.body_bytes_max",
        Bytes(64 * KIB),
        Bytes(GIB),
        "a body is held in memory while it is read",
    );
    Server {
        listen: values.parsed("server.listen", nowhere, texts::listen),
        public_url: values.parsed("server.public_url", None, texts::public_url),
        trusted_proxies: values.list("server.trusted_proxies", texts::network),
        body_bytes_max: body.0,
        shutdown_within: values.bounded(
            "server.shutdown_within",
            Duration::ZERO,
            minutes(10),
            "a stop that takes longer is taken for a hang",
        ),
    }
}

fn store(values: &mut Values) -> Store {
    let mut data = values.parsed("store.data", PathBuf::new(), texts::directory);
    let named = values.parsed("store.database", None, Database::parse);
    if let Some(Database::Directory(directory)) = &named {
        // Database and key file lie in one directory, whichever of the two settings named it.
        let agree = values.is_default("store.data") || data == *directory;
        values.rule("store.database", "store.data", agree, "must name the directory that store.data names");
        data.clone_from(directory);
    }
    let database = named.unwrap_or_else(|| Database::Directory(data.clone()));
    let readers = values.bounded("store.readers", 1, 64, "each is a thread or a connection of its own");
    // What the defaults say is what suits SQLite.
    let readers = (!values.is_default("store.readers")).then_some(readers);
    Store { data, database, readers }
}

fn delivery(values: &mut Values) -> Delivery {
    let read = Delivery {
        answer_within: times(
            values,
            "answer_within",
            millis(10),
            minutes(1),
            "it is how long a slot is held",
        ),
        cancel_after: times(values, "cancel_after", millis(10), hours(1), "an open call holds a socket"),
        retry_every: times(
            values,
            "retry_every",
            millis(10),
            days(1),
            "a pause of 0 would hammer the receiver",
        ),
        retries: values.bounded("delivery.retries", 0, 50, "each may hold a call until `cancel_after`"),
        monitor_every: times(values, "monitor_every", millis(100), minutes(10), "it is the safety net"),
        hold: times(values, "hold", Duration::ZERO, hours(1), "a webhook is expected soon after the change"),
        retry_after_max: times(
            values,
            "retry_after_max",
            Duration::ZERO,
            days(1),
            "a receiver must not park us",
        ),
        live_calls: calls(values, "live_calls", 1),
        live_calls_per_endpoint: calls(values, "live_calls_per_endpoint", 1),
        lingering_calls: calls(values, "lingering_calls", 0),
        lingering_calls_per_endpoint: calls(values, "lingering_calls_per_endpoint", 0),
        bodies_in_memory: values
            .bounded("delivery.bodies_in_memory", Bytes(MIB), Bytes(64 * GIB), "one body may have 1 MiB")
            .0,
        backlog_max: values.bounded(
            "delivery.backlog_max",
            1,
            100_000_000,
            "a domain without a limit fills the disk of all",
        ),
    };
    delivery_rules(values, &read);
    read
}

fn delivery_rules(values: &mut Values, read: &Delivery) {
    values.rule(
        "delivery.answer_within",
        "delivery.cancel_after",
        read.answer_within < read.cancel_after,
        "must be less than delivery.cancel_after, at which the call is cut",
    );
    values.rule(
        "delivery.live_calls_per_endpoint",
        "delivery.live_calls",
        read.live_calls_per_endpoint <= read.live_calls,
        "must be at most delivery.live_calls, the budget of the whole node",
    );
    values.rule(
        "delivery.lingering_calls_per_endpoint",
        "delivery.lingering_calls",
        read.lingering_calls_per_endpoint <= read.lingering_calls,
        "must be at most delivery.lingering_calls, the budget of the whole node",
    );
}

fn outbound(values: &mut Values) -> Outbound {
    Outbound {
        allow_networks: values.list("outbound.allow_networks", texts::network),
        allow_http: values.flag("outbound.allow_http"),
    }
}

fn public_api(values: &mut Values) -> PublicApi {
    PublicApi {
        past_after: values.bounded(
            "public_api.past_after",
            Duration::ZERO,
            days(3650),
            "longer ago than that is as good as never",
        ),
    }
}

fn retention(values: &mut Values) -> Retention {
    let keep =
        values.bounded("retention.keep", hours(1), days(3650), "a log must outlive the question about it");
    let sweep_every = values.bounded(
        "retention.sweep_every",
        seconds(1),
        days(1),
        "rare sweeps are large ones, and slow all else",
    );
    values.rule(
        "retention.sweep_every",
        "retention.keep",
        sweep_every <= keep,
        "must be at most retention.keep, or rows outlive it by more than themselves",
    );
    Retention { keep, sweep_every }
}

fn auth(values: &mut Values) -> Auth {
    let mut time =
        |name: &str, why: &str| values.bounded(&format!("auth.{name}"), minutes(1), days(365), why);
    let session_idle = time("session_idle", "people would log in at every click, or never again");
    let session_end = time("session_end", "a token that was stolen must end some day");
    values.rule(
        "auth.session_idle",
        "auth.session_end",
        session_idle <= session_end,
        "must be at most auth.session_end, at which a session is over anyway",
    );
    Auth { session_idle, session_end }
}

fn bootstrap(values: &mut Values) -> Bootstrap {
    let email = values.parsed("bootstrap.email", None, texts::email);
    let password = values.parsed("bootstrap.password", None, texts::password);
    values.rule(
        "bootstrap.password",
        "bootstrap.email",
        email.is_some() == password.is_some(),
        "must be set together with bootstrap.email, or not at all",
    );
    Bootstrap {
        email,
        password,
        key: values.parsed("bootstrap.key", None, texts::api_key),
        locale: values.parsed("bootstrap.locale", Locale::En, texts::locale),
        domain: values.parsed("bootstrap.domain", String::new(), texts::domain),
    }
}

fn log(values: &mut Values) -> Log {
    Log {
        level: values.parsed("log.level", String::new(), texts::log_level),
        format: values.parsed("log.format", LogFormat::Text, texts::log_format),
    }
}

fn times(values: &mut Values, name: &str, least: Duration, most: Duration, why: &str) -> Duration {
    values.bounded(&format!("delivery.{name}"), least, most, why)
}

fn calls(values: &mut Values, name: &str, least: usize) -> usize {
    values.bounded(&format!("delivery.{name}"), least, CALLS_MAX, "each call holds a socket")
}

const fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

const fn minutes(n: u64) -> Duration {
    seconds(60 * n)
}

const fn hours(n: u64) -> Duration {
    minutes(60 * n)
}

const fn days(n: u64) -> Duration {
    hours(24 * n)
}
