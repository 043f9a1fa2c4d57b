//! Lives here: copying the whole database into a new file while it is in use, and looking whether the copy is sound.
//! Not here: putting a backup back (stop, put the file in place as `gatilho.db`, start).

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::inspect;
use super::open::{self, Place};
use crate::db::BackupError;

/// Copies the database to `to`, which appears when it is complete and on the disk.
pub(super) fn backup(place: &Place, to: &Path) -> Result<(), BackupError> {
    refuse_existing(to)?;
    let failed = |reason: String| BackupError::Failed { to: to.to_owned(), reason };
    let Some(name) = to.file_name() else {
        return Err(failed("this names no file".into()));
    };
    let mut partial = name.to_owned();
    partial.push(".partial");
    let partial = to.with_file_name(partial);
    // For this user alone, like the data directory. Making it anew also keeps a second backup out.
    let reserved = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial);
    reserved.map_err(|error| failed(reserve_error(&partial, &error)))?;
    let result = copy(place, &partial).map_err(failed).and_then(|()| {
        if let Some(fault) = faults(&partial).map_err(|error| failed(error.to_string()))?.into_iter().next() {
            return Err(BackupError::Unsound(fault));
        }
        // Again: the copy took its time.
        refuse_existing(to)?;
        publish(&partial, to).map_err(|error| failed(error.to_string()))
    });
    if result.is_err() {
        let _ = fs::remove_file(&partial);
    }
    result
}

fn refuse_existing(to: &Path) -> Result<(), BackupError> {
    match to.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BackupError::Failed { to: to.to_owned(), reason: error.to_string() }),
        Ok(_) => Err(BackupError::Exists(to.to_owned())),
    }
}

fn reserve_error(partial: &Path, error: &io::Error) -> String {
    if error.kind() == ErrorKind::AlreadyExists {
        return format!("{} exists: another backup runs, or one was cut; then delete it", partial.display());
    }
    error.to_string()
}

fn copy(place: &Place, partial: &Path) -> Result<(), String> {
    let from = open::read_only(place).map_err(|error| open::failure(error, place))?;
    let mut to = Connection::open(partial).map_err(|error| error.to_string())?;
    // All pages in one step: after a pause every write of others would make the copy begin anew. The source is
    // read from one state, which holds back the log but nobody's reads or writes.
    let step =
        Backup::new(&from, &mut to).and_then(|backup| backup.step(-1)).map_err(|error| error.to_string())?;
    if step != StepResult::Done {
        return Err("another program holds the database or the backup".into());
    }
    to.close().map_err(|(_, error)| error.to_string())
}

/// What is wrong with a copy that nobody else can have open.
fn faults(copy: &Path) -> rusqlite::Result<Vec<String>> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    inspect::faults(&Connection::open_with_flags(unchanging(copy), flags)?)
}

/// A file's name that tells SQLite that the file does not change, so that it makes no log beside it.
fn unchanging(file: &Path) -> OsString {
    let mut name = b"file://".to_vec();
    for &byte in absolute(file).as_os_str().as_bytes() {
        match byte {
            b'%' | b'?' | b'#' => name.extend(format!("%{byte:02x}").into_bytes()),
            other => name.push(other),
        }
    }
    name.extend(b"?immutable=1");
    OsString::from_vec(name)
}

fn absolute(file: &Path) -> PathBuf {
    // Fails only for an empty name, or when the working directory is gone; then the name as it is serves as well.
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

/// Only a file that the disk has gets its name, and the directory must remember the name.
fn publish(partial: &Path, to: &Path) -> io::Result<()> {
    File::open(partial)?.sync_all()?;
    fs::rename(partial, to)?;
    File::open(parent(to))?.sync_all()
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
