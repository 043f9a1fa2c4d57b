//! What is wrong with a draft, each fault beside the line it concerns, in the reader's language where the fault is one that
//! people make; the others in the words of the API.

use crate::view::Words;
use model::fault::Fault;

/// A fault on the page.
#[derive(Debug, Clone)]
struct Told {
    /// Where it stands, as the API writes it.
    path: String,
    /// What is wrong.
    text: String,
    /// The same with the line it concerns, for the summary.
    with_place: String,
}

/// All faults of a draft.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Vec<Told>);

/// A line of the summary above the form.
#[derive(Debug)]
pub(crate) struct Summary {
    /// The id of the control it concerns.
    pub(crate) target: String,
    /// What is wrong.
    pub(crate) text: String,
}

impl Faults {
    /// The faults that a command answered.
    pub(crate) fn new(t: Words, faults: &[Fault]) -> Faults {
        let told = |fault: &Fault| {
            let text = sentence(t, fault);
            let with_place = match place(t, &fault.field) {
                Some(place) => t.two("fault-in", "place", place, "text", text.as_str()),
                None => text.clone(),
            };
            Told { path: fault.field.clone(), text, with_place }
        };
        Faults(faults.iter().map(told).collect())
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong exactly there.
    pub(crate) fn at(&self, path: &str) -> Option<String> {
        self.joined(|known| known == path)
    }

    /// What is wrong there or anywhere below.
    pub(crate) fn under(&self, path: &str) -> Option<String> {
        let below = |known: &str| known.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']));
        self.joined(|known| known == path || below(known))
    }

    fn joined(&self, fits: impl Fn(&str) -> bool) -> Option<String> {
        let found: Vec<&str> =
            self.0.iter().filter(|told| fits(&told.path)).map(|told| told.text.as_str()).collect();
        (!found.is_empty()).then(|| found.join(" "))
    }

    /// All of them with what they concern, for the summary.
    pub(crate) fn summary(&self) -> Vec<Summary> {
        let line = |told: &Told| Summary { target: target(&told.path), text: told.with_place.clone() };
        self.0.iter().map(line).collect()
    }
}

/// The line that a path stands in, as the page numbers it.
fn place(t: Words, path: &str) -> Option<String> {
    let number = |rest: &str| rest.split(']').next().and_then(|at| at.parse::<usize>().ok()).map(|at| at + 1);
    let numbered = |prefix: &str, message: &str| {
        let number = path.strip_prefix(prefix).and_then(number)?;
        Some(t.one(message, "number", number))
    };
    numbered("conditions.all[", "condition-number")
        .or_else(|| numbered("conditions.any[", "alternative-number"))
        .or_else(|| numbered("actions[", "action-number"))
}

/// The id of the control that a path stands for: `conditions.all[0].operator` is `all-0-operator`; inside a nested block,
/// the line it stands in.
fn target(path: &str) -> String {
    let Some(rest) = path.strip_prefix("conditions.").or_else(|| path.strip_prefix("actions").map(|_| path))
    else {
        return if path == "conditions" { "add-all".into() } else { path.to_owned() };
    };
    let Some((list, rest)) = rest.split_once('[') else {
        return if path == "actions" { "add-action".into() } else { "add-all".into() };
    };
    let (at, member) = rest.split_once(']').unwrap_or((rest, ""));
    let member = member.trim_start_matches('.').split(['[', '.']).next().unwrap_or_default();
    let kind = if list == "actions" { "kind" } else { "field" };
    match member {
        "" | "all" | "any" => format!("{list}-{at}-{kind}"),
        member => format!("{list}-{at}-{member}"),
    }
}

/// The fault in the reader's language.
fn sentence(t: Words, fault: &Fault) -> String {
    let (path, english, message) = (fault.field.as_str(), fault.message.to_string(), t.text(&fault.message));
    let is_missing = english.starts_with("is missing") || english.starts_with("is empty");
    let last = path.rsplit('.').next().unwrap_or_default();
    let last = last.split('[').next().unwrap_or_default();
    match last {
        "name" if is_missing => t.say("fault-name"),
        "name" | "description" if english.contains("characters") => t.say("fault-too-long"),
        "conditions" if english.contains("no firing condition") => t.say("fault-never-fires"),
        "value" if is_missing => t.say("fault-value"),
        "value" if english.starts_with("there is no person") => t.say("fault-person"),
        "value" if english.starts_with("there is no") => t.say("fault-value-gone"),
        "url" if english.starts_with("the URL is empty") || is_missing => t.say("fault-url"),
        "url" if english.starts_with("the URL must begin") => t.say("fault-url-scheme"),
        "url" => t.one("fault-url-other", "detail", message),
        "status" | "tag" if is_missing => t.say("fault-member"),
        "actions" if english.starts_with("holds 0") => t.say("fault-no-action"),
        _ => t.one("fault-other", "detail", message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::text;

    #[test]
    fn a_path_leads_to_its_control() {
        for (path, id) in [
            ("name", "name"),
            ("conditions", "add-all"),
            ("conditions.all[0].operator", "all-0-operator"),
            ("conditions.any[12].value[3]", "any-12-value"),
            ("conditions.any[1].all[0].value", "any-1-field"),
            ("conditions.all[2]", "all-2-field"),
            ("conditions.all", "add-all"),
            ("actions[0].url", "actions-0-url"),
            ("actions[3]", "actions-3-kind"),
            ("actions", "add-action"),
        ] {
            assert_eq!(target(path), id, "{path}");
        }
    }

    #[test]
    fn a_fault_is_found_at_its_line_and_not_at_another() {
        let t = Words::new(model::classification::Locale::En);
        let faults = Faults::new(
            t,
            &[Fault::new(
                "conditions.all[1].value",
                text!("is missing; `{operator}` needs one", operator = "is"),
            )],
        );
        assert!(faults.under("conditions.all[1]").is_some());
        assert!(faults.under("conditions.all[11]").is_none() && faults.under("conditions.all[0]").is_none());
        assert!(faults.at("conditions").is_none());
    }
}
