//! What is wrong with the form of an integration, each beside the control it concerns.

use crate::pages::triggers::builder;
use crate::view::Words;
use model::fault::Fault;

/// The faults of the form; those of conditions are told by the builder of triggers.
#[derive(Default)]
pub(super) struct Faults {
    /// Each with its path, in the reader's words.
    all: Vec<(String, String)>,
    /// Those of the conditions.
    pub(super) builder: builder::Faults,
}

impl Faults {
    /// What a command answered.
    pub(super) fn new(t: Words, faults: Vec<Fault>) -> Faults {
        let (conditions, all): (Vec<Fault>, Vec<Fault>) =
            faults.into_iter().partition(|fault| fault.field.starts_with("conditions"));
        let told = |fault: Fault| (fault.field, t.text(&fault.message));
        Faults { all: all.into_iter().map(told).collect(), builder: builder::Faults::new(t, &conditions) }
    }

    /// One that concerns the whole form.
    pub(super) fn whole(message: String) -> Faults {
        Faults { all: vec![(String::new(), message)], builder: builder::Faults::default() }
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.builder.is_empty()
    }

    /// What is wrong exactly there.
    pub(super) fn at(&self, path: &str) -> Option<String> {
        self.all.iter().find(|(field, _)| field == path).map(|(_, message)| message.clone())
    }

    /// Whether something is wrong there or below.
    pub(super) fn has(&self, path: &str) -> bool {
        self.all.iter().any(|(field, _)| {
            field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// Each with the id of the control it concerns; empty for the whole form.
    pub(super) fn summary(&self) -> Vec<(String, String)> {
        let own = self.all.iter().map(|(field, message)| (target(field), message.clone()));
        own.chain(self.builder.summary().into_iter().map(|line| (line.target, line.text))).collect()
    }
}

/// The id of the control that a path stands for: `mapping.status.values.Waiting` is in `map-status`.
fn target(path: &str) -> String {
    let mut parts = path.split(['.', '[']);
    match (parts.next(), parts.next()) {
        (Some("mapping"), Some(field)) => format!("map-{field}"),
        (Some("mapping"), None) => "mapping".into(),
        (Some("events"), _) => "events".into(),
        (Some(whole), _) => whole.to_owned(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::text;

    #[test]
    fn a_path_leads_to_its_control() {
        for (path, id) in [
            ("url", "url"),
            ("mapping.status.values.On hold. Maybe", "map-status"),
            ("mapping.client.default", "map-client"),
            ("events[0]", "events"),
            ("", ""),
        ] {
            assert_eq!(target(path), id, "{path}");
        }
    }

    #[test]
    fn a_fault_below_is_found_from_above() {
        let t = Words::new(model::classification::Locale::En);
        let faults = Faults::new(t, vec![Fault::new("mapping.status.values.x", text!("gone"))]);
        assert!(faults.has("mapping.status") && !faults.has("mapping.stat") && !faults.has("mapping.type"));
        assert_eq!(faults.at("mapping.status.values.x").as_deref(), Some("gone"));
    }
}
