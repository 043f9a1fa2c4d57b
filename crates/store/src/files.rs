//! Table `files`: which stored objects belong to which tickets. The bytes are not here (engine `files`).

use crate::db::{Query, ReadError, Reader, Row, Step};
use model::file::FileKey;
use model::ids::DomainId;
use model::time::Timestamp;

/// A file of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Where its bytes are.
    pub key: FileKey,
    /// The ticket that it belongs to.
    pub ticket: i64,
    /// The action that it belongs to.
    pub action: i64,
    /// Name shown to people.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// As it was sent; never what it is served as.
    pub content_type: String,
    /// Reference code, or empty.
    pub created_by: String,
    /// When it was stored.
    pub created_at: Timestamp,
}

fn decode(row: &Row) -> Result<(DomainId, FileRow), ReadError> {
    let ticket = row.integer(2)?;
    let unreadable =
        |_| ReadError::Corrupt { table: "files", column: "file_key", id: format!("of ticket {ticket}") };
    let key = row.text(1)?.parse().map_err(unreadable)?;
    let file = FileRow {
        key,
        ticket,
        action: row.integer(3)?,
        name: row.text(4)?.to_owned(),
        size: row.integer(5)?,
        sha256: row.text(6)?.to_owned(),
        content_type: row.text(7)?.to_owned(),
        created_by: row.text(8)?.to_owned(),
        created_at: Timestamp(row.integer(9)?),
    };
    Ok((DomainId(row.integer(0)?), file))
}

/// A file by its key alone, with its domain: for whoever shows a key instead of a name. It says nothing about who may
/// read it.
///
/// # Errors
/// As the reader says.
pub async fn find_by_key(reader: &Reader, key: FileKey) -> Result<Option<(DomainId, FileRow)>, ReadError> {
    const SQL: &str =
        "select domain_id, file_key, ticket_number, action_id, name, size_bytes, sha256, content_type,
        created_by, created_at_ms from files where file_key = $1";
    let row = reader.first(Query::new(SQL, vec![key.to_string().into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// A file of a domain.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, key: FileKey) -> Result<Option<FileRow>, ReadError> {
    const SQL: &str =
        "select domain_id, file_key, ticket_number, action_id, name, size_bytes, sha256, content_type,
        created_by, created_at_ms from files where domain_id = $1 and file_key = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), key.to_string().into()])).await?;
    Ok(row.as_ref().map(decode).transpose()?.map(|(_, file)| file))
}

/// Keys of a domain's files after `after` up to `last`, in order.
///
/// # Errors
/// As the reader says.
pub async fn keys_between(
    reader: &Reader,
    domain: DomainId,
    after: FileKey,
    last: FileKey,
    limit: i64,
) -> Result<Vec<FileKey>, ReadError> {
    const SQL: &str = "select file_key from files where domain_id = $1 and file_key > $2 and file_key <= $3
        order by file_key limit $4";
    let params = vec![domain.0.into(), after.to_string().into(), last.to_string().into(), limit.into()];
    let rows = reader.rows(Query::new(SQL, params)).await?;
    // What is no key names no object.
    rows.iter().map(|row| row.text(0)).filter_map(|key| key.map(|key| key.parse().ok()).transpose()).collect()
}

/// Says that these stored files belong to tickets.
pub fn insert(domain: DomainId, files: &[FileRow]) -> Step {
    const SQL: &str =
        "insert into files (domain_id, file_key, ticket_number, action_id, name, size_bytes, sha256,
        content_type, created_by, created_at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let row = |file: &FileRow| {
        vec![
            domain.0.into(),
            file.key.to_string().into(),
            file.ticket.into(),
            file.action.into(),
            file.name.as_str().into(),
            file.size.into(),
            file.sha256.as_str().into(),
            file.content_type.as_str().into(),
            file.created_by.as_str().into(),
            file.created_at.0.into(),
        ]
    };
    Step::many(SQL, files.iter().map(row).collect())
}
