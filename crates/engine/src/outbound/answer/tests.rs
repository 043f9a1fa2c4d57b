//! Heads, bodies and waits, without a network.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Policy, RETRY_AFTER_MS_MAX, UnixMillis, head_lines, retry_after_ms, text};

/// 1994-11-06 08:49:37 UTC, in Unix milliseconds.
const NOW_MS: i64 = 784_111_777_000;

fn headers(pairs: &[(&'static str, &[u8])]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap()))
        .collect()
}

fn wait(value: &[u8]) -> Option<i64> {
    let now: UnixMillis = Arc::new(|| NOW_MS);
    retry_after_ms(&headers(&[("retry-after", value)]), &now)
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    assert_eq!(wait(b"0"), Some(0));
    assert_eq!(wait(b"120"), Some(120_000));
    assert_eq!(wait(b" 7 "), Some(7_000));
    assert_eq!(wait(b"Sun, 06 Nov 1994 08:50:07 GMT"), Some(30_000));
    assert_eq!(wait(b"Sunday, 06-Nov-94 08:50:07 GMT"), Some(30_000));
    assert_eq!(wait(b"Sun Nov  6 08:50:07 1994"), Some(30_000));
    assert_eq!(wait(b"Sun, 06 Nov 1994 08:49:36 GMT"), Some(0), "a date that has passed means at once");
}

#[test]
fn absurd_waits_are_bounded_or_ignored() {
    for value in ["31536001", "99999999999", "9223372036854775807", "99999999999999999999999999"] {
        assert_eq!(wait(value.as_bytes()), Some(RETRY_AFTER_MS_MAX), "{value}");
    }
    assert_eq!(wait(b"Fri, 31 Dec 9999 23:59:59 GMT"), Some(RETRY_AFTER_MS_MAX));
    for value in ["", "-5", "1.5", "1e3", "+7", "soon", "0x10", "7 s", "Thu, 01 Jan 1960 00:00:00 GMT"] {
        assert_eq!(wait(value.as_bytes()), None, "{value}");
    }
    assert_eq!(wait(b"\xff"), None);
    assert_eq!(retry_after_ms(&HeaderMap::new(), &(Arc::new(|| NOW_MS) as UnixMillis)), None);
}

#[test]
fn heads_are_lines_within_limits() {
    let policy = Policy { headers_max: 3, answer_head_bytes_max: 60, ..Policy::default() };
    let lines = head_lines(&headers(&[("a", b"1"), ("b", b"caf\xe9"), ("a", b"2")]), &policy);
    assert_eq!(lines.unwrap(), "a: 1\na: 2\nb: caf\u{fffd}");
    assert_eq!(head_lines(&HeaderMap::new(), &policy).unwrap(), "");
    let four = headers(&[("a", b"1"), ("b", b"1"), ("c", b"1"), ("a", b"2")]);
    assert_eq!(head_lines(&four, &policy).unwrap_err(), "has 4 headers; at most 3 are taken");
    let long = headers(&[("a", &[b'x'; 60])]);
    assert_eq!(head_lines(&long, &policy).unwrap_err(), "has a head of 65 bytes; at most 60 are taken");
    let replaced = head_lines(&headers(&[("a", &[0xff; 50])]), &policy).unwrap();
    assert!(replaced.len() <= 60 && replaced.starts_with("a: \u{fffd}"), "{replaced}");
}

#[test]
fn bodies_are_text_within_limits() {
    let plain = |bytes: &[u8], max| text(bytes.to_vec(), false, max);
    assert_eq!(plain(b"ok", 8), ("ok".to_owned(), false));
    assert_eq!(plain(b"", 8), (String::new(), false));
    assert_eq!(plain(b"a\xffb", 8), ("a\u{fffd}b".to_owned(), false));
    assert_eq!(plain(b"a\0b", 8), ("a\u{fffd}b".to_owned(), false));
    assert_eq!(plain("é".as_bytes(), 2), ("é".to_owned(), false));
    // Replaced bytes take three bytes each; what no longer fits is missing.
    assert_eq!(plain(b"\xff\xff\xff", 8), ("\u{fffd}\u{fffd}".to_owned(), true));
    assert_eq!(plain(b"\0\0\0", 3), ("\u{fffd}".to_owned(), true));
    // A character cut in two is left out; one that is broken is not.
    assert_eq!(text(b"ab\xc3".to_vec(), true, 3), ("ab".to_owned(), true));
    assert_eq!(text(b"a\xc3b".to_vec(), true, 8), ("a\u{fffd}b".to_owned(), true));
    assert_eq!(plain(b"ab\xc3", 8), ("ab\u{fffd}".to_owned(), false));
}
