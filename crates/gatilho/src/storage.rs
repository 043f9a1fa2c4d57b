//! From the settings of the process to those of the store: the one place that says how each database is opened.

use crate::config::sections::{Database, Store};
use store::db::Settings;

/// How to open the database.
pub(crate) fn settings(store: &Store) -> Settings {
    Settings { readers: store.readers, ..database(&store.database) }
}

/// The defaults for a database.
pub(crate) fn database(database: &Database) -> Settings {
    match database {
        Database::Directory(directory) => Settings::sqlite(directory),
        Database::Server(url) => Settings::postgres(url.reveal()),
    }
}
