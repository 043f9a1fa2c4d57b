//! `POST /settings/automation/endpoints/{id}/secret`: makes a new signing secret and shows it, this once.

use super::LIST;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::mask::mask_url;
use crate::path::Id;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::ids::EndpointId;

#[derive(Template)]
#[template(path = "endpoints/secret.html")]
struct NewSecret {
    frame: Frame,
    t: Words,
    secret: String,
    href: String,
}

/// The page is the answer itself: nothing that could be opened again shows the secret.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<EndpointId>,
    _: Form,
) -> Result<Response, Failure> {
    let secret = app.engine.rotate_secret(&viewer.caller, id).await?;
    let row = store::endpoints::find(&app.engine.reader(), viewer.caller.domain, id).await?;
    let (t, href) = (viewer.look.words, format!("{LIST}/{id}"));
    let mut frame = Frame::new(&viewer, t.say("endpoint-secret-new"))
        .under("settings")
        .under("menu-automation")
        .under_page("menu-endpoints", LIST);
    let label = row.map_or_else(String::new, |row| mask_url(&row.url));
    frame.crumbs.push(crate::view::frame::Crumb { label, href: Some(href.clone()) });
    // This address takes no GET: preferences lead back to the endpoint.
    frame.path.clone_from(&href);
    page(&NewSecret { frame, t, secret, href })
}
