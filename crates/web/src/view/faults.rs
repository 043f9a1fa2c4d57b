//! The faults of a form: beside their fields, and together on top with links to them. Fields of these forms have the names
//! that faults have, so that each finds its own.

use super::Words;
use crate::error::Failure;
use engine::Error;
use http::StatusCode;
use model::fault::Fault;
use model::wording::Text;

/// What was wrong with a form; nothing when it was not sent yet.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    /// One that concerns the whole form.
    pub(crate) fn whole(message: Text) -> Faults {
        Faults(vec![Fault::new("", message)])
    }

    /// The first fault of a field or of something in it: `emails` has that of `emails[0].email`.
    pub(crate) fn of(&self, t: &Words, field: &str) -> Option<String> {
        self.0.iter().find(|fault| field_of(fault) == field).map(|fault| t.text(&fault.message))
    }

    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with the field it concerns; empty for the whole form.
    pub(crate) fn all(&self, t: &Words) -> Vec<(&str, String)> {
        self.0.iter().map(|fault| (field_of(fault), t.text(&fault.message))).collect()
    }
}

/// The field of the form in which the fault is.
fn field_of(fault: &Fault) -> &str {
    fault.field.split(['[', '.']).next().unwrap_or_default()
}

/// A command's refusal in one line, with its status, for pages that have one place for it; what is no refusal of what was
/// asked for goes on.
pub(crate) fn refusal(t: Words, error: Error) -> Result<(StatusCode, String), Failure> {
    match error {
        Error::Invalid(faults) => {
            let all: Vec<String> = faults.iter().map(|fault| t.text(&fault.message)).collect();
            Ok((StatusCode::BAD_REQUEST, all.join(" ")))
        }
        Error::Conflict(why) => Ok((StatusCode::CONFLICT, t.text(&why))),
        Error::Unavailable(why) => Ok((StatusCode::SERVICE_UNAVAILABLE, t.text(&why))),
        error => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;
    use model::text;

    #[test]
    fn a_fault_is_found_by_the_field_in_which_it_is() {
        let t = &Words::new(Locale::PtBr);
        let faults = Faults(vec![
            Fault::new("emails[0].email", text!("is missing")),
            Fault::new("", Text::given("all")),
        ]);
        assert_eq!(
            (faults.of(t, "emails").as_deref(), faults.of(t, "email"), faults.of(t, "").as_deref()),
            (Some("falta preencher"), None, Some("all"))
        );
        assert_eq!(faults.all(t), [("emails", "falta preencher".to_owned()), ("", "all".to_owned())]);
        assert!(Faults::default().is_empty() && !Faults::whole(Text::given("x")).is_empty());
    }
}
