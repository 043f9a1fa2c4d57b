//! People of the public API: reading what clients send (`body`, `parts`), writing what they get (`form`), one file for
//! each thing that can be asked.

mod body;
pub(crate) mod create;
pub(crate) mod delete;
mod form;
mod parts;
mod schema;
pub(crate) mod show;
pub(crate) mod update;

use crate::Shared;
use crate::error::Failure;
use crate::names::Names;
use engine::Caller;
use form::PersonForm;
use model::person_record::Person;

/// People as clients get them.
async fn forms(app: &Shared, caller: &Caller, people: Vec<Person>) -> Result<Vec<PersonForm>, Failure> {
    let names = Names::of(app, caller, &people).await?;
    Ok(people.into_iter().map(|person| PersonForm::new(person, &names)).collect())
}

/// One of them.
async fn form(app: &Shared, caller: &Caller, person: Person) -> Result<PersonForm, Failure> {
    let people = vec![person];
    let names = Names::of(app, caller, &people).await?;
    let form = people.into_iter().next().map(|person| PersonForm::new(person, &names));
    form.ok_or_else(|| Failure::internal("a list of one person is empty"))
}
