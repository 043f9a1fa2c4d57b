//! From the settings of the process to the file store: the one place that says how it is opened.

use crate::config::Config;
use crate::config::sections::Place;
use engine::files::{Bucket, Files, FilesError};
use std::path::PathBuf;

/// The directory that files lie in, unless they are in a bucket.
pub(crate) fn directory(config: &Config) -> Option<PathBuf> {
    match &config.files.place {
        Place::Directory(Some(directory)) => Some(directory.clone()),
        Place::Directory(None) => Some(config.store.data.join("files")),
        Place::Bucket { .. } => None,
    }
}

/// Opens it.
///
/// # Errors
/// What stands in the way, in words.
pub(crate) fn open(config: &Config) -> Result<Files, FilesError> {
    let size_max = config.files.size_max;
    match &config.files.place {
        Place::Directory(_) => {
            let directory = directory(config).unwrap_or_else(|| config.store.data.join("files"));
            Files::in_directory(&directory, size_max)
        }
        Place::Bucket { name, endpoint, region, access_key, secret_key } => {
            let bucket = Bucket {
                name: name.clone(),
                endpoint: endpoint.clone().unwrap_or_default(),
                region: region.clone(),
                access_key: access_key.clone(),
                secret_key: secret_key.reveal().to_owned(),
            };
            Files::in_bucket(&bucket, size_max)
        }
    }
}
