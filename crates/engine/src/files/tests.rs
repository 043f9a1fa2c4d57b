//! Files in a directory and in a bucket do the same. The bucket is a small one in this process that speaks as much S3 as is
//! spoken here.

use super::*;
use futures_util::Stream;
use futures_util::stream;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::sync::Mutex;
use tokio::net::TcpListener;
use url::form_urlencoded;

const DOMAIN: DomainId = DomainId(7);
const SIZE_MAX: u64 = 7 * 1024 * 1024;

/// Objects by path, and parts by path and number.
#[derive(Default)]
struct Store {
    objects: BTreeMap<String, Vec<u8>>,
    parts: BTreeMap<(String, u32), Vec<u8>>,
}

fn xml(text: String) -> Response<Full<Bytes>> {
    Response::builder().header("content-type", "application/xml").body(Full::from(text)).unwrap()
}

fn answer(store: &Mutex<Store>, request: &Request<()>, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut store = store.lock().unwrap();
    let path = request.uri().path().to_owned();
    let query: BTreeMap<String, String> =
        form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
    let signed = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    if !signed.is_some_and(|text| text.starts_with("AWS4-HMAC-SHA256 Credential=an-id/")) {
        return Response::builder().status(StatusCode::FORBIDDEN).body(Full::default()).unwrap();
    }
    let done = || Response::builder().header("etag", "\"x\"").body(Full::default()).unwrap();
    match (request.method(), query.get("partNumber"), query.contains_key("uploads")) {
        (&Method::POST, _, true) => xml(format!(
            "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>{path}</Key><UploadId>1</UploadId></InitiateMultipartUploadResult>"
        )),
        (&Method::PUT, Some(number), _) => {
            store.parts.insert((path, number.parse().unwrap()), body);
            done()
        }
        (&Method::POST, _, _) => {
            let parts = std::mem::take(&mut store.parts);
            store.objects.insert(path, parts.into_values().flatten().collect());
            xml("<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>".into())
        }
        (&Method::PUT, None, _) => {
            store.objects.insert(path, body);
            done()
        }
        (&Method::DELETE, _, _) => {
            store.objects.remove(&path);
            store.parts.clear();
            Response::builder().status(StatusCode::NO_CONTENT).body(Full::default()).unwrap()
        }
        (&Method::GET, _, _) if query.contains_key("list-type") => {
            let entry = |(path, bytes): (&String, &Vec<u8>)| {
                let key = path.trim_start_matches("/bucket/");
                let size = bytes.len();
                format!(
                    "<Contents><Key>{key}</Key><Size>{size}</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>"
                )
            };
            let listed: String = store.objects.iter().map(entry).collect();
            xml(format!("<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"))
        }
        _ => get(&store, request, &path),
    }
}

fn get(store: &Store, request: &Request<()>, path: &str) -> Response<Full<Bytes>> {
    let Some(bytes) = store.objects.get(path) else {
        return Response::builder().status(StatusCode::NOT_FOUND).body(Full::default()).unwrap();
    };
    let head =
        Response::builder().header("etag", "\"x\"").header("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT");
    let range = request.headers().get("range").and_then(|value| value.to_str().ok());
    let range = range.and_then(|text| text.strip_prefix("bytes=")?.split_once('-'));
    let Some((first, last)) = range else { return head.body(Full::from(bytes.clone())).unwrap() };
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    head.status(StatusCode::PARTIAL_CONTENT)
        .header("content-range", format!("bytes {first}-{last}/{}", bytes.len()))
        .body(Full::from(bytes[first..=last].to_vec()))
        .unwrap()
}

/// A bucket, and what is in it.
async fn bucket() -> (Files, Arc<Mutex<Store>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let store = Arc::new(Mutex::new(Store::default()));
    let served = Arc::clone(&store);
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let store = Arc::clone(&served);
            let service = service_fn(move |request: Request<Incoming>| {
                let store = Arc::clone(&store);
                async move {
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await?.to_bytes().to_vec();
                    Ok::<_, hyper::Error>(answer(&store, &Request::from_parts(parts, ()), body))
                }
            });
            let serving = hyper::server::conn::http1::Builder::new();
            tokio::spawn(serving.serve_connection(TokioIo::new(tcp), service));
        }
    });
    let bucket = Bucket {
        name: "bucket".into(),
        endpoint: format!("http://{address}"),
        region: "us-east-1".into(),
        access_key: "an-id".into(),
        secret_key: "a-key".into(),
    };
    (Files::in_bucket(&bucket, SIZE_MAX).unwrap(), store)
}

/// Bytes in pieces that fit no part.
fn pieces(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, Error>> + use<> {
    let pieces: Vec<_> = bytes.chunks(70_001).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

fn sample(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

async fn read(files: &Files, key: FileKey, range: Option<Range<u64>>) -> Vec<u8> {
    let opened = files.open(DOMAIN, key, range).await.unwrap();
    let pieces: Vec<Bytes> = opened.bytes.try_collect().await.unwrap();
    pieces.concat()
}

async fn keeps_files(files: &Files) {
    // One that is put at once, one in parts, one that ends with a part, an empty one.
    for (at, length) in [10, 6 * 1024 * 1024 + 7, 5 * 1024 * 1024, 0].into_iter().enumerate() {
        let (key, bytes) = (FileKey(at as u128), sample(length));
        let put = files.put(DOMAIN, key, pieces(&bytes)).await.unwrap();
        assert_eq!((put.size, put.sha256.len()), (length as u64, 64));
        assert!(read(files, key, None).await == bytes, "{length} bytes came back as others");
        if length > 9 {
            assert_eq!(read(files, key, Some(3..6)).await, [3, 4, 5]);
        }
    }
    let found = files.old_objects(DOMAIN, 0, i64::MAX).await.unwrap();
    assert_eq!(found.into_iter().map(|key| key.0).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert!(files.old_objects(DOMAIN, 0, 0).await.unwrap().is_empty(), "all are younger");
    files.remove(DOMAIN, FileKey(1)).await.unwrap();
    files.remove(DOMAIN, FileKey(1)).await.unwrap();
    assert!(matches!(files.open(DOMAIN, FileKey(1), None).await.err(), Some(Error::NotFound(_))));
}

async fn refuses_files(files: &Files) {
    let key = FileKey(9);
    let large = files.put(DOMAIN, key, pieces(&sample(SIZE_MAX as usize + 1))).await;
    assert!(
        matches!(&large, Err(Error::TooLarge(text)) if text.to_string().contains("7340032")),
        "{large:?}"
    );
    let broken = Error::invalid("file", model::wording::Text::given("broke off"));
    for length in [5, 6 * 1024 * 1024] {
        let ends = stream::once(std::future::ready(Err(broken.clone())));
        let put = files.put(DOMAIN, key, pieces(&sample(length)).chain(ends)).await;
        assert_eq!(put, Err(broken.clone()));
    }
    assert!(matches!(files.open(DOMAIN, key, None).await.err(), Some(Error::NotFound(_))));
}

#[tokio::test]
async fn a_directory_keeps_files() {
    let home = tempfile::tempdir().unwrap();
    let files = Files::in_directory(&home.path().join("new/files"), SIZE_MAX).unwrap();
    keeps_files(&files).await;
    refuses_files(&files).await;
}

#[tokio::test]
async fn a_bucket_keeps_files() {
    let (files, store) = bucket().await;
    keeps_files(&files).await;
    assert!(
        store.lock().unwrap().objects.keys().all(|path| path.starts_with("/bucket/dom_0000000000007/00/"))
    );
    store.lock().unwrap().objects.clear();
    refuses_files(&files).await;
}

#[tokio::test]
async fn what_a_crash_left_half_written_goes_when_it_is_old() {
    let home = tempfile::tempdir().unwrap();
    let files = Files::in_directory(home.path(), SIZE_MAX).unwrap();
    let whole = files.put(DOMAIN, FileKey(1), pieces(b"x")).await;
    assert!(whole.is_ok());
    let shelf = home.path().join("dom_0000000000007/00");
    let left = shelf.join(format!("{}#1", FileKey(2)));
    std::fs::write(&left, b"half").unwrap();
    files.old_objects(DOMAIN, 0, 0).await.unwrap();
    assert!(left.exists(), "it may still be written");
    files.old_objects(DOMAIN, 0, i64::MAX).await.unwrap();
    assert!(!left.exists());
    assert_eq!(read(&files, FileKey(1), None).await, b"x");
}

#[tokio::test]
async fn a_store_that_is_away_is_told_as_such() {
    let bucket = Bucket {
        name: "bucket".into(),
        // Never opened by the system for others.
        endpoint: "http://127.0.0.1:1".into(),
        region: "us-east-1".into(),
        access_key: "an-id".into(),
        secret_key: "a-key".into(),
    };
    let files = Files::in_bucket(&bucket, SIZE_MAX).unwrap();
    tokio::time::pause();
    let put = files.put(DOMAIN, FileKey(1), pieces(b"x")).await;
    assert!(matches!(put, Err(Error::Unavailable(_))), "{put:?}");
}

#[test]
fn a_directory_that_cannot_be_made_is_named_with_its_cure() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = Files::in_directory(&file.path().join("x"), 1).err().map(|error| error.to_string());
    assert!(refused.is_some_and(|text| text.contains("files.directory")));
}
