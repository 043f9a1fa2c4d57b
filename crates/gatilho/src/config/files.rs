//! The section `[files]`: a directory or a bucket, read into the one that is meant.
//!
//! Opening it is not here.

use std::path::PathBuf;

use super::secret::Secret;
use super::units::Bytes;
use super::values::Values;

const KIB: usize = 1 << 10;
const GIB: usize = 1 << 30;

/// Files of tickets.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) place: Place,
    pub(crate) size_max: u64,
    pub(crate) public_by_path: bool,
}

/// Where their bytes are.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// `None`: in the data directory.
    Directory(Option<PathBuf>),
    Bucket {
        name: String,
        /// `None`: Amazon's.
        endpoint: Option<String>,
        region: String,
        access_key: String,
        secret_key: Secret,
    },
}

/// Reads the section.
pub(super) fn files(values: &mut Values) -> Files {
    let is_bucket = values.parsed("files.store", false, |text| match text {
        "local" => Ok(false),
        "s3" => Ok(true),
        _ => Err("must be local or s3".to_owned()),
    });
    let directory = values.parsed("files.directory", None, |text| optional(text, "a directory"));
    let bucket = bucket(values, is_bucket);
    let size_max =
        values.bounded("files.size_max", Bytes(KIB), Bytes(5 * GIB), "an object store takes no more at once");
    let place = if is_bucket { bucket } else { Place::Directory(directory.map(PathBuf::from)) };
    Files { place, size_max: size_max.0 as u64, public_by_path: values.flag("files.public_by_path") }
}

fn bucket(values: &mut Values, is_meant: bool) -> Place {
    let needed = |what: &'static str| {
        move |text: &str| match text {
            "" if is_meant => Err(format!("name {what}: files.store is s3")),
            _ => optional(text, what).map(Option::unwrap_or_default),
        }
    };
    let name = values.parsed("files.bucket", String::new(), needed("the bucket"));
    let endpoint = values.parsed("files.endpoint", None, endpoint);
    let region = values.parsed("files.region", String::new(), |text| match optional(text, "a region")? {
        Some(region) => Ok(region),
        None => Err("name a region; a store of one's own mostly takes us-east-1".to_owned()),
    });
    let access_key = values.parsed("files.access_key", String::new(), needed("the key"));
    let read = values.parsed("files.secret_key_file", None, secret_file);
    let secret_key = values.parsed("files.secret_key", String::new(), |text| match (&read, text) {
        (None, "") if is_meant => Err("set it, or files.secret_key_file: files.store is s3".to_owned()),
        (Some(_), text) if !text.is_empty() => {
            Err("is set beside files.secret_key_file; take one away".to_owned())
        }
        (Some(secret), _) => Ok(secret.reveal().to_owned()),
        (None, text) => optional(text, "a key").map(Option::unwrap_or_default),
    });
    Place::Bucket { name, endpoint, region, access_key, secret_key: secret_key.into() }
}

/// A text without control characters; empty is none.
fn optional(text: &str, what: &str) -> Result<Option<String>, String> {
    match text {
        "" => Ok(None),
        text if text.chars().any(char::is_control) => {
            Err(format!("write {what}, without control characters"))
        }
        text => Ok(Some(text.to_owned())),
    }
}

fn endpoint(text: &str) -> Result<Option<String>, String> {
    let wrong = || "write an address such as https://minio.example.com:9000".to_owned();
    if text.is_empty() {
        return Ok(None);
    }
    let url = url::Url::parse(text).map_err(|_| wrong())?;
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match url.scheme() {
        "http" | "https" if is_plain && url.has_host() => Ok(Some(text.trim_end_matches('/').to_owned())),
        _ => Err(wrong()),
    }
}

fn secret_file(text: &str) -> Result<Option<Secret>, String> {
    let Some(path) = optional(text, "a file")? else { return Ok(None) };
    let read = std::fs::read_to_string(&path).map_err(|error| format!("cannot be read: {error}"))?;
    match read.trim() {
        "" => Err("is empty".to_owned()),
        secret => Ok(Some(Secret::from(secret.to_owned()))),
    }
}
