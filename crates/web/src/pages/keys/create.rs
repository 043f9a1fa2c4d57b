//! `POST /settings/account/keys`: makes a key and shows it, this once.

use super::{Keys, NewForm};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::page::page_with;
use crate::view::time::read_local_date;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use engine::commands::keys::NewKey;
use http::StatusCode;
use model::access_profile::Grant;
use model::fault::Fault;
use model::wording::Text;

/// Makes the key; the answer itself shows it, since it is kept nowhere.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingApiKeys)?;
    let typed = NewForm {
        name: form.text("name"),
        person: form.text("person"),
        profile: form.text("profile"),
        expires: form.text("expires"),
        faults: Vec::new(),
    };
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let expires_at = read_local_date(&viewer.look, &typed.expires);
    if expires_at.is_none() && !typed.expires.is_empty() {
        let faults = vec![Fault::new("expires_at", Text::given(viewer.look.words.say("key-expires-unfit")))];
        return again(&app, &viewer, NewForm { faults, ..typed }).await;
    }
    let new = NewKey {
        name: typed.name.clone(),
        person_id: some(&typed.person),
        access_profile: some(&typed.profile),
        expires_at,
    };
    match app.engine.create_key(&viewer.caller, new).await {
        Ok(made) => {
            let mut keys = Keys::read(&app, &viewer, "").await?;
            keys.made = Some((made.row.name, made.key));
            page(&keys)
        }
        Err(Error::Invalid(faults)) => again(&app, &viewer, NewForm { faults, ..typed }).await,
        Err(error) => Err(error.into()),
    }
}

/// The page with what was typed and what was wrong.
async fn again(app: &Shared, viewer: &Viewer, new: NewForm) -> Result<Response, Failure> {
    let keys = Keys::read(app, viewer, "").await?;
    page_with(StatusCode::BAD_REQUEST, &Keys { new, open: true, ..keys })
}
