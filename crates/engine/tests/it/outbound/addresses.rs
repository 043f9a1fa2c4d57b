//! Which receivers are called at all. A refusal opens no connection: the receiver counts.

use std::net::{SocketAddr, UdpSocket};

use engine::outbound::Policy;
use model::outcome::Outcome;

use super::server::{OK, Server};
use super::{allowing, answered, blocked_why, client, local, post, unreachable_why};

#[tokio::test]
async fn every_way_of_writing_this_machine_is_refused_without_a_connection() {
    let server = Server::answering(OK).await;
    let client = client(Policy::default());
    let port = server.address.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "127%2e0%2e0%2e1",
        "①②⑦.⓪.⓪.①",
        "0.0.0.0",
        "0",
        "127.255.255.254",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::5efe:127.0.0.1]",
    ] {
        let why = blocked_why(post(&client, &format!("http://{host}:{port}/")).await);
        assert!(why.contains("GATILHO_OUTBOUND__ALLOW_NETWORKS="), "{host}: {why}");
    }
    // Not every machine knows the name with a dot at the end; none may be called by it.
    assert!(!matches!(post(&client, &format!("http://localhost.:{port}/")).await, Outcome::Answered(_)));
    assert_eq!(server.connections_before_now().await, 0);
}

#[tokio::test]
async fn networks_that_are_not_global_are_refused() {
    let client = client(Policy::default());
    for host in [
        "10.0.0.1",
        "100.64.0.1",
        "169.254.1.1",
        "172.16.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[100::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[fc00::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b:1::1]",
        "[4000::1]",
    ] {
        for scheme in ["http", "https"] {
            blocked_why(post(&client, &format!("{scheme}://{host}/")).await);
        }
    }
}

#[tokio::test]
async fn an_allowed_network_is_called() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let name = client(local());
    assert_eq!(answered(post(&name, &format!("http://localhost:{port}/")).await).body, "ok");
    let address = client(allowing(&["127.0.0.0/8"]));
    for host in ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"] {
        assert_eq!(answered(post(&address, &format!("http://{host}:{port}/")).await).body, "ok", "{host}");
    }
}

#[tokio::test]
async fn ipv6_receivers_are_called_when_allowed() {
    let server = Server::listen("[::1]:0", None, |mut peer| async move {
        while peer.request().await.is_some() {
            peer.send(OK).await;
        }
    })
    .await;
    let why = blocked_why(post(&client(allowing(&["127.0.0.0/8"])), &server.url("/")).await);
    assert_eq!(why, "::1 is private; allow it with GATILHO_OUTBOUND__ALLOW_NETWORKS=::1/128");
    assert_eq!(server.connections_before_now().await, 0);
    assert_eq!(answered(post(&client(local()), &server.url("/")).await).body, "ok");
    assert!(server.requests()[0].contains(&format!("host: {}\r\n", server.address)));
}

#[tokio::test]
async fn one_forbidden_address_of_a_name_is_enough() {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host(("localhost", 80)).await.unwrap().collect();
    let why = blocked_why(post(&client(Policy::default()), "http://localhost/").await);
    assert!(why.starts_with("localhost: ") && why.contains(" is private; allow it with "), "{why}");
    if addresses.iter().any(SocketAddr::is_ipv6) && addresses.iter().any(SocketAddr::is_ipv4) {
        // Allowing one family leaves the other, and so the name, shut.
        for half in ["127.0.0.0/8", "::1/128"] {
            blocked_why(post(&client(allowing(&[half])), "http://localhost/").await);
        }
    }
}

#[tokio::test]
async fn nothing_opens_metadata_services() {
    let client = client(allowing(&["0.0.0.0/0", "::/0"]));
    for host in [
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "[fd00:ec2::23]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "0xa9fea9fe",
        "2852039166",
        "metadata.google.internal",
        "METADATA.GOOGLE.INTERNAL.",
    ] {
        let why = blocked_why(post(&client, &format!("http://{host}/")).await);
        assert!(why.ends_with("; no setting opens it"), "{why}");
    }
}

#[tokio::test]
async fn nothing_opens_our_own_sockets() {
    let server = Server::answering(OK).await;
    let other = Server::answering(OK).await;
    let port = server.address.port();
    for own in [server.address, ([0, 0, 0, 0], port).into(), ([0_u16; 8], port).into()] {
        let client = client(Policy { own_addresses: vec![own], ..allowing(&["0.0.0.0/0", "::/0"]) });
        for host in ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"] {
            let why = blocked_why(post(&client, &format!("http://{host}:{port}/")).await);
            assert!(why.ends_with("is an address of this server itself; no setting opens it"), "{why}");
        }
        assert_eq!(
            answered(post(&client, &other.url("/")).await).status,
            200,
            "another port of this machine"
        );
    }
    assert_eq!(server.connections_before_now().await, 0);
}

#[tokio::test]
async fn listening_everywhere_shuts_every_address_of_this_machine() {
    // The address that packets to the Internet would leave from, where there is one. Nothing is sent.
    let outward = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("8.8.8.8:9")?;
        socket.local_addr()
    });
    let Ok(outward) = outward else { return };
    let server = Server::listen("0.0.0.0:0", None, |mut peer| async move {
        while peer.request().await.is_some() {
            peer.send(OK).await;
        }
    })
    .await;
    let url = format!("http://{}:{}/", outward.ip(), server.address.port());
    let wide = allowing(&["0.0.0.0/0"]);
    assert_eq!(answered(post(&client(wide.clone()), &url).await).status, 200);
    let own = Policy { own_addresses: vec![server.address], ..wide };
    blocked_why(post(&client(own), &url).await);
}

#[tokio::test]
async fn plain_http_can_be_switched_off() {
    let server = Server::answering(OK).await;
    let client = client(Policy { allow_http: false, ..local() });
    let why = blocked_why(post(&client, &server.url("/")).await);
    assert!(why.contains("use https:// or set GATILHO_OUTBOUND__ALLOW_HTTP=true"), "{why}");
    assert_eq!(server.connections_before_now().await, 0);
}

#[tokio::test]
async fn a_new_policy_closes_unused_connections_and_judges_anew() {
    let server = Server::answering(OK).await;
    let client = client(local());
    assert_eq!(answered(post(&client, &server.url("/")).await).status, 200);
    client.set_policy(Policy::default());
    super::ends(server.closed(1)).await;
    blocked_why(post(&client, &server.url("/")).await);
    client.set_policy(local());
    assert_eq!(answered(post(&client, &server.url("/")).await).status, 200);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_so() {
    let why = unreachable_why(post(&client(Policy::default()), "http://receiver.invalid/").await);
    assert!(why.contains("receiver.invalid") && why.contains("DNS of this server"), "{why}");
}
