//! The faults of a form: beside their fields, and together on top with links to them. Fields of these forms have the names
//! that faults have, so that each finds its own.

use model::fault::Fault;

/// What was wrong with a form; nothing when it was not sent yet.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    /// One that concerns the whole form.
    pub(crate) fn whole(message: impl Into<String>) -> Faults {
        Faults(vec![Fault::new("", message)])
    }

    /// The first fault of a field or of something in it: `emails` has that of `emails[0].email`.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| field_of(fault) == field).map(|fault| fault.message.as_str())
    }

    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with the field it concerns; empty for the whole form.
    pub(crate) fn all(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|fault| (field_of(fault), fault.message.as_str())).collect()
    }
}

/// The field of the form in which the fault is.
fn field_of(fault: &Fault) -> &str {
    fault.field.split(['[', '.']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_found_by_the_field_in_which_it_is() {
        let faults = Faults(vec![Fault::new("emails[0].email", "no address"), Fault::new("", "all")]);
        assert_eq!(
            (faults.of("emails"), faults.of("email"), faults.of("")),
            (Some("no address"), None, Some("all"))
        );
        assert_eq!(faults.all(), [("emails", "no address"), ("", "all")]);
        assert!(Faults::default().is_empty() && !Faults::whole("x").is_empty());
    }
}
