//! What names become, as the form has it: for each field its lines, a default, and whether other names stay as they are.

use super::faults::Faults;
use crate::form::Form;
use crate::view::Words;
use crate::view::choices::Choice;
use model::classification::{Classification, service_path};
use model::integration::{Mapping, Rule};

/// The fields that have a rule, in the order of the page.
const FIELDS: [&str; 6] = ["type", "status", "urgency", "category", "service", "client"];

/// A rule as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct TypedRule {
    as_is: bool,
    default: String,
    /// Name over there, name here.
    lines: Vec<(String, String)>,
}

/// All rules as they were typed, in the order of [`FIELDS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypedMapping([TypedRule; 6]);

/// Whether names of this field stay as they are unless somebody says otherwise.
fn stays(field: &str) -> bool {
    // The same reference code is somebody else over there.
    field != "client"
}

impl TypedMapping {
    /// The form of a mapping.
    pub(super) fn of(mapping: &Mapping) -> TypedMapping {
        TypedMapping(mapping.rules().map(|(field, rule)| TypedRule {
            as_is: rule.as_is.unwrap_or_else(|| stays(field)),
            default: rule.default.clone().unwrap_or_default(),
            lines: rule.values.clone().into_iter().collect(),
        }))
    }

    /// What was sent.
    pub(super) fn read(form: &mut Form) -> TypedMapping {
        TypedMapping(FIELDS.map(|field| {
            let mut all = |what: &str| form.all(&format!("map.{field}.{what}"));
            let (theirs, ours) = (all("theirs"), all("ours"));
            let trimmed =
                |(theirs, ours): (String, String)| (theirs.trim().to_owned(), ours.trim().to_owned());
            TypedRule {
                as_is: !all("as_is").is_empty(),
                default: all("default").first().map(|text| text.trim().to_owned()).unwrap_or_default(),
                lines: theirs.into_iter().zip(ours).map(trimmed).filter(|line| !is_blank(line)).collect(),
            }
        }))
    }

    /// What the command gets.
    pub(super) fn mapping(&self) -> Mapping {
        let mut rules = FIELDS.into_iter().zip(&self.0).map(|(field, typed)| Rule {
            values: typed.lines.iter().cloned().collect(),
            as_is: (typed.as_is != stays(field)).then_some(typed.as_is),
            default: Some(typed.default.clone()).filter(|name| !name.is_empty()),
        });
        let mut next = || rules.next().unwrap_or_default();
        Mapping {
            r#type: next(),
            status: next(),
            urgency: next(),
            category: next(),
            service: next(),
            client: next(),
        }
    }

    /// The rules as the page shows them; `longer` names the field that gets room for another line.
    pub(super) fn view(
        &self,
        t: Words,
        words: &Classification,
        longer: Option<&str>,
        faults: &Faults,
    ) -> Vec<RuleView> {
        let view = |(field, rule): (&'static str, &TypedRule)| {
            let path = format!("mapping.{field}");
            let room = if longer == Some(field) { 3 } else { 1 };
            let blank = std::iter::repeat_n((String::new(), String::new()), room);
            let line = |(theirs, ours): (String, String)| LineView {
                fault: faults
                    .at(&format!("{path}.values.{theirs}"))
                    .filter(|_| !is_blank(&(theirs.clone(), ours.clone()))),
                choices: names(t, words, field, &ours),
                theirs,
                ours,
            };
            RuleView {
                label: t.say(&format!("map-{field}")),
                open: !rule.lines.is_empty() || longer == Some(field) || faults.has(&path),
                told: told(t, rule),
                as_is: rule.as_is,
                choices: names(t, words, field, &rule.default),
                default: rule.default.clone(),
                fault: faults.at(&format!("{path}.default")),
                lines: rule.lines.iter().cloned().chain(blank).map(line).collect(),
                is_client: field == "client",
                field,
            }
        };
        FIELDS.into_iter().zip(&self.0).map(view).collect()
    }
}

fn is_blank((theirs, ours): &(String, String)) -> bool {
    theirs.is_empty() && ours.is_empty()
}

/// A rule in a few words.
fn told(t: Words, rule: &TypedRule) -> String {
    let mut parts = Vec::new();
    if !rule.lines.is_empty() {
        parts.push(t.one("map-told-lines", "count", rule.lines.len()));
    }
    if rule.as_is {
        parts.push(t.say("map-told-as-is"));
    }
    parts.push(match rule.default.is_empty() {
        true => t.say("map-told-left-out"),
        false => t.one("map-told-default", "name", rule.default.as_str()),
    });
    parts.join(" · ")
}

/// The names of this domain that a field may become, with the one that stands; none for people, who are typed.
fn names(t: Words, words: &Classification, field: &str, chosen: &str) -> Vec<Choice> {
    let known: Vec<(String, String)> = match field {
        "type" => [("public", "ticket-public"), ("internal", "ticket-internal")]
            .map(|(word, message)| (word.to_owned(), t.say(message)))
            .into(),
        "status" => named(words.statuses.iter().filter(|it| it.is_active).map(|it| it.name.clone())),
        "urgency" => named(words.urgencies.iter().filter(|it| it.is_active).map(|it| it.name.clone())),
        "category" => named(words.categories.iter().filter(|it| it.is_active).map(|it| it.name.clone())),
        "service" => {
            let mut paths =
                named(words.services.iter().filter(|it| it.is_active).map(|it| service_path(&it.path)));
            paths.sort();
            paths
        }
        _ => return Vec::new(),
    };
    let mut all: Vec<Choice> = Vec::with_capacity(known.len() + 1);
    if !chosen.is_empty() && !known.iter().any(|(value, _)| value == chosen) {
        all.push(Choice { value: chosen.into(), label: chosen.into(), chosen: true });
    }
    all.extend(known.into_iter().map(|(value, label)| Choice { chosen: value == chosen, value, label }));
    all
}

fn named(names: impl Iterator<Item = String>) -> Vec<(String, String)> {
    names.map(|name| (name.clone(), name)).collect()
}

/// The rule of a field on the page.
pub(super) struct RuleView {
    /// The field's word.
    pub(super) field: &'static str,
    pub(super) label: String,
    /// In a few words.
    pub(super) told: String,
    pub(super) open: bool,
    pub(super) as_is: bool,
    pub(super) default: String,
    /// The names of this domain; none for people.
    pub(super) choices: Vec<Choice>,
    /// What is wrong with the default.
    pub(super) fault: Option<String>,
    pub(super) lines: Vec<LineView>,
    pub(super) is_client: bool,
}

/// A line: a name over there and what it becomes.
pub(super) struct LineView {
    pub(super) theirs: String,
    pub(super) ours: String,
    pub(super) choices: Vec<Choice>,
    pub(super) fault: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;

    fn typed(query: &str) -> TypedMapping {
        TypedMapping::read(&mut Form::of(query))
    }

    #[test]
    fn what_is_typed_becomes_a_mapping_and_back() {
        let all = "map.type.as_is=1&map.status.as_is=1&map.urgency.as_is=1&map.category.as_is=1&map.service.as_is=1";
        assert_eq!(typed(all).mapping(), Mapping::default());
        let lines = "map.status.theirs=Waiting&map.status.ours=On+hold&map.status.theirs=&map.status.ours=\
            &map.client.as_is=1&map.client.default=carl";
        let mapping = typed(lines).mapping();
        assert_eq!(
            (mapping.status.as_is, mapping.status.values["Waiting"].as_str()),
            (Some(false), "On hold")
        );
        assert_eq!((mapping.client.as_is, mapping.client.default.as_deref()), (Some(true), Some("carl")));
        assert_eq!(TypedMapping::of(&mapping), typed(lines));
    }

    #[test]
    fn a_name_that_is_gone_is_shown_all_the_same() {
        let t = Words::new(Locale::En);
        let words = Classification::starting(Locale::En);
        let shown = names(t, &words, "status", "Gone");
        assert!(shown[0].chosen && shown[0].label == "Gone" && shown.len() > 3);
        let view = typed("map.status.default=New").view(t, &words, Some("status"), &Faults::default());
        assert_eq!((view[1].lines.len(), view[0].lines.len(), view[1].told.as_str()), (3, 1, "else New"));
    }
}
