//! URLs as people type them, and as others try them.

use proptest::prelude::*;

use super::{Target, URL_BYTES_MAX, UrlFault, parse_url};

fn fault(text: &str) -> UrlFault {
    match parse_url(text) {
        Ok(url) => panic!("{text:?} passed as {url}"),
        Err(fault) => fault,
    }
}

fn wire(text: &str) -> String {
    Target::parse(text).unwrap().uri().to_string()
}

#[test]
fn every_spelling_of_an_address_becomes_the_usual_one() {
    for (text, host) in [
        ("http://2130706433/", "127.0.0.1"),
        ("http://0x7f000001/", "127.0.0.1"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://0177.0.0.1/", "127.0.0.1"),
        ("http://127.1/", "127.0.0.1"),
        ("http://127.0.0.1./", "127.0.0.1"),
        ("http://0/", "0.0.0.0"),
        ("http://①②⑦.⓪.⓪.①/", "127.0.0.1"),
        ("http://127%2e0%2e0%2e1/", "127.0.0.1"),
        ("http://%31%32%37.0.0.1/", "127.0.0.1"),
        ("http://[::]/", "[::]"),
        ("http://[0:0:0:0:0:0:0:1]/", "[::1]"),
        ("http://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]"),
        ("HTTP://LOCALHOST/", "localhost"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://аpple.example/", "xn--pple-43d.example"),
        ("http://localhost./", "localhost."),
    ] {
        let target = Target::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        assert_eq!(target.host(), host, "{text}");
        assert_eq!(target.uri().host(), Some(host), "{text}");
    }
}

#[test]
fn traps_are_refused_with_their_name() {
    use UrlFault as F;
    for (text, expected) in [
        ("", F::Empty),
        ("   ", F::Empty),
        ("file:///etc/passwd", F::Scheme),
        ("gopher://127.0.0.1:70/", F::Scheme),
        ("unix:/run/docker.sock", F::Scheme),
        ("ftp://receiver.example/", F::Scheme),
        ("javascript:alert(1)", F::Scheme),
        ("receiver.example/hook", F::Scheme),
        ("http:receiver.example", F::Scheme),
        ("http:/receiver.example", F::Scheme),
        ("http://", F::NoHost),
        ("http:///receiver.example", F::NoHost),
        ("http://?x", F::NoHost),
        ("http://:80/", F::NoHost),
        ("http://user@127.0.0.1#@ok.example/", F::Userinfo),
        ("http://user:password@ok.example/", F::Userinfo),
        ("http://@ok.example/", F::Userinfo),
        ("http://ok.example:80@127.0.0.1/", F::Userinfo),
        ("http://ok.example\\@127.0.0.1/", F::Backslash),
        ("http:\\\\127.0.0.1\\", F::Scheme),
        ("http://127.0.0.1\\.ok.example/", F::Backslash),
        ("http://ok.example:0/", F::Port),
        ("http://ok.example:65536/", F::Port),
        ("http://ok.example:http/", F::Port),
        ("http://ok.exa\tmple/", F::Whitespace { at: 13 }),
        ("http://ok.example/a b", F::Whitespace { at: 19 }),
        ("http://ok.example/\r\nHost: evil", F::Whitespace { at: 18 }),
        ("http://ok.example/?a=\nb", F::Whitespace { at: 21 }),
        ("http://ok.example/\0", F::Whitespace { at: 18 }),
        ("http://ok.example/\u{85}", F::Whitespace { at: 18 }),
    ] {
        assert_eq!(fault(text), expected, "{text:?}");
    }
    for text in [
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://a^b.example/",
        "http://a%00b.example/",
        "http://xn--/",
    ] {
        assert!(matches!(fault(text), UrlFault::Host(_)), "{text}: {:?}", fault(text));
    }
    let long = format!("http://ok.example/{}", "a".repeat(URL_BYTES_MAX));
    assert_eq!(fault(&long), UrlFault::TooLong { bytes: long.len() });
}

#[test]
fn faults_say_what_to_do_and_never_repeat_the_url() {
    for text in ["http://u:hunter2@x/", "ftp://hunter2/", "http://x/?hunter2 x", "http://[hunter2]/"] {
        let words = fault(text).to_string();
        assert!(!words.contains("hunter2"), "{words}");
        assert!(words.starts_with("the ") && words.len() > 25, "{words}");
    }
}

#[test]
fn the_query_goes_out_as_typed() {
    for query in [
        "a=1&b=2",
        "",
        "a=b%20c+d",
        "token=%zz",
        "quote='x'",
        "a=%2F%2f",
        "a[]=1&a[]=2",
        "x={y}|z^`",
        "a=b?c/d:e@f",
        "~!$&()*,;=.-_",
        "back\\slash",
        "%",
        "a==b&&",
    ] {
        let text = format!("https://receiver.example/hook?{query}");
        assert_eq!(wire(&text), text);
    }
    assert_eq!(wire("https://r.example/?q=\"<ç>\"#f?x"), "https://r.example/?q=%22%3C%C3%A7%3E%22");
    assert_eq!(wire("https://r.example?a=1"), "https://r.example/?a=1");
    assert_eq!(wire("https://r.example/p#a?b"), "https://r.example/p");
    assert_eq!(wire(" https://r.example/p?a=1\n"), "https://r.example/p?a=1");
}

#[test]
fn host_and_port_stand_in_the_right_places() {
    for (text, header, authority) in [
        ("http://r.example/", "r.example", "r.example:80"),
        ("https://r.example:443/", "r.example", "r.example:443"),
        ("https://r.example:8443/", "r.example:8443", "r.example:8443"),
        ("http://[::1]:81/", "[::1]:81", "[::1]:81"),
    ] {
        let target = Target::parse(text).unwrap();
        assert_eq!(target.host_header(), header);
        assert_eq!(target.authority(), authority);
    }
}

#[test]
fn secrets_are_hidden_in_what_is_shown() {
    let target = Target::parse("https://r.example:8443/p?secret=hunter2&a=1&hunter2&&b").unwrap();
    assert_eq!(target.redacted(), "https://r.example:8443/p?secret=•••&a=•••&•••&&•••");
    assert!(!format!("{target:?}").contains("hunter2"));
    assert_eq!(Target::parse("http://r.example").unwrap().redacted(), "http://r.example/");
}

proptest! {
    #[test]
    fn any_text_is_either_a_target_or_a_fault(text in "(https?://)?\\PC{0,60}") {
        if let Ok(target) = Target::parse(&text) {
            prop_assert!(matches!(target.url().scheme(), "http" | "https"));
            prop_assert!(target.url().username().is_empty() && target.url().password().is_none());
            prop_assert_eq!(target.uri().host(), target.url().host_str());
            prop_assert_ne!(target.uri().port_u16(), Some(0));
            prop_assert!(target.uri().to_string().is_ascii());
        }
    }

    #[test]
    fn legal_queries_are_untouched(query in "[A-Za-z0-9._~!$&'()*+,;=:@/?%-]{0,80}") {
        let text = format!("http://r.example/p?{query}");
        prop_assert_eq!(wire(&text), text);
    }
}
