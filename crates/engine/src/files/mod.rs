//! Where the bytes of files are: objects under domain and key, in a directory or in a bucket. An object is there whole or
//! not at all, and once it is said to be stored it outlives a power cut.
//! Does not live here: whose files they are (store `files`), who may have them (`commands::files`), their clearing
//! (`sweep`).

mod bucket;
mod directory;
mod put;
pub(crate) mod sweep;

pub use bucket::Bucket;

use crate::error::Error;
use crate::outbound::ClientError;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use model::file::FileKey;
use model::ids::DomainId;
use model::text;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Files that come in at the same time on one node; each holds one part in memory.
const INCOMING_MAX: usize = 64;

/// The file store of a node.
#[derive(Clone)]
pub struct Files {
    objects: Arc<dyn ObjectStore>,
    /// Bytes of one file.
    size_max: u64,
    /// Bytes that are written at once.
    part_bytes: usize,
    /// Where it is on this machine, if it is.
    directory: Option<PathBuf>,
    incoming: Arc<Semaphore>,
}

/// Why there is no file store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// The directory is of no use.
    #[error("files cannot be kept in {0}: {1}; let the server's user write there, or set files.directory")]
    Directory(String, String),
    /// The settings of the bucket are.
    #[error("the settings of the bucket cannot be used: {0}")]
    Bucket(String),
    /// There can be no calls to it.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// A file on its way out.
pub struct Opened {
    /// The bytes, in pieces.
    pub bytes: BoxStream<'static, Result<Bytes, Error>>,
    /// Which bytes of the file they are.
    pub range: Range<u64>,
}

impl Files {
    fn new(objects: Arc<dyn ObjectStore>, part_bytes: usize, size_max: u64) -> Self {
        let incoming = Arc::new(Semaphore::new(INCOMING_MAX));
        Files { objects, size_max, part_bytes, directory: None, incoming }
    }

    /// Bytes that one file may have.
    pub fn size_max(&self) -> u64 {
        self.size_max
    }

    /// Opens a file, or the bytes of a range within it.
    pub(crate) async fn open(
        &self,
        domain: DomainId,
        key: FileKey,
        range: Option<Range<u64>>,
    ) -> Result<Opened, Error> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.objects.get_opts(&place(domain, key), options).await.map_err(explain)?;
        let range = found.range.clone();
        Ok(Opened { bytes: found.into_stream().map_err(explain).boxed(), range })
    }

    /// Takes a file away that nothing refers to.
    async fn remove(&self, domain: DomainId, key: FileKey) -> Result<(), Error> {
        match self.objects.delete(&place(domain, key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(explain(error)),
        }
    }

    /// The same for files whose owner was refused: what cannot be removed now, the next sweep removes.
    pub(crate) async fn discard(&self, domain: DomainId, keys: Vec<FileKey>) {
        for key in keys {
            if let Err(error) = self.remove(domain, key).await {
                tracing::warn!(%error, "a file that nobody has was not removed; the next sweep does it");
            }
        }
    }
}

/// Files of one domain whose keys begin alike: 256 such places keep directories short.
fn shelf(domain: DomainId, first: u8) -> Path {
    Path::from(format!("{domain}/{first:02X}"))
}

fn place(domain: DomainId, key: FileKey) -> Path {
    shelf(domain, key.0.to_be_bytes()[0]).join(key.to_string())
}

/// What an object store says, as a command fails.
fn explain(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::NotFound("such file in the file store".into()),
        other => {
            tracing::warn!(error = %other, "the file store failed");
            Error::Unavailable(text!("the file store cannot be reached or is full; try again later"))
        }
    }
}

#[cfg(test)]
mod tests;
