//! `POST /api/v1/keys`: makes an API key.

use super::form::{KeyForm, made};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::members::Members;
use crate::query::NoQuery;
use axum::extract::State;
use axum::response::Response;
use engine::commands::keys::NewKey;
use model::time::Timestamp;
use serde_json::Value;
use utoipa::ToSchema;

/// Characters that are read of a name or a code.
const TYPED_MAX: usize = 1_000;

/// An API key to be made.
#[derive(ToSchema)]
#[schema(as = KeyDraft)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct KeyBody {
    /// What it is for.
    name: String,
    /// Reference code of who stands as author of what has none; oneself when absent.
    person: Option<String>,
    /// Name of an access profile that the key may not go beyond.
    access_profile: Option<String>,
    /// When it stops working; never when absent.
    expires_at: Option<String>,
}

/// Make an API key
///
/// The key is shown this once. It may never do more than who makes it.
#[utoipa::path(post, path = "/api/v1/keys", operation_id = "createKey", tag = "keys",
    request_body = KeyBody,
    responses(
        (status = 201, description = "The key.", body = KeyForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    let new = read(&json)?;
    let key = app.engine.create_key(&caller, new).await?;
    Ok(made(&app, key))
}

fn read(json: &Value) -> Result<NewKey, Failure> {
    let mut members = Members::of(json);
    let name = members.text("name", TYPED_MAX);
    let given = |text: &String| !text.is_empty();
    let person_id = members.text_or_null("person", TYPED_MAX).filter(given);
    let access_profile = members.text_or_null("access_profile", TYPED_MAX).filter(given);
    let is_null = json.get("expires_at").is_some_and(Value::is_null);
    let wanted = "a time such as 2026-01-02T03:04:05Z, or null";
    let expires_at = match is_null {
        true => members.text_or_null("expires_at", 0).and(None),
        false => members.word("expires_at", wanted, Timestamp::parse),
    };
    members.need("name");
    members.end()?;
    Ok(NewKey { name: name.unwrap_or_default(), person_id, access_profile, expires_at })
}
