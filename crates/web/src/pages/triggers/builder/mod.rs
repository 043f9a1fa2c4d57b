//! The builder of triggers: one form, fed by the definitions, that keeps all its state in itself. Each button posts the
//! whole form and is answered with the form as it is then, so that it works without script; with script the part that
//! changes is exchanged.
//! From the empty form to a working webhook trigger: a name, a URL, *Save*. "Status changed to Resolved" takes three more:
//! field, operator, value.

mod draft;
pub(crate) mod example;
mod faults;
mod json;
mod sentence;
mod step;
mod trial;
mod tried;
mod view;

#[cfg(test)]
mod tests;

pub(crate) use draft::{Doing, Draft, line};
pub(crate) use faults::Faults;
pub(crate) use json::{conditions, whole};
pub(crate) use sentence::Teller;
pub(crate) use step::{Step, take};
pub(crate) use trial::Trial;
pub(crate) use tried::Tried;
pub(crate) use view::{Builder, Control};

use crate::Shared;
use crate::api::definitions::form::DefinitionsForm;
use crate::error::Failure;
use crate::view::Viewer;
use draft::Block;
use std::collections::HashMap;
use view::{action_view, block_view, names_people};

/// People that a list to choose from has; the others are named by their reference code.
const PEOPLE: i64 = 200;

/// What the form is shown with besides what was typed.
#[derive(Default)]
pub(crate) struct Extras {
    /// What is wrong.
    pub(crate) faults: Faults,
    /// What the guard of the way out says.
    pub(crate) warnings: Vec<String>,
    /// What trying it has shown.
    pub(crate) tried: Tried,
    /// What has the focus next.
    pub(crate) focus: Option<String>,
}

/// The names of people that a draft's lines may choose from or name; empty when none is about people.
pub(crate) async fn people(
    app: &Shared,
    viewer: &Viewer,
    draft: &Draft,
    definitions: &DefinitionsForm,
) -> Result<HashMap<String, String>, Failure> {
    let is_person =
        |name: &str| definitions.fields.iter().any(|field| field.name == name && names_people(field.kind));
    let rows = draft.rows().filter(|row| is_person(&row.field));
    let Some(named) = rows.map(|row| row.values.clone()).reduce(|all, more| [all, more].concat()) else {
        return Ok(HashMap::new());
    };
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let mut people = store::people::page(&reader, domain, "", PEOPLE).await?;
    people.retain(|person| person.is_active);
    people.extend(store::people::find_many(&reader, domain, &named).await?);
    let name = |person: model::person_record::Person| (person.reference.id, person.reference.business_name);
    Ok(people.into_iter().map(name).collect())
}

/// The form as it is shown.
pub(crate) fn build(teller: Teller<'_>, address: String, draft: Draft, extras: Extras) -> Builder {
    let faults = extras.faults;
    let blocks = Block::BOTH.map(|block| block_view(&teller, &draft, &faults, block)).into();
    let actions = draft.actions.iter().enumerate();
    let mut people: Vec<(String, String)> =
        teller.people.iter().map(|(id, name)| (id.clone(), name.clone())).collect();
    people.sort_by(|left, right| (&left.1, &left.0).cmp(&(&right.1, &right.0)));
    Builder {
        address,
        blocks,
        actions: actions.map(|(at, doing)| action_view(&teller, &faults, at, doing)).collect(),
        sentence: teller.trigger(&draft),
        draft,
        faults,
        warnings: extras.warnings,
        people,
        tried: extras.tried,
        focus: extras.focus,
    }
}
