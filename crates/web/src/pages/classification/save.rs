//! `POST /settings/classification/{kind}/{number}`: a button of a word.

use super::kind::Kind;
use super::typed::Typed;
use super::view::Page;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Ids;
use crate::view::Viewer;
use crate::view::faults::Faults;
use crate::view::page::{go_with_note, page_with};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use http::StatusCode;
use model::access_profile::Grant;
use serde_json::json;

/// Saves the word's form, takes it out of use or back (`active`), or moves it (`move`).
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Ids(kind, number): Ids<Kind, i64>,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingClassification)?;
    let (engine, caller) = (&app.engine, &viewer.caller);
    let (active, way) = (form.text("active"), form.text("move"));
    let mut typed = None;
    let done = if !way.is_empty() && kind.is_ordered() {
        let numbers = kind.numbers(&engine.classification(caller.domain));
        engine.order_words(caller, kind.0, moved(numbers, number, way == "up")).await
    } else if !active.is_empty() {
        let patch = json!({ "is_active": active == "yes" });
        engine.update_word(caller, kind.0, number, &patch).await.map(drop)
    } else {
        let read = Typed::read(&mut form);
        let patch = read.patch(kind.0);
        typed = Some(read);
        engine.update_word(caller, kind.0, number, &patch).await.map(drop)
    };
    let (status, faults) = match done {
        Ok(()) => return Ok(go_with_note(&kind.address(), "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Page::again(&app, &viewer, kind, number, (typed, faults)))
}

/// The order in which a word stands one place higher or lower.
fn moved(mut numbers: Vec<i64>, number: i64, up: bool) -> Vec<i64> {
    let Some(at) = numbers.iter().position(|other| *other == number) else { return numbers };
    let to = if up { at.saturating_sub(1) } else { (at + 1).min(numbers.len() - 1) };
    numbers.swap(at, to);
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_moves_one_place_and_not_over_the_ends() {
        assert_eq!(moved(vec![1, 2, 3], 2, true), [2, 1, 3]);
        assert_eq!(moved(vec![1, 2, 3], 2, false), [1, 3, 2]);
        assert_eq!(moved(vec![1, 2, 3], 1, true), [1, 2, 3]);
        assert_eq!(moved(vec![1, 2, 3], 3, false), [1, 2, 3]);
        assert_eq!(moved(vec![1, 2, 3], 9, false), [1, 2, 3]);
    }
}
