//! `PATCH /api/v1/keys/{id}`: gives an API key another name.

use super::form::KeyForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::members::Members;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::KeyId;
use utoipa::ToSchema;

/// Characters that are read of a name.
const TYPED_MAX: usize = 1_000;

/// Another name.
#[derive(ToSchema)]
#[schema(as = KeyName)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `handle` reads")]
pub(crate) struct NameBody {
    /// What it is for.
    name: String,
}

/// Rename an API key
#[utoipa::path(patch, path = "/api/v1/keys/{id}", operation_id = "renameKey", tag = "keys",
    params(("id" = String, Path, description = "The key's id; not the key.")),
    request_body = NameBody,
    responses(
        (status = 200, description = "The key as it stands now.", body = KeyForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<KeyId>,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Json<KeyForm>, Failure> {
    let mut members = Members::of(&json);
    let name = members.text("name", TYPED_MAX);
    members.need("name");
    members.end()?;
    app.engine.rename_key(&caller, id, name.unwrap_or_default()).await?;
    KeyForm::find(&app, &caller, id).await
}
