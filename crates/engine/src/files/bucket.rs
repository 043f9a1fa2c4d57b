//! Files in a bucket of an object store that speaks S3.

use super::{Files, FilesError};
use crate::outbound::Objects;
use object_store::RetryConfig;
use object_store::aws::AmazonS3Builder;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Bytes sent at once: S3 wants at least this in all parts but the last.
const PART: usize = 5 * 1024 * 1024;

/// A bucket and the key that opens it.
#[derive(Clone)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Where the store answers, such as `https://s3.example.com`; empty for Amazon's own.
    pub endpoint: String,
    /// Such as `eu-central-1`; stores of one's own mostly take any.
    pub region: String,
    /// The key's name.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
}

/// Without the key.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl Files {
    /// In this bucket. Nothing is called yet.
    ///
    /// # Errors
    /// When the settings make no sense.
    pub fn in_bucket(bucket: &Bucket, size_max: u64) -> Result<Files, FilesError> {
        let retry =
            RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key)
            .with_secret_access_key(&bucket.secret_key)
            .with_http_connector(Objects::new()?)
            // Not every store takes many keys at once, and few files are ever removed.
            .with_disable_bulk_delete(true)
            .with_retry(retry);
        if !bucket.endpoint.is_empty() {
            // The bucket stands in the path: stores of one's own seldom have a name for each.
            builder = builder.with_endpoint(&bucket.endpoint).with_allow_http(true);
        }
        let objects = builder.build().map_err(|error| FilesError::Bucket(error.to_string()))?;
        Ok(Files::new(Arc::new(objects), PART, size_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_not_printed() {
        let bucket = Bucket {
            name: "files".into(),
            endpoint: String::new(),
            region: "x".into(),
            access_key: "hush".into(),
            secret_key: "hush".into(),
        };
        assert!(!format!("{bucket:?}").contains("hush"));
    }
}
