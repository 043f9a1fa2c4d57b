//! A server behind HTTPS: certificates that the system trusts are taken, and no others.

use crate::support::{KEY, gatilho};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// A server with an empty list of triggers for `localhost`; its address and its certificate.
fn secure_server() -> (SocketAddr, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = builder.expect("protocols").with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key.into()).expect("a key that fits");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let session = ServerConnection::new(Arc::clone(&config)).expect("a session");
            let mut stream = BufReader::new(StreamOwned::new(session, stream));
            let mut line = String::new();
            // A caller that does not trust the certificate ends here.
            while stream.read_line(&mut line).is_ok_and(|length| length > 2) {
                line.clear();
            }
            let body = r#"{"items":[],"next_cursor":null}"#;
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.get_mut().write_all(format!("{head}{body}").as_bytes());
            let _ = stream.get_mut().flush();
        }
    });
    (address, made.cert.pem())
}

#[test]
fn only_certificates_that_the_system_trusts_are_taken() {
    let (address, certificate) = secure_server();
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("trusted.pem");
    std::fs::write(&file, certificate).expect("written");
    let server = format!("https://localhost:{}", address.port());
    let ask = |env: &[(&str, &str)]| {
        gatilho(&["trigger", "list", "--json", "--server", &server, "--key", KEY], env)
    };
    let trusting = ask(&[("SSL_CERT_FILE", file.to_str().expect("UTF-8"))]);
    assert_eq!(trusting.ok(), "{\"items\":[],\"next_cursor\":null}\n");
    let refused = ask(&[]).failed(1);
    assert!(
        refused.contains(&format!("{server} cannot be asked")) && refused.contains("certificate"),
        "{refused}"
    );
}
