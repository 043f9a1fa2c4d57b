//! Lives here: a small proxy between the product and the server that cuts connections at chosen moments.
//! Not here: what is to come of it (`unknown`, `faults`).

use std::sync::{Arc, Mutex, PoisonError};

use store::db::{Database, Settings};
use store::testing::{Kind, TestDatabase};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// When the next connection that commits is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Never: everything passes.
    Never,
    /// When the commit was sent, before the server gets it.
    BeforeCommit,
    /// When the server has committed, before its answer comes back.
    AfterCommit,
    /// At once, and new connections too.
    Always,
}

#[derive(Debug)]
struct Shared {
    server: Mutex<String>,
    cut: Mutex<Cut>,
    changed: tokio::sync::Notify,
}

impl Shared {
    fn cut(&self) -> Cut {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The running proxy.
#[derive(Debug)]
pub(super) struct Proxy {
    shared: Arc<Shared>,
    port: u16,
}

impl Proxy {
    /// A database that is reached through a proxy.
    pub(super) async fn database(change: impl FnOnce(&mut Settings)) -> (TestDatabase, Proxy) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            server: Mutex::default(),
            cut: Mutex::new(Cut::Never),
            changed: tokio::sync::Notify::new(),
        });
        tokio::spawn(listen(listener, Arc::clone(&shared)));
        let proxy = Proxy { shared, port };
        let database = TestDatabase::with(Kind::Postgres, |settings| {
            proxy.put_between(settings);
            change(settings);
        });
        (database.await, proxy)
    }

    fn put_between(&self, settings: &mut Settings) {
        let Database::Postgres { url } = &mut settings.database else { panic!("there is no server") };
        let (before, rest) = url.split_once('@').expect("a URL with a user");
        let (server, database) = rest.split_once('/').expect("a URL with a database");
        *self.shared.server.lock().expect("not poisoned") = server.to_owned();
        *url = format!("{before}@127.0.0.1:{}/{database}", self.port);
    }

    pub(super) fn cut(&self, cut: Cut) {
        *self.shared.cut.lock().expect("not poisoned") = cut;
        self.shared.changed.notify_waiters();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // Whatever fails ends both connections.
            let _ = pass(client, &shared).await;
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's way to a test's server")]
async fn pass(mut client: TcpStream, shared: &Shared) -> std::io::Result<()> {
    if shared.cut() == Cut::Always {
        return Ok(());
    }
    let server = shared.server.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut server = TcpStream::connect(server).await?;
    let (mut from_client, mut from_server) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut committing = false;
    loop {
        tokio::select! {
            count = client.read(&mut from_client) => {
                let sent = &from_client[..count?];
                if sent.is_empty() {
                    return Ok(());
                }
                let commits = holds(sent, b"; commit");
                if commits && shared.cut() == Cut::BeforeCommit {
                    *shared.cut.lock().unwrap_or_else(PoisonError::into_inner) = Cut::Never;
                    return Ok(());
                }
                committing |= commits;
                server.write_all(sent).await?;
            }
            count = server.read(&mut from_server) => {
                let answered = &from_server[..count?];
                if answered.is_empty() {
                    return Ok(());
                }
                if committing && holds(answered, b"COMMIT") && shared.cut() == Cut::AfterCommit {
                    *shared.cut.lock().unwrap_or_else(PoisonError::into_inner) = Cut::Never;
                    return Ok(());
                }
                client.write_all(answered).await?;
            }
            () = shared.changed.notified() => {
                if shared.cut() == Cut::Always {
                    return Ok(());
                }
            }
        }
    }
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
