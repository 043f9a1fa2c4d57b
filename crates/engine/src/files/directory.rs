//! Files in a directory of this machine, or of one that all nodes mount.

use super::{Files, FilesError};
use object_store::local::LocalFileSystem;
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

/// Bytes written at once.
const PART: usize = 256 * 1024;

impl Files {
    /// In this directory, made if missing. Each file is written beside its place, synced, put in its place, and the
    /// directory is synced too. Relative paths start at the working directory.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn in_directory(directory: &Path, size_max: u64) -> Result<Files, FilesError> {
        let told = |error: String| FilesError::Directory(directory.display().to_string(), error);
        let make = || fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
        make().map_err(|error| told(error.to_string()))?;
        let objects = LocalFileSystem::new_with_prefix(directory).map_err(|error| told(error.to_string()))?;
        let files = Files::new(Arc::new(objects.with_fsync(true)), PART, size_max);
        Ok(Files { directory: Some(directory.to_owned()), ..files })
    }
}
