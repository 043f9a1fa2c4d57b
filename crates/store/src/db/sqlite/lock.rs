//! Lives here: the data directory or an inbox's file, made if missing, and the lock that makes it this process's own.
//! Not here: the database files in it (`open`).

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::open::Layout;
use crate::db::OpenError;

/// The file whose lock is the directory's.
pub(super) const FILE: &str = "lock";

/// What the name of an inbox's lock ends with.
const ENDING: &str = "-lock";

/// Holds the database as long as it lives. Every thread with a connection keeps it, so that it is
/// free only when no connection is left.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(layout: &Layout) -> Result<Self, OpenError> {
        let (named, directory, lock) = match layout {
            Layout::House(directory) => (directory, directory.as_path(), directory.join(FILE)),
            Layout::Inbox(file) => (file, parent(file), beside(file)),
        };
        let unusable = |error: std::io::Error| OpenError::Directory {
            directory: directory.to_owned(),
            reason: error.to_string(),
        };
        // For this user alone: the files hold other people's tickets.
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(unusable)?;
        let file = open(&lock).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(layout, named)),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        if let Layout::Inbox(file) = layout {
            // Its directory may be open to others. Closed again before there is any connection: see `sqlite`.
            open(file).map_err(unusable)?;
        }
        Ok(Self { _file: file })
    }
}

fn locked(layout: &Layout, named: &Path) -> OpenError {
    match layout {
        Layout::House(_) => OpenError::Locked { directory: named.to_owned() },
        Layout::Inbox(_) => OpenError::InboxLocked { file: named.to_owned() },
    }
}

/// Opens a file, made if missing, for this user alone.
fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}

/// The directory that a file lies in.
fn parent(file: &Path) -> &Path {
    match file.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    }
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ENDING);
    name.into()
}
