//! The published vector, and the judgement of the published library.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};
use rand::SeedableRng;
use rand::rngs::StdRng;
use standardwebhooks::Webhook;

use super::{PREFIX, Secret, SecretFault, signature_header};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const BODY: &[u8] = br#"{"test": 2432232314}"#;

/// The library judges by the real clock, so signatures for it are made by that.
#[expect(clippy::disallowed_methods, reason = "the published library reads the real clock")]
fn now_s() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn accepted(secret: &Secret, signature: &str, timestamp_s: i64, id: &str, body: &[u8]) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", HeaderValue::from_str(id).unwrap());
    headers.insert("webhook-timestamp", HeaderValue::from(timestamp_s));
    headers.insert("webhook-signature", HeaderValue::from_str(signature).unwrap());
    Webhook::new(&secret.to_string()).unwrap().verify(body, &headers).is_ok()
}

fn secrets() -> [Secret; 3] {
    let mut random = StdRng::seed_from_u64(7);
    [Secret::generate(&mut random), Secret::generate(&mut random), Secret::generate(&mut random)]
}

#[test]
fn signs_the_published_vector() {
    let secret = Secret::parse(SECRET).unwrap();
    assert_eq!(
        signature_header(&[&secret], ID, 1_614_265_330, BODY),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
}

#[test]
fn the_published_library_accepts_what_was_signed_and_nothing_else() {
    let [secret, other, _] = secrets();
    let now = now_s();
    let signature = signature_header(&[&secret], ID, now, BODY);
    assert!(accepted(&secret, &signature, now, ID, BODY));
    assert!(!accepted(&other, &signature, now, ID, BODY), "another secret");
    assert!(!accepted(&secret, &signature, now, "msg_other", BODY), "another id");
    assert!(!accepted(&secret, &signature, now + 1, ID, BODY), "another time");
    assert!(
        !accepted(&secret, &signature, now, ID, br#"{"test":  2432232314}"#),
        "a body with one more space"
    );
    for old_or_early in [now - 301, now + 330] {
        let signature = signature_header(&[&secret], ID, old_or_early, BODY);
        assert!(!accepted(&secret, &signature, old_or_early, ID, BODY), "{}", old_or_early - now);
    }
}

#[test]
fn during_a_rotation_both_secrets_are_good() {
    let [new, old, stranger] = secrets();
    let now = now_s();
    let signature = signature_header(&[&new, &old], ID, now, BODY);
    assert_eq!(signature.split(' ').count(), 2);
    assert!(signature.split(' ').all(|one| one.starts_with("v1,") && one.len() == 47), "{signature}");
    assert!(accepted(&new, &signature, now, ID, BODY));
    assert!(accepted(&old, &signature, now, ID, BODY));
    assert!(!accepted(&stranger, &signature, now, ID, BODY));
    assert_eq!(signature_header(&[], ID, now, BODY), "");
}

#[test]
fn a_body_of_any_bytes_is_signed() {
    let [secret, ..] = secrets();
    let now = now_s();
    let signature = signature_header(&[&secret], ID, now, "ação\r\n".as_bytes());
    assert!(accepted(&secret, &signature, now, ID, "ação\r\n".as_bytes()));
}

#[test]
fn secrets_are_written_and_read_alike() {
    let [secret, other, _] = secrets();
    let text = secret.to_string();
    assert!(text.starts_with("whsec_") && text.len() == 6 + 44, "{}", text.len());
    assert_eq!(*Secret::parse(&text).unwrap().to_string(), *text);
    assert_eq!(*Secret::parse(SECRET).unwrap().to_string(), *SECRET);
    assert_ne!(*other.to_string(), *text);
    assert_eq!(format!("{secret:?}"), "Secret(•••)");
}

#[test]
fn bad_secrets_are_refused_without_being_repeated() {
    let of = |bytes: usize| format!("{PREFIX}{}", STANDARD.encode(vec![7; bytes]));
    for (text, expected) in [
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(), SecretFault::Prefix),
        (String::new(), SecretFault::Prefix),
        ("whsec_not base64!".to_owned(), SecretFault::Base64),
        (of(32).trim_end_matches('=').to_owned(), SecretFault::Base64),
        ("whsec_".to_owned(), SecretFault::Length { bytes: 0 }),
        (of(23), SecretFault::Length { bytes: 23 }),
        (of(65), SecretFault::Length { bytes: 65 }),
    ] {
        let fault = Secret::parse(&text).expect_err("a bad secret passed");
        assert_eq!(fault, expected);
        assert!(fault.to_string().starts_with("the secret "), "{fault}");
    }
    for bytes in [24, 32, 64] {
        assert!(Secret::parse(&of(bytes)).is_ok(), "{bytes}");
    }
}
