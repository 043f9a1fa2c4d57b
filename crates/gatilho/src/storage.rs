//! From the settings of the process to those of the store: the one place that says how each database is opened.

use crate::config::sections::{Database, Store};
use anyhow::{Result, bail};
use store::db::Settings;

/// How to open the database.
///
/// # Errors
/// When this binary cannot.
pub(crate) fn settings(store: &Store) -> Result<Settings> {
    let opened = database(&store.database)?;
    Ok(Settings { readers: store.readers, ..opened })
}

/// The defaults for a database.
///
/// # Errors
/// When this binary cannot open such a one.
pub(crate) fn database(database: &Database) -> Result<Settings> {
    match database {
        Database::Directory(directory) => Ok(Settings::sqlite(directory)),
        Database::Server(url) => bail!(
            "{url} cannot be used (store.database): PostgreSQL is not built into this gatilho; leave it empty, or name \
             sqlite:DIRECTORY"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_cannot_be_opened_is_named_without_its_password() {
        let url = Database::parse("postgres://me:hush@db/desk").unwrap().unwrap();
        let said = database(&url).unwrap_err().to_string();
        assert!(said.contains("postgres://me:•••@db/desk") && said.contains("store.database"), "{said}");
    }
}
