//! Reading an upload: `multipart/form-data` whose parts with a file name are files, whatever the parts are called. What
//! comes is stored as it comes; memory never holds a file.

use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use axum::body::Body;
use bytes::Bytes;
use engine::{Caller, Error, StoredFile};
use futures_util::stream::{BoxStream, unfold};
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, StatusCode, header};
use model::text;
use model::ticket::limits;
use model::wording::Text;
use multer::{Field, Multipart};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::files::FileRow;
use utoipa::ToSchema;

/// The next bytes of an upload have to arrive within this time.
const NEXT_WITHIN: Duration = Duration::from_secs(30);

/// The whole of it within this.
const WHOLE_WITHIN: Duration = Duration::from_secs(10 * 60);

/// Bytes of what is no file: heads of parts, and parts without a file name.
const BESIDE_MAX: usize = 64 * 1024;

/// Bytes of the texts of a form that comes with files.
const TEXTS_MAX: usize = 4 * 1024 * 1024;

/// A page's form that may have come with files.
#[derive(Default)]
pub(crate) struct Received {
    /// Its texts, as far as they came.
    pub(crate) form: Form,
    /// Its files, stored and nobody's; none when something was wrong.
    pub(crate) files: Vec<StoredFile>,
    /// What was wrong.
    pub(crate) failure: Option<Failure>,
}

/// What is uploaded, for the API's description alone.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `receive` reads")]
pub(crate) struct UploadBody {
    /// A file with its name. There may be several parts, under this name or others.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes the files of an upload in and gives them to an action of a ticket.
pub(crate) async fn receive(
    app: &Shared,
    caller: &Caller,
    (ticket, action): (i64, i64),
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<FileRow>, Failure> {
    app.engine.check_upload(caller, ticket, action).await?;
    let boundary = boundary(headers)?;
    let mut files = Vec::new();
    let stored = within(store(app, caller, boundary, body, (&mut files, None))).await;
    let stored = stored.and_then(|()| match files.is_empty() {
        true => Err(Failure::fault("file", text!("is missing; send at least one part with a file name"))),
        false => Ok(()),
    });
    if let Err(failure) = stored {
        app.engine.abandon_files(caller, files).await;
        return Err(failure);
    }
    Ok(app.engine.attach_files(caller, ticket, action, files).await?)
}

/// Takes a page's form in. Who may write in the ticket is asked before.
pub(crate) async fn receive_form(
    app: &Shared,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
) -> Result<Received, Failure> {
    let boundary = boundary(headers)?;
    let mut received = Received::default();
    let into = (&mut received.files, Some(&mut received.form));
    if let Err(failure) = within(store(app, caller, boundary, body, into)).await {
        app.engine.abandon_files(caller, std::mem::take(&mut received.files)).await;
        received.failure = Some(failure);
    }
    Ok(received)
}

async fn within(storing: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::time::timeout(WHOLE_WITHIN, storing).await.unwrap_or_else(|_| {
        let detail =
            text!("the upload did not end within {minutes} minutes", minutes = WHOLE_WITHIN.as_secs() / 60);
        Err(Failure::new(StatusCode::REQUEST_TIMEOUT, detail))
    })
}

fn boundary(headers: &HeaderMap) -> Result<String, Failure> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    multer::parse_boundary(given).map_err(|_| {
        let detail = text!("send files with `content-type: multipart/form-data; boundary=…`");
        Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    })
}

async fn store(
    app: &Shared,
    caller: &Caller,
    boundary: String,
    body: Body,
    (files, mut form): (&mut Vec<StoredFile>, Option<&mut Form>),
) -> Result<(), Failure> {
    let ahead = Arc::new(AtomicUsize::new(0));
    let mut left = TEXTS_MAX;
    let mut parts = Multipart::new(timed(body, Arc::clone(&ahead)), boundary);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.file_name().map(str::to_owned);
        // Where no file was chosen, a browser sends one without a name.
        let is_file = name.as_ref().is_some_and(|name| form.is_none() || !name.is_empty());
        let Some(name) = name.filter(|_| is_file) else {
            if let Some(form) = form.as_deref_mut() {
                text(part, form, &mut left, &ahead).await?;
            }
            continue;
        };
        if files.len() >= limits::ATTACHMENTS {
            let message = text!("there are more than {max} files", max = limits::ATTACHMENTS);
            return Err(Failure::fault("file", message));
        }
        let kind = part.content_type().map(ToString::to_string).unwrap_or_default();
        let bytes = pieces(part, Arc::clone(&ahead));
        files.push(app.engine.store_file(caller, &name, &kind, bytes).await?);
    }
    Ok(())
}

/// A text of a form.
async fn text(
    mut part: Field<'static>,
    form: &mut Form,
    left: &mut usize,
    ahead: &AtomicUsize,
) -> Result<(), Failure> {
    let name = part.name().unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(broken)? {
        ahead.store(0, Ordering::Relaxed);
        *left = left.checked_sub(piece.len()).ok_or_else(|| {
            let detail = text!("the texts are longer than {max} MiB", max = TEXTS_MAX / (1024 * 1024));
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
        })?;
        bytes.extend_from_slice(&piece);
    }
    // What stands beside the files counts against the form as well, however many parts there are.
    *left = left.saturating_sub(name.len() + 64);
    form.push(name, String::from_utf8_lossy(&bytes).into_owned());
    Ok(())
}

/// A file's bytes as the engine takes them.
fn pieces(part: Field<'static>, ahead: Arc<AtomicUsize>) -> BoxStream<'static, Result<Bytes, Error>> {
    part.map(move |piece| {
        ahead.store(0, Ordering::Relaxed);
        piece.map_err(|error| Error::invalid("file", words(&error)))
    })
    .boxed()
}

/// The body, given up when nothing comes for a while or when much comes that is no file.
fn timed(body: Body, ahead: Arc<AtomicUsize>) -> impl Stream<Item = Result<Bytes, io::Error>> {
    unfold(Some(body.into_data_stream()), move |stream| {
        let ahead = Arc::clone(&ahead);
        async move {
            let mut stream = stream?;
            // The parser takes in all that is ready before it hands anything on: without a pause between two pieces, a fast
            // upload would be in memory whole.
            tokio::task::yield_now().await;
            let next = match tokio::time::timeout(NEXT_WITHIN, stream.next()).await {
                Ok(next) => next?,
                Err(_) => {
                    let words = format!("nothing more arrived for {} s", NEXT_WITHIN.as_secs());
                    return Some((Err(io::Error::other(words)), None));
                }
            };
            let Ok(bytes) = next else {
                return Some((Err(io::Error::other("it ended early or broke off")), None));
            };
            // One piece may hold the end of a file, what stands between, and the beginning of the next.
            let before = ahead.fetch_add(bytes.len(), Ordering::Relaxed);
            if before > BESIDE_MAX {
                let words = "a part without a file name, or the head of a part, is too long";
                return Some((Err(io::Error::other(words)), None));
            }
            Some((Ok(bytes), Some(stream)))
        }
    })
}

fn broken(error: multer::Error) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, words(&error))
}

fn words(error: &multer::Error) -> Text {
    match error {
        multer::Error::StreamReadFailed(cause) => {
            text!("the upload cannot be read: {cause}", cause = cause.to_string())
        }
        other => {
            text!("the upload is not multipart/form-data as it should be: {cause}", cause = other.to_string())
        }
    }
}
