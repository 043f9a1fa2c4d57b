//! Lives here: a fresh database for each test, and running one test on every kind of database.
//! Not here: what is tested (`tests/it`), rows for other floors' tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use crate::db::postgres::testing::{self, Fresh};
use crate::db::{Database, Db, OpenError, Reader, Settings};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one.
    Sqlite,
    /// A server, named by the environment.
    Postgres,
}

/// Which database the stories of the floors above run on: `sqlite`, which is the default, or `postgres`.
const CHOICE: &str = "GATILHO_TEST_DATABASE";

impl Kind {
    /// The one that this run of the tests is about.
    ///
    /// # Panics
    /// When the environment names another one.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the gate runs the stories once for each database")]
    pub fn chosen() -> Self {
        match std::env::var(CHOICE).as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok(other) => panic!("{CHOICE} is {other}: it must be sqlite or postgres"),
        }
    }
}

/// Where the tests find their PostgreSQL server: the URL of a user who may do everything there.
const SERVER: &str = "GATILHO_TEST_POSTGRES";

#[expect(clippy::disallowed_methods, reason = "how a test learns where its server is")]
fn server() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| {
        panic!(
            "{SERVER} names no server: run `cargo xtask ci`, or `cargo xtask postgres -- cargo nextest run …`"
        )
    })
}

/// Another program that has an embedded database in its hands: while this lives, nobody can write.
#[derive(Debug)]
pub struct Held {
    _connection: Connection,
}

impl Held {
    /// Takes the database of this file.
    ///
    /// # Panics
    /// When it cannot be had.
    #[must_use]
    pub fn take(file: &Path) -> Self {
        let connection = Connection::open(file).expect("a database");
        connection.busy_timeout(Duration::from_secs(20)).expect("patience");
        connection.execute_batch("begin immediate").expect("nobody else writes for ever");
        Self { _connection: connection }
    }
}

static HEARD: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// Remembers statements that are run.
pub(crate) fn hear(statements: impl Iterator<Item = &'static str>) {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).extend(statements);
}

/// Every statement that this process has run so far, for tests that look at how they run.
#[must_use]
pub fn heard() -> Vec<&'static str> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
}

/// An open database that nothing else uses; its files go away with it.
#[derive(Debug)]
pub struct TestDatabase {
    /// The database itself.
    pub db: Db,
    settings: Settings,
    /// Dropped last, when nothing uses it any more.
    home: Home,
}

/// A place for a database that nothing else uses: for tests that open it themselves, once or several times.
#[derive(Debug)]
pub struct Home {
    settings: Settings,
    directory: TempDir,
    /// On a server.
    _fresh: Option<Fresh>,
}

impl Home {
    /// A place for a database of this kind.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn make(kind: Kind) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (settings, fresh) = match kind {
            Kind::Sqlite => (Settings::sqlite(directory.path().join("data")), None),
            Kind::Postgres => {
                let fresh = Fresh::make(&server()).await;
                (Settings::postgres(fresh.url()), Some(fresh))
            }
        };
        Self { settings, directory, _fresh: fresh }
    }

    /// With what it is opened; every node that opens it so works on the same database.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings.clone()
    }

    /// A directory for the test's own files.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Where the server has it; PostgreSQL only.
    ///
    /// # Panics
    /// When it is not on a server.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.settings.database {
            Database::Postgres { url } => url.clone(),
            Database::Sqlite { .. } | Database::Inbox { .. } => panic!("it is on no server"),
        }
    }
}

impl TestDatabase {
    /// A fresh database of this kind with the default settings.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn open(kind: Kind) -> Self {
        Self::with(kind, |_| ()).await
    }

    /// A fresh SQLite database with the default settings.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn sqlite() -> Self {
        Self::open(Kind::Sqlite).await
    }

    /// A fresh PostgreSQL database with the default settings.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn postgres() -> Self {
        Self::open(Kind::Postgres).await
    }

    /// A fresh database with some settings changed.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn with(kind: Kind, change: impl FnOnce(&mut Settings)) -> Self {
        let home = Home::make(kind).await;
        let mut settings = home.settings();
        change(&mut settings);
        let db = Db::open(settings.clone()).await.expect("a fresh database opens");
        Self { db, settings, home }
    }

    /// What reads it.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.db.reader()
    }

    /// A directory for the test's own files, beside those of the database.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.home.directory()
    }

    /// What it was opened with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How long the file of the write-ahead log is; SQLite only.
    #[must_use]
    pub fn log_bytes(&self) -> u64 {
        // Looked at, not opened: see `db::sqlite`.
        self.file("gatilho.db-wal").metadata().map_or(0, |file| file.len())
    }

    /// How long the file of the database is; SQLite only.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        self.file("gatilho.db").metadata().map_or(0, |file| file.len())
    }

    fn file(&self, name: &str) -> PathBuf {
        match &self.settings.database {
            Database::Sqlite { directory } => directory.join(name),
            Database::Inbox { .. } => panic!("an inbox is one file"),
            Database::Postgres { .. } => panic!("a server's files are its own"),
        }
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.settings.database {
            Database::Sqlite { .. } | Database::Inbox { .. } => Kind::Sqlite,
            Database::Postgres { .. } => Kind::Postgres,
        }
    }

    /// Runs commands over a connection that the product knows nothing of; PostgreSQL only.
    ///
    /// # Panics
    /// When the server refuses them.
    pub async fn command(&self, sql: &str) {
        testing::command(self.url(), sql).await;
    }

    /// The rows of one command as texts, over a connection that the product knows nothing of; PostgreSQL only.
    ///
    /// # Panics
    /// When the server refuses it.
    pub async fn ask(&self, sql: &str) -> Vec<Vec<String>> {
        testing::ask(self.url(), sql).await
    }

    /// How a session of the product runs a statement, in each form that it may be given; PostgreSQL only.
    ///
    /// # Panics
    /// When the server refuses it.
    pub async fn plans(&self, sql: &'static str) -> Vec<(String, Vec<String>)> {
        testing::plans(self.url(), sql).await
    }

    /// Where the server has it; PostgreSQL only.
    ///
    /// # Panics
    /// When it is not on a server.
    #[must_use]
    pub fn url(&self) -> &str {
        match &self.settings.database {
            Database::Postgres { url } => url,
            Database::Sqlite { .. } | Database::Inbox { .. } => panic!("it is on no server"),
        }
    }

    /// Closes it and opens it again, with some settings changed.
    ///
    /// # Errors
    /// What [`Db::open`] says.
    pub async fn reopen(self, change: impl FnOnce(&mut Settings)) -> Result<Self, OpenError> {
        let Self { db, mut settings, home } = self;
        db.close().await;
        change(&mut settings);
        let db = Db::open(settings.clone()).await?;
        Ok(Self { db, settings, home })
    }
}

/// Makes tests of functions `async fn(TestDatabase)`: each runs on every kind of database. A new kind is one line.
/// Tests that open their database themselves write `on_each_kind!` instead, and take a [`Kind`] for [`Home::make`].
#[macro_export]
macro_rules! on_each_database {
    ($($test:ident),+ $(,)?) => {
        $crate::on_each_database!(@ sqlite Sqlite $($test)+);
        $crate::on_each_database!(@ postgres Postgres $($test)+);
    };
    (@ $module:ident $kind:ident $($test:ident)+) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let kind = $crate::testing::Kind::$kind;
                    super::$test($crate::testing::TestDatabase::open(kind).await).await;
                }
            )+
        }
    };
}

/// Makes tests of functions `async fn(Kind)`: each runs on every kind of database.
#[macro_export]
macro_rules! on_each_kind {
    ($($test:ident),+ $(,)?) => {
        $crate::on_each_kind!(@ sqlite Sqlite $($test)+);
        $crate::on_each_kind!(@ postgres Postgres $($test)+);
    };
    (@ $module:ident $kind:ident $($test:ident)+) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test($crate::testing::Kind::$kind).await;
                }
            )+
        }
    };
}
