//! What stands in a path: identifiers, and paths that lead nowhere.

use crate::Shared;
use crate::error::Failure;
use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use http::{StatusCode, Uri};
use model::text;
use std::str::FromStr;

/// The one parameter of a path. What cannot be an identifier names nothing, so it is not found.
pub(crate) struct Id<T>(pub(crate) T);

/// The two parameters of a path.
pub(crate) struct Ids<T, U>(pub(crate) T, pub(crate) U);

impl<T: FromStr + Send> FromRequestParts<Shared> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let params = RawPathParams::from_request_parts(parts, app).await.ok();
        param(params.as_ref(), 0).map(Id)
    }
}

impl<T: FromStr + Send, U: FromStr + Send> FromRequestParts<Shared> for Ids<T, U> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let params = RawPathParams::from_request_parts(parts, app).await.ok();
        Ok(Ids(param(params.as_ref(), 0)?, param(params.as_ref(), 1)?))
    }
}

fn param<T: FromStr>(params: Option<&RawPathParams>, at: usize) -> Result<T, Failure> {
    let text = params.and_then(|params| params.iter().nth(at)).map(|(_, text)| text);
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| Failure::missing("such thing; check the identifier"))
}

/// The answer to a path that leads nowhere.
pub(crate) async fn not_found(uri: Uri) -> Failure {
    let detail =
        text!("there is nothing at {path}; GET /api/v1/openapi.json lists what there is", path = uri.path());
    Failure::new(StatusCode::NOT_FOUND, detail)
}
