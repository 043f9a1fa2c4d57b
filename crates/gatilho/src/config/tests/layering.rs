//! Which layer wins, and how each kind of value is read.

use std::time::Duration;

use super::super::sections::{Database, Locale, LogFormat};
use super::*;

#[test]
fn the_defaults_are_valid_and_as_documented() {
    let config = with_env(&[]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.public_url, None);
    assert_eq!(config.server.body_bytes_max, 2 << 20);
    assert_eq!(config.server.shutdown_within, Duration::from_secs(10));
    assert_eq!(config.store.data, Path::new("gatilho-data"));
    assert_eq!(config.store.database, Database::Directory("gatilho-data".into()));
    assert_eq!(config.store.readers, None, "as many as suit the database");
    assert_eq!(config.delivery.answer_within, Duration::from_secs(3));
    assert_eq!(config.delivery.cancel_after, Duration::from_secs(120));
    assert_eq!(config.delivery.retry_every, Duration::from_secs(30));
    assert_eq!(config.delivery.retries, 4);
    assert_eq!(config.delivery.monitor_every, Duration::from_secs(30));
    assert_eq!(config.delivery.hold, Duration::ZERO);
    assert_eq!(config.delivery.retry_after_max, Duration::from_secs(600));
    assert_eq!((config.delivery.live_calls, config.delivery.live_calls_per_endpoint), (4096, 128));
    assert_eq!((config.delivery.lingering_calls, config.delivery.lingering_calls_per_endpoint), (2048, 32));
    assert_eq!(config.delivery.bodies_in_memory, 32 << 20);
    assert_eq!(config.delivery.backlog_max, 1_000_000);
    assert!(config.outbound.allow_networks.is_empty() && config.outbound.allow_http);
    assert_eq!(config.public_api.past_after, Duration::from_secs(90 * 86_400));
    assert_eq!(config.retention.keep, Duration::from_secs(30 * 86_400));
    assert_eq!(config.retention.sweep_every, Duration::from_secs(3600));
    assert_eq!((config.bootstrap.key, config.bootstrap.locale), (None, Locale::En));
    assert_eq!(config.bootstrap.domain, "main");
    assert_eq!((config.bootstrap.email, config.bootstrap.password), (None, None));
    assert_eq!(config.limits.requests_per_minute, 0);
    assert_eq!(config.auth.session_idle, Duration::from_hours(12));
    assert_eq!(config.auth.session_end, Duration::from_hours(30 * 24));
    assert!(config.server.trusted_proxies.is_empty());
    assert_eq!(config.security.master_key, None);
    assert_eq!((config.log.level.as_str(), config.log.format), ("info", LogFormat::Text));
}

#[test]
fn a_later_layer_wins() {
    let file = File::new("[delivery]\nretries = 1\nretry_every = \"1s\"\nhold = \"1s\"\n");
    let env = [("GATILHO_DELIVERY__RETRY_EVERY", "2s"), ("GATILHO_DELIVERY__HOLD", "2s")];
    let mut flags = Overrides::default();
    flags.set("--hold", "delivery.hold", Some("3s")).set("--retries", "delivery.retries", None::<u32>);
    let config = Config::load(flags, Some(file.path()), pairs(&env)).unwrap();
    assert_eq!(config.delivery.retries, 1);
    assert_eq!(config.delivery.retry_every, Duration::from_secs(2));
    assert_eq!(config.delivery.hold, Duration::from_secs(3));
    assert_eq!(config.delivery.answer_within, Duration::from_secs(3));
}

#[test]
fn the_file_may_be_named_by_a_variable_and_a_flag_beats_it() {
    let (one, two) = (File::new("[store]\nreaders = 1"), File::new("[store]\nreaders = 2"));
    let env = [("GATILHO_CONFIG", one.path().to_str().unwrap())];
    let by_env = Config::load(Overrides::default(), None, pairs(&env)).unwrap();
    let by_flag = Config::load(Overrides::default(), Some(two.path()), pairs(&env)).unwrap();
    assert_eq!((by_env.store.readers, by_flag.store.readers), (Some(1), Some(2)));
}

#[test]
fn an_empty_variable_is_not_set() {
    let env = [
        ("GATILHO_DELIVERY__RETRIES", ""),
        ("GATILHO_CONFIG", ""),
        ("GATILHO_SERVER__LISTEN", ""),
        ("GATILHO_X", ""),
    ];
    assert_eq!(with_env(&env).unwrap().delivery.retries, 4);
}

#[test]
fn variables_of_others_are_left_alone() {
    let env = [
        ("PATH", "/bin"),
        ("GATILHO_SERVER_URL", "https://desk.example.com"),
        ("GATILHO_KEY", "of-the-commands-that-ask-a-server"),
        ("GATILHO_RECEIVE__SECRET", "of-the-receiving-end"),
        ("GATILHO_SERVICE_HOST", "10.0.0.1"),
        ("GATILHO_SERVICE_PORT", "8080"),
        ("GATILHO_SERVICE_PORT_HTTP", "8080"),
        ("GATILHO_PORT", "tcp://10.0.0.1:8080"),
        ("GATILHO_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("GATILHO_PORT_8080_TCP_PORT", "8080"),
        ("GATILHO_DB_PORT_5432_TCP_ADDR", "10.0.0.2"),
        ("GATILHO_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres"),
    ];
    assert!(with_env(&env).is_ok());
}

#[test]
fn times_take_every_unit() {
    let cases = [
        ("500ms", 500),
        ("1s", 1_000),
        ("1.5s", 1_500),
        ("2m", 120_000),
        ("1h", 3_600_000),
        ("1d", 86_400_000),
    ];
    for (text, ms) in cases {
        let config = with_env(&[("GATILHO_DELIVERY__RETRY_EVERY", text)]).unwrap();
        assert_eq!(config.delivery.retry_every, Duration::from_millis(ms), "{text}");
    }
    let compound = with_env(&[("GATILHO_RETENTION__KEEP", "1d 12h")]).unwrap();
    assert_eq!(compound.retention.keep, Duration::from_secs(36 * 3600));
}

#[test]
fn sizes_are_bytes_or_have_a_unit() {
    let cases =
        [("65536", 65_536), ("65536 B", 65_536), ("64KiB", 65_536), ("2 MiB", 2 << 20), ("1 gib", 1 << 30)];
    for (text, bytes) in cases {
        let config = with_env(&[("GATILHO_SERVER__BODY_BYTES_MAX", text)]).unwrap();
        assert_eq!(config.server.body_bytes_max, bytes, "{text}");
    }
    assert_eq!(with_file("[server]\nbody_bytes_max = 100_000").unwrap().server.body_bytes_max, 100_000);
}

#[test]
fn networks_are_a_list_in_the_file_and_have_commas_in_the_environment() {
    let shown = |config: Config| {
        config.outbound.allow_networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let file = with_file("[outbound]\nallow_networks = [\"10.0.0.0/8\", \"fd00::/8\"]").unwrap();
    assert_eq!(shown(file), "10.0.0.0/8 fd00::/8");
    let env = with_env(&[("GATILHO_OUTBOUND__ALLOW_NETWORKS", "127.0.0.0/8, 192.168.1.7,")]).unwrap();
    assert_eq!(shown(env), "127.0.0.0/8 192.168.1.7/32");
}

#[test]
fn yes_and_no_have_several_spellings() {
    for (text, value) in
        [("true", true), ("1", true), ("Yes", true), ("false", false), ("0", false), ("off", false)]
    {
        let config = with_env(&[("GATILHO_OUTBOUND__ALLOW_HTTP", text)]).unwrap();
        assert_eq!(config.outbound.allow_http, value, "{text}");
    }
    assert!(!with_file("[outbound]\nallow_http = false").unwrap().outbound.allow_http);
}

#[test]
fn a_master_key_is_32_bytes_in_either_form() {
    let hex = "0f".repeat(32);
    let base64 = "Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8=";
    for text in [hex.as_str(), base64, base64.trim_end_matches('=')] {
        let config = with_env(&[("GATILHO_SECURITY__MASTER_KEY", text)]).unwrap();
        assert_eq!(config.security.master_key.unwrap().reveal(), &[0x0f; 32]);
    }
}

#[test]
fn the_language_is_one_of_three() {
    for (text, locale) in
        [("en", Locale::En), ("pt-BR", Locale::PtBr), ("pt-br", Locale::PtBr), ("es", Locale::Es)]
    {
        assert_eq!(with_env(&[("GATILHO_BOOTSTRAP__LOCALE", text)]).unwrap().bootstrap.locale, locale);
    }
}

#[test]
fn the_log_level_may_set_parts_apart() {
    for (text, level) in
        [("debug", "debug"), ("info, engine=debug,hyper::proto=off", "info,engine=debug,hyper::proto=off")]
    {
        assert_eq!(with_env(&[("GATILHO_LOG__LEVEL", text)]).unwrap().log.level, level);
    }
    assert_eq!(with_env(&[("GATILHO_LOG__FORMAT", "json")]).unwrap().log.format, LogFormat::Json);
}

#[test]
fn the_public_url_is_the_configured_one_or_made_from_the_bound_address() {
    let none = with_env(&[]).unwrap().server;
    for (bound, url) in [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("0.0.0.0:9", "http://localhost:9"),
        ("[::]:9", "http://localhost:9"),
        ("[::1]:9", "http://[::1]:9"),
    ] {
        assert_eq!(none.public_url_at(bound.parse().unwrap()), url);
    }
    let given = with_env(&[("GATILHO_SERVER__PUBLIC_URL", "https://desk.example.com/help/")]).unwrap().server;
    assert_eq!(given.public_url_at("0.0.0.0:9".parse().unwrap()), "https://desk.example.com/help");
}

#[test]
fn a_general_flag_sets_any_key() {
    let mut flags = Overrides::default();
    flags
        .set_pair("--set", "server.listen=[::1]:0")
        .set_pair("--set", "outbound.allow_networks=10.0.0.0/8,fd00::/8");
    let config = Config::load(flags, None, std::iter::empty()).unwrap();
    assert_eq!(config.server.listen, "[::1]:0".parse().unwrap());
    assert_eq!(config.outbound.allow_networks.len(), 2);
}

#[test]
fn the_real_environment_is_handed_through() {
    let env = super::super::environment().find(|(name, _)| name == "PATH");
    assert!(env.is_some(), "the real environment is handed through");
}

#[test]
fn the_database_is_a_directory_or_a_server() {
    let there = with_env(&[("GATILHO_STORE__DATABASE", "sqlite:/var/lib/gatilho")]).unwrap().store;
    assert_eq!(there.database, Database::Directory("/var/lib/gatilho".into()));
    assert_eq!(there.data, Path::new("/var/lib/gatilho"), "the key file lies beside it");

    let both = [("GATILHO_STORE__DATABASE", "postgres://me:hush@db/desk"), ("GATILHO_STORE__DATA", "/keys")];
    let server = with_env(&both).unwrap().store;
    assert!(
        matches!(&server.database, Database::Server(url) if url.to_string() == "postgres://me:•••@db/desk")
    );
    assert_eq!(server.data, Path::new("/keys"));
}
