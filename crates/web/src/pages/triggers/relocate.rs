//! `POST /settings/automation/triggers/{id}/move`: earlier, later, or to a place in the order.

use super::under_way::back;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go;
use axum::extract::State;
use axum::response::Response;
use engine::Place;
use model::ids::TriggerId;
use model::text;

/// Moves the trigger and tells where it stands now.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TriggerId>,
    mut form: Form,
) -> Result<Response, Failure> {
    let place = match form.text("to").trim() {
        "earlier" => Place::Earlier,
        "later" => Place::Later,
        number => {
            let number =
                number.parse().map_err(|_| Failure::fault("to", text!("must be a place, from 1")))?;
            Place::At(number)
        }
    };
    let place = app.engine.move_trigger(&viewer.caller, id, place).await?;
    let back = back(&form);
    let joint = if back.contains('?') { '&' } else { '?' };
    Ok(go(&format!("{back}{joint}moved={place}")))
}
