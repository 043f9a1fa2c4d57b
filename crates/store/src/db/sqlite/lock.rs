//! Lives here: the data directory, made if missing, and the lock that makes it this process's own.
//! Not here: the database files in it (`open`).

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::db::OpenError;

/// The file whose lock is the directory's.
pub(super) const FILE: &str = "lock";

/// Holds the directory as long as it lives. Every thread with a connection keeps it, so that the directory is
/// free only when no connection is left.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(directory: &Path) -> Result<Self, OpenError> {
        let unusable = |error: std::io::Error| OpenError::Directory {
            directory: directory.to_owned(),
            reason: error.to_string(),
        };
        // For this user alone: the files hold other people's tickets.
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(unusable)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(directory.join(FILE))
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked { directory: directory.to_owned() }),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}
