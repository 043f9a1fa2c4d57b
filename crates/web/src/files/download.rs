//! `GET /files/{key}`: the bytes of a file, for whoever sees its ticket, has a link that still works, or, where the
//! settings say so, knows the key. Nothing that comes from here runs in a browser.

use super::name::attachment;
use super::range::{Asked, read};
use crate::Shared;
use crate::auth::Anybody;
use crate::error::Failure;
use crate::path::Id;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::{Caller, FileLink};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use model::file::{FileKey, served_type};
use model::ids::DomainId;
use model::text;
use model::time::Timestamp;
use store::files::FileRow;
use url::form_urlencoded;

/// Download a file
///
/// It takes a key of either API that sees the file's ticket, or a link as `GET /api/v1/files/{key}` answers one; where the
/// setting `files.public_by_path` is on, the file's own key is enough. It is always an attachment, of a type that nothing
/// runs. One range of bytes may be asked for.
#[utoipa::path(get, path = "/files/{key}", operation_id = "downloadFile", tag = "files",
    params(
        ("key" = String, Path, description = "The file's key: `path` of an attachment."),
        ("until" = Option<i64>, Query, description = "Of a link: until when it works."),
        ("signature" = Option<String>, Query, description = "Of a link: that this server made it."),
        ("range" = Option<String>, Header, description = "One range: `bytes=0-1023`."),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (String = "application/octet-stream"), (String = "application/pdf"), (String = "image/gif"),
            (String = "image/jpeg"), (String = "image/png"), (String = "image/webp"), (String = "text/plain"),
        )),
        (status = 206, description = "The bytes that were asked for.", content(
            (String = "application/octet-stream"), (String = "application/pdf"), (String = "image/gif"),
            (String = "image/jpeg"), (String = "image/png"), (String = "image/webp"), (String = "text/plain"),
        )),
        (status = 304, description = "The caller has it already, by its `etag`."),
    ),
    security(("bearer" = []), ("token" = []), ()))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    Anybody(caller): Anybody,
    Id(key): Id<FileKey>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (domain, file) = find(&app, caller.as_ref(), key, uri.query().unwrap_or_default()).await?;
    let etag = format!("\"{}\"", file.sha256);
    let given = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let has_it = given(header::IF_NONE_MATCH).is_some_and(|known| known.contains(&etag));
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        // A range of a file that the caller knows as another one would not fit.
        let is_same = given(header::IF_RANGE).is_none_or(|known| known == etag);
        send(&app, domain, &file, given(header::RANGE).filter(|_| is_same)).await?
    };
    let mut put = |name, value| response.headers_mut().insert(name, value);
    put(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    put(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    put(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        put(header::ETAG, etag);
    }
    Ok(response)
}

async fn find(
    app: &Shared,
    caller: Option<&Caller>,
    key: FileKey,
    query: &str,
) -> Result<(DomainId, FileRow), Failure> {
    if let Some(caller) = caller {
        return Ok((caller.domain, app.engine.find_file(caller, key).await?));
    }
    let link = link(query);
    if link.is_none() && !app.engine.are_files_public() {
        let detail = text!(
            "send an API key as `Authorization: Bearer KEY` or as the query parameter `token`, or use a link"
        );
        return Err(Failure::new(StatusCode::UNAUTHORIZED, detail));
    }
    Ok(app.engine.find_public_file(key, link.as_ref()).await?)
}

/// The link's end, if there is one.
fn link(query: &str) -> Option<FileLink> {
    let value = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(given, _)| given == name).map(|(_, value)| value)
    };
    let until = Timestamp(value("until")?.parse().ok()?);
    Some(FileLink { until, signature: value("signature")?.into_owned() })
}

async fn send(
    app: &Shared,
    domain: DomainId,
    file: &FileRow,
    range: Option<&str>,
) -> Result<Response, Failure> {
    let size = u64::try_from(file.size).unwrap_or_default();
    let (status, range) = match read(range, size) {
        Asked::Whole => (StatusCode::OK, None),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Asked::Nothing => {
            let detail = text!("the file has {size} bytes; none of them are in this range", size);
            return Err(Failure::new(StatusCode::RANGE_NOT_SATISFIABLE, detail));
        }
    };
    let is_part = range.is_some();
    let opened = app.engine.open_file(domain, file, range).await?;
    let length = opened.range.end - opened.range.start;
    let mut response = (status, Body::from_stream(opened.bytes)).into_response();
    let mut put = |name, value| response.headers_mut().insert(name, value);
    put(header::CONTENT_TYPE, HeaderValue::from_static(served_type(&file.content_type)));
    put(header::CONTENT_DISPOSITION, attachment(&file.name));
    put(header::CONTENT_LENGTH, HeaderValue::from(length));
    put(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if is_part {
        let text = format!("bytes {}-{}/{size}", opened.range.start, opened.range.end.saturating_sub(1));
        if let Ok(value) = HeaderValue::try_from(text) {
            put(header::CONTENT_RANGE, value);
        }
    }
    Ok(response)
}
