//! People: the whole record, and each thing that can be asked of it. People as tickets name them are in `forms`.

mod body;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod update;

use crate::Shared;
use crate::error::Failure;
use crate::names::Names;
use engine::{Caller, Error};
use form::RecordForm;
use model::fault::Fault;
use model::person_record::Person;

/// Records as callers get them.
async fn forms(app: &Shared, caller: &Caller, people: Vec<Person>) -> Result<Vec<RecordForm>, Failure> {
    let names = Names::of(app, caller, &people).await?;
    Ok(people.into_iter().map(|person| RecordForm::new(person, &names)).collect())
}

/// One of them.
async fn form(app: &Shared, caller: &Caller, person: Person) -> Result<RecordForm, Failure> {
    let forms = forms(app, caller, vec![person]).await?;
    forms.into_iter().next().ok_or_else(|| Failure::internal("a list of one person is empty"))
}

/// The person of a path.
async fn found(app: &Shared, caller: &Caller, id: &str) -> Result<Person, Failure> {
    let found = store::people::find(&app.engine.reader(), caller.domain, id).await?;
    found.ok_or_else(|| Failure::missing(format_args!("person with the reference code `{id}`")))
}

/// A refusal of the engine, whose faults have the public API's names, with the names of this one.
fn failure(error: Error) -> Failure {
    match error {
        Error::Invalid(faults) => {
            let renamed = |fault: Fault| Fault { field: snake(&fault.field), message: fault.message };
            Failure::invalid(faults.into_iter().map(renamed).collect())
        }
        other => other.into(),
    }
}

fn snake(field: &str) -> String {
    let mut snake = String::with_capacity(field.len() + 8);
    for letter in field.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    if snake == "business_name" { "name".into() } else { snake }
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn faults_have_the_names_of_this_api() {
        assert_eq!(snake("customFieldValues[0].customFieldId"), "custom_field_values[0].custom_field_id");
        assert_eq!((snake("businessName").as_str(), snake("teams[1]").as_str()), ("name", "teams[1]"));
    }
}
