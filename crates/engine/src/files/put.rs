//! A file on its way in: from a stream into an object, in parts, counted and summed as they come. Memory holds one part.

use super::{Files, explain, place};
use crate::error::Error;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use model::file::FileKey;
use model::ids::DomainId;
use model::text;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use std::pin::pin;

/// What was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Put {
    /// Bytes.
    pub(crate) size: u64,
    /// SHA-256 in hexadecimal.
    pub(crate) sha256: String,
}

struct Incoming<'f> {
    files: &'f Files,
    place: Path,
    part: BytesMut,
    upload: Option<Box<dyn MultipartUpload>>,
    size: u64,
    sum: Sha256,
}

impl Files {
    /// Stores a file whole. When it ends with an error, or its caller goes away, nothing is left but parts that nobody can
    /// read.
    pub(crate) async fn put(
        &self,
        domain: DomainId,
        key: FileKey,
        bytes: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<Put, Error> {
        let busy = || Error::Unavailable(text!("many files are being uploaded; try again"));
        let _place = self.incoming.try_acquire().map_err(|_| busy())?;
        let mut incoming = Incoming {
            files: self,
            place: place(domain, key),
            part: BytesMut::new(),
            upload: None,
            size: 0,
            sum: Sha256::new(),
        };
        let mut bytes = pin!(bytes);
        while let Some(piece) = bytes.next().await {
            let taken = match piece {
                Ok(piece) => incoming.take(&piece).await,
                Err(error) => Err(error),
            };
            if let Err(error) = taken {
                incoming.abort().await;
                return Err(error);
            }
        }
        incoming.end().await
    }
}

impl Incoming<'_> {
    async fn take(&mut self, mut piece: &[u8]) -> Result<(), Error> {
        self.size += piece.len() as u64;
        if self.size > self.files.size_max {
            return Err(Error::TooLarge(text!(
                "a file is larger than {max} bytes, the limit (setting files.size_max)",
                max = self.files.size_max
            )));
        }
        self.sum.update(piece);
        while !piece.is_empty() {
            let fits = self.files.part_bytes.saturating_sub(self.part.len()).min(piece.len());
            let (now, later) = piece.split_at(fits);
            self.part.extend_from_slice(now);
            piece = later;
            if self.part.len() >= self.files.part_bytes && !piece.is_empty() {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    async fn send_part(&mut self) -> Result<(), Error> {
        let mut upload = match self.upload.take() {
            Some(upload) => upload,
            None => self.files.objects.put_multipart(&self.place).await.map_err(explain)?,
        };
        let part = PutPayload::from_bytes(self.part.split().freeze());
        let sent = upload.put_part(part).await.map_err(explain);
        self.upload = Some(upload);
        sent
    }

    async fn end(mut self) -> Result<Put, Error> {
        if let Err(error) = self.finish().await {
            self.abort().await;
            return Err(error);
        }
        Ok(Put { size: self.size, sha256: in_hex(&self.sum.finalize()) })
    }

    async fn finish(&mut self) -> Result<(), Error> {
        if self.upload.is_none() {
            let whole = PutPayload::from_bytes(self.part.split().freeze());
            return self.files.objects.put(&self.place, whole).await.map(drop).map_err(explain);
        }
        self.send_part().await?;
        match &mut self.upload {
            Some(upload) => upload.complete().await.map(drop).map_err(explain),
            None => Ok(()),
        }
    }

    async fn abort(&mut self) {
        if let Some(upload) = &mut self.upload
            && let Err(error) = upload.abort().await
        {
            tracing::debug!(%error, "parts of a file that broke off were not removed");
        }
    }
}

fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
