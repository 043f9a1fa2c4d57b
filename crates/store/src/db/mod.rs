//! Lives here: the seam between the product and its database. A write is a value that `Db::commit` takes whole;
//! a read is a value that `Reader` answers. Everything here is the same for every database.
//! Not here: drivers (`sqlite`), statements (the table files), retries after Stale or Unknown (the engine).

mod errors;
mod inspection;
mod settings;
mod sqlite;
mod value;
mod write;

use std::path::Path;

pub use errors::{BackupError, CommitError, OpenError, ReadError};
pub use inspection::{Inspection, Schema, Sizes, Soundness, backup_directory, is_in_use};
pub use settings::{Database, Settings, Synchronous};
pub use value::{Row, Value};
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
}

impl Db {
    /// Opens the database, making or migrating it as needed.
    ///
    /// # Errors
    /// [`OpenError`] says what stands in the way.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let Database::Sqlite { directory } = settings.database.clone();
        Ok(Self { backend: Backend::Sqlite(sqlite::Sqlite::open(directory, settings).await?) })
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
        }
    }

    /// The way to read that cannot write.
    #[must_use]
    pub fn reader(&self) -> Reader {
        match &self.backend {
            Backend::Sqlite(sqlite) => Reader { backend: ReaderBackend::Sqlite(sqlite.reader()) },
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
        }
    }

    /// Ends reads and writes that were handed over before, copies the log into the database and lets go of it.
    /// Later calls on clones are answered Unavailable.
    pub async fn close(self) {
        match self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
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
        }
    }
}
