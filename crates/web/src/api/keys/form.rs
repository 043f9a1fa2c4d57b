//! How an API key looks, and how one is read.

use crate::App;
use crate::error::Failure;
use axum::Json;
use axum::response::{IntoResponse, Response};
use engine::Caller;
use engine::commands::keys::MadeKey;
use http::StatusCode;
use http::header::CACHE_CONTROL;
use model::ids::{AccessProfileId, DomainId, KeyId};
use serde::Serialize;
use store::keys::ApiKey;
use utoipa::ToSchema;

/// An API key.
#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
pub(crate) struct KeyForm {
    #[schema(value_type = String)]
    id: KeyId,
    /// `gat_…`: what programs show. In the answer that makes it, and never again: null.
    key: Option<String>,
    /// What it is for.
    name: String,
    /// Reference code of who stands as author of what has none. The key may do what they may.
    person: String,
    /// Name of an access profile: the key may do no more than it allows, nor than the person may. Null for all of it.
    access_profile: Option<String>,
    /// The key that it replaces.
    #[schema(value_type = Option<String>)]
    rotated_from: Option<KeyId>,
    created_at: String,
    /// The last request, a minute or so behind; null when there was none.
    last_used_at: Option<String>,
    /// When it stops working; null for never.
    expires_at: Option<String>,
    /// Whether it works no longer.
    has_expired: bool,
}

impl KeyForm {
    /// The key as it stands.
    pub(crate) fn of(app: &App, row: ApiKey) -> Self {
        let last_used_at = row.last_used_at.max(app.engine.key_last_used(&row));
        KeyForm {
            id: row.id,
            key: None,
            name: row.name,
            person: row.person_id,
            access_profile: row.access_profile.map(|id| profile_name(app, row.domain, id)),
            rotated_from: row.rotated_from,
            created_at: row.created_at.to_string(),
            last_used_at: last_used_at.map(|at| at.to_string()),
            has_expired: row.expires_at.is_some_and(|end| end <= app.engine.now()),
            expires_at: row.expires_at.map(|at| at.to_string()),
        }
    }

    /// The key with this identity.
    pub(crate) async fn find(app: &App, caller: &Caller, id: KeyId) -> Result<Json<Self>, Failure> {
        let row = store::keys::find(&app.engine.reader(), caller.domain, id).await?;
        let row = row.ok_or_else(|| Failure::missing(format_args!("key {id}")))?;
        Ok(Json(KeyForm::of(app, row)))
    }
}

/// A key that was made, as the answer.
pub(crate) fn made(app: &App, made: MadeKey) -> Response {
    let form = KeyForm { key: Some(made.key), ..KeyForm::of(app, made.row) };
    (StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(form)).into_response()
}

/// What the profile is called now.
fn profile_name(app: &App, domain: DomainId, id: AccessProfileId) -> String {
    app.engine.directory(domain).profile(id).map_or_else(|| id.to_string(), |profile| profile.name.clone())
}
