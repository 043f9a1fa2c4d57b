//! `GET /static/{name}`: style, script and icon, built into the program. Their address holds a mark of their content, so
//! that a browser may keep them for good.

use crate::error::Failure;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 4] = [
    Asset {
        name: "gatilho.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../../static/gatilho.css"),
    },
    Asset {
        name: "gatilho.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../static/gatilho.js"),
    },
    Asset {
        name: "htmx.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../static/htmx.min.js"),
    },
    Asset {
        name: "gatilho.svg",
        content_type: "image/svg+xml",
        bytes: include_bytes!("../../static/gatilho.svg"),
    },
];

/// A mark of everything together: any change gives every file a new address.
static MARK: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in &ASSETS {
        hash.update(asset.bytes);
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

/// The address of a file.
pub(crate) fn address(name: &str) -> String {
    format!("/static/{}/{name}", *MARK)
}

/// Answers a file; an old mark gets the present content, which is all there is.
pub(crate) async fn handle(Path((_, name)): Path<(String, String)>) -> Result<Response, Failure> {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    let asset = asset.ok_or_else(|| Failure::missing(format_args!("file `{name}`")))?;
    let headers =
        [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}
