//! From the settings of the process to those of the store: the one place that says how each database is opened.

use crate::config::sections::{Database, Store};
use store::db::Settings;

/// How to open the database.
pub(crate) fn settings(store: &Store) -> Settings {
    let opened = database(&store.database);
    Settings { readers: store.readers.unwrap_or(opened.readers), ..opened }
}

/// The defaults for a database.
pub(crate) fn database(database: &Database) -> Settings {
    match database {
        Database::Directory(directory) => Settings::sqlite(directory),
        Database::Server(url) => Settings::postgres(url.reveal()),
    }
}

/// Connections that this node takes on a server at most: those that write and read, one that listens and one that wakes.
pub(crate) fn connections(store: &Store) -> usize {
    let settings = settings(store);
    settings.writers + settings.readers + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(database: &str, readers: Option<usize>) -> Store {
        let database = Database::parse(database).unwrap().unwrap();
        Store { data: "keys".into(), database, readers }
    }

    #[test]
    fn each_database_has_its_own_number_of_readers_unless_one_is_set() {
        let server = "postgres://me:hush@db/desk";
        assert_eq!(settings(&store("sqlite:/a", None)).readers, 3);
        assert_eq!(settings(&store(server, None)).readers, 4);
        assert_eq!(settings(&store(server, Some(9))).readers, 9);
        assert_eq!(connections(&store(server, None)), 8);
        assert!(!format!("{:?}", settings(&store(server, None))).contains("hush"));
    }
}
