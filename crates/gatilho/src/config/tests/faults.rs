//! What is refused, and how it is said.

use super::*;

/// One bad value in the environment, and the line it must yield.
fn refused(variable: &str, value: &str, line: &str) {
    assert_eq!(lines(with_env(&[(variable, value)])), [line]);
}

#[test]
fn all_faults_are_reported_at_once_with_key_source_and_bound() {
    let file = File::new(
        "[delivery]\nretries = 51\n\n[stor]\nreaders = 1\n\n[server]\nlisten = 8080\nlsten = \"x\"\n",
    );
    let env = [("GATILHO_DELIVERY__RETRY_EVERY", "30"), ("GATILHO_LOG__FORMAT", "xml")];
    let mut flags = Overrides::default();
    flags.set("--readers", "store.readers", Some(65));
    let found = lines(Config::load(flags, Some(file.path()), pairs(&env)));
    let path = file.path().display();
    assert_eq!(
        found,
        [
            format!("[stor] (file {path}:5): no such section; did you mean [store]?"),
            format!("delivery.retries (file {path}:2): 51: must be 0 to 50: each may hold a call until `cancel_after`"),
            "delivery.retry_every (environment GATILHO_DELIVERY__RETRY_EVERY): \"30\": write a time with its unit, \
             such as 500ms, 30s, 2m, 1h or 30d"
                .to_owned(),
            "log.format (environment GATILHO_LOG__FORMAT): \"xml\": must be text or json".to_owned(),
            format!("server.listen (file {path}:8): 8080: write a text"),
            format!("server.lsten (file {path}:9): no such setting; did you mean server.listen?"),
            "store.readers (flag --readers): \"65\": must be 1 to 64: each is a thread or a connection of its own".to_owned(),
        ]
    );
}

#[test]
fn unknown_variables_are_refused_with_a_guess() {
    for (name, meant) in [
        ("GATILHO_DELIVERY__RETRY_EVRY", "did you mean GATILHO_DELIVERY__RETRY_EVERY?"),
        ("GATILHO_DELIVERY_RETRIES", "did you mean GATILHO_DELIVERY__RETRIES?"),
        ("GATILHO_LISTEN", "did you mean GATILHO_SERVER__LISTEN?"),
        ("GATILHO_SERVER__ALLOW_HTTP", "did you mean GATILHO_OUTBOUND__ALLOW_HTTP?"),
        ("GATILHO_delivery__retries", "did you mean GATILHO_DELIVERY__RETRIES?"),
        ("GATILHO_WHATEVER__ELSE", "variables are named GATILHO_SECTION__KEY"),
    ] {
        assert_eq!(
            lines(with_env(&[(name, "1")])),
            [format!("environment {name}: no such setting; {meant}")]
        );
    }
}

#[test]
fn unknown_names_in_the_file_are_refused_with_a_guess() {
    let found = |text: &str| lines(with_file(text)).remove(0);
    assert!(
        found("[delivery]\nlive_call = 1")
            .ends_with(":2): no such setting; did you mean delivery.live_calls?")
    );
    assert!(found("[outbound]\nretries = 1").ends_with("did you mean delivery.retries?"));
    assert!(found("[log]\nzzzzzzzz = 1").ends_with("no such setting"));
    assert!(found("[deliver]\nretries = 1").ends_with("no such section; did you mean [delivery]?"));
    assert!(
        found("[zzzzzzzzz]\nretries = 1").contains("no such section; there are auth, bootstrap, delivery")
    );
    assert!(found("retries = 1").contains("retries (file"), "the name is said");
    assert!(found("retries = 1").contains("stands outside a section"));
    assert_eq!(
        lines(with_file("[deliver]\nretries = 1\nhold = \"1s\"")).len(),
        1,
        "one fault for one section"
    );
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_the_line() {
    let found = lines(with_file("[server]\nlisten = \n[store]\nreaders = = 2\n"));
    assert!(found.iter().any(|line| line.contains("gatilho.toml:2: is not TOML")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("gatilho.toml:4: is not TOML")), "{found:?}");
}

#[test]
fn a_named_file_has_to_exist() {
    let missing = Path::new("/nonexistent/gatilho.toml");
    let found = lines(Config::load(Overrides::default(), Some(missing), std::iter::empty()));
    assert!(found[0].starts_with("file /nonexistent/gatilho.toml: cannot be read"), "{found:?}");
}

#[test]
fn a_flag_for_an_unknown_key_or_without_value_is_refused() {
    assert_eq!(
        lines(with_flag("server.lisen", "x")),
        ["server.lisen (flag --flag): no such setting; did you mean server.listen?"]
    );
    let mut flags = Overrides::default();
    flags.set_pair("--set", "server.listen");
    assert_eq!(
        lines(Config::load(flags, None, std::iter::empty())),
        ["server.listen (flag --set): has no value; write --set section.key=value"]
    );
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    let found = |text: &str| lines(with_file(text)).remove(0);
    assert!(found("[delivery]\nretries = 1.5").ends_with("a fraction: write a whole number"));
    assert!(found("[delivery]\nretries = true").ends_with("true: write a whole number"));
    assert!(found("[delivery]\nhold = 2020-01-01").contains("a date: write a time with its unit"));
    assert!(found("[delivery]\nretry_every = 30").contains("30: write a time with its unit"));
    assert!(found("[outbound]\nallow_networks = 10").contains("10: write a list of texts"));
    assert!(found("[outbound]\nallow_networks = [1]").contains("write a list of texts"));
    assert!(found("[outbound]\nallow_http = \"maybe\"").ends_with("\"maybe\": write true or false"));
    assert!(found("[server]\nlisten = { port = 1 }").ends_with("a table: write a text"));
}

#[test]
fn quantities_out_of_bounds_or_without_meaning_are_refused() {
    for (key, low, high) in [
        ("server.body_bytes_max", "65535", "2 GiB"),
        ("delivery.answer_within", "9ms", "61s"),
        ("delivery.cancel_after", "9ms", "61m"),
        ("delivery.retry_every", "0s", "25h"),
        ("delivery.monitor_every", "99ms", "601s"),
        ("delivery.live_calls", "0", "65537"),
        ("delivery.bodies_in_memory", "1 KiB", "65 GiB"),
        ("delivery.backlog_max", "0", "100000001"),
        ("retention.keep", "59m", "3651d"),
        ("public_api.past_after", "3651d", "99999d"),
        ("retention.sweep_every", "0s", "25h"),
        ("store.readers", "0", "65"),
    ] {
        for value in [low, high] {
            let found = lines(with_flag(key, value));
            assert_eq!(found.len(), 1, "{key} = {value}: {found:?}");
            assert!(found[0].contains("must be ") && found[0].contains(" to "), "{found:?}");
        }
    }
    for (key, value) in [
        ("delivery.retries", "-1"),
        ("delivery.retries", "99999999999"),
        ("delivery.hold", "-3s"),
        ("delivery.hold", "soon"),
        ("delivery.hold", "1 month"),
        ("server.body_bytes_max", "2 MB"),
        ("server.body_bytes_max", "99999999999 GiB"),
    ] {
        let found = lines(with_flag(key, value));
        assert!(found[0].contains(": write a "), "{found:?}");
    }
}

#[test]
fn settings_are_held_against_each_other() {
    let equal =
        with_env(&[("GATILHO_DELIVERY__ANSWER_WITHIN", "5s"), ("GATILHO_DELIVERY__CANCEL_AFTER", "5s")]);
    assert_eq!(
        lines(equal),
        ["delivery.answer_within (environment GATILHO_DELIVERY__ANSWER_WITHIN): \"5s\": must be less than \
          delivery.cancel_after, at which the call is cut (delivery.cancel_after is \"5s\")"]
    );
    assert!(
        lines(with_flag("delivery.live_calls", "100"))[0].contains("must be at most delivery.live_calls")
    );
    assert!(
        lines(with_flag("delivery.lingering_calls", "31"))[0].contains("at most delivery.lingering_calls")
    );
    let env = [("GATILHO_RETENTION__KEEP", "1h"), ("GATILHO_RETENTION__SWEEP_EVERY", "2h")];
    assert!(lines(with_env(&env))[0].contains("must be at most retention.keep"));
}

#[test]
fn a_refused_value_does_not_break_the_rules_as_well() {
    assert_eq!(lines(with_flag("delivery.cancel_after", "nonsense")).len(), 1);
    assert_eq!(lines(with_flag("retention.keep", "1s")).len(), 1);
}

#[test]
fn texts_without_meaning_are_refused() {
    let listen = "write an IP address and a port, such as 127.0.0.1:8080 or [::]:8080";
    for value in ["localhost:8080", ":8080", "127.0.0.1", "127.0.0.1:99999"] {
        let line = format!("server.listen (environment GATILHO_SERVER__LISTEN): {value:?}: {listen}");
        refused("GATILHO_SERVER__LISTEN", value, &line);
    }
    for (key, value, part) in [
        ("server.public_url", "desk.example.com", "write an address, such as https://desk.example.com"),
        ("server.public_url", "ftp://desk.example.com", "must start with http:// or https://"),
        ("server.public_url", "https://me:pw@desk.example.com", "must not hold a user name"),
        ("server.public_url", "https://desk.example.com/?a=b", "must not have a part after ?"),
        ("store.data", "", "name a directory"),
        ("outbound.allow_networks", "10.0.0.0/8,ten", "\"ten\": write a network"),
        ("outbound.allow_networks", "10.0.0.5/8", "write 10.0.0.0/8 to open all of it"),
        ("bootstrap.email", "nobody", "write an e-mail address"),
        ("server.trusted_proxies", "a proxy", "write a network"),
        ("bootstrap.locale", "fr", "must be en, pt-BR or es"),
        ("bootstrap.domain", "My Desk", "must have 1 to 63 lower-case letters"),
        ("log.level", "loud", "must be one of off, error, warn"),
        ("log.level", "info,debug", "must be one of off, error, warn"),
        ("log.level", "engine=", "must be one of off, error, warn"),
    ] {
        let found = lines(with_flag(key, value));
        assert!(found.len() == 1 && found[0].contains(part), "{key} = {value}: {found:?}");
    }
    assert_eq!(lines(with_flag("outbound.allow_networks", "ten,eleven")).len(), 2, "each item is a fault");
}

#[test]
fn secrets_are_never_shown() {
    for (key, value) in [
        ("bootstrap.key", "hush"),
        ("bootstrap.password", "hush"),
        ("bootstrap.password", "hush-hush-hush"),
        ("bootstrap.key", "hush hush hush"),
        ("security.master_key", "hush"),
        ("store.database", "hush"),
        ("store.database", "postgres://me:hush@db"),
    ] {
        let found = lines(with_flag(key, value));
        assert!(found[0].contains(key) && !found[0].contains("hush"), "{found:?}");
    }
    let env = [
        ("GATILHO_BOOTSTRAP__KEY", "hush-hush-hush"),
        ("GATILHO_SECURITY__MASTER_KEY", &"ab".repeat(32)),
        ("GATILHO_STORE__DATABASE", "postgres://me:hush@db/desk"),
    ];
    let config = with_env(&env).unwrap();
    assert_eq!(config.bootstrap.key.as_ref().unwrap().reveal(), "hush-hush-hush");
    let shown = format!("{config:?}");
    assert!(!shown.contains("hush") && !shown.contains("171, 171") && shown.contains("•••"), "{shown}");
}

#[test]
fn the_database_and_the_key_file_lie_in_one_directory() {
    let mut flags = Overrides::default();
    flags.set("--data", "store.data", Some("/a")).set("--database", "store.database", Some("sqlite:/b"));
    assert_eq!(
        lines(Config::load(flags, None, std::iter::empty())),
        [
            "store.database (flag --database): must name the directory that store.data names (store.data is \"/a\")"
        ]
    );
}

#[test]
fn a_database_that_is_none_names_the_key_and_what_is_right() {
    assert_eq!(
        lines(with_env(&[("GATILHO_STORE__DATABASE", "mysql://me:hush@db/desk")])),
        [
            "store.database (environment GATILHO_STORE__DATABASE): write postgres://USER:PASSWORD@HOST:5432/DATABASE or \
          sqlite:DIRECTORY, or nothing for SQLite in store.data"
        ]
    );
}
