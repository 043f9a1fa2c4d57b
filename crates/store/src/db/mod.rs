//! Lives here: the seam between the product and its database. A write is a value that `Db::commit` takes whole;
//! a read is a value that `Reader` answers. Everything here is the same for every database.
//! Not here: drivers (`sqlite`, `postgres`), statements (the table files), retries after Stale or Unknown (the engine).

mod errors;
mod fragments;
mod inspection;
pub(crate) mod postgres;
mod settings;
mod sqlite;
mod value;
mod wakes;
mod write;

use std::path::Path;

use sqlite::Layout;

pub use errors::{BackupError, CommitError, OpenError, ReadError};
pub use inspection::{
    Inspection, Room, Schema, ServerInspection, Sizes, Soundness, backup_directory, commit_beside, is_in_use,
};
pub use settings::{Database, Settings, Synchronous};
pub use value::{Row, Value};
pub use wakes::{Replication, Standby, Wakes};
pub use write::{Done, Expect, Query, Step, Write};

/// The open database: the one way to write. Clones share it.
#[derive(Clone, Debug)]
pub struct Db {
    backend: Backend,
}

/// Which database stands behind [`Db`]. Closed: a new one is one more variant.
#[derive(Clone, Debug)]
enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens the database, making or migrating it as needed.
    ///
    /// # Errors
    /// [`OpenError`] says what stands in the way.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let backend = match settings.database.clone() {
            Database::Sqlite { directory } => {
                Backend::Sqlite(sqlite::Sqlite::open(Layout::House(directory), settings).await?)
            }
            Database::Inbox { file } => {
                Backend::Sqlite(sqlite::Sqlite::open(Layout::Inbox(file), settings).await?)
            }
            Database::Postgres { url } => Backend::Postgres(postgres::Postgres::open(&url, settings).await?),
        };
        Ok(Self { backend })
    }

    /// Commits a write: all of it or nothing. Ok means that the write is on the disk.
    ///
    /// The write is handed over at the first poll; dropping the future after that does not take it back.
    ///
    /// # Errors
    /// [`CommitError`] says what to do next; except for `Unknown`, nothing was stored.
    pub async fn commit(&self, write: Write) -> Result<Done, CommitError> {
        if write.is_empty() {
            return Ok(Done::default());
        }
        #[cfg(feature = "testing")]
        crate::testing::hear(write.steps().iter().map(|step| step.sql));
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.commit(write).await,
            Backend::Postgres(postgres) => postgres.commit(write).await,
        }
    }

    /// The way to read that cannot write.
    #[must_use]
    pub fn reader(&self) -> Reader {
        match &self.backend {
            Backend::Sqlite(sqlite) => Reader { backend: ReaderBackend::Sqlite(sqlite.reader()) },
            Backend::Postgres(postgres) => Reader { backend: ReaderBackend::Postgres(postgres.reader()) },
        }
    }

    /// Copies the whole database as it is now into a new file, while reads and writes go on.
    ///
    /// The file appears under its name only when it is complete and on the disk. The log cannot be restarted
    /// meanwhile, so it grows by what is written until the copy is done.
    ///
    /// # Errors
    /// [`BackupError`]; then no file was left behind.
    pub async fn backup(&self, to: &Path) -> Result<(), BackupError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.backup(to).await,
            Backend::Postgres(_) => Err(BackupError::Server),
        }
    }

    /// Whether other nodes may work on the same database at the same time.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => false,
            Backend::Postgres(_) => true,
        }
    }

    /// Begins to listen for [`Db::notify`] of other nodes. Where there are none, it never wakes.
    #[must_use]
    pub fn listen(&self) -> Wakes {
        match &self.backend {
            Backend::Sqlite(_) => Wakes::never(),
            Backend::Postgres(postgres) => Wakes::from_others(postgres.listen()),
        }
    }

    /// Wakes the other nodes soon, if there are any. Never waits; several calls in a row may become one, and one can
    /// be lost, so nodes must also look by themselves.
    pub fn notify(&self) {
        match &self.backend {
            Backend::Sqlite(_) => {}
            Backend::Postgres(postgres) => postgres.notify(),
        }
    }

    /// Wakes the other nodes and waits until the server has the call: for a node that ends.
    pub async fn notify_last(&self) {
        match &self.backend {
            Backend::Sqlite(_) => {}
            Backend::Postgres(postgres) => postgres.notify_last().await,
        }
    }

    /// The clock of the database's server in milliseconds since 1970, for comparing it with one's own; none where the
    /// database has no other clock. Opens a connection for it: whoever wants to know how far the clocks are apart
    /// takes the middle of the time before and after.
    ///
    /// # Errors
    /// [`ReadError`] says why there is no answer.
    pub async fn clock_ms(&self) -> Result<Option<i64>, ReadError> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(None),
            Backend::Postgres(postgres) => postgres.clock_ms().await.map(Some),
        }
    }

    /// Who copies the database; none where it has no copies of its own.
    ///
    /// # Errors
    /// [`ReadError`] says why there is no answer.
    pub async fn replication(&self) -> Result<Option<Replication>, ReadError> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(None),
            Backend::Postgres(postgres) => postgres.replication().await.map(Some),
        }
    }

    /// Ends reads and writes that were handed over before, copies the log into the database and lets go of it.
    /// Later calls on clones are answered Unavailable.
    pub async fn close(self) {
        match self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close().await,
        }
    }
}

/// Answers questions, each from one consistent state of what has been committed. Clones share it.
#[derive(Clone, Debug)]
pub struct Reader {
    backend: ReaderBackend,
}

#[derive(Clone, Debug)]
enum ReaderBackend {
    Sqlite(sqlite::Readers),
    Postgres(postgres::Readers),
}

impl Reader {
    /// All rows of a query.
    ///
    /// # Errors
    /// [`ReadError`] says why there are none.
    pub async fn rows(&self, query: Query) -> Result<Vec<Row>, ReadError> {
        let mut answers = self.run(vec![query], usize::MAX).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// The first row of a query, if there is one. The rest is not read.
    ///
    /// # Errors
    /// [`ReadError`] says why there is no answer.
    pub async fn first(&self, query: Query) -> Result<Option<Row>, ReadError> {
        let mut answers = self.run(vec![query], 1).await?;
        Ok(answers.pop().unwrap_or_default().pop())
    }

    /// All rows of several queries, all from the same state of the database.
    ///
    /// # Errors
    /// [`ReadError`] of the first query that failed.
    pub async fn snapshot(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, ReadError> {
        self.run(queries, usize::MAX).await
    }

    async fn run(&self, queries: Vec<Query>, most: usize) -> Result<Vec<Vec<Row>>, ReadError> {
        #[cfg(feature = "testing")]
        crate::testing::hear(queries.iter().map(|query| query.sql));
        match &self.backend {
            ReaderBackend::Sqlite(readers) => readers.run(queries, most).await,
            ReaderBackend::Postgres(readers) => readers.run(queries, most).await,
        }
    }
}
