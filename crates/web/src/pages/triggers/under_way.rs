//! What a trigger has under way: deliveries that go on when it is disabled or deleted, told before and after.

use super::LIST;
use super::edit::find;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::page::own_path;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::response::Response;
use model::delivery::Shown;
use model::ids::TriggerId;
use store::log::Filter;

/// Deliveries that are counted.
const COUNTED: i64 = 100;

/// The question before it is done.
#[derive(Template)]
#[template(path = "triggers/confirm.html")]
struct Confirm {
    frame: Frame,
    t: Words,
    /// Where the answer goes.
    action: String,
    /// What is done: `delete` or `disable`.
    deletes: bool,
    name: String,
    open: usize,
    back: String,
}

/// Asks whether it is meant when deliveries of the trigger are under way; none when there are none, or when it was
/// answered already.
pub(super) async fn question(
    app: &Shared,
    viewer: &Viewer,
    id: TriggerId,
    form: &Form,
    deletes: bool,
) -> Result<Option<Response>, Failure> {
    if form.has("confirmed") {
        return Ok(None);
    }
    let trigger = find(app, viewer, id).await?;
    let open = count(app, viewer, id).await?;
    if open == 0 {
        return Ok(None);
    }
    let t = viewer.look.words;
    let title = match deletes {
        true => t.one("delete-this", "name", trigger.draft.name.as_str()),
        false => t.one("disable-this", "name", trigger.draft.name.as_str()),
    };
    let verb = if deletes { "delete" } else { "disable" };
    let frame = Frame::new(viewer, title)
        .under("settings")
        .under("menu-automation")
        .under_page("menu-triggers", LIST);
    let name = trigger.draft.name;
    let action = format!("{LIST}/{id}/{verb}");
    let back = back(form);
    Ok(Some(page(&Confirm { frame, t, action, deletes, name, open, back })?))
}

/// Deliveries of a trigger that are not closed, at most 100.
async fn count(app: &Shared, viewer: &Viewer, id: TriggerId) -> Result<usize, Failure> {
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let mut open = 0;
    for status in [Shown::Sending, Shown::Queued, Shown::Retrying, Shown::Held] {
        let filter = Filter { status: Some(status), trigger: Some(id), ..Filter::default() };
        open += store::log::page(&reader, domain, &filter, None, COUNTED).await?.len();
    }
    Ok(open.min(COUNTED.unsigned_abs() as usize))
}

/// Where a button of the list leads back to.
pub(super) fn back(form: &Form) -> String {
    let back = form.rest().iter().find(|(name, _)| name == "back");
    match back.map(|(_, back)| own_path(back)) {
        None | Some("/") => LIST.to_owned(),
        Some(back) => back.to_owned(),
    }
}
