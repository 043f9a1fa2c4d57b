//! Table `instance`: what is true of the whole database, in one row: which master key its secrets are sealed with.

use crate::db::{Query, ReadError, Reader, Step};

/// The mark of the master key that the database was made with; none before the first start.
///
/// # Errors
/// As the reader says.
pub async fn key_mark(reader: &Reader) -> Result<Option<String>, ReadError> {
    const SQL: &str = "select key_mark from instance where id = 1";
    let row = reader.first(Query::new(SQL, vec![])).await?;
    row.map(|row| Ok(row.text(0)?.to_owned())).transpose()
}

/// Keeps the mark, unless there is one.
pub fn set_key_mark(mark: &str) -> Step {
    const SQL: &str = "insert into instance (id, key_mark) values (1, $1) on conflict (id) do nothing";
    Step::new(SQL, vec![mark.into()])
}
